import type { Level } from '../../core/model/index.ts'
import { type Checked, checking } from './checking.ts'
import type { SourceDocument } from './document.ts'
import { type Lists, NO_LISTS } from './expand.ts'
import type { Report } from './item.ts'
import { readAbout } from './readAbout.ts'
import { readDetection } from './readDetection.ts'
import { readLogSource, textAt } from './readHead.ts'
import { isMap } from './readSearch.ts'
import type { SigmaRule } from './types.ts'

const LEVELS: ReadonlyMap<string, Level> = new Map([
  ['informational', 'info'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
])
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported']

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
  const title = textAt(top, 'title', report, true)
  const logsource = readLogSource(top.logsource, report)
  const level = readLevel(top.level, report)
  const detection = readDetection('detection', top.detection, { report, lists })
  const tags = readTags(top.tags, report)
  checkStatus(top.status, report)
  const name = textAt(top, 'name', report, false)
  const id = top.id === undefined || top.id === null ? undefined : String(top.id)
  if (id === undefined) report('SIG-031', [], {}, { severity: 'warning' })
  if (logsource === undefined || detection === undefined) return result(undefined)
  const rule: SigmaRule = {
    id: id ?? fallbackId,
    name,
    title: title ?? fallbackId,
    description: textAt(top, 'description', report, false) ?? '',
    status: typeof top.status === 'string' ? top.status : undefined,
    level,
    tags,
    about: readAbout(top),
    logsource,
    ...detection,
    text: document.text,
    file: document.file,
  }
  return result(rule)
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
