import { RUN_LIMITS, type RuleGap } from './runs.ts'

/**
 * Gaps of one time together, in the order of the first of each: an import of thousands of rules leaves one such time. Of more
 * rules than a run may take, those beyond are apart.
 */
export function gapsTogether<G extends RuleGap>(gaps: readonly G[]): readonly (readonly G[])[] {
  const byTime = Map.groupBy(gaps, (g) => `${g.from} ${g.to} ${g.interrupted}`)
  return [...byTime.values()].flatMap((same) => {
    const parts = Math.ceil(same.length / RUN_LIMITS.rules)
    return Array.from({ length: parts }, (_, i) => same.slice(i * RUN_LIMITS.rules, (i + 1) * RUN_LIMITS.rules))
  })
}
