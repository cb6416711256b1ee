import type { BaseHit } from '../../core/correlation.ts'
import { firstPresent, textOf } from '../../core/evaluate.ts'
import type { EventView, FieldRef } from '../../core/event.ts'
import { listOf } from '../../core/view.ts'
import type { LoadedCorrelation, LoadedRule } from '../loadRules.ts'
import { compilePlans, fieldsAsked } from './plan.ts'

/** Longest value that groups and counts go by, UTF-16 units; what an attacker makes longer is cut off. */
const LONGEST = 1024

/** Reads from an event what correlations ask of the rule (by its number) that matched it; undefined where none is made of it. */
export type HitReader = (rule: number, view: EventView) => BaseHit['fields'] | undefined

/** Makes a reader for these rules, by the mappings of each. Of a field with several values the first counts. */
export function createHitReader(
  rules: readonly Pick<LoadedRule, 'rule' | 'field'>[],
  correlations: readonly LoadedCorrelation[],
): HitReader {
  const asked = fieldsAsked(compilePlans(correlations))
  const byRule = rules.map(({ rule, field }) =>
    asked.get(rule.id)?.map((name) => ({ name, places: [field(name), ...(field.each?.(name) ?? [])] })),
  )
  return (number, view) => {
    const names = byRule[number]
    if (names === undefined) return undefined
    const found: [string, string][] = []
    for (const { name, places } of names) {
      const text = valueAt(view, places)
      if (text !== undefined) found.push([name, text])
    }
    return Object.fromEntries(found)
  }
}

function valueAt(view: EventView, places: readonly FieldRef[]): string | undefined {
  for (const place of places) {
    const found = firstPresent(view, place)
    const value = found === undefined ? undefined : listOf(found.value).find((v) => v !== null)
    if (value !== undefined && value !== null) return textOf(value).slice(0, LONGEST)
  }
  return undefined
}
