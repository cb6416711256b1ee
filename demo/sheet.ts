import { stageAttacks } from './generator.ts'
import { RULES } from './rules.ts'

/** An incident that the staged attacks must raise. */
export interface ExpectedIncident {
  readonly system: string
  /** `field:value`. */
  readonly entity: string
  /** Ids of its rules, sorted. */
  readonly rules: readonly string[]
}

/** Any day will do: a seed's attacks differ from day to day only in their times. */
const SOME_DAY = Date.UTC(2026, 0, 2)

/**
 * What the attacks of a seed must raise, by what their lines were written for (not by asking the engine): all that is meant
 * for one entity of one system is one incident, since a day's signals are never more than 24 hours apart. The same for
 * whatever day the seed is played.
 */
export function sheet({ seed }: { readonly seed: string | number }): readonly ExpectedIncident[] {
  const incidents = new Map<string, { system: string; entity: string; rules: Set<string> }>()
  for (const { systemId, intents } of stageAttacks(seed, SOME_DAY))
    for (const { rule, entity } of intents) {
      const key = `${systemId}\n${entity}`
      const there = incidents.get(key) ?? { system: systemId, entity, rules: new Set<string>() }
      there.rules.add(RULES[rule])
      incidents.set(key, there)
    }
  return [...incidents.values()]
    .map(({ system, entity, rules }) => ({ system, entity, rules: [...rules].sort() }))
    .sort((a, b) => (a.system + a.entity < b.system + b.entity ? -1 : 1))
}
