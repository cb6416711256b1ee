import type { BaseHit } from '../../core/correlation.ts'
import { DECIMAL } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { type LoadedCorrelation, loadRules } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import type { Condition } from '../../detection/sigma/types.ts'

/** Rules `a`, `b`, `c` … that match events whose `is` is their name, and a correlation over them (YAML flow or lines). */
export function correlate(correlation: string, rules: readonly string[] = ['a', 'b', 'c']): LoadedCorrelation {
  const bases = rules.map(
    (r) =>
      `title: ${r}\nid: ${r}-id\nname: ${r}\nlevel: low\nlogsource: {category: c}\ndetection: {s: {is: ${r}}, condition: s}\n`,
  )
  const text = [...bases, `title: t\nid: it\ncorrelation:\n${correlation.replace(/^/gm, '  ')}\n`].join('---\n')
  const { correlations, problems } = loadRules([[{ path: 'c.yml', name: 'c.yml', text }]], NO_PIPELINES)
  const errors = problems.filter((p) => p.severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return correlations[0]!
}

/** What the model says of a firing. */
export interface Told {
  readonly group: string
  readonly first: string
  readonly last: string
  readonly count: number
  readonly value: number
}

/** A stretch of time in which the condition of a sliding window holds: numbers of hits of a group, in order. */
export interface Stretch {
  readonly group: string
  readonly times: readonly [from: number, to: number]
}

type Of = LoadedCorrelation

/**
 * A slow and obvious second reading of what correlations mean: all hits in order of time, every window looked at whole.
 */
export function model(
  loaded: Of,
  hits: readonly BaseHit[],
): { readonly told: readonly Told[]; readonly stretches: readonly Stretch[] } {
  const groups = Map.groupBy(
    hits.filter((h) => takesPart(loaded, h)),
    (h) => groupOf(loaded, h),
  )
  const told: Told[] = []
  const stretches: Stretch[] = []
  for (const [group, of] of groups) {
    const sorted = of.toSorted(
      (a, b) => a.time - b.time || a.lane - b.lane || a.seq - b.seq || partOf(loaded, a) - partOf(loaded, b),
    )
    if (isAtEnd(loaded)) windows(loaded, sorted, group, told)
    else slide(loaded, sorted, group, told, stretches)
  }
  return { told, stretches }
}

function slide(loaded: Of, hits: readonly BaseHit[], group: string, told: Told[], stretches: Stretch[]): void {
  const span = loaded.correlation.timespan
  const used = new Set<string>()
  let armed = true
  let since: number | undefined
  hits.forEach((hit, at) => {
    const before = hits.slice(0, at)
    const last = before.at(-1)
    // Every moment between the hit before and this one at which something has just left.
    const moments =
      last === undefined ? [] : before.map((h) => h.time + span + 1).filter((m) => m > last.time && m <= hit.time)
    for (const moment of moments)
      if (
        !holds(
          loaded,
          before.filter((h) => h.time >= moment - span),
        )
      ) {
        if (since !== undefined) stretches.push({ group, times: [since, last!.time] })
        since = undefined
        armed = true
      }
    const window = hits.slice(0, at + 1).filter((h) => h.time >= hit.time - span)
    if (!holds(loaded, window)) {
      if (since !== undefined) stretches.push({ group, times: [since, last!.time] })
      since = undefined
      armed = true
      return
    }
    if (armed && !used.has(window[0]!.id)) tell(loaded, group, window, told)
    if (armed) used.add(window[0]!.id)
    since ??= hit.time
    armed = false
  })
  if (since !== undefined) stretches.push({ group, times: [since, hits.at(-1)!.time] })
}

function windows(loaded: Of, hits: readonly BaseHit[], group: string, told: Told[]): void {
  let left = hits
  while (left.length > 0) {
    const end = left[0]!.time + loaded.correlation.timespan
    const window = left.filter((h) => h.time <= end)
    if (holds(loaded, window)) tell(loaded, group, window, told)
    left = left.slice(window.length)
  }
}

function tell(loaded: Of, group: string, window: readonly BaseHit[], told: Told[]): void {
  told.push({
    group,
    first: window[0]!.id,
    last: window.at(-1)!.id,
    count: window.length,
    value: measure(loaded, window),
  })
}

function isAtEnd({ correlation: { condition } }: Of): boolean {
  if (condition.kind === 'rules') return condition.text.includes('not')
  return condition.bounds.some((b) => b.op !== 'gt' && b.op !== 'gte')
}

function holds(loaded: Of, window: readonly BaseHit[]): boolean {
  const { condition, type } = loaded.correlation
  if (condition.kind === 'rules') {
    const present = new Set(window.map((h) => partOf(loaded, h)))
    if (type === 'temporal') return holdsFor(condition.condition, (name) => present.has(numberOf(loaded, name)))
    // Ordered: some choice of rules makes it true, stands in order in the window, and what is left out counts as it is.
    const parts = loaded.references.map((_, i) => i)
    for (let choice = 0; choice < 1 << parts.length; choice++) {
      const chosen = parts.filter((p) => choice & (1 << p))
      if (isInOrder(loaded, window, chosen) && holdsWith(condition.condition, false, loaded, new Set(chosen), present))
        return true
    }
    return false
  }
  const value = measure(loaded, window)
  return (
    !Number.isNaN(value) &&
    condition.bounds.every(({ op, value: bound }) => {
      const order = value - bound
      return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0, eq: order === 0, neq: order !== 0 }[op]
    })
  )
}

