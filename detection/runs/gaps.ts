import type { RuleEpoch } from '../../core/model/index.ts'
import type { RuleGap } from '../../core/runs.ts'

/** Rules, by id with the digest of what each asks. */
type Rules = ReadonlyMap<string, string>

/** A time that a run covers for rules, by id with the digest of what each asked; undefined: whatever it asks. */
export interface Filled {
  readonly from: number
  readonly to: number
  readonly rules: Readonly<Record<string, string | undefined>>
}

/** A gap, and the part of each lane's log that came in then: from <= seq < to. */
export interface GapInLog extends RuleGap {
  readonly log: { readonly from: RuleEpoch['from']; readonly to: RuleEpoch['from'] }
}

interface Time {
  readonly epoch: RuleEpoch
  readonly from: number
  readonly to: number
  readonly ran: boolean
  readonly off: boolean
}

/**
 * The times since the first epoch in which a rule that runs now did not ask what it asks now: it was not there yet, was
 * refused, switched off, or asked something else. Without those that a run has filled meanwhile.
 */
export function gapsOf(epochs: readonly RuleEpoch[], running: Rules, filled: readonly Filled[]): GapInLog[] {
  const first = epochs[0]
  if (first === undefined) return []
  const times = new Map<string, Time[]>()
  const state = new Map<string, string>()
  epochs.forEach((epoch, i) => {
    for (const id of epoch.gone) state.delete(id)
    for (const [id, digest] of Object.entries(epoch.rules)) state.set(id, digest)
    const next = epochs[i + 1]
    const to = next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next.at)
    const off = new Set(epoch.off)
    for (const [id, digest] of running) {
      const list = times.get(id) ?? []
      times.set(id, list)
      list.push({ epoch, from: Date.parse(epoch.at), to, ran: state.get(id) === digest, off: off.has(id) })
    }
  })
  return [...running].flatMap(([ruleId, digest]) => {
    const own = filled.filter((f) => Object.hasOwn(f.rules, ruleId) && (f.rules[ruleId] ?? digest) === digest)
    return missed(times.get(ruleId) ?? []).flatMap(({ interrupted, log, ...gap }) =>
      without(gap, own).map((rest) => ({ ruleId, ...rest, interrupted, log })),
    )
  })
}

/** Neighbouring times without the rule, each as one. */
function missed(times: readonly Time[]): Omit<GapInLog, 'ruleId'>[] {
  const gaps: Omit<GapInLog, 'ruleId'>[] = []
  let open: { from: number; to: number; off: boolean; first: RuleEpoch } | undefined
  let ranBefore = false
  for (const time of times) {
    if (!time.ran) {
      if (time.from < time.to)
        open =
          open === undefined
            ? { from: time.from, to: time.to, off: time.off, first: time.epoch }
            : { ...open, to: time.to, off: open.off || time.off }
      continue
    }
    if (open !== undefined) {
      const log = { from: open.first.from, to: time.epoch.from }
      gaps.push({ from: open.from, to: open.to, interrupted: ranBefore && !open.off, log })
    }
    open = undefined
    ranBefore = true
  }
  return gaps
}

/** What is left of a time without those that are covered. */
function without(gap: { from: number; to: number }, covered: readonly Filled[]): { from: number; to: number }[] {
  let left = [gap]
  for (const c of covered)
    left = left.flatMap((g) =>
      c.to <= g.from || c.from >= g.to
        ? [g]
        : [
            { from: g.from, to: c.from },
            { from: c.to, to: g.to },
          ].filter((part) => part.from < part.to),
    )
  return left
}
