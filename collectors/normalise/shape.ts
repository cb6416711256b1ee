import type { Scalar } from '../../core/event.ts'
import { PAYLOAD } from '../../core/filter.ts'
import type { JsonObject } from '../../core/jsonObject.ts'
import type { MutableEcs } from '../contract.ts'
import { UTC } from '../parsers/time.ts'
import { addMisfit, addRest, type Building, changed, noteMisfit, setTyped, typed } from './building.ts'
import { type Group, LEAVES, type Leaf } from './catalogue.ts'
import { joinName } from './names.ts'

/** Objects inside objects are opened so deep; what is deeper is kept as JSON text. */
const DEEPEST = 20
/** Longer dotted names are not made: what they would name is kept as JSON text one level up. */
const LONGEST_NAME = 1_024
/** Where the JSON text goes if there is no level above. */
const NAMELESS = 'payload.long_name'

/**
 * Takes a parsed JSON object into the event: what the catalogue knows becomes typed, everything else goes flat into the
 * remainder, nothing is left out. Work and memory are linear in the line: flattened names are paid from the line's
 * budget. Throws RangeError only where JSON text of an absurd depth cannot be written.
 */
export function shapeObject(b: Building, object: JsonObject, root: Group): void {
  b.members = Object.keys(object).length
  openGroup(b, object, root, 0)
}

function openGroup(b: Building, object: JsonObject, group: Group, depth: number): void {
  const { keys, prefix } = group
  const names = Object.keys(object)
  for (let index = 0; index < names.length; index++) {
    const key = names[index]!
    const value = object[key]
    const known = keys.get(key)
    if (known === undefined) {
      const name = prefix === '' ? topName(key) : joinName(prefix, key)
      if (typeof value === 'object' && value !== null) open(b, name, prefix, value as JsonObject, depth + 1)
      else rest(b, name, prefix, typeof value === 'number' ? digits(b, key, value) : (value as Scalar))
    } else if ('keys' in known) {
      if (typeof value !== 'object' || value === null) rest(b, known.prefix.slice(0, -1), '', value as Scalar)
      else if (Array.isArray(value)) list(b, known.prefix.slice(0, -1), value, depth + 1)
      else if (b.unclean || !takeGroup(b, known, value as JsonObject, depth === 0 ? index : -1))
        openGroup(b, value as JsonObject, known, depth + 1)
    } else if (depth > 0 || b.unclean || !takeText(b, known, key, value, index)) leaf(b, known, value, depth + 1)
  }
}

/** Takes a whole group as it was parsed, where it conforms and nothing stands in its place; `index` is of a member of the top level. */
function takeGroup(b: Building, group: Group, value: JsonObject, index: number): boolean {
  const keys = conforming(value, group)
  if (keys === 0 || !setGroup(b.ecs, group, value as MutableEcs)) return false
  const name = group.path[0]!
  if (group.path.length > 1) changed(b, name)
  else if (index >= 0) b.whole.push({ name, index, keys, own: Object.keys(value).length })
  return true
}

/** Takes a text of the top level (`message`, `@timestamp`) as it was parsed, where it conforms and stands there alone. */
function takeText(b: Building, field: Leaf, key: string, value: unknown, index: number): boolean {
  if (typeof value !== 'string' || field.multi || field.name !== key || field.path.length > 1) return false
  if (field.reserved !== undefined || b.ecs[key] !== undefined || !isExact(field, value)) return false
  b.ecs[key] = value
  b.whole.push({ name: key, index, keys: 0, own: 0 })
  return true
}

/**
 * Whether all of a payload's group is as the catalogue wants it: then it is taken as it was parsed, which spares most
 * lines the copying. Only plain spellings: a dotted key never conforms. The answer is the number of names within; 0 = no.
 */
function conforming(object: JsonObject, group: Group): number {
  const keys = Object.keys(object)
  let count = keys.length
  for (const key of keys) {
    const known = group.keys.get(key)
    const value = object[key]
    if (known === undefined || known.path.length !== group.path.length + 1) return 0
    if ('keys' in known) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0
      const within = conforming(value as JsonObject, known)
      if (within === 0) return 0
      count += within
    } else if (known.reserved !== undefined) return 0
    else if (!known.multi) {
      if (!isExact(known, value)) return 0
    } else if (!Array.isArray(value) || value.length === 0 || !value.every((v) => isExact(known, v))) return 0
  }
  return count
}

