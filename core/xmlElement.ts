import { isObject, type JsonObject } from './jsonObject.ts'

/** Where attributes and texts of an element stand in the form that pipelines know. */
export const ATTRIBUTES = '#attributes'
export const TEXT = '#text'

/**
 * How programs that turn XML into JSON call an attribute: beside its element's members with a sign before it (xmltodict,
 * Newtonsoft, VRL, AxoSyslog: `@`; fast-xml-parser: `@_`), or in an object of its own (xml2js: `$`; xml-js: `_attributes`;
 * evtx_dump: `#attributes`).
 */
const SIGNS = ['@_', '@'] as const
const OWN_OBJECTS: readonly string[] = ['$', '_attributes', ATTRIBUTES]
/** Where the text of an element stands that has attributes. */
const TEXTS: ReadonlySet<string> = new Set(['#text', '_', '_text'])
/** The same, where an element can have no member that is called so. */
export const MORE_TEXTS: ReadonlySet<string> = new Set(['text', 'content', 'Value'])
const ALL_TEXTS = [...TEXTS, ...MORE_TEXTS]

/** Values under longer names are values without one. */
const LONGEST_NAME = 128
/** Deeper elements stay as they are. */
const DEEPEST = 16

const NONE: ReadonlySet<string> = new Set()

/** A name of an attribute: in an object of its own, or beside its element's members. */
export interface Spelling {
  readonly within?: string
  readonly key: string
}

/** The spelling as a path below the element. */
export const pathOf = ({ within, key }: Spelling) => (within === undefined ? key : `${within}.${key}`)

/** How the name of a provider is spelled in no form that pipelines know. */
export const ODD: readonly Spelling[] = [
  ...SIGNS.map((sign) => ({ key: `${sign}Name` })),
  ...OWN_OBJECTS.filter((o) => o !== ATTRIBUTES).map((within) => ({ within, key: 'Name' })),
]
/** `Name` alone: PowerShell's `[xml]`, Logstash's filter for XML. Without a root it is known: Velociraptor writes it. */
const PLAIN: Spelling = { key: 'Name' }
export const ODD_IN_ROOT = [...ODD, PLAIN]
/** How the name of a value is spelled beside it. */
export const NAMES = [...ODD, { within: ATTRIBUTES, key: 'Name' }, PLAIN]

/** The name that a `Data` element has beside its text. */
export function nameOf(data: JsonObject): string | undefined {
  for (const spelling of NAMES) {
    const name = at(data, spelling)
    if (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME) continue
    if (spelling !== PLAIN || isPair(data)) return name
  }
  return undefined
}

/** An object that merely has a member called so is no element with a name. */
function isPair(data: JsonObject): boolean {
  return Object.keys(data).every((key) => key === 'Name' || key === 'Type' || isText(key) || MORE_TEXTS.has(key))
}

/** The text that a `Data` element has beside its name; undefined where it has none. */
export function textOf(data: JsonObject): unknown {
  for (const key of ALL_TEXTS) if (Object.hasOwn(data, key)) return data[key]
  return undefined
}

/** Whether a member is the text of its element. */
export const isText = (key: string) => TEXTS.has(key)

/** An element with its attributes and its text under one name each; one with a text alone is that. */
export function element(node: unknown, depth: number, more: ReadonlySet<string> = NONE): unknown {
  if (typeof node !== 'object' || node === null || depth > DEEPEST) return node
  if (Array.isArray(node)) return node.map((n) => element(n, depth + 1, more))
  const attributes: [string, unknown][] = []
  const members: [string, unknown][] = []
  let text: unknown
  for (const [key, value] of Object.entries(node)) {
    const sign = SIGNS.find((s) => key.startsWith(s) && key.length > s.length)
    if (sign !== undefined) attributes.push([key.slice(sign.length), value])
    else if (isAttribute(key) && isObject(value)) for (const one of Object.entries(value)) attributes.push(one)
    else if (isText(key) || more.has(key)) text = value
    else members.push([key, element(value, depth + 1, more)])
  }
  if (attributes.length === 0 && members.length === 0) return text ?? null
  return Object.fromEntries([
    ...(attributes.length === 0 ? [] : [[ATTRIBUTES, Object.fromEntries(attributes)] as [string, unknown]]),
    ...(text === undefined ? [] : [[TEXT, text] as [string, unknown]]),
    ...members,
  ])
}

/** Whether a member is an attribute, or an object of them. */
export function isAttribute(key: string): boolean {
  return key.startsWith('@') || OWN_OBJECTS.includes(key)
}

/** An object, also as the only one of a list: some write each element as a list. */
export function only(value: unknown): JsonObject | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value
  return isObject(one) ? one : undefined
}

/** Elements of one name: several are a list, one is not. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** What stands under a spelling of an attribute's name. */
export function at(object: JsonObject, { within, key }: Spelling): unknown {
  const inner = within === undefined ? object : Object.hasOwn(object, within) ? only(object[within]) : undefined
  return inner !== undefined && Object.hasOwn(inner, key) ? inner[key] : undefined
}
