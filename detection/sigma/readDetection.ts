import { readCondition } from './condition.ts'
import type { Reading, Report } from './item.ts'
import { isMap, readSearch } from './readSearch.ts'
import type { Condition, Search, SigmaRule } from './types.ts'

/** What a rule or filter looks for. */
export type Detection = Pick<SigmaRule, 'searches' | 'conditions' | 'conditionText'>

/** Most comparisons that a condition may come to. */
const HEAVIEST = 500_000

/** Keys beside search identifiers. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  detection: ['condition', 'timeframe'],
  filter: ['condition', 'rules'],
}

/** Reads `detection`, or `filter` of a filter: search identifiers and the condition over them. */
export function readDetection(key: 'detection' | 'filter', value: unknown, reading: Reading): Detection | undefined {
  const { report } = reading
  const path = [key]
  if (value === undefined) {
    report('SIG-003', [], { key })
    return undefined
  }
  if (!isMap(value)) {
    report('SIG-004', path, { key, expected: 'a map' })
    return undefined
  }
  if (key === 'detection' && value.timeframe !== undefined)
    report('SIG-020', [...path, 'timeframe'], { what: '"timeframe"' }, { key: true })
  const names = Object.keys(value).filter((k) => !KEYS[key]!.includes(k))
  if (names.length === 0) report('SIG-003', path, { key: 'a search identifier' }, { key: true })
  const searches = new Map<string, Search>()
  for (const name of names) {
    const search = readSearch(value[name], [...path, name], reading)
    if (search !== undefined) searches.set(name, search)
  }
  const conditions = readConditions(key, value.condition, names, report)
  if (conditions === undefined) return undefined
  const named = conditions.flatMap(namesIn)
  if (weightOf(named, searches) > HEAVIEST) {
    report('SIG-008', [...path, 'condition'], {
      limit: `${HEAVIEST} values, counted as often as the condition asks them`,
    })
    return undefined
  }
  const used = new Set(named)
  for (const name of names) {
    if (!used.has(name)) report('SIG-030', [...path, name], { name }, { key: true, severity: 'warning' })
  }
  return { searches, conditions, conditionText: [value.condition].flat().join('\n') }
}

function readConditions(
  key: string,
  value: unknown,
  names: readonly string[],
  report: Report,
): readonly Condition[] | undefined {
  const path = [key, 'condition']
  const list = Array.isArray(value) ? value : [value]
  if (value === undefined || list.length === 0) {
    report('SIG-003', [key], { key: 'condition' }, { key: true })
    return undefined
  }
  const conditions: Condition[] = []
  for (const [i, text] of list.entries()) {
    const at = Array.isArray(value) ? [...path, i] : path
    if (typeof text !== 'string') {
      report('SIG-004', at, { key: 'condition', expected: 'text' })
      continue
    }
    const condition = readCondition(text, names)
    if ('code' in condition) report(condition.code, at, condition.details, { offset: condition.offset })
    else conditions.push(condition)
  }
  return conditions.length === list.length ? conditions : undefined
}

function namesIn(condition: Condition): readonly string[] {
  if (condition.op === 'search') return [condition.name]
  return condition.op === 'not' ? namesIn(condition.of) : condition.of.flatMap(namesIn)
}

/** How many comparisons the searches named make together. */
function weightOf(named: readonly string[], searches: ReadonlyMap<string, Search>): number {
  const weights = new Map([...searches].map(([name, search]) => [name, searchWeight(search)]))
  return named.reduce((sum, name) => sum + (weights.get(name) ?? 0), 0)
}

function searchWeight(search: Search): number {
  if (search.kind !== 'item') return search.of.reduce((sum, s) => sum + searchWeight(s), 0)
  return search.values.reduce((sum, { filter }) => sum + (filter.op === 'or' ? filter.of.length : 1), 0)
}
