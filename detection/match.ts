import type { StoredEvent } from '../core/event.ts'
import { and } from '../core/filter.ts'
import { Classes, type Matchable } from './matcher/classes.ts'
import { compileOnFacts, type FactTest } from './matcher/compileOnFacts.ts'
import { Facts } from './matcher/facts.ts'
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
  readonly #facts = new Facts()
  readonly #holds: readonly FactTest[]
  readonly #routes: readonly FactTest[]
  readonly #plans: Plans
  readonly #likely = new Marks()

  constructor(rules: readonly Matchable[]) {
    const facts = this.#facts
    const routes = new Map(rules.map(({ routing }) => [routing, compileOnFacts(routing, facts)]))
    this.#routes = rules.map(({ routing }) => routes.get(routing)!)
    this.#holds = rules.map(({ filter }) => compileOnFacts(filter, facts))
    const whole = new Map(rules.map(({ routing, filter }, id) => [id, and(routing, filter)]))
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
    const rules = this.#likely
    rules.clear()
    const plan = this.#plans.current()
    const { index, routed, lessons } = plan
    index.candidates(rules.add)
    let found: number[] | undefined
    for (const id of rules.list) {
      if (!this.#holds[id]!() || !(routed || this.#routes[id]!())) lessons?.vain(id)
      else if (found === undefined) found = [id]
      else found.push(id)
    }
    if (lessons !== undefined) this.#plans.learn(plan, lessons)
    return found === undefined ? NONE : found.length === 1 ? found : found.sort((a, b) => a - b)
  }
}
