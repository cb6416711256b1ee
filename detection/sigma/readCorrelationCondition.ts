import { MOST_WAYS, waysOf } from '../correlate/ways.ts'
import { readCondition } from './condition.ts'
import { type Bound, COMPARISONS, type CorrelationCondition, type CorrelationType } from './correlation.ts'
import type { Report } from './item.ts'
import { readNames } from './readNames.ts'
import { isMap } from './readSearch.ts'

const PATH = ['correlation', 'condition']
/** What a percentile is where none is written. */
const MIDDLE = 50

interface About {
  readonly type: CorrelationType
  readonly rules: readonly string[]
  readonly report: Report
}

/** Reads when a correlation holds; temporal ones without condition: when all their rules match. */
export function readCorrelationCondition(value: unknown, about: About): CorrelationCondition | undefined {
  const { type, rules, report } = about
  const temporal = type === 'temporal' || type === 'temporal_ordered'
  if (value === undefined || value === null) {
    if (temporal) return numberOf([{ op: 'gte', value: rules.length }])
    report('SIG-003', ['correlation'], { key: 'condition' }, { key: true })
    return undefined
  }
  if (typeof value === 'string' && temporal) return readRulesCondition(value, about)
  if (isMap(value)) return readNumberCondition(value, about)
  const expected = temporal ? 'a map (gte: 2) or text (rule_a and not rule_b)' : 'a map, as gte: 10'
  report('SIG-004', PATH, { key: 'condition', expected })
  return undefined
}

/** Names of rules that the text of a temporal condition uses, in order. */
export function namesIn(text: string): readonly string[] {
  const words = text.split(/[\s()|]+/).filter((w) => w !== '' && !/^(and|or|not|of|1|any|all|them)$/i.test(w))
  return [...new Set(words)]
}

function readRulesCondition(text: string, { type, rules, report }: About): CorrelationCondition | undefined {
  const condition = readCondition(text, rules)
  if ('code' in condition) {
    report(condition.code, PATH, condition.details, { offset: condition.offset })
    return undefined
  }
  if (type === 'temporal_ordered' && waysOf(condition) === undefined) {
    report('SIG-110', PATH, { limit: MOST_WAYS })
    return undefined
  }
  const used = namesIn(text)
  for (const rule of rules) {
    if (used.includes(rule) || /\bof\b/i.test(text)) continue
    report('SIG-105', PATH, { rule }, { severity: 'warning' })
  }
  return { kind: 'rules', condition, text }
}

function readNumberCondition(
  map: Readonly<Record<string, unknown>>,
  { type, rules, report }: About,
): CorrelationCondition | undefined {
  const keys = [...COMPARISONS, 'field', 'percentile']
  let failed = false
  const refuse: Report = (code, path, details, at) => {
    if (at?.severity !== 'warning') failed = true
    report(code, path, details, at)
  }
  for (const key of Object.keys(map)) {
    if (!keys.includes(key))
      refuse('SIG-100', [...PATH, key], { key, where: 'condition', known: keys.join(', ') }, { key: true })
  }
  const bounds: Bound[] = []
  for (const op of COMPARISONS) {
    const value = map[op]
    if (value === undefined) continue
    if (typeof value === 'number' && Number.isFinite(value)) bounds.push({ op, value })
    else refuse('SIG-004', [...PATH, op], { key: op, expected: 'a number without quotes' })
  }
  if (bounds.length === 0 && !failed) refuse('SIG-003', PATH, { key: COMPARISONS.join(', ') }, { key: true })
  const ofValues = type.startsWith('value_')
  if (ofValues && map.field === undefined) refuse('SIG-003', PATH, { key: 'field' }, { key: true })
  if (!ofValues && map.field !== undefined) refuse('SIG-101', [...PATH, 'field'], { key: 'field', type }, { key: true })
  const fields = ofValues ? readNames(map.field, [...PATH, 'field'], 'fields', refuse) : []
  if (ofValues && Array.isArray(map.field) && map.field.length === 0)
    refuse('SIG-004', [...PATH, 'field'], { key: 'field', expected: 'a field or a list of fields' })
  if (fields.length > 1 && type !== 'value_count')
    refuse('SIG-004', [...PATH, 'field'], { key: 'field', expected: `one field; only value_count counts several` })
  const percentile = readPercentile(map.percentile, type, refuse)
  if (failed) return undefined
  const counts = !ofValues || type === 'value_count'
  const high = type.startsWith('temporal') ? rules.length : Number.MAX_VALUE
  if (isNever(bounds, counts ? 1 : -Number.MAX_VALUE, high)) report('SIG-106', PATH, {}, { severity: 'warning' })
  return { kind: 'number', bounds, fields, percentile }
}

function readPercentile(value: unknown, type: CorrelationType, report: Report): number {
  const path = [...PATH, 'percentile']
  if (value === undefined) {
    if (type === 'value_percentile') report('SIG-107', PATH, { percentile: MIDDLE }, { severity: 'warning' })
    return MIDDLE
  }
  if (type !== 'value_percentile') report('SIG-101', path, { key: 'percentile', type }, { key: true })
  else if (typeof value !== 'number' || !(value >= 0 && value <= 100))
    report('SIG-004', path, { key: 'percentile', expected: 'a number from 0 to 100' })
  else return value
  return MIDDLE
}

/** Whether no number from `low` to `high` meets all bounds: it is enough to try these, the bounds, and what lies between. */
function isNever(bounds: readonly Bound[], low: number, high: number): boolean {
  const marks = [low, high, ...bounds.map((b) => b.value)].toSorted((a, b) => a - b)
  const between = marks.slice(1).map((m, i) => (m + marks[i]!) / 2)
  return ![...marks, ...between].some((n) => n >= low && n <= high && bounds.every((b) => meets(n, b)))
}

/** Whether a number meets a bound. */
export function meets(number: number, { op, value }: Bound): boolean {
  switch (op) {
    case 'gt':
      return number > value
    case 'gte':
      return number >= value
    case 'lt':
      return number < value
    case 'lte':
      return number <= value
    case 'eq':
      return number === value
    case 'neq':
      return number !== value
  }
}

function numberOf(bounds: readonly Bound[]): CorrelationCondition {
  return { kind: 'number', bounds, fields: [], percentile: MIDDLE }
}
