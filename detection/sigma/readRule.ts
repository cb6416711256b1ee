import { type Checked, checking } from './checking.ts'
import type { SourceDocument } from './document.ts'
import { type Lists, NO_LISTS } from './expand.ts'
import { readDetection } from './readDetection.ts'
import { readLogSource, readRuleHead } from './readHead.ts'
import { isMap } from './readSearch.ts'
import type { SigmaRule } from './types.ts'

/**
 * Reads a Sigma detection rule (specification 2.1) from a document, checking all of it: the rule that comes out can be
 * compiled and run. Unknown keys are kept in its text and otherwise ignored. `fallbackId` is for rules without id, `lists` what
 * placeholders stand for.
 */
export function readRule(document: SourceDocument, fallbackId: string, lists: Lists = NO_LISTS): Checked<SigmaRule> {
  const { report, result } = checking<SigmaRule>(document)
  const top = document.value
  if (!isMap(top)) {
    report('SIG-006', [], {})
    return result(undefined)
  }
  const head = readRuleHead(document, top, fallbackId, report)
  const logsource = readLogSource(top.logsource, report)
  const detection = readDetection('detection', top.detection, { report, lists })
  if (top.level === undefined || top.level === null) report('SIG-032', [], {}, { severity: 'warning' })
  if (top.id === undefined || top.id === null) report('SIG-031', [], {}, { severity: 'warning' })
  if (logsource === undefined || detection === undefined) return result(undefined)
  return result({ ...head, level: head.level ?? 'medium', logsource, ...detection })
}
