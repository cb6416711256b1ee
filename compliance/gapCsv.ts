import { checkText } from '../core/messages/checks.ts'
import { GAP_TEXTS } from '../core/messages/gaps.ts'
import type { System } from '../core/model/index.ts'
import type { ChecklistEntry } from './results.ts'
import { summary } from './summary.ts'

export interface GapOptions {
  readonly language: 'zh' | 'en'
  /** The unit's name, as the reader knows it. */
  readonly unit: string
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

/**
 * The gap list of a system as CSV for spreadsheets: a self-assessment (自查), never the document that only a licensed
 * body issues. Items that are not or only partly compliant, the worst first; the head tells how many are not assessed.
 */
export function gapCsv(system: System, entries: readonly ChecklistEntry[], options: GapOptions): string {
  const t = GAP_TEXTS[options.language]
  const zh = options.language === 'zh'
  const counts = summary(entries) as unknown as Readonly<Record<string, number>>
  const gaps = (['not_compliant', 'partly_compliant'] as const).flatMap((value) =>
    entries
      .filter((e) => e.result.doc.value === value)
      .map(({ item, result: { doc } }) => {
        const evidence = doc.history.at(-1)?.evidence
        return [
          item.id,
          zh ? item.categoryZh : item.categoryEn,
          zh ? item.controlPointZh : item.controlPointEn,
          zh ? item.statementZh : item.statementEn,
          item.confidence,
          t[value],
          doc.reason ?? '',
          evidence == null ? '' : `${checkText(evidence.why, options.language)} ${evidence.digest}`,
          doc.author?.name ?? '',
          doc.at ?? '',
        ]
      }),
  )
  return csv([
    [t.title],
    [t.system, `${system.name} (${system.id})`],
    [t.unit, options.unit],
    [t.level, String(system.level)],
    [t.standard, 'GB/T 22239-2019'],
    [t.at, new Date(options.now).toISOString()],
    [t.counts.replace(/\{(\w+)\}/g, (_, name: string) => String(counts[name]))],
    [],
    [t.item, t.category, t.controlPoint, t.statement, t.confidence, t.value, t.reason, t.evidence, t.author, t.decided],
    ...gaps,
  ])
}

/** Byte order mark for Excel, CRLF, every cell quoted; what a spreadsheet would run as a formula is made text. */
function csv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

function cell(text: string): string {
  const safe = /^[\s\u0000]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
