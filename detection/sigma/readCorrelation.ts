import { type Checked, checking } from './checking.ts'
import { CORRELATION_TYPES, type CorrelationType, type SigmaCorrelation } from './correlation.ts'
import type { Path, SourceDocument } from './document.ts'
import type { Report } from './item.ts'
import { namesIn, readCorrelationCondition } from './readCorrelationCondition.ts'
import { readRuleHead } from './readHead.ts'
import { readNames } from './readNames.ts'
import { isMap } from './readSearch.ts'
import { parseTimespan } from './timespan.ts'

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate']
/** Most rules that a correlation refers to. */
const MOST_RULES = 100

type Top = Readonly<Record<string, unknown>>

/**
 * Reads a Sigma correlation (specification 2.1, temporal conditions of 2.2) from a document. What it refers to is looked
 * up later, when all documents are read.
 */
export function readCorrelation(document: SourceDocument, fallbackId: string): Checked<SigmaCorrelation> {
  const { report, result } = checking<SigmaCorrelation>(document)
  const top = document.value
  if (!isMap(top)) {
    report('SIG-006', [], {})
    return result(undefined)
  }
  const head = readRuleHead(document, top, fallbackId, report)
  const given = top.correlation
  if (!isMap(given)) {
    report('SIG-004', ['correlation'], { key: 'correlation', expected: 'a map' })
    return result(undefined)
  }
  for (const key of Object.keys(given)) {
    if (KEYS.includes(key)) continue
    report('SIG-100', ['correlation', key], { key, where: 'correlation', known: KEYS.join(', ') }, { key: true })
  }
  const type = readType(given.type, report)
  const timespan = readTimespan(given.timespan, report)
  const rules = readRules(given, type, report)
  const groupBy = readNames(given['group-by'], ['correlation', 'group-by'], 'fields', report)
  const aliases = readAliases(given.aliases, report)
  const generate = [readGenerate(top, [], report), readGenerate(given, ['correlation'], report)].includes(true)
  if (type === undefined || timespan === undefined || rules === undefined) return result(undefined)
  const condition = readCorrelationCondition(given.condition, { type, rules, report })
  if (condition === undefined) return result(undefined)
  const listed = Array.isArray(given.rules) ? given.rules.map(String) : undefined
  const key = given.rules === undefined || given.rules === null ? 'condition' : 'rules'
  const places = rules.map((rule) => {
    const at = listed?.indexOf(rule) ?? -1
    return document.place(at < 0 ? ['correlation', key] : ['correlation', key, at])
  })
  const aliasPlaces = new Map(
    [...aliases.keys()].map((alias) => [alias, document.place(['correlation', 'aliases', alias], { key: true })]),
  )
  return result({ ...head, type, rules, groupBy, aliases, timespan, condition, generate, places, aliasPlaces })
}

function readType(value: unknown, report: Report): CorrelationType | undefined {
  if (value === undefined || value === null) {
    report('SIG-003', ['correlation'], { key: 'type' }, { key: true })
    return undefined
  }
  const type = CORRELATION_TYPES.find((t) => t === value)
  const expected = `one of ${CORRELATION_TYPES.join(', ')}`
  if (type === undefined) report('SIG-004', ['correlation', 'type'], { key: 'type', expected })
  return type
}

function readTimespan(value: unknown, report: Report): number | undefined {
  if (value === undefined || value === null) {
    report('SIG-003', ['correlation'], { key: 'timespan' }, { key: true })
    return undefined
  }
  const timespan = typeof value === 'string' ? parseTimespan(value) : undefined
  const expected = 'a number and a unit (s, m, h, d, w, M or y), at most 100 years: 15m'
  if (timespan === undefined) report('SIG-004', ['correlation', 'timespan'], { key: 'timespan', expected })
  return timespan
}

/** Ids and names of rules; without `rules` those that the condition of a temporal correlation names. */
function readRules(given: Top, type: CorrelationType | undefined, report: Report): readonly string[] | undefined {
  const path = ['correlation', 'rules']
  const named = type?.startsWith('temporal') === true && typeof given.condition === 'string'
  if (given.rules === undefined || given.rules === null) {
    if (named) return namesIn(given.condition as string)
    report('SIG-003', ['correlation'], { key: 'rules' }, { key: true })
    return undefined
  }
  const rules = readNames(given.rules, path, 'ids or names of rules', report)
  const listed = Array.isArray(given.rules) ? given.rules.map(String) : []
  const again = listed.findIndex((r, i) => listed.indexOf(r) < i)
  if (again >= 0) {
    report('SIG-004', [...path, again], { key: 'rules', expected: eachOnce(listed[again]!) })
    return undefined
  }
  if (rules.length === 0 && Array.isArray(given.rules) && given.rules.length === 0)
    report('SIG-004', path, { key: 'rules', expected: 'a list that is not empty' })
  if (rules.length > MOST_RULES) report('SIG-004', path, { key: 'rules', expected: `at most ${MOST_RULES} rules` })
  return rules.length === 0 ? undefined : rules
}

/** Why a reference is refused that another one says too: one event would count as a match of each. */
export function eachOnce(reference: string): string {
  return `a list that names each rule once ("${reference}" was named before)`
}

function readAliases(value: unknown, report: Report): SigmaCorrelation['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>()
  if (value === undefined || value === null) return aliases
  const path = ['correlation', 'aliases']
  if (!isMap(value)) {
    report('SIG-004', path, { key: 'aliases', expected: 'a map from alias to rule to field' })
    return aliases
  }
  for (const [alias, fields] of Object.entries(value)) {
    const entries = isMap(fields) ? Object.entries(fields) : []
    const wrong = entries.find(([, field]) => typeof field !== 'string' || field === '')
    if (entries.length === 0) report('SIG-004', [...path, alias], { key: alias, expected: 'a map from rule to field' })
    else if (wrong !== undefined)
      report('SIG-004', [...path, alias, wrong[0]], { key: wrong[0], expected: 'the name of a field' })
    else aliases.set(alias, new Map(entries as [string, string][]))
  }
  return aliases
}

function readGenerate(map: Top, path: Path, report: Report): boolean {
  const value = map.generate
  if (value !== undefined && value !== null && typeof value !== 'boolean')
    report('SIG-004', [...path, 'generate'], { key: 'generate', expected: 'true or false' })
  return value === true
}
