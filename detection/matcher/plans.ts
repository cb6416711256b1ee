import type { Value } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import type { Classes } from './classes.ts'
import type { Facts, Slots } from './facts.ts'
import { Lessons } from './lessons.ts'
import { createRuleIndex, type RuleIndex } from './ruleIndex.ts'

/** A class of events gets an index of its own when so many of it have come. */
const ENOUGH = 8
const MOST_PLANS = 256
const MOST_NODES = 16_384

interface Node {
  /** By the class of the next field. */
  readonly next: (Node | undefined)[]
  seen: number
  plan: Plan | undefined
}

/** How the rules that an event matches are found. */
export interface Plan {
  index: RuleIndex
  /** Whether the rules of the index are known to be of the event's log source. */
  readonly routed: boolean
  /** What its events still teach. */
  lessons: Lessons | undefined
}

/**
 * For an event that the facts hold, the index of the rules that come into question for its class (see `Classes`); for
 * classes that hardly occur, the index of all rules.
 */
export class Plans {
  readonly #facts: Facts
  readonly #classes: Classes
  readonly #slots: readonly Slots[]
  readonly #all: Plan
  #root: Node = node()
  #nodes = 0
  #plans = 0

  constructor(classes: Classes, rules: ReadonlyMap<number, Filter>, facts: Facts) {
    this.#facts = facts
    this.#classes = classes
    this.#slots = classes.names.map((name) => facts.slots([name]))
    this.#all = { index: createRuleIndex(rules, facts), routed: false, lessons: undefined }
  }

  /** The plan for the event at hand; whatever its index leaves out does not match. */
  current(): Plan {
    const facts = this.#facts
    let at = this.#root
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = facts.first(this.#slots[i]!)
      const number = slot < 0 ? 0 : this.#classes.classOf(i, facts.value(slot))
      if (number < 0) return this.#all
      const next = at.next[number] ?? this.#grow(at, number)
      if (next === undefined) return this.#all
      at = next
    }
    return at.plan ?? this.#planFor(at)
  }

  /** Lets a plan learn from the event at hand, which it has been asked about. */
  learn(plan: Plan, lessons: Lessons): void {
    if (lessons.take()) plan.index = createRuleIndex(lessons.filters, this.#facts, lessons.cost)
    if (lessons.over) plan.lessons = undefined
  }

  #grow(at: Node, number: number): Node | undefined {
    if (++this.#nodes > MOST_NODES) {
      this.#nodes = 0
      this.#plans = 0
      this.#root = node()
      return undefined
    }
    while (at.next.length <= number) at.next.push(undefined)
    const made = node()
    at.next[number] = made
    return made
  }

  #planFor(at: Node): Plan {
    if (++at.seen < ENOUGH || this.#plans >= MOST_PLANS) return this.#all
    this.#plans++
    const facts = this.#facts
    const values = new Map<string, Value>()
    for (const [i, slots] of this.#slots.entries()) {
      const slot = facts.first(slots)
      if (slot >= 0) values.set(this.#classes.names[i]!, facts.value(slot))
    }
    const { left, routed } = this.#classes.rulesOf(values)
    at.plan = { index: createRuleIndex(left, facts), routed, lessons: new Lessons(left, facts) }
    return at.plan
  }
}

function node(): Node {
  return { next: [], seen: 0, plan: undefined }
}
