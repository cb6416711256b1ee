import type { Filter, Leaf } from '../../core/filter.ts'
import { compileOnFacts, type FactTest } from './compileOnFacts.ts'
import { type Cost, type Probe, probesOf } from './cover.ts'
import type { Facts } from './facts.ts'
import { Rates } from './rates.ts'

/** Events watched, then events that probes are tried on. */
const WATCHED = 256
const TRIED = 64
/** A rule that this part of the events make a candidate in vain deserves another cover. */
const TOO_MANY = WATCHED / 64
const ROUNDS = 3

/**
 * Learns from the first events of a class which covers were chosen badly: watches which rules become candidates in vain,
 * tries whatever else could cover these on some events, and says when to choose anew. Ends after some rounds.
 */
export class Lessons {
  readonly #facts: Facts
  readonly filters: ReadonlyMap<number, Filter>
  readonly #rates = new Rates()
  readonly #vain = new Map<number, number>()
  #trials: readonly { readonly probe: Probe; readonly hits: FactTest }[] = []
  #seen = 0
  #rounds = 0

  constructor(filters: ReadonlyMap<number, Filter>, facts: Facts) {
    this.filters = filters
    this.#facts = facts
  }

  get over(): boolean {
    return this.#rounds >= ROUNDS
  }

  /** What the events have taught of the cost of probes. */
  get cost(): Cost {
    return this.#rates.cost
  }

  /** A candidate of the event at hand that did not match. */
  vain(rule: number): void {
    this.#vain.set(rule, (this.#vain.get(rule) ?? 0) + 1)
  }

  /** Takes the event at hand, once; true when covers are to be chosen anew. */
  take(): boolean {
    for (const { probe, hits } of this.#trials) this.#rates.count(probe, hits())
    this.#seen++
    if (this.#seen === WATCHED) this.#begin()
    if (this.#seen < WATCHED + TRIED) return false
    this.#trials = []
    this.#seen = 0
    this.#rounds++
    return true
  }

  #begin(): void {
    const probes = [...this.#vain].flatMap(([rule, count]) =>
      count > TOO_MANY ? probesOf(this.filters.get(rule)!) : [],
    )
    this.#vain.clear()
    this.#trials = probes.map((probe) => ({ probe, hits: compileOnFacts(leafOf(probe), this.#facts) }))
    if (probes.length === 0) this.#rounds = ROUNDS
  }
}

/** A filter that holds where the probe hits. */
export function leafOf(probe: Probe): Leaf {
  switch (probe.kind) {
    case 'present':
      return { op: 'exists', field: probe.field }
    case 'keyword':
      return { op: 'keyword', pattern: [probe.text], cased: false }
    case 'term':
      return { op: 'term', field: probe.field, value: probe.text, cased: false }
    default:
      return { op: probe.kind, field: probe.field, value: probe.text, cased: false }
  }
}
