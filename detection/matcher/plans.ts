import type { Value } from '../../core/event.ts'
import type { Classes, ClassRules, Question } from './classes.ts'
import { guess } from './cover.ts'
import { Covers, type Place } from './covers.ts'
import type { Facts, Slots } from './facts.ts'
import { Filing } from './filing.ts'
import { Lessons } from './lessons.ts'
import { type FieldIndexes, RuleIndex } from './ruleIndex.ts'

const MOST_PLANS = 256
const MOST_NODES = 16_384

interface Node {
  /** By the class of the next field. */
  readonly next: (Node | undefined)[]
  plan: Plan | undefined
}

/** How the rules that an event matches are found. */
export interface Plan {
  readonly index: RuleIndex
  readonly filing: Filing
  /** Whether the rules of the index are known to be of the event's log source. */
  readonly routed: boolean
  /** What its events teach. */
  readonly lessons: Lessons
}

/**
 * For an event that the facts hold, the index of the rules that come into question for its class (see `Classes`); for
 * classes beyond those that are kept, the index of all rules.
 */
export class Plans {
  readonly #facts: Facts
  readonly #classes: Classes
  readonly #rules: readonly Question[]
  readonly #slots: readonly Slots[]
  readonly #covers = new Covers(guess)
  #indexes: FieldIndexes = new Map()
  #root: Node = node()
  #nodes = 0
  #byRules = new Map<ClassRules, Plan>()
  #all: Plan | undefined

  /** `rules`: each with its routing. */
  constructor(classes: Classes, rules: readonly Question[], facts: Facts) {
    this.#facts = facts
    this.#classes = classes
    this.#rules = rules
    this.#slots = classes.names.map((name) => facts.slots([name]))
  }

  /** The plan for the event at hand; whatever its index leaves out does not match. */
  current(): Plan {
    const facts = this.#facts
    let at = this.#root
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = facts.first(this.#slots[i]!)
      const number = slot < 0 ? 0 : this.#classes.classOf(i, facts.value(slot))
      if (number < 0) return this.#planOfAll()
      const next = at.next[number] ?? this.#grow(at, number)
      if (next === undefined) return this.#planOfAll()
      at = next
    }
    at.plan ??= this.#planFor(this.#rulesAtHand())
    return at.plan
  }

  /** Lets a plan learn from the event at hand, which it has been asked about. */
  learn({ lessons, index, filing }: Plan): void {
    if (lessons.due) lessons.begin()
    if (!lessons.trying) return
    lessons.try()
    if (!lessons.tried) return
    const changed = new Set<Place>()
    for (const question of lessons.end()) {
      const parts = this.#covers.chooseAnew(question, lessons.cost)
      if (parts === undefined || filing.has(parts)) {
        lessons.unchanged(question.rule)
        continue
      }
      for (const place of filing.replace(question.rule, parts)) changed.add(place)
    }
    index.renew(changed)
  }

  #grow(at: Node, number: number): Node | undefined {
    if (++this.#nodes > MOST_NODES) {
      this.#nodes = 0
      this.#byRules = new Map()
      this.#indexes = new Map()
      this.#root = node()
      return undefined
    }
    while (at.next.length <= number) at.next.push(undefined)
    const made = node()
    at.next[number] = made
    return made
  }

  #rulesAtHand(): ClassRules {
    const facts = this.#facts
    const values = new Map<string, Value>()
    for (const [i, slots] of this.#slots.entries()) {
      const slot = facts.first(slots)
      if (slot >= 0) values.set(this.#classes.names[i]!, facts.value(slot))
    }
    return this.#classes.rulesOf(values)
  }

  #planFor(rules: ClassRules): Plan {
    const known = this.#byRules.get(rules)
    if (known !== undefined) return known
    if (this.#byRules.size >= MOST_PLANS) return this.#planOfAll()
    const made = this.#make(rules)
    this.#byRules.set(rules, made)
    return made
  }

  #planOfAll(): Plan {
    this.#all ??= this.#make({ left: this.#rules, routed: false })
    return this.#all
  }

  #make({ left, routed }: ClassRules): Plan {
    const facts = this.#facts
    const filing = new Filing(left, this.#covers)
    return {
      index: new RuleIndex(filing, this.#indexes, facts),
      filing,
      routed,
      lessons: new Lessons(left, this.#covers, facts),
    }
  }
}

function node(): Node {
  return { next: [], plan: undefined }
}