function holdsFor(condition: Condition, present: (name: string) => boolean): boolean {
  switch (condition.op) {
    case 'search':
      return present(condition.name)
    case 'not':
      return !holdsFor(condition.of, present)
    case 'and':
      return condition.of.every((c) => holdsFor(c, present))
    case 'or':
      return condition.of.some((c) => holdsFor(c, present))
  }
}

/** A rule asked for must be among the chosen ones; one that must not match must not be there at all. */
function holdsWith(
  condition: Condition,
  negated: boolean,
  loaded: Of,
  chosen: ReadonlySet<number>,
  present: ReadonlySet<number>,
): boolean {
  switch (condition.op) {
    case 'search': {
      const part = numberOf(loaded, condition.name)
      return negated ? !present.has(part) : chosen.has(part)
    }
    case 'not':
      return holdsWith(condition.of, !negated, loaded, chosen, present)
    default: {
      const test = (c: Condition) => holdsWith(c, negated, loaded, chosen, present)
      return (condition.op === 'and') !== negated ? condition.of.every(test) : condition.of.some(test)
    }
  }
}

function isInOrder(loaded: Of, window: readonly BaseHit[], parts: readonly number[]): boolean {
  let next = 0
  for (const hit of window) if (partOf(loaded, hit) === parts[next]) next++
  return next === parts.length
}

/** What the condition compares. */
function measure(loaded: Of, window: readonly BaseHit[]): number {
  const { type, condition } = loaded.correlation
  const numbers = () => window.map((h) => Number(valuesOf(loaded, h)![0])).sort((a, b) => a - b)
  switch (type) {
    case 'event_count':
      return window.length
    case 'value_count':
      return new Set(window.map((h) => JSON.stringify(valuesOf(loaded, h)!.map(fold)))).size
    case 'temporal':
      return new Set(window.map((h) => partOf(loaded, h))).size
    case 'temporal_ordered': {
      if (condition.kind === 'rules') return new Set(window.map((h) => partOf(loaded, h))).size
      let longest = 0
      const parts = loaded.references.map((_, i) => i)
      for (let choice = 0; choice < 1 << parts.length; choice++) {
        const chosen = parts.filter((p) => choice & (1 << p))
        if (isInOrder(loaded, window, chosen)) longest = Math.max(longest, chosen.length)
      }
      return longest
    }
    case 'value_sum':
      return numbers().reduce((a, b) => a + b, 0)
    case 'value_avg':
      return numbers().reduce((a, b) => a + b, 0) / window.length
    case 'value_median': {
      const sorted = numbers()
      const half = sorted.length / 2
      return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2
    }
    case 'value_percentile': {
      const sorted = numbers()
      const percentile = condition.kind === 'number' ? condition.percentile : 0
      // The least value that at least so many percent are at or below.
      return sorted.find((v) => (sorted.filter((w) => w <= v).length / sorted.length) * 100 >= percentile)!
    }
  }
}

function takesPart(loaded: Of, hit: BaseHit): boolean {
  const { correlation } = loaded
  if (partOf(loaded, hit) < 0) return false
  if (!correlation.groupBy.every((name) => fieldOf(loaded, hit, name) !== undefined)) return false
  const values = valuesOf(loaded, hit)
  if (values === undefined) return false
  return (
    !['value_sum', 'value_avg', 'value_median', 'value_percentile'].includes(correlation.type) ||
    DECIMAL.test(values[0]!)
  )
}

function valuesOf(loaded: Of, hit: BaseHit): readonly string[] | undefined {
  const { condition } = loaded.correlation
  const values = (condition.kind === 'number' ? condition.fields : []).map((name) => fieldOf(loaded, hit, name))
  return values.every((v) => v !== undefined) ? values : undefined
}

function fieldOf({ aliases }: Of, hit: BaseHit, name: string): string | undefined {
  return hit.fields[aliases.get(name)?.get(hit.rule) ?? name]
}

function groupOf(loaded: Of, hit: BaseHit): string {
  const values = loaded.correlation.groupBy.map((name) => fold(fieldOf(loaded, hit, name)!))
  return JSON.stringify([hit.unitId, hit.systemId, ...values])
}

function partOf({ references }: Of, hit: BaseHit): number {
  return references.findIndex((r) => r.id === hit.rule)
}

function numberOf({ references }: Of, name: string): number {
  return references.findIndex((r) => r.reference === name)
}
