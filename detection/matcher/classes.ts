import { compileFilter, type Test } from '../../core/evaluate.ts'
import type { EventView, FieldRef, Scalar, Value } from '../../core/event.ts'
import { ALL, type Filter, type Leaf, NONE } from '../../core/filter.ts'
import { eachLeaf, foldLeaves, judge } from './foldLeaves.ts'

/** What a matcher needs of a rule. */
export interface Matchable {
  readonly filter: Filter
  /** Events of its log source. */
  readonly routing: Filter
}

/** What is asked of an event so that a rule, by its number, matches. The same object wherever the same is asked for a rule. */
export interface Question {
  readonly rule: number
  readonly filter: Filter
}

/** What is left to ask of a class of events. The same object for classes of which the same is asked. */
export interface ClassRules {
  /** Of rules that are missing here none can match. */
  readonly left: readonly Question[]
  /** Whether these rules are known to be of the events' log source. */
  readonly routed: boolean
}

/** A leaf that asks something of one field. */
type FieldLeaf = Leaf & { readonly field: FieldRef }

/** Values remembered of a field, then they are looked at anew; longer texts always are. */
const MOST_VALUES = 4096
const LONGEST_VALUE = 256
/** Classes told apart of a field. */
const MOST_CLASSES = 4096
/** So much of what is left to ask is remembered. */
const MOST_ANSWERS = 1024

/**
 * What events tell by the few fields that log sources are recognised by (channel, event id, dataset …). Values of such a
 * field that no rule tells apart are one class of values; events whose fields are of the same classes are one class of
 * events: for all of them the same rules come into question, with the same constants in place of what they ask of these
 * fields.
 */
export class Classes {
  /** The fields, in the order in which classes are given. */
  readonly names: readonly string[]
  readonly #known: ReadonlySet<string>
  readonly #fields: readonly ClassField[]
  readonly #routings: readonly Routing[]
  /** What rules ask, and of each the leaves that depend on the class. */
  readonly #questions: readonly (Question & { readonly depends: readonly number[] })[]
  /** Leaves that ask of these fields: the same number for the same leaf. */
  readonly #numbers = new Map<Leaf, number>()
  readonly #leaves: FieldLeaf[] = []
  readonly #tests: (Test | undefined)[] = []
  readonly #folded = new Map<string, Question>()
  readonly #answers = new Map<string, ClassRules>()

  constructor(rules: readonly Matchable[]) {
    const routings = routingsOf(rules)
    const names = new Set<string>()
    for (const { routing } of routings)
      eachLeaf(routing, (leaf) => {
        for (const name of fieldsOf(leaf)) names.add(name)
      })
    this.names = [...names]
    this.#known = names
    const numbers = new Map<string, number>()
    const number = (leaf: FieldLeaf): number => {
      const key = keyOf(leaf)
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, this.#leaves.push(leaf) - 1)
      return this.#leaves.length - 1
    }
    const concerned = new Map<readonly string[], boolean>()
    const concerns = (field: readonly string[]): boolean => {
      const known = concerned.get(field) ?? field.some((n) => names.has(n))
      concerned.set(field, known)
      return known
    }
    const gather = (filter: Filter): readonly number[] => {
      const found: number[] = []
      eachLeaf(filter, (leaf) => {
        const field = fieldsOf(leaf)
        if (!concerns(field)) return
        const is = this.#numbers.get(leaf) ?? number(leaf as FieldLeaf)
        this.#numbers.set(leaf, is)
        found.push(is)
      })
      return found
    }
    this.#questions = rules.map(({ filter }, rule) => ({ rule, filter, depends: gather(filter) }))
    this.#routings = routings.map((r) => ({
      ...r,
      depends: gather(r.routing),
      inside: [...new Set(r.rules.flatMap((rule) => this.#questions[rule]!.depends))],
    }))
    this.#fields = this.names.map(
      (name) =>
        new ClassField(
          name,
          this.#leaves.filter((l) => l.field.includes(name)),
        ),
    )
  }

  /** The class of a value of the field of that number; -1 if it is none of the many that are kept. */
  classOf(field: number, value: Value | undefined): number {
    return value === undefined ? 0 : this.#fields[field]!.classOf(value)
  }

  /** A value of that class, which all others are like; undefined for class 0. */
  valueOf(field: number, number: number): Value | undefined {
    return this.#fields[field]!.valueOf(number)
  }

  /** What is left to ask of an event in whose log-source fields such values stand, and none in the others. */
  rulesOf(values: ReadonlyMap<string, Value>): ClassRules {
    const truths = this.#truthsOf(values)
    const truth = (leaf: Leaf): boolean | undefined => {
      const number = this.#numbers.get(leaf)
      return number === undefined ? undefined : truths(number)
    }
    const verdicts = this.#routings.map(({ routing }) => judge(routing, truth))
    const key = this.#keyOf(verdicts, truths)
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const left: Question[] = []
    for (const [i, { routing, depends, rules }] of this.#routings.entries()) {
      if (verdicts[i] === false) continue
      const route = verdicts[i] === true ? ALL : foldLeaves(routing, truth)
      const routed = verdicts[i] === true ? '' : told(depends, truths)
      for (const rule of rules) {
        const question = this.#questions[rule]!
        if (routed === '' && question.depends.length === 0) left.push(question)
        else {
          const folded = this.#fold(rule, `${rule} ${routed} ${told(question.depends, truths)}`, route, truth)
          if (folded.filter.op !== 'none') left.push(folded)
        }
      }
    }
    const answer = { left, routed: !verdicts.includes(undefined) }
    if (this.#answers.size >= MOST_ANSWERS) {
      this.#answers.clear()
      this.#folded.clear()
    }
    this.#answers.set(key, answer)
    return answer
  }

  #fold(rule: number, key: string, route: Filter, truth: (leaf: Leaf) => boolean | undefined): Question {
    const known = this.#folded.get(key)
    if (known !== undefined) return known
    const made = { rule, filter: bothOf(route, foldLeaves(this.#questions[rule]!.filter, truth)) }
    this.#folded.set(key, made)
    return made
  }

  /** All that the answer depends on. */
  #keyOf(verdicts: readonly (boolean | undefined)[], truths: Truths): string {
    let key = ''
    for (let i = 0; i < verdicts.length; i++) {
      if (verdicts[i] === false) continue
      const { depends, inside } = this.#routings[i]!
      key += verdicts[i] === true ? `${i}:` : `${i}?${told(depends, truths)}`
      if (inside.length > 0) key += told(inside, truths)
    }
    return key
  }

  /** Of leaves, by their numbers, what is known where such values stand. */
  #truthsOf(values: ReadonlyMap<string, Value>): Truths {
    const view: EventView = { get: (name) => values.get(name), some: () => false }
    const asked = new Map<number, boolean | undefined>()
    return (number) => {
      const before = asked.get(number)
      if (before !== undefined || asked.has(number)) return before
      const truth = this.#truthOf(number, values, view)
      asked.set(number, truth)
      return truth
    }
  }

  #truthOf(number: number, values: ReadonlyMap<string, Value>, view: EventView): boolean | undefined {
    const leaf = this.#leaves[number]!
    for (const name of leaf.field) {
      if (!this.#known.has(name)) return undefined
      if (values.has(name)) break
    }
    this.#tests[number] ??= compileFilter(leaf)
    return this.#tests[number](view)
  }
}