function isExact({ type, coerce }: Leaf, value: unknown): boolean {
  if (type === 'keyword') return typeof value === 'string'
  return typeof value !== 'object' && coerce(value as Scalar, UTC) === value
}

/** Puts a whole group where it belongs, unless something stands there. */
function setGroup(ecs: MutableEcs, group: Group, value: MutableEcs): boolean {
  const { path } = group
  let at = ecs
  for (let i = 0; i < path.length - 1; i++) {
    at[path[i]!] ??= {}
    at = at[path[i]!] as MutableEcs
  }
  const last = path[path.length - 1]!
  if (at[last] !== undefined) return false
  at[last] = value
  return true
}

/** The platform's own names are never the payload's. */
function topName(key: string): string {
  return key.charCodeAt(0) === 115 && (key === 'suidun' || key.startsWith('suidun.')) ? PAYLOAD + key : key
}

function leaf(b: Building, field: Leaf, value: unknown, depth: number): void {
  if (field.reserved !== undefined) reserved(b, field, value, depth)
  else if (typeof value !== 'object' || value === null) {
    const s = clean(b, value as Scalar)
    const v = field.coerce(s, b.zone)
    if (v === undefined || typed(b.ecs, field) !== undefined) more(b, field, v, s)
    else setTyped(b, field, field.multi ? [v] : v)
  } else if (Array.isArray(value)) list(b, field.name, value, depth)
  else {
    noteMisfit(b, field.name)
    open(b, field.name, '', value as JsonObject, depth)
  }
}

/** A value that does not fit, or a second one under another spelling of the name. */
function more(b: Building, field: Leaf, v: Scalar | undefined, original: Scalar): void {
  const there = v === undefined ? undefined : typed(b.ecs, field)
  if (Array.isArray(there)) {
    changed(b, field.path[0]!)
    ;(there as Scalar[]).push(v!)
  } else addMisfit(b, field.name, original)
}

function reserved(b: Building, field: Leaf, value: unknown, depth: number): void {
  const name = field.reserved!
  if (name === field.name) noteMisfit(b, name)
  if (Array.isArray(value)) collectInto(b, name, value, depth, (n, values) => addRest(b.rest, n, values))
  else if (typeof value === 'object' && value !== null) open(b, name, '', value as JsonObject, depth)
  else addRest(b.rest, name, clean(b, value as Scalar))
}

/** An object that the catalogue does not know, key by key into the remainder. `above` is the prefix its own key stood under. */
function open(b: Building, name: string, above: string, value: JsonObject, depth: number): void {
  if (Array.isArray(value)) {
    list(b, name, value, depth)
    return
  }
  const keys = Object.keys(value)
  if (depth > DEEPEST || name.length > LONGEST_NAME || keys.length * (name.length + 1) > b.budget) {
    text(b, name, above, value)
    return
  }
  const prefix = joinName(name, '.')
  for (const key of keys) {
    const v = value[key]
    const full = joinName(prefix, key)
    if (typeof v === 'object' && v !== null) open(b, full, prefix, v as JsonObject, depth + 1)
    else rest(b, full, prefix, v as Scalar)
  }
}

function rest(b: Building, name: string, above: string, value: Scalar): void {
  if (name.length > LONGEST_NAME) text(b, name, above, value)
  else {
    b.budget -= name.length
    addRest(b.rest, b.unclean ? name.toWellFormed() : name, clean(b, value))
  }
}

/** Keeps a value as JSON text, under its name or, where that is too long, under the one above it. */
function text(b: Building, name: string, above: string, value: unknown): void {
  if (name.length <= LONGEST_NAME) addRest(b.rest, clean(b, name) as string, clean(b, JSON.stringify(value)))
  else {
    const json = JSON.stringify({ [name.slice(above.length)]: value })
    const place = above.length > 1 && above.length <= LONGEST_NAME ? above.slice(0, -1) : NAMELESS
    addRest(b.rest, clean(b, place) as string, clean(b, json))
  }
}

