import { type Checked, checking } from './checking.ts'
import type { SourceDocument } from './document.ts'
import type { Lists } from './expand.ts'
import type { Report } from './item.ts'
import { readDetection } from './readDetection.ts'
import { readLogSource, textAt } from './readHead.ts'
import { isMap } from './readSearch.ts'
import type { Condition, SigmaFilter } from './types.ts'

/** Reads a Sigma filter (specification 2.1): what the rules that it names must meet as well. */
export function readFilter(document: SourceDocument, fallbackId: string, lists: Lists): Checked<SigmaFilter> {
  const { report, result } = checking<SigmaFilter>(document)
  const top = document.value
  if (!isMap(top)) {
    report('SIG-006', [], {})
    return result(undefined)
  }
  const title = textAt(top, 'title', report, true)
  const logsource = readLogSource(top.logsource, report)
  const detection = readDetection('filter', top.filter, { report, lists })
  const rules = isMap(top.filter) ? readRules(top.filter.rules, report) : undefined
  if (title === undefined || logsource === undefined || detection === undefined || rules === undefined)
    return result(undefined)
  if (!detection.conditions.some(hasNot)) report('SIG-039', ['filter', 'condition'], {}, { severity: 'warning' })
  const id = top.id === undefined || top.id === null ? fallbackId : String(top.id)
  const { file } = document
  const places = rules === 'any' ? [] : rules.map((_, i) => document.place(['filter', 'rules', i]))
  return result({ id, title, logsource, rules, places, ...detection, file })
}

/** Ids and names of rules; `any` or an empty list for all of the log source. */
function readRules(value: unknown, report: Report): SigmaFilter['rules'] | undefined {
  const path = ['filter', 'rules']
  if (value === undefined) {
    report('SIG-003', ['filter'], { key: 'rules' }, { key: true })
    return undefined
  }
  if (value === 'any') return 'any'
  const list = Array.isArray(value) ? value : [value]
  if (list.length === 0) return 'any'
  if (list.every((v) => (typeof v === 'string' && v !== '') || typeof v === 'number')) return list.map(String)
  report('SIG-004', path, { key: 'rules', expected: 'a list of ids or names of rules, or any' })
  return undefined
}

function hasNot(condition: Condition): boolean {
  if (condition.op === 'not') return true
  return condition.op !== 'search' && condition.of.some(hasNot)
}
