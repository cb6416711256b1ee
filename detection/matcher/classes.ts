import { compileFilter, type Test } from '../../core/evaluate.ts'
import type { EventView, FieldRef, Scalar, Value } from '../../core/event.ts'
import { ALL, type Filter, type Leaf, NONE } from '../../core/filter.ts'
import { foldLeaves, leavesOf } from './foldLeaves.ts'

/** What a matcher needs of a rule. */
export interface Matchable {
  readonly filter: Filter
  /** Events of its log source. */
  readonly routing: Filter
}

/** What is left to ask of a class of events. */
export interface ClassRules {
  /** By the numbers of the rules; the others cannot match. */
  readonly left: ReadonlyMap<number, Filter>
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
  readonly #tests = new Map<Leaf, Test>()
  readonly #routings: readonly { readonly routing: Filter; readonly rules: readonly number[] }[]
  readonly #rules: readonly Matchable[]
  /** Whether what a rule asks depends on the class, beside its routing. */
  readonly #depends: readonly boolean[]

  constructor(rules: readonly Matchable[]) {
    this.#rules = rules
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
    this.#routings = [...routings.values()]
    const names = new Set(this.#routings.flatMap((r) => leavesOf(r.routing).flatMap(fieldsOf)))
    this.names = [...names]
    this.#known = names
    const leaves = new Map<string, FieldLeaf>()
    const gather = (filter: Filter): boolean => {
      let some = false
      for (const leaf of leavesOf(filter)) {
        if (!fieldsOf(leaf).some((n) => names.has(n))) continue
        some = true
        leaves.set(keyOf(leaf), leaf as FieldLeaf)
      }
      return some
    }
    for (const { routing } of this.#routings) gather(routing)
    this.#depends = rules.map((r) => gather(r.filter))
    const asked = [...leaves.values()]
    this.#fields = this.names.map(
      (name) =>
        new ClassField(
          name,
          asked.filter((l) => l.field.includes(name)),
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
    const view: EventView = { get: (name) => values.get(name), some: () => false }
    const truth = (leaf: Leaf): boolean | undefined => {
      for (const name of fieldsOf(leaf)) {
        if (!this.#known.has(name)) return undefined
        if (values.has(name)) return this.#test(leaf)(view)
      }
      return fieldsOf(leaf).length === 0 ? undefined : this.#test(leaf)(view)
    }
    const left = new Map<number, Filter>()
    let routed = true
    for (const { routing, rules } of this.#routings) {
      const route = foldLeaves(routing, truth)
      if (route.op === 'none') continue
      routed &&= route.op === 'all'
      for (const id of rules) {
        const filter = this.#depends[id]! ? foldLeaves(this.#rules[id]!.filter, truth) : this.#rules[id]!.filter
        if (filter.op !== 'none') left.set(id, route.op === 'all' ? filter : bothOf(route, filter))
      }
    }
    return { left, routed }
  }

  #test(leaf: Leaf): Test {
    const test = this.#tests.get(leaf) ?? compileFilter(leaf)
    this.#tests.set(leaf, test)
    return test
  }
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

/** The fields a leaf asks one value of; none where it looks at the whole event or compares fields. */
function fieldsOf(leaf: Leaf): readonly string[] {
  return leaf.op === 'keyword' || leaf.op === 'compare' ? [] : leaf.field
}

/** The same text for filters that are the same. */
function keyOf(filter: unknown): string {
  return JSON.stringify(filter, (_, v) => (typeof v === 'symbol' ? v.toString() : v))
}