type Truths = (leaf: number) => boolean | undefined

/** A routing and the rules that have it. */
interface Routing {
  readonly routing: Filter
  readonly rules: readonly number[]
  /** Its leaves that depend on the class. */
  readonly depends: readonly number[]
  /** Those of its rules. */
  readonly inside: readonly number[]
}

function routingsOf(rules: readonly Matchable[]): readonly Pick<Routing, 'routing' | 'rules'>[] {
  const routings = new Map<string, { readonly routing: Filter; readonly rules: number[] }>()
  const known = new Map<Filter, { readonly rules: number[] }>()
  for (const [id, { routing }] of rules.entries()) {
    let same = known.get(routing)
    if (same === undefined) {
      const key = keyOf(routing)
      const entry = routings.get(key) ?? { routing, rules: [] }
      routings.set(key, entry)
      known.set(routing, entry)
      same = entry
    }
    same.rules.push(id)
  }
  return [...routings.values()]
}

/** The truth of leaves, a character each. */
function told(leaves: readonly number[], truths: Truths): string {
  let text = ''
  for (const leaf of leaves) {
    const truth = truths(leaf)
    text += truth === undefined ? '?' : truth ? '1' : '0'
  }
  return text
}

/** What is asked of one field, and which values it tells apart. */
class ClassField {
  readonly #name: string
  readonly #tests: readonly Test[]
  readonly #classes = new Map<string, number>()
  /** Of each class the first value seen; 0 is for absent. */
  readonly #values: (Value | undefined)[] = [undefined]
  readonly #known = new Map<Scalar, number>()
  readonly #knownLists = new Map<string, number>()

  constructor(name: string, leaves: readonly FieldLeaf[]) {
    this.#name = name
    const asked = new Map(leaves.map((leaf) => [keyOf({ ...leaf, field: [name] }), { ...leaf, field: [name] } as Leaf]))
    this.#tests = [...asked.values()].map(compileFilter)
  }

  classOf(value: Value): number {
    if (typeof value !== 'object' || value === null) return this.#remembered(this.#known, value, value)
    if (value.length === 1) return this.#remembered(this.#known, value[0]!, value)
    return value.length > 16 ? this.#look(value) : this.#remembered(this.#knownLists, JSON.stringify(value), value)
  }

  #remembered<K extends Scalar>(known: Map<K, number>, key: K, value: Value): number {
    const before = known.get(key)
    if (before !== undefined) return before
    const found = this.#look(value)
    if (typeof key === 'string' && key.length > LONGEST_VALUE) return found
    if (known.size >= MOST_VALUES) known.clear()
    known.set(key, found)
    return found
  }

  valueOf(number: number): Value | undefined {
    return this.#values[number]
  }

  #look(value: Value): number {
    const view: EventView = { get: (name) => (name === this.#name ? value : undefined), some: () => false }
    const signature = this.#tests.map((t) => (t(view) ? '1' : '0')).join('')
    const known = this.#classes.get(signature)
    if (known !== undefined) return known
    if (this.#values.length >= MOST_CLASSES) return -1
    const made = this.#values.push(value) - 1
    this.#classes.set(signature, made)
    return made
  }
}

function bothOf(a: Filter, b: Filter): Filter {
  return b === ALL ? a : b === NONE ? NONE : { op: 'and', of: [a, b] }
}

const NO_FIELDS: readonly string[] = []

/** The fields a leaf asks one value of; none where it looks at the whole event or compares fields. */
function fieldsOf(leaf: Leaf): readonly string[] {
  return leaf.op === 'keyword' || leaf.op === 'compare' ? NO_FIELDS : leaf.field
}

/** The same text for filters that are the same. */
function keyOf(filter: unknown): string {
  return JSON.stringify(filter, (_, v) => (typeof v === 'symbol' ? v.toString() : v))
}
