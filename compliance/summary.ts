import type { ResultValue } from '../core/model/index.ts'
import { type ChecklistEntry, isPending } from './results.ts'

/** How far a checklist is; one number per value. */
export interface ChecklistSummary extends Readonly<Record<ResultValue, number>> {
  readonly total: number
  /** Proposals that wait for a person. */
  readonly proposals: number
  /** Compliant items of those that apply, 0 to 1; null while nothing is assessed. Not the score of an assessment. */
  readonly rate: number | null
}

/** Counts a checklist. */
export function summary(entries: readonly ChecklistEntry[]): ChecklistSummary {
  const counts: Record<ResultValue, number> = {
    compliant: 0,
    partly_compliant: 0,
    not_compliant: 0,
    not_applicable: 0,
    not_assessed: 0,
  }
  for (const { result } of entries) counts[result.doc.value]++
  const total = entries.length
  const apply = total - counts.not_applicable
  return {
    total,
    ...counts,
    proposals: entries.filter(({ result }) => isPending(result.doc)).length,
    rate: counts.not_assessed === total || apply === 0 ? null : counts.compliant / apply,
  }
}
