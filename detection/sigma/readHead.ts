import type { Level } from '../../core/model/index.ts'
import type { SourceDocument } from './document.ts'
import type { Report } from './item.ts'
import { readAbout } from './readAbout.ts'
import { isMap } from './readSearch.ts'
import type { LogSource, RuleHead } from './types.ts'

type Top = Readonly<Record<string, unknown>>

const LEVELS: ReadonlyMap<string, Level> = new Map([
  ['informational', 'info'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
])
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported']

/**
 * Reads what a rule or correlation says about itself; reports what is wrong. Without level it is `undefined`. Only title, name, level
 * and tags can be refused: the rest is for people and kept where it can be read. `fallbackId` is for documents without id.
 */
export function readRuleHead(
  document: SourceDocument,
  top: Top,
  fallbackId: string,
  report: Report,
): Omit<RuleHead, 'level'> & { readonly level: Level | undefined } {
  const title = textAt(top, 'title', report, true)
  const level = readLevel(top.level, report)
  const tags = readTags(top.tags, report)
  if (top.status !== undefined && top.status !== null && !STATUSES.includes(String(top.status)))
    report('SIG-004', ['status'], { key: 'status', expected: `one of ${STATUSES.join(', ')}` }, { severity: 'warning' })
  const name = textAt(top, 'name', report, false)
  const id = top.id === undefined || top.id === null ? undefined : String(top.id)
  return {
    id: id ?? fallbackId,
    name,
    title: title ?? fallbackId,
    description: textAt(top, 'description', report, false) ?? '',
    status: typeof top.status === 'string' ? top.status : undefined,
    level,
    tags,
    about: readAbout(top),
    related: relatedOf(top.related),
    fields: textsOf(top.fields),
    text: document.text,
    file: document.file,
  }
}

/** The text at a key of the document; reports it where it is missing though `needed`, or no text. */
export function textAt(top: Top, key: string, report: Report, needed: boolean): string | undefined {
  const value = top[key]
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  if (typeof value === 'number') return String(value)
  if (needed && (value === undefined || value === null || value === '')) report('SIG-003', [], { key })
  else if (value !== undefined && value !== null && value !== '') report('SIG-004', [key], { key, expected: 'text' })
  return undefined
}

/** The log source, in lower case. */
export function readLogSource(value: unknown, report: Report): LogSource | undefined {
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

function readLevel(value: unknown, report: Report): Level | undefined {
  if (value === undefined || value === null) return undefined
  const level = typeof value === 'string' ? LEVELS.get(value.toLowerCase()) : undefined
  if (level === undefined)
    report('SIG-004', ['level'], { key: 'level', expected: `one of ${[...LEVELS.keys()].join(', ')}` })
  return level
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

/** The texts of a list, or of one. */
function textsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((v) => (typeof v === 'string' && v.trim() !== '' ? [v.trim()] : []))
}

function relatedOf(value: unknown): RuleHead['related'] {
  if (!Array.isArray(value)) return []
  return value.flatMap((v) =>
    isMap(v) && v.id !== undefined ? [{ id: String(v.id), type: String(v.type ?? '') }] : [],
  )
}