const WORD = /^\w+$/
const NUMBER = /[0-9eE.+-]+/y

/**
 * A number that JavaScript cannot hold, as the line spells it, where its key stands in the line just once; else the number
 * (and `clean` then asks for a second reading). Windows events carry one each, hence this short cut.
 */
function digits(b: Building, key: string, value: number): Scalar {
  if (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) return value
  const quoted = `"${key}":`
  const at = b.line.indexOf(quoted)
  if (at < 1 || b.line.lastIndexOf(quoted) !== at || b.line[at - 1] === '\\' || !WORD.test(key)) return value
  NUMBER.lastIndex = at + quoted.length
  while (b.line.charCodeAt(NUMBER.lastIndex) === 32) NUMBER.lastIndex++
  const source = NUMBER.exec(b.line)?.[0]
  if (source === undefined || Number(source) !== value) return value
  return String(value) === source || (Number.isFinite(value) && /[.eE]/.test(source)) ? value : source
}

function clean(b: Building, value: Scalar): Scalar {
  if (typeof value === 'number') {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) b.unsafe = true
  }
  return b.unclean && typeof value === 'string' ? value.toWellFormed() : value
}

/** A list under any name: per leaf name the list of its values, typed where the catalogue has the name. */
function list(b: Building, name: string, values: readonly unknown[], depth: number): void {
  collectInto(b, name, values, depth, (n, found) => {
    const field = LEAVES.get(n)
    if (field === undefined || n.startsWith('suidun.')) addRest(b.rest, n, found)
    else if (field.reserved !== undefined) reserved(b, field, found, depth)
    else typedList(b, field, found)
  })
}

/** All values of a typed field at once: all of them fit, or all go to the remainder. */
function typedList(b: Building, field: Leaf, found: Scalar[]): void {
  const there = typed(b.ecs, field)
  const fitting: Scalar[] = []
  for (const s of found) {
    const v = field.coerce(s, b.zone)
    if (v === undefined) break
    fitting.push(v)
  }
  const all = fitting.length === found.length && found.length > 0
  if (all && field.multi && there === undefined) setTyped(b, field, fitting)
  else if (all && field.multi) {
    changed(b, field.path[0]!)
    for (const v of fitting) (there as Scalar[]).push(v)
  } else if (all && fitting.length === 1 && there === undefined) setTyped(b, field, fitting[0]!)
  else addMisfit(b, field.name, found)
}

function collectInto(
  b: Building,
  name: string,
  values: readonly unknown[],
  depth: number,
  give: (name: string, found: Scalar[]) => void,
): void {
  // Most lists hold scalars only.
  if (values.every((v) => typeof v !== 'object' || v === null)) {
    const found = (values as readonly Scalar[]).map((v) => clean(b, v))
    if (name.length > LONGEST_NAME) text(b, name, '', values)
    else give(clean(b, name) as string, found)
    return
  }
  const found = new Map<string, Scalar[]>()
  collect(b, name, values, depth, found)
  for (const [n, f] of found) give(n, f)
}

function collect(b: Building, name: string, node: unknown, depth: number, found: Map<string, Scalar[]>): void {
  if (typeof node !== 'object' || node === null) slot(b, name, found).push(clean(b, node as Scalar))
  else if (Array.isArray(node)) {
    if (depth > DEEPEST) slot(b, name, found).push(clean(b, JSON.stringify(node)))
    else if (node.length === 0) slot(b, name, found)
    else for (const v of node) collect(b, name, v, depth + 1, found)
  } else if (depth > DEEPEST || b.budget < 0) slot(b, name, found).push(clean(b, JSON.stringify(node)))
  else
    for (const key of Object.keys(node)) {
      const inner = `${name}.${key}`
      if (inner.length > LONGEST_NAME)
        slot(b, name, found).push(clean(b, JSON.stringify({ [key]: (node as JsonObject)[key] })))
      else collect(b, inner, (node as JsonObject)[key], depth + 1, found)
    }
}

function slot(b: Building, name: string, found: Map<string, Scalar[]>): Scalar[] {
  const n = b.unclean ? name.toWellFormed() : name
  let values = found.get(n)
  if (values === undefined) {
    b.budget -= n.length
    values = []
    found.set(n, values)
  }
  return values
}
