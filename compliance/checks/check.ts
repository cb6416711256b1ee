import { digestOf } from '../../core/canonical.ts'
import type { Filter } from '../../core/filter.ts'
import { printKql } from '../../core/kqlPrint.ts'
import type { CheckKey } from '../../core/messages/checks.ts'
import type { CheckRun, CheckState, System } from '../../core/model/index.ts'
import type { Clock, DocumentStore, EventStore } from '../../core/ports.ts'
import type { TimeRange } from '../../core/query.ts'

/** What a check may ask, and the figures it measures by. */
export interface CheckContext {
  readonly events: EventStore
  readonly docs: DocumentStore
  readonly clock: Clock
  readonly thresholds?: Thresholds
}

/** Looks at what is stored of one system; never writes. */
export type Check = (system: System, context: CheckContext) => Promise<CheckRun>

/** Figures of this platform that no public text settles; months of retention come from the framework file. */
export interface Thresholds {
  /** How far back audit records and silent hosts are looked for, hours. */
  readonly auditHours: number
  /** Days within which a vulnerability of that severity must be fixed. */
  readonly fixDays: { readonly critical: number; readonly high: number }
  /** Days after which a scan says nothing about today. */
  readonly scanDays: number
  /** How far back severe intrusions are looked for, days. */
  readonly intrusionDays: number
}

export const THRESHOLDS: Thresholds = {
  auditHours: 24,
  fixDays: { critical: 7, high: 30 },
  scanDays: 92,
  intrusionDays: 30,
}

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
/** Evidence holds so many rows at most. */
export const MOST_ROWS = 50

export type EvidenceRow = Readonly<Record<string, string | number | null>>

/** What a check looked at. */
export interface Evidence {
  readonly query: string
  readonly rowsSeen: number
  readonly rows: readonly EvidenceRow[]
}

/** A finished run with its digest over question and rows. */
export function finished(
  at: number,
  state: CheckState,
  key: CheckKey,
  values: Readonly<Record<string, string | number>>,
  { query, rowsSeen, rows: all }: Evidence,
): CheckRun {
  const rows = all.slice(0, MOST_ROWS)
  return { state, why: { key, values }, at: iso(at), query, rowsSeen, rows, digest: digestOf({ query, rows }) }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}

/** A question to the events as text that can be put into the search again. */
export function eventQuestion(filter: Filter, { from, to }: TimeRange): string {
  const bounds = [from === undefined ? '' : `${iso(from)} <= `, '@timestamp', to === undefined ? '' : ` < ${iso(to)}`]
  return `events | ${kqlOf(filter)} | ${bounds.join('')}`
}

/** A question to documents of a kind as text. */
export function documentQuestion(kind: 'findings' | 'signals' | 'scans', filter: Filter): string {
  return `${kind} | ${kqlOf(filter)}`
}

/** KQL does not know upper and lower case: the text leaves that out. */
function kqlOf(filter: Filter): string {
  return printKql(uncased(filter)) ?? JSON.stringify(filter)
}

function uncased(filter: Filter): Filter {
  if (filter.op === 'and' || filter.op === 'or') return { ...filter, of: filter.of.map(uncased) }
  if (filter.op === 'not') return { ...filter, of: uncased(filter.of) }
  return 'cased' in filter ? { ...filter, cased: false } : filter
}
