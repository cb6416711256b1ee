import { canonicalJson, sha256hex } from '../../core/canonical.ts'
import type { LoadedCorrelation } from '../loadRules.ts'
import { meets } from '../sigma/readCorrelationCondition.ts'
import type { Condition } from '../sigma/types.ts'
import { ChainGauge } from './chainGauge.ts'
import { CountGauge, DistinctGauge, type Gauge, type GaugeOptions } from './gauge.ts'
import { RankGauge, SumGauge } from './numberGauge.ts'
import { OrderGauge, PresenceGauge, type Way } from './rulesGauge.ts'
import { hasNot, waysOf } from './ways.ts'

/** What a correlation asks of one rule or correlation that it refers to: fields by that one's own names. */
export interface Part {
  readonly id: string
  /** In the order of group-by. */
  readonly group: readonly string[]
  readonly values: readonly string[]
  /** In the order of `Plan.carried`. */
  readonly carried: readonly string[]
}

/** A correlation ready to run. */
export interface Plan {
  readonly id: string
  /** Of all that its state depends on: state of another digest is not used. */
  readonly digest: string
  readonly type: LoadedCorrelation['correlation']['type']
  /** Milliseconds. */
  readonly span: number
  readonly groupBy: readonly string[]
  readonly parts: readonly Part[]
  /** What correlations above ask for beyond the group, by names of this one. */
  readonly carried: readonly string[]
  /** The condition is judged at the end of windows that begin at a hit; else at each hit, in windows that end there. */
  readonly atEnd: boolean
  /** Hits that must be kept so that the condition can be told exactly. */
  readonly needs: number
  readonly signals: boolean
  /** Correlations that refer to this one. */
  readonly above: readonly { readonly plan: Plan; readonly part: number }[]
  /** How many correlations deep it is: 0 for one of detection rules only. */
  readonly depth: number
  gauge(most: number): Gauge
}

/** Makes correlations ready to run; they come after what they refer to, and so do the plans. */
export function compilePlans(correlations: readonly LoadedCorrelation[]): readonly Plan[] {
  const asked = new Map<string, Set<string>>()
  const plans = new Map<string, Plan & { above: { plan: Plan; part: number }[]; depth: number }>()
  // What is asked for comes from above.
  for (const loaded of correlations.toReversed()) {
    const { correlation, references, aliases } = loaded
    const { condition, groupBy } = correlation
    const carried = [...(asked.get(correlation.id) ?? [])].filter((name) => !groupBy.includes(name))
    const fields = condition.kind === 'number' ? condition.fields : []
    const parts = references.map(({ id, kind }): Part => {
      const named = (names: readonly string[]) => names.map((name) => aliases.get(name)?.get(id) ?? name)
      const part = { id, group: named(groupBy), values: named(fields), carried: named(carried) }
      if (kind === 'correlation') {
        const known = asked.get(id) ?? new Set()
        asked.set(id, known)
        for (const name of [...part.group, ...part.values, ...part.carried]) known.add(name)
      }
      return part
    })
    const { type, timespan: span } = correlation
    const judged = [type, groupBy, span, condition, parts]
    plans.set(correlation.id, {
      id: correlation.id,
      digest: sha256hex(canonicalJson(judged)).slice(0, 32),
      type,
      span,
      groupBy,
      parts,
      carried,
      signals: loaded.signals,
      above: [],
      depth: 0,
      ...compileCondition(loaded),
    })
  }
  for (const { correlation, references } of correlations) {
    const plan = plans.get(correlation.id)!
    for (const [part, { id }] of references.entries()) {
      const below = plans.get(id)
      if (below === undefined) continue
      below.above.push({ plan, part })
      plan.depth = Math.max(plan.depth, below.depth + 1)
    }
  }
  return correlations.map((c) => plans.get(c.correlation.id)!)
}

/** What is asked of each detection rule that some correlation is made of: rule id to fields by the rule's own names. */
export function fieldsAsked(plans: readonly Plan[]): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, Set<string>>()
  for (const { parts } of plans) {
    for (const { id, group, values, carried } of parts) {
      const known = asked.get(id) ?? new Set()
      asked.set(id, known)
      for (const name of [...group, ...values, ...carried]) known.add(name)
    }
  }
  for (const { id } of plans) asked.delete(id)
  return new Map([...asked].map(([id, names]) => [id, [...names]]))
}

function compileCondition({ correlation, references }: LoadedCorrelation): Pick<Plan, 'atEnd' | 'needs' | 'gauge'> {
  const { condition, type } = correlation
  const parts = references.length
  if (condition.kind === 'rules') {
    const numbers = new Map(references.map((r, i) => [r.reference, i]))
    const atEnd = hasNot(condition.condition)
    const options = { meets: () => true, parts, most: 0 }
    if (type === 'temporal') {
      const test = presenceTest(condition.condition, numbers)
      return { atEnd, needs: 1, gauge: () => new PresenceGauge(options, test) }
    }
    const ways = (waysOf(condition.condition) ?? []).map(({ present, absent }): Way => {
      const partsOf = (names: ReadonlySet<string>) => [...names].map((n) => numbers.get(n)!).sort((a, b) => a - b)
      return { order: partsOf(present), absent: partsOf(absent) }
    })
    return { atEnd, needs: 1, gauge: () => new OrderGauge(options, ways) }
  }
  const { bounds, percentile } = condition
  const all = (value: number) => bounds.every((b) => meets(value, b))
  const atEnd = bounds.some(({ op }) => op !== 'gt' && op !== 'gte')
  const needs = type.endsWith('_count') ? Math.max(1, ...bounds.map((b) => Math.floor(b.value) + 1)) : 1
  const gauge = (most: number): Gauge => {
    const options: GaugeOptions = { meets: all, parts, most: Math.max(most, needs) }
    switch (type) {
      case 'event_count':
        return new CountGauge(options)
      case 'value_count':
        return new DistinctGauge(options)
      case 'temporal':
        return new PresenceGauge(options, (_, count) => all(count))
      case 'temporal_ordered':
        return new ChainGauge(options)
      case 'value_sum':
      case 'value_avg':
        return new SumGauge(options, type === 'value_avg')
      case 'value_median':
        return new RankGauge(options, 'median')
      case 'value_percentile':
        return new RankGauge(options, percentile)
    }
  }
  return { atEnd, needs: Number.isFinite(needs) ? needs : 1, gauge }
}

function presenceTest(
  condition: Condition,
  numbers: ReadonlyMap<string, number>,
): (present: (part: number) => boolean) => boolean {
  switch (condition.op) {
    case 'search': {
      const part = numbers.get(condition.name)!
      return (present) => present(part)
    }
    case 'not': {
      const test = presenceTest(condition.of, numbers)
      return (present) => !test(present)
    }
    default: {
      const tests = condition.of.map((c) => presenceTest(c, numbers))
      return condition.op === 'and' ? (p) => tests.every((t) => t(p)) : (p) => tests.some((t) => t(p))
    }
  }
}
