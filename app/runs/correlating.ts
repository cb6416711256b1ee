import type { BaseHit, Correlator, Firing } from '../../core/correlation.ts'
import {
  type Coverage,
  createCorrelator,
  HitTally,
  type LoadedCorrelation,
  type LoadedRule,
  WINDOW,
} from '../../detection/index.ts'
import { inGroups, type StepSearch } from './readStep.ts'

export interface CorrelatingOptions {
  /** The correlations of the run, each as the last after those that it is made of. */
  readonly chains: readonly (readonly LoadedCorrelation[])[]
  readonly rule: (id: string) => LoadedRule | undefined
  readonly keptBack: ConstructorParameters<typeof HitTally>[0]['keptBack']
  readonly upTo: Readonly<Record<string, number>>
  /** Whether all events are read. */
  readonly all: boolean
}

/** How far back and on, in whole windows, correlations look: what lies so far before a moment decides what is true then. */
export function leadOf(chains: readonly (readonly LoadedCorrelation[])[]): number {
  const spans = new Map<string, number>()
  for (const chain of chains)
    for (const { correlation, references } of chain)
      spans.set(correlation.id, correlation.timespan + Math.max(0, ...references.map((r) => spans.get(r.id) ?? 0)))
  return Math.ceil(Math.max(0, ...spans.values()) / WINDOW) * WINDOW
}

/**
 * Correlations over stored events, fed step by step in order of time. It may begin anywhere: what it tells of the time
 * from `lead` after its beginning on is the same.
 */
export class Correlating {
  readonly searches: readonly StepSearch<HitTally>[]
  readonly #correlator: Correlator

  constructor({ chains, rule, keptBack, upTo, all }: CorrelatingOptions) {
    const own = new Set(chains.map((chain) => chain.at(-1)!.correlation.id))
    const byId = new Map<string, LoadedCorrelation>()
    for (const chain of chains) for (const c of chain) byId.set(c.correlation.id, c)
    // Only those of the run raise signals, and only if they do live.
    const correlations = [...byId.values()].map((c) => ({ ...c, signals: c.signals && own.has(c.correlation.id) }))
    const bases = [...new Set(correlations.flatMap((c) => c.bases))].flatMap((id) => rule(id) ?? [])
    this.searches = inGroups(bases, all).map(({ filter, rules }) => ({
      filter,
      tally: new HitTally({ rules, correlations, keptBack, upTo }),
    }))
    this.#correlator = createCorrelator(correlations)
  }

  /** Takes what was found in a step that ends then. */
  feed(end: number): void {
    const hits = this.searches.flatMap((s) => s.tally.take()).sort(inOrder)
    for (const hit of hits) this.#correlator.feed(hit)
    this.#correlator.advance(end)
  }

  /** Nothing more is to come. */
  end(): void {
    this.#correlator.advance(Number.POSITIVE_INFINITY)
  }

  /** What fired since the last `take`. */
  take(): readonly Firing[] {
    return this.#correlator.take()
  }
}

function inOrder(a: BaseHit, b: BaseHit): number {
  return a.time - b.time || a.lane - b.lane || a.seq - b.seq
}

/** Whether live detection has seen all, some, or none of the events that a firing names. */
export function seenOf(firing: Firing, coverage: Coverage): 'all' | 'some' | 'none' {
  const seen = firing.events.filter((e) => coverage.seen(e.lane, e.seq) !== 'never').length
  return seen === 0 ? 'none' : seen === firing.events.length ? 'all' : 'some'
}
