import type { Level } from '../../core/model/index.ts'
import { integerAt, isObject, type Json, listAt, objectAt, textAt } from './json.ts'

/** The rules of a run, from the tool itself and its extensions. */
export interface Rules {
  /** The rule of a result, by id, index or reference; an empty object where the report does not describe it. */
  of(result: Json): { readonly id: string | undefined; readonly rule: Json }
  /** A message's text: its own, or the rule's by id, with its arguments filled in. */
  text(message: Json, rule: Json): string | undefined
}

/** Gathers the rules of a run's tool. */
export function rulesOf(run: Json): Rules {
  const tool = objectAt(run, 'tool')
  const driver = objectAt(tool, 'driver')
  const components = [driver, ...listAt(tool, 'extensions').filter(isObject)]
  const byId = new Map<string, Json>()
  for (const component of components)
    for (const rule of listAt(component, 'rules')) {
      const id = textAt(rule, 'id')
      if (id !== undefined && !byId.has(id)) byId.set(id, rule as Json)
    }

  return {
    of(result) {
      const reference = objectAt(result, 'rule')
      const id = textAt(result, 'ruleId') ?? textAt(reference, 'id')
      const at = integerAt(result, 'ruleIndex') ?? integerAt(reference, 'index') ?? -1
      const extension = integerAt(objectAt(reference, 'toolComponent'), 'index')
      const component = extension === undefined ? driver : (components[extension + 1] ?? driver)
      const indexed = listAt(component, 'rules')[at]
      const found = isObject(indexed) ? indexed : undefined
      const foundId = textAt(found, 'id')
      // `CA1000/1` is a case of rule CA1000; an index that points at another rule is wrong.
      const fits = id === undefined || foundId === undefined || id === foundId || id.startsWith(`${foundId}/`)
      const rule = (fits ? found : undefined) ?? (id === undefined ? undefined : (byId.get(id) ?? parent(byId, id)))
      return { id: id ?? textAt(rule, 'id'), rule: rule ?? {} }
    },
    text(message, rule) {
      const own = textAt(message, 'text') ?? textAt(message, 'markdown')
      const id = textAt(message, 'id')
      const strings = id === undefined ? {} : objectAt(objectAt(rule, 'messageStrings'), id)
      const global = id === undefined ? {} : objectAt(objectAt(driver, 'globalMessageStrings'), id)
      const text = own ?? textAt(strings, 'text') ?? textAt(global, 'text')
      const given = listAt(message, 'arguments')
      return text?.replace(/\{([0-9]{1,3})\}/g, (all, n: string) => {
        const value = given[Number(n)]
        return typeof value === 'string' ? value : all
      })
    },
  }
}

function parent(byId: ReadonlyMap<string, Json>, id: string): Json | undefined {
  const slash = id.lastIndexOf('/')
  return slash <= 0 ? undefined : byId.get(id.slice(0, slash))
}

/** The level that counts: the result's, else its rule's default, else `warning`. */
function effectiveLevel(result: Json, rule: Json): string {
  return textAt(result, 'level') ?? textAt(objectAt(rule, 'defaultConfiguration'), 'level') ?? 'warning'
}

const LEVELS: Readonly<Record<string, Level>> = { error: 'high', warning: 'medium', note: 'low', none: 'info' }

/** Severity by a score of 0-10 (`security-severity`, as CVSS) where result or rule has one, else by level. */
export function severityOf(result: Json, rule: Json): Level {
  for (const from of [result, rule]) {
    const properties = objectAt(from, 'properties')
    const raw = properties['security-severity']
    const score = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw
    if (typeof score === 'number' && score >= 0 && score <= 10) return byScore(score)
  }
  return LEVELS[effectiveLevel(result, rule)] ?? 'medium'
}

function byScore(score: number): Level {
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 ? 'low' : 'info'
}

/** CVE, CWE and advisory ids that a rule or result carries. */
export function referencesOf(words: readonly string[]): string[] {
  const found = new Set<string>()
  for (const word of words)
    for (const m of word.matchAll(REFERENCE)) {
      const id = m[0].toUpperCase()
      found.add(id.startsWith('CWE') ? `CWE-${Number(id.replace(/^CWE[^0-9]*/, ''))}` : id)
    }
  return [...found].slice(0, 50)
}

const REFERENCE =
  /\b(?:CVE-[0-9]{4}-[0-9]{4,7}|CWE[-_: ]?[0-9]{1,5}|GHSA(?:-[0-9a-z]{4}){3}|(?:PYSEC|GO|RUSTSEC)-[0-9]{4}-[0-9]{1,6})\b/gi

/** All that words a rule and a result carry for recognising weaknesses and secrets. */
export function wordsOf(id: string, rule: Json, result: Json): string[] {
  const words = [id, textAt(rule, 'name') ?? '', textAt(objectAt(rule, 'shortDescription'), 'text') ?? '']
  for (const from of [rule, result]) {
    const properties = objectAt(from, 'properties')
    for (const key of ['tags', 'cwe', 'cwes', 'CWE', 'cve', 'problem.severity'])
      for (const v of [properties[key], listAt(properties, key)].flat()) if (typeof v === 'string') words.push(v)
    for (const taxon of listAt(from, 'taxa')) words.push(taxonomyId(taxon))
    for (const relation of listAt(from, 'relationships')) words.push(taxonomyId(objectAt(relation, 'target')))
  }
  words.push(textAt(rule, 'helpUri') ?? '')
  return words.filter((w) => w !== '')
}

function taxonomyId(reference: unknown): string {
  const id = textAt(reference, 'id') ?? ''
  const name = textAt(objectAt(reference, 'toolComponent'), 'name') ?? ''
  return /^cwe$/i.test(name) && /^[0-9]+$/.test(id) ? `CWE-${id}` : id
}
