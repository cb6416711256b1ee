import type { Value } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import { layout as at, ClassTables, type ScanMemory, type Written, writePlan } from '../scan/index.ts'
import type { Classes } from './classes.ts'
import { type Cost, type Cover, coverOf, guess } from './cover.ts'
import type { Facts } from './facts.ts'
import { lineCost, planTables } from './linePlan.ts'
import type { ScannedLine } from './scannedLine.ts'

/** So many plans are kept; events of further classes are parsed. */
const MOST_PLANS = 512
const MOST_CLASSES = 16_384

/** A plan in the scan's memory. */
export interface LinePlan {
  readonly address: number
  /** Whether its rules are known to be of the event's log source. */
  readonly routed: boolean
  /** What its rules ask, log-source fields put in; made anew, for it is seldom wanted and large. */
  left(): ReadonlyMap<number, Filter>
}

/** Plans for the scan, one per class of events (see `Classes`), made when they are wanted. */
export class LinePlans {
  readonly #memory: ScanMemory
  readonly #line: ScannedLine
  readonly #facts: Facts
  readonly #classes: Classes
  readonly #stored: boolean
  readonly #tables: ClassTables
  readonly #bottom: number
  #cost: Cost = lineCost(guess)
  #covers = new WeakMap<Filter, Cover | { readonly none: true }>()
  #written: Written = new Map()
  #byClasses = new Map<string, LinePlan>()
  #byAddress = new Map<number, LinePlan>()

  constructor(memory: ScanMemory, line: ScannedLine, facts: Facts, classes: Classes, stored: boolean) {
    this.#memory = memory
    this.#line = line
    this.#facts = facts
    this.#classes = classes
    this.#stored = stored
    this.#tables = new ClassTables(memory)
    this.#bottom = memory.top
  }

  /** Makes all plans anew, from now on with that cost of probes. */
  choose(cost: Cost): void {
    this.#cost = lineCost(cost)
    this.#covers = new WeakMap()
    this.#written = new Map()
    this.#byClasses = new Map()
    this.#byAddress = new Map()
    this.#tables.forget()
    this.#memory.release(this.#bottom)
  }

  /** The plan by which the line at hand was probed. */
  current(): LinePlan {
    return this.#byAddress.get(this.#memory.word(at.PLAN))!
  }

  /** Tells the scan the class of the value that it asked about; false if it has none. */
  addValue(): boolean {
    const memory = this.#memory
    const index = memory.word(at.DETAIL)
    const field = memory.word(at.FIELD)
    const span = this.#line.span(index)
    if (memory.word(span + at.SPAN_TO) - memory.word(span + at.SPAN_FROM) > at.LONGEST_VALUE) return false
    const number = this.#classes.classOf(field - 1, this.#line.valueAt(index))
    if (number < 1) return false
    this.#tables.addValue(span, field, number)
    return true
  }

  /** Tells the scan the plan for the combination of classes that it asked about; false if there is none. */
  addClass(): boolean {
    const values = this.#valuesTold()
    const key = [...values]
      .map(([name, { numbers }]) => `${name}\n${numbers.join(' ')}`)
      .sort()
      .join('\n\n')
    let plan = this.#byClasses.get(key)
    if (plan === undefined) {
      if (this.#byClasses.size >= MOST_CLASSES || this.#byAddress.size >= MOST_PLANS) return false
      const given = new Map<string, Value>()
      for (const [name, { values: all }] of values) given.set(name, all.length === 1 ? all[0]! : all.flat())
      plan = this.#make(given)
      this.#byClasses.set(key, plan)
    }
    this.#tables.addClass(plan.address)
    this.#memory.setWord(at.PLAN, plan.address)
    return true
  }

  /** For each log-source field of the line, its classes and a value of each. */
  #valuesTold(): Map<string, { readonly numbers: number[]; readonly values: Value[] }> {
    const memory = this.#memory
    const told = new Map<string, { readonly numbers: number[]; readonly values: Value[] }>()
    const pairs = memory.word(at.PAIRS)
    for (let i = 0; i < memory.word(at.PAIR_COUNT); i++) {
      const pair = memory.word(pairs + i * 4)
      const field = (pair >>> 16) - 1
      const name = this.#classes.names[field]!
      const one = told.get(name) ?? { numbers: [], values: [] }
      told.set(name, one)
      one.numbers.push(pair & 0xffff)
      one.values.push(this.#classes.valueOf(field, pair & 0xffff)!)
    }
    return told
  }

  #make(values: ReadonlyMap<string, Value>): LinePlan {
    const { left, routed } = this.#classes.rulesOf(values)
    const facts = this.#facts
    const tables = planTables(
      left,
      (filter) => this.#coverOf(filter),
      (field) => facts.slots(field).of,
      this.#stored,
    )
    const plan = {
      address: writePlan(this.#memory, tables, facts.names.length, this.#written),
      routed,
      left: () => this.#classes.rulesOf(values).left,
    }
    this.#byAddress.set(plan.address, plan)
    return plan
  }

  /** Most filters are the same in many classes. */
  #coverOf(filter: Filter): Cover | undefined {
    const known = this.#covers.get(filter)
    if (known !== undefined) return 'none' in known ? undefined : known
    const cover = coverOf(filter, this.#cost)
    this.#covers.set(filter, cover ?? { none: true })
    return cover
  }
}
