import type { SignalDetail, TimelineStep } from './queries.ts'

/** Ten quiet minutes between two signals are drawn. */
const GAP_MS = 10 * 60_000

/** One line of a story: a signal, a quiet stretch between two, or what a person did. */
export type Step =
  | { readonly kind: 'signal'; readonly at: string; readonly signal: SignalDetail }
  | { readonly kind: 'gap'; readonly at: string; readonly ms: number }
  | { readonly kind: 'act'; readonly at: string; readonly entry: TimelineStep }

/**
 * Signals by the time of their events, then what people did by the time they did it; newest last, gaps between signals
 * drawn. Signals come first even where their events are younger than an act: a story is told in two parts rather than
 * one that mixes the attacker's clock with ours.
 */
export function stepsOf(signals: readonly SignalDetail[], timeline: readonly TimelineStep[]): readonly Step[] {
  const told = [...signals].sort((a, b) => Date.parse(a.first) - Date.parse(b.first))
  const steps: Step[] = []
  for (const [i, signal] of told.entries()) {
    const before = told[i - 1]
    const quiet = before === undefined ? 0 : Date.parse(signal.first) - Date.parse(before.last)
    if (quiet >= GAP_MS) steps.push({ kind: 'gap', at: signal.first, ms: quiet })
    steps.push({ kind: 'signal', at: signal.first, signal })
  }
  for (const entry of timeline)
    if (entry.type !== 'signal' && entry.type !== 'opened') steps.push({ kind: 'act', at: entry.at, entry })
  return steps
}

/** The ATT&CK technique among a rule's tags, as its number. */
export function technique(tags: readonly string[]): string {
  const tag = tags.find((x) => /^attack\.t\d/i.test(x))
  return tag === undefined ? '' : tag.slice('attack.'.length).toUpperCase()
}
