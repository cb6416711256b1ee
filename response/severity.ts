import { LEVELS, type Level, rank } from '../core/model/index.ts'

/** A system from this protection level on raises what a rule says by one step. */
const RAISING_LEVEL = 3

/** A severity and the protection level that raised it, if one did. */
export interface Severity {
  readonly severity: Level
  readonly raisedBy: number | null
}

/** Severity of a rule's match on a system: the rule's level, one step up from protection level 3 (critical stays). */
export function severityOf(level: Level, protectionLevel: number | null): Severity {
  if (protectionLevel === null || protectionLevel < RAISING_LEVEL || level === 'critical')
    return { severity: level, raisedBy: null }
  return { severity: LEVELS[rank(level) - 1]!, raisedBy: protectionLevel }
}
