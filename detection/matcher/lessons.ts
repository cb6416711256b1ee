import type { Leaf } from '../../core/filter.ts'
import type { Question } from './classes.ts'
import { compileOnFacts, type FactTest } from './compileOnFacts.ts'
import { type Cost, type Probe, probesOf } from './cover.ts'
import type { Covers } from './covers.ts'
import type { Facts } from './facts.ts'
import { probeKey, Rates } from './rates.ts'

/** A rule that was a candidate in vain so many times has cost as much as looking for a better cover does. */
const ENOUGH = 64
/** A rule for which nothing better was found is left in peace so many times longer. */
const PATIENCE = 4
/** Rules that are on the way to it are looked at together with one that is there. */
const ON_THE_WAY = 8
/** Events that probes are tried on, and probes tried of a rule. */
const TRIED = 64
const MOST_PROBES = 256

/** Probes that are tried on events. */
interface Trial {
  readonly questions: readonly Question[]
  readonly probes: readonly { readonly probe: Probe; readonly test: FactTest; hits: number }[]
  left: number
}

/**
 * Learns from the events of one plan which covers were chosen badly: watches which rules become candidates in vain, and
 * when some have too often, tries on some events how often whatever else could cover them hits.
 */
export class Lessons {
  readonly #facts: Facts
  readonly #questions: readonly Question[]
  readonly #covers: Covers
  readonly #rates = new Rates()
  readonly #vain = new Map<number, number>()
  /** So many times as often as others may rules be candidates in vain that were looked at before. */
  readonly #patience = new Map<number, number>()
  #due = false
  #trial: Trial | undefined

  constructor(questions: readonly Question[], covers: Covers, facts: Facts) {
    this.#questions = questions
    this.#covers = covers
    this.#facts = facts
  }

  /** What the events have taught of the cost of probes. */
  get cost(): Cost {
    return this.#rates.cost
  }

  /** A candidate of the event at hand that did not match. */
  vain(rule: number): void {
    const count = (this.#vain.get(rule) ?? 0) + 1
    this.#vain.set(rule, count)
    if (count >= ENOUGH * this.#patienceWith(rule)) this.#due = true
  }

  /** Whether it is time to look for other covers. */
  get due(): boolean {
    return this.#due && this.#trial === undefined
  }

  get trying(): boolean {
    return this.#trial !== undefined
  }

  /** Begins trying what else could cover rules that were candidates in vain too often, or at least so many times. */
  begin(least = ENOUGH / ON_THE_WAY): void {
    this.#due = false
    const probes = new Map<string, Probe>()
    const questions = this.#questions.filter((question) => {
      const { rule, filter } = question
      const count = this.#vain.get(rule) ?? 0
      if (count === 0 || count < least * this.#patienceWith(rule)) return false
      const all = probesOf(filter)
      if (all.length <= this.#covers.sizeOf(question)) {
        this.unchanged(rule)
        return false
      }
      for (const probe of all.slice(0, MOST_PROBES)) probes.set(probeKey(probe), probe)
      return true
    })
    this.#vain.clear()
    const tests = [...probes.values()].map((probe) => ({
      probe,
      test: compileOnFacts(leafOf(probe), this.#facts),
      hits: 0,
    }))
    if (tests.length > 0) this.#trial = { questions, probes: tests, left: TRIED }
  }

  /** Whether that has been done with enough events. */
  get tried(): boolean {
    return this.#trial?.left === 0
  }

  /** Tries on the event at hand, unless it has been done with enough. */
  try(): void {
    const trial = this.#trial
    if (trial === undefined || trial.left === 0) return
    trial.left--
    for (const tried of trial.probes) if (tried.test()) tried.hits++
  }

  /** Ends the trial: the questions whose covers are to be chosen anew, by what was learnt. */
  end(): readonly Question[] {
    const trial = this.#trial
    if (trial === undefined) return []
    this.#trial = undefined
    for (const { probe, hits } of trial.probes) this.#rates.add(probe, hits, TRIED - trial.left)
    for (const { rule } of trial.questions) this.#vain.delete(rule)
    return trial.questions
  }

  /** A rule whose cover is as it was is left in peace for longer. */
  unchanged(rule: number): void {
    this.#patience.set(rule, this.#patienceWith(rule) * PATIENCE)
  }

  #patienceWith(rule: number): number {
    return this.#patience.get(rule) ?? 1
  }
}

/** A filter that holds where the probe hits. */
function leafOf(probe: Probe): Leaf {
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
