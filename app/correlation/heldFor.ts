import type { CorrelationRules } from './createCorrelation.ts'

/** What comes on top of the hold: lanes and the correlator look around only now and then, milliseconds. */
const SLACK = 500

/** How long a hit may be held back at most, milliseconds: what a correlation fires is a hit of those above it. */
export function heldFor(rules: CorrelationRules, hold: number): number {
  const depths = new Map<string, number>()
  for (const { correlation, references } of rules)
    depths.set(correlation.id, Math.max(0, ...references.map(({ id }) => depths.get(id) ?? 0)) + 1)
  return (hold + SLACK) * Math.max(0, ...depths.values())
}
