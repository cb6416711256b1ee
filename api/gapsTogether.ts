import { RUN_LIMITS, type RuleGap } from '../core/runs.ts'

/** A time in which rules that are on did not run as they read now, milliseconds since 1970 UTC. */
export interface GapOfRules extends Omit<RuleGap, 'ruleId'> {
  readonly ruleIds: readonly string[]
}

/**
 * Gaps of one time as one, in the order of the first of each: an import of thousands of rules leaves one gap. It has no more
 * rules than a run may take; what is beyond is another gap of that time.
 */
export function gapsTogether(gaps: readonly RuleGap[]): readonly GapOfRules[] {
  const byTime = Map.groupBy(gaps, (g) => `${g.from} ${g.to} ${g.interrupted}`)
  return [...byTime.values()].flatMap((same) => {
    const { from, to, interrupted } = same[0]!
    const parts = Math.ceil(same.length / RUN_LIMITS.rules)
    return Array.from({ length: parts }, (_, i) => {
      const of = same.slice(i * RUN_LIMITS.rules, (i + 1) * RUN_LIMITS.rules)
      return { from, to, interrupted, ruleIds: of.map((g) => g.ruleId) }
    })
  })
}
