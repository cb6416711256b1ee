import type { Problem } from '../../core/errors.ts'
import type { Level } from '../../core/model/index.ts'
import { readCondition } from './condition.ts'
import type { SourceDocument } from './document.ts'
import { type Lists, NO_LISTS } from './expand.ts'
import type { Reading, Report } from './item.ts'
import { isMap, readSearch } from './readSearch.ts'
import type { Condition, LogSource, Search, SigmaRule } from './types.ts'

const LEVELS: ReadonlyMap<string, Level> = new Map([
  ['informational', 'info'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
])
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported']

export interface ReadResult {
  /** `undefined` if any problem is an error. */
  readonly rule: SigmaRule | undefined
  readonly problems: readonly Problem[]
}

/**
 * Reads a Sigma detection rule (specification 2.1) from a document, checking all of it: the rule that comes out can be
 * compiled and run. Unknown keys are kept in its text and otherwise ignored. `fallbackId` is for rules without id, `lists` what
 * placeholders stand for.
 */
export function readRule(document: SourceDocument, fallbackId: string, lists: Lists = NO_LISTS): ReadResult {
  const problems: Problem[] = []
  const report: Report = (code, path, details, at) => void problems.push(document.problem(code, path, details, at))
  const result = (rule: SigmaRule | undefined): ReadResult => ({
    rule,
    problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
  })
  const top = document.value
  if (!isMap(top)) {
    report('SIG-006', [], {})
    return result(undefined)
  }
  const other = otherKind(top)
  if (other !== undefined) {
    report('SIG-005', [other.key], { kind: other.kind }, { key: true })
    return result(undefined)
  }
  if (top.detection === undefined && top.logsource === undefined) {
    report('SIG-006', [], {})
    return result(undefined)
  }
  const title = textAt(top, 'title', report, true)
  const logsource = readLogSource(top.logsource, report)
  const level = readLevel(top.level, report)
  const detection = readDetection(top.detection, { report, lists })
  const tags = readTags(top.tags, report)
  checkStatus(top.status, report)
  const id = top.id === undefined || top.id === null ? undefined : String(top.id)
  if (id === undefined) report('SIG-031', [], {}, { severity: 'warning' })
  if (problems.some((p) => p.severity === 'error') || logsource === undefined || detection === undefined)
    return result(undefined)
  const rule: SigmaRule = {
    id: id ?? fallbackId,
    title: title ?? fallbackId,
    description: textAt(top, 'description', report, false) ?? '',
    status: typeof top.status === 'string' ? top.status : undefined,
    level,
    tags,
    logsource,
    ...detection,
    text: document.text,
    file: document.file,
  }
  return result(rule)
}

function otherKind(top: Readonly<Record<string, unknown>>): { key: string; kind: string } | undefined {
  if (top.correlation !== undefined) return { key: 'correlation', kind: 'correlation rules' }
  if (top.filter !== undefined) return { key: 'filter', kind: 'filter rules' }
  if (top.action !== undefined) return { key: 'action', kind: 'collections ("action: global")' }
  if (top.taxonomy !== undefined && top.taxonomy !== 'sigma')
    return { key: 'taxonomy', kind: 'taxonomies other than "sigma"' }
  return undefined
}

function textAt(
  top: Readonly<Record<string, unknown>>,
  key: string,
  report: Report,
  needed: boolean,
): string | undefined {
  const value = top[key]
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  if (typeof value === 'number') return String(value)
  if (needed && (value === undefined || value === null || value === '')) report('SIG-003', [], { key })
  else if (value !== undefined && value !== null && value !== '') report('SIG-004', [key], { key, expected: 'text' })
  return undefined
}

function readLogSource(value: unknown, report: Report): LogSource | undefined {
  if (value === undefined) {
    report('SIG-003', [], { key: 'logsource' })
    return undefined
  }
  if (!isMap(value)) {
    report('SIG-004', ['logsource'], { key: 'logsource', expected: 'a map' })
    return undefined
  }
  const out: Record<string, string> = {}
  for (const key of ['product', 'category', 'service']) {
    const part = value[key]
    if (part === undefined || part === null) continue
    if (typeof part === 'string') out[key] = part.toLowerCase()
    else report('SIG-004', ['logsource', key], { key, expected: 'text' })
  }
  if (Object.keys(out).length > 0) return out
  report('SIG-004', ['logsource'], { key: 'logsource', expected: 'a map with product, category or service' })
  return undefined
}

function readLevel(value: unknown, report: Report): Level {
  if (value === undefined || value === null) {
    report('SIG-032', [], {}, { severity: 'warning' })
    return 'medium'
  }
  const level = typeof value === 'string' ? LEVELS.get(value.toLowerCase()) : undefined
  if (level === undefined)
    report('SIG-004', ['level'], { key: 'level', expected: `one of ${[...LEVELS.keys()].join(', ')}` })
  return level ?? 'medium'
}

function checkStatus(value: unknown, report: Report): void {
  if (value === undefined || value === null || STATUSES.includes(String(value))) return
  report('SIG-004', ['status'], { key: 'status', expected: `one of ${STATUSES.join(', ')}` }, { severity: 'warning' })
}

function readTags(value: unknown, report: Report): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    report('SIG-004', ['tags'], { key: 'tags', expected: 'a list' })
    return []
  }
  for (const [i, tag] of value.entries()) {
    if (!String(tag).includes('.')) report('SIG-036', ['tags', i], { tag: String(tag) }, { severity: 'warning' })
  }
  return value.map(String)
}

type Detection = Pick<SigmaRule, 'searches' | 'conditions' | 'conditionText'>

function readDetection(value: unknown, reading: Reading): Detection | undefined {
  const { report } = reading
  const path = ['detection']
  if (value === undefined) {
    report('SIG-003', [], { key: 'detection' })
    return undefined
  }
  if (!isMap(value)) {
    report('SIG-004', path, { key: 'detection', expected: 'a map' })
    return undefined
  }
  if (value.timeframe !== undefined) report('SIG-020', [...path, 'timeframe'], { what: '"timeframe"' }, { key: true })
  const names = Object.keys(value).filter((k) => k !== 'condition' && k !== 'timeframe')
  if (names.length === 0) report('SIG-003', path, { key: 'a search identifier' }, { key: true })
  const searches = new Map<string, Search>()
  for (const name of names) {
    const search = readSearch(value[name], [...path, name], reading)
    if (search !== undefined) searches.set(name, search)
  }
  const conditions = readConditions(value.condition, names, report)
  if (conditions === undefined) return undefined
  const used = new Set(conditions.flatMap(namesIn))
  for (const name of names) {
    if (!used.has(name)) report('SIG-030', [...path, name], { name }, { key: true, severity: 'warning' })
  }
  return { searches, conditions, conditionText: [value.condition].flat().join('\n') }
}

function readConditions(value: unknown, names: readonly string[], report: Report): readonly Condition[] | undefined {
  const path = ['detection', 'condition']
  const list = Array.isArray(value) ? value : [value]
  if (value === undefined || list.length === 0) {
    report('SIG-003', ['detection'], { key: 'condition' }, { key: true })
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
