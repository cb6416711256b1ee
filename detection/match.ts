import type { StoredEvent } from '../core/event.ts'
import type { Filter } from '../core/filter.ts'
import type { CompiledRule } from './compile.ts'
import { compileOnFacts, type FactTest } from './matcher/compileOnFacts.ts'
import { Facts } from './matcher/facts.ts'
import { Marks } from './matcher/marks.ts'
import { createRuleIndex, type RuleIndex } from './matcher/ruleIndex.ts'

/** Tells which rules an event matches: their numbers in the list given to `createMatcher`, ascending. Never throws. */
export interface Matcher {
  ofStored(event: StoredEvent): readonly number[]
  /** Any parsed JSON object. */
  ofJson(object: object): readonly number[]
}

const NONE: readonly number[] = []

/** What a matcher needs of a rule. */
export type Matchable = Pick<CompiledRule, 'filter' | 'routing'>

/**
 * A matcher over many rules, in two steps of one kind: which log sources may and do hold (most events belong to one or
 * two), then which of their rules. The answers are those of the plain evaluator.
 */
export function createMatcher(rules: readonly Matchable[]): Matcher {
  return new IndexedMatcher(rules)
}

/** A log source and the rules written for it. */
interface Route {
  readonly holds: FactTest
  readonly rules: RuleIndex
}

class IndexedMatcher implements Matcher {
  readonly #facts = new Facts()
  readonly #holds: readonly FactTest[]
  readonly #routing: RuleIndex
  readonly #routes: readonly Route[]
  readonly #likelyRoutes = new Marks()
  readonly #likelyRules = new Marks()

  constructor(rules: readonly Matchable[]) {
    const facts = this.#facts
    this.#holds = rules.map(({ filter }) => compileOnFacts(filter, facts))
    const routes = new Map<string, { readonly routing: Filter; readonly rules: Map<number, Filter> }>()
    for (const [id, { filter, routing }] of rules.entries()) {
      const key = JSON.stringify(routing, (_, v) => (typeof v === 'symbol' ? v.toString() : v))
      const route = routes.get(key) ?? { routing, rules: new Map() }
      routes.set(key, route)
      route.rules.set(id, filter)
    }
    const all = [...routes.values()]
    this.#routing = createRuleIndex(new Map(all.map((r, i) => [i, r.routing])), facts)
    this.#routes = all.map((r) => ({
      holds: compileOnFacts(r.routing, facts),
      rules: createRuleIndex(r.rules, facts),
    }))
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
    const routes = this.#likelyRoutes
    const rules = this.#likelyRules
    routes.clear()
    rules.clear()
    this.#routing.candidates(routes.add)
    for (const at of routes.list) {
      const route = this.#routes[at]!
      if (route.holds()) route.rules.candidates(rules.add)
    }
    let found: number[] | undefined
    for (const id of rules.list) {
      if (!this.#holds[id]!()) continue
      if (found === undefined) found = [id]
      else found.push(id)
    }
    return found === undefined ? NONE : found.length === 1 ? found : found.sort((a, b) => a - b)
  }
}
