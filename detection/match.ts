import type { StoredEvent } from '../core/event.ts'
import { and } from '../core/filter.ts'
import { Classes, type Matchable } from './matcher/classes.ts'
import { compileOnFacts, type FactTest } from './matcher/compileOnFacts.ts'
import { Facts } from './matcher/facts.ts'
import { namesIn } from './matcher/foldLeaves.ts'
import { Marks } from './matcher/marks.ts'
import { Plans } from './matcher/plans.ts'

/** Tells which rules an event matches: their numbers in the list given to `createMatcher`, ascending. Never throws. */
export interface Matcher {
  ofStored(event: StoredEvent): readonly number[]
  /** Any parsed JSON object. */
  ofJson(object: object): readonly number[]
}

const NONE: readonly number[] = []

/**
 * A matcher over many rules, in two steps: what the event's log source leaves to be asked, then which of those rules. The
 * answers are those of the plain evaluator.
 */
export function createMatcher(rules: readonly Matchable[]): Matcher {
  return new IndexedMatcher(rules)
}

class IndexedMatcher implements Matcher {
  readonly #rules: readonly Matchable[]
  readonly #facts = new Facts()
  /** Compiled when a rule is a candidate for the first time: most never are. */
  readonly #holds: (FactTest | undefined)[] = []
  readonly #routes: (FactTest | undefined)[] = []
  readonly #plans: Plans
  readonly #likely = new Marks()

  constructor(rules: readonly Matchable[]) {
    this.#rules = rules
    const facts = this.#facts
    for (const name of namesIn(rules.flatMap((r) => [r.filter, r.routing]))) facts.slots([name])
    const whole = rules.map(({ routing, filter }, rule) => ({ rule, filter: and(routing, filter) }))
    this.#plans = new Plans(new Classes(rules), whole, facts)
  }

  ofStored(event: StoredEvent): readonly number[] {
    this.#facts.readStored(event)
    return this.#match()
  }

  ofJson(object: object): readonly number[] {
    this.#facts.readJson(object)
    return this.#match()
  }

  #match(): readonly number[] {
    const likely = this.#likely
    likely.clear()
    const plan = this.#plans.current()
    const { index, routed, lessons } = plan
    index.candidates(likely.add)
    let found: number[] | undefined
    for (const rule of likely.list) {
      if (!this.#matches(rule, routed)) lessons.vain(rule)
      else if (found === undefined) found = [rule]
      else found.push(rule)
    }
    this.#plans.learn(plan)
    return found === undefined ? NONE : found.length === 1 ? found : found.sort((a, b) => a - b)
  }

  #matches(rule: number, routed: boolean): boolean {
    const { filter, routing } = this.#rules[rule]!
    this.#holds[rule] ??= compileOnFacts(filter, this.#facts)
    if (!this.#holds[rule]()) return false
    if (routed) return true
    this.#routes[rule] ??= compileOnFacts(routing, this.#facts)
    return this.#routes[rule]()
  }
}
