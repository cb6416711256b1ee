import type { Mark } from '../../parts/marks.ts'
import type { SignalDetail } from './queries.ts'

/** The clauses of a signal's rule, numbered as they are shown; the marks and fields that decided. */
export function explain(signal: Pick<SignalDetail, 'match'>): {
  readonly clauses: readonly {
    readonly n: number
    readonly clause: string
    readonly value: string | null
    readonly holds: boolean
  }[]
  readonly marks: readonly Mark[]
  readonly decisive: ReadonlyMap<string, readonly number[]>
} {
  const clauses = signal.match.map((m, i) => ({ n: i + 1, clause: m.clause, value: m.value, holds: m.holds }))
  const marks: Mark[] = []
  const decisive = new Map<string, number[]>()
  signal.match.forEach((m, i) => {
    if (!m.holds) return
    if (m.start !== null && m.end !== null) marks.push({ start: m.start, end: m.end, n: i + 1 })
    if (m.field !== null && m.value !== null) decisive.set(m.field, [...(decisive.get(m.field) ?? []), i + 1])
  })
  return { clauses, marks, decisive }
}
