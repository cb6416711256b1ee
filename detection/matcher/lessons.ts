import type { Leaf } from '../../core/filter.ts'
import type { Question } from './classes.ts'
import { compileOnFacts, type FactTest } from './compileOnFacts.ts'
import { type Cost, type Probe, probesOf } from './cover.ts'
import type { Facts } from './facts.ts'
import { probeKey, Rates } from './rates.ts'

/** A rule that was a candidate in vain so many times has cost as much as looking for a better cover does. */
const ENOUGH = 256
/** After each look a rule is left in peace so many times longer. */
const PATIENCE = 8
/** Rules that are on the way to it are looked at together with one that is there. */
const ON_THE_WAY = 8
/** Events that probes are tried on, and probes tried of a rule. */
const TRIED = 64
const MOST_PROBES = 256

/** Probes that are tried on events. */
interface Trial {
  readonly questions: readonly Question[]
  readonly probes: readonly { readonly probe: Probe; readonly hits: FactTest }[]
  left: number
}

/**
 * Learns from the events of one plan which covers were chosen badly: watches which rules become candidates in vain, and
 * when some have too often, tries on some events how often whatever else could cover them hits.
 */
export class Lessons {
  readonly #facts: Facts
  readonly #questions: readonly Question[]
  readonly #rates = new Rates()
  readonly #vain = new Map<number, number>()
  /** How often in vain is too often; `ENOUGH`, unless a rule was looked at before. */
  readonly #limits = new Map<number, number>()
  #due = false
  #trial: Trial | undefined

  constructor(questions: readonly Question[], facts: Facts) {
    this.#questions = questions
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
    if (count >= this.#limitOf(rule)) this.#due = true
  }

  /** Whether it is time to look for other covers. */
  get due(): boolean {
    return this.#due && this.#trial === undefined
  }

  get trying(): boolean {
    return this.#trial !== undefined
  }

  /** Begins trying what else could cover rules that were candidates in vain too often, or at least so many times. */
  begin(least?: number): void {
    this.#due = false
    const questions = this.#questions.filter(({ rule }) => {
      const count = this.#vain.get(rule)
      return count !== undefined && count >= (least ?? this.#limitOf(rule) / ON_THE_WAY)
    })
    this.#vain.clear()
    const probes = new Map<string, Probe>()
    for (const { filter } of questions)
      for (const probe of probesOf(filter).slice(0, MOST_PROBES)) probes.set(probeKey(probe), probe)
    const tests = [...probes.values()].map((probe) => ({ probe, hits: compileOnFacts(leafOf(probe), this.#facts) }))
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
    for (const { probe, hits } of trial.probes) this.#rates.count(probe, hits())
  }

  /** Ends the trial: the questions whose covers are to be chosen anew, by what was learnt. */
  end(): readonly Question[] {
    const questions = this.#trial?.questions ?? []
    this.#trial = undefined
    for (const { rule } of questions) {
      this.#limits.set(rule, this.#limitOf(rule) * PATIENCE)
      this.#vain.delete(rule)
    }
    return questions
  }

  #limitOf(rule: number): number {
    return this.#limits.get(rule) ?? ENOUGH
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
