import type { RuleEpoch } from '../../core/model/index.ts'

/** What live detection made of an event, as far as the epochs tell. */
export type Seen =
  /** It was asked this very question and counted where it matched. */
  | 'live'
  /** The rule asked something else then, or it is not certain that it ran: the signal itself knows. */
  | 'maybe'
  /** The rule did not run. */
  | 'never'

/** Where, in the log of each lane, a rule ran as it reads now. */
export interface Coverage {
  seen(lane: number, seq: number): Seen
}

/** What epochs say of one rule, put together: `rules` of an epoch are those added or changed since the one before. */
interface Span {
  readonly from: Readonly<Record<string, number>>
  readonly unsure: Readonly<Record<string, number>>
  readonly digest: string | undefined
}

/**
 * The coverage of a rule that asks for `digest`, from all epochs in their order. What stands in the log before the first
 * of them is not certain: it may be older than epochs are.
 */
export function coverageOf(epochs: readonly RuleEpoch[], ruleId: string, digest: string): Coverage {
  const spans: Span[] = []
  let now: string | undefined
  for (const { from, unsure = {}, rules, gone } of epochs) {
    const next = rules[ruleId] ?? (gone.includes(ruleId) ? undefined : now)
    if (next !== now || spans.length === 0 || Object.keys(unsure).length > 0) spans.push({ from, unsure, digest: next })
    now = next
  }
  return {
    seen(lane, seq) {
      for (let i = spans.length - 1; i >= 0; i--) {
        const span = spans[i]!
        if (seq < (span.from[lane] ?? 1)) continue
        if (span.digest === digest) return 'live'
        if (span.digest !== undefined) return 'maybe'
        return seq <= (span.unsure[lane] ?? 0) ? 'maybe' : 'never'
      }
      return 'maybe'
    },
  }
}

/** The rules of the newest epoch, by id with the digest of what each asked. */
export function rulesOf(epochs: readonly RuleEpoch[]): Map<string, string> {
  const rules = new Map<string, string>()
  for (const epoch of epochs) {
    for (const id of epoch.gone) rules.delete(id)
    for (const [id, digest] of Object.entries(epoch.rules)) rules.set(id, digest)
  }
  return rules
}
