import { compileOnFacts, type FactTest } from './compileOnFacts.ts'
import { type Cost, type Probe, probesOf } from './cover.ts'
import type { Facts } from './facts.ts'
import { leafOf } from './lessons.ts'
import type { LinePlan } from './linePlans.ts'
import { probeKey, Rates } from './rates.ts'

/** A rule that is a candidate in vain more often than on one of so many lines deserves another cover. */
const TOO_OFTEN = 2000
/** Lines of a class that probes are tried on. */
const TRIED = 64

interface Trials {
  left: number
  readonly probes: readonly { readonly probe: Probe; readonly hits: FactTest }[]
}

/**
 * Learns from sample lines, gone through twice a round, which covers were chosen badly: first which rules become
 * candidates in vain, then how often whatever else could cover these hits.
 */
export class LineLessons {
  readonly #facts: Facts
  readonly #rates = new Rates()
  readonly #vain = new Map<number, number>()
  #trials = new Map<LinePlan, Trials>()
  #lines = 0
  #trying = false

  constructor(facts: Facts) {
    this.#facts = facts
  }

  /** What the lines have taught of the cost of probes. */
  get cost(): Cost {
    return this.#rates.cost
  }

  /** A candidate of the line at hand that did not match. */
  vain(rule: number): void {
    if (!this.#trying) this.#vain.set(rule, (this.#vain.get(rule) ?? 0) + 1)
  }

  /** Begins trying what could cover the rules that were found wanting; false if there are none. */
  tryOthers(): boolean {
    for (const [rule, count] of this.#vain) if (count < 2 || count * TOO_OFTEN < this.#lines) this.#vain.delete(rule)
    this.#trying = true
    return this.#vain.size > 0
  }

  /** Begins to watch again. */
  watch(): void {
    this.#trying = false
    this.#vain.clear()
    this.#trials = new Map()
    this.#lines = 0
  }

  /** Takes the line at hand, which was probed by that plan. */
  take(plan: LinePlan): void {
    this.#lines++
    if (!this.#trying) return
    let trials = this.#trials.get(plan)
    if (trials === undefined) {
      trials = { left: TRIED, probes: this.#trialsOf(plan) }
      this.#trials.set(plan, trials)
    }
    if (trials.left-- <= 0) return
    for (const { probe, hits } of trials.probes) this.#rates.count(probe, hits())
  }

  #trialsOf(plan: LinePlan): Trials['probes'] {
    const left = plan.left()
    const probes = new Map<string, Probe>()
    for (const rule of this.#vain.keys()) {
      const filter = left.get(rule)
      if (filter !== undefined) for (const probe of probesOf(filter)) probes.set(probeKey(probe), probe)
    }
    return [...probes.values()].map((probe) => ({ probe, hits: compileOnFacts(leafOf(probe), this.#facts) }))
  }
}
