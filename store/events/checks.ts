import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { compileFilter } from '../../core/evaluate.ts'
import { covers, type Filter } from '../../core/filter.ts'

/** Order and time ranges are by `@timestamp`: a reader who may not see it cannot ask at all. */
export function checkScope(scope: Scope): void {
  if (scope.grants.some((g) => covers(g.hidden, '@timestamp')))
    throw new AppError('QRY-302', { problem: 'your policy hides @timestamp' })
}

/** Regular expressions and blocks of addresses must be ones; readers of rules and of search text see to it, others may not. */
export function checkFilter(filter: Filter): void {
  try {
    compileFilter(filter)
  } catch (error) {
    throw new AppError('QRY-302', { problem: (error as Error).message })
  }
}

/** A whole number from 1 to `most`; QRY-303 otherwise. */
export function limited(what: string, n: number, most: number): number {
  if (!Number.isSafeInteger(n) || n < 1 || n > most)
    throw new AppError('QRY-303', { problem: `${what}: a whole number from 1 to ${most}` })
  return n
}

/** Buckets, top values or groups in one answer. */
export const MOST_VALUES = 10_000
/** Events that a page of a list may hold. */
export const MOST_ROWS = 10_000
/** Events by id in one request. */
export const MOST_IDS = 1_000
