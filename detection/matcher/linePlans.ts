import type { Value } from '../../core/event.ts'
import {
  layout as at,
  ClassTables,
  type FieldOfPlan,
  type ScanMemory,
  writeField,
  writeFields,
  writePlan,
} from '../scan/index.ts'
import type { Classes, ClassRules } from './classes.ts'
import { guess } from './cover.ts'
import { Covers, type Part, type Place } from './covers.ts'
import type { Facts } from './facts.ts'
import { Filing } from './filing.ts'
import { Lessons } from './lessons.ts'
import { type FieldTables, type KeywordTables, LineTables, lineCost } from './lineTables.ts'
import type { ScannedLine } from './scannedLine.ts'

/** So many plans are kept, as far as memory reaches; events of further classes are parsed. */
const MOST_PLANS = 512
const MOST_CLASSES = 16_384

/** A plan in the scan's memory. */
export interface LinePlan {
  readonly address: number
  /** Whether its rules are known to be of the event's log source. */
  readonly routed: boolean
  /** What its lines teach, once a rule was a candidate in vain. */
  readonly lessons: Lessons | undefined
}

interface Kept extends LinePlan {
  readonly rules: ClassRules
  readonly filing: Filing
  /** Its fields; the tables of one are made when a line has it: no line has most. */
  readonly fields: Map<Place, FieldOfPlan>
  lessons: Lessons | undefined
}

/** Plans for the scan, one for all classes of events of which the same is asked (see `Classes`), made when they are wanted. */
export class LinePlans {
  readonly #memory: ScanMemory
  readonly #line: ScannedLine
  readonly #facts: Facts
  readonly #classes: Classes
  readonly #ofClasses: ClassTables
  readonly #covers = new Covers(lineCost(guess))
  readonly #tables: LineTables
  /** By what is sought in a place: plans have most of it in common. */
  readonly #ofFields = new Map<string, FieldTables>()
  readonly #ofKeywords = new Map<string, KeywordTables>()
  readonly #numbers = new Map<Place, number>()
  readonly #byClasses = new Map<string, Kept>()
  readonly #byRules = new Map<ClassRules, Kept>()
  readonly #byAddress = new Map<number, Kept>()
  /** Plans whose lessons try what else could cover some rules. */
  #trying = 0
  /** Whether some lessons are due, or some have tried with enough lines. */
  #due = false
  #tried = false

  constructor(memory: ScanMemory, line: ScannedLine, facts: Facts, classes: Classes) {
    this.#memory = memory
    this.#line = line
    this.#facts = facts
    this.#classes = classes
    this.#ofClasses = new ClassTables(memory)
    this.#tables = new LineTables(memory)
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
    this.#ofClasses.addValue(span, field, number)
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
      if (this.#byClasses.size >= MOST_CLASSES) return false
      const given = new Map<string, Value>()
      for (const [name, { values: all }] of values) given.set(name, all.length === 1 ? all[0]! : all.flat())
      plan = this.#planFor(this.#classes.rulesOf(given))
      if (plan === undefined) return false
      this.#byClasses.set(key, plan)
    }
    this.#ofClasses.addClass(plan.address)
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

  #planFor(rules: ClassRules): Kept | undefined {
    const known = this.#byRules.get(rules)
    if (known !== undefined || this.#byAddress.size >= MOST_PLANS || this.#memory.full) return known
    const plan: Kept = {
      address: writePlan(this.#memory, this.#facts.names.length),
      routed: rules.routed,
      rules,
      filing: new Filing(rules.left, this.#covers),
      fields: new Map(),
      lessons: undefined,
    }
    this.#memory.setWord(plan.address + at.PLAN_ALWAYS, this.#tables.rules(plan.filing.always))
    this.#file(plan, plan.filing.places)
    this.#byRules.set(rules, plan)
    this.#byAddress.set(plan.address, plan)
    return plan
  }

  /** Puts what is sought in places into the plan, in place of what was sought there. */
  #file(plan: Kept, places: Iterable<Place>): void {
    const { address, filing, fields } = plan
    const memory = this.#memory
    const before = fields.size
    for (const place of places) {
      const there = fields.get(place)
      if (place.field === undefined) this.#writeKeywords(address, filing, place)
      else if (there === undefined)
        fields.set(place, { slots: this.#facts.slots(place.field).of, address: writeField(memory) })
      else if (memory.word(there.address + at.FIELD_PRESENT) !== at.UNMADE) this.#write(plan, place, there)
    }
    if (fields.size > before) writeFields(memory, address, [...fields.values()])
  }

  /** Writes the tables of a field. */
  #write({ address: plan, filing }: Kept, place: Place, { address }: FieldOfPlan): void {
    const memory = this.#memory
    const { words, odd } = this.#once(this.#ofFields, filing, place, (parts) => this.#tables.ofField(parts))
    memory.words.set(words, address >>> 2)
    memory.setWord(plan + at.PLAN_ODD, memory.word(plan + at.PLAN_ODD) | odd)
  }

  /** Makes the tables of the field that the scan asked for; false if there is no room. */
  addField(): boolean {
    const memory = this.#memory
    const plan = this.#byAddress.get(memory.word(at.PLAN))!
    const address = memory.word(at.DETAIL)
    if (memory.full) return false
    for (const [place, field] of plan.fields) if (field.address === address) this.#write(plan, place, field)
    return true
  }

  #writeKeywords(plan: number, filing: Filing, place: Place): void {
    const memory = this.#memory
    const { table, odd, always } = this.#once(this.#ofKeywords, filing, place, (p) => this.#tables.ofKeywords(p))
    memory.setWord(plan + at.PLAN_KEYWORDS, table)
    memory.setWord(plan + at.PLAN_ODD_KEYWORDS, odd)
    memory.setWord(plan + at.PLAN_ALWAYS, this.#tables.rules([...filing.always, ...always]))
  }

  #once<T>(written: Map<string, T>, filing: Filing, place: Place, write: (parts: readonly Part[]) => T): T {
    const number = this.#numbers.get(place) ?? this.#numbers.size
    this.#numbers.set(place, number)
    const key = `${number}: ${filing.keyAt(place)}`
    const known = written.get(key)
    if (known !== undefined) return known
    const made = write(filing.at(place))
    written.set(key, made)
    return made
  }

  /** The rule was a candidate of the line at hand in vain. */
  vain(rule: number): void {
    const plan = this.#byAddress.get(this.#memory.word(at.PLAN))!
    plan.lessons ??= new Lessons(plan.rules.left, this.#covers, this.#facts)
    plan.lessons.vain(rule)
    this.#due ||= plan.lessons.due
  }

  /** Tries on the line at hand what else could cover rules of its plan, as long as lines are wanted for that. */
  try({ address, lessons }: LinePlan): void {
    lessons!.try()
    if (!lessons!.tried) return
    this.#tried = true
    this.#memory.setWord(address + at.PLAN_TOLD, 0)
  }

  /** Whether some plans want all their lines, also such that have no candidates. */
  get trying(): boolean {
    return this.#trying > 0
  }

  /** Begins to try what else could cover rules that were candidates in vain, at least so many times or too often. */
  tryOthers(least?: number): void {
    if (least === undefined && !this.#due) return
    this.#due = false
    for (const { address, lessons } of this.#byAddress.values()) {
      if (lessons === undefined || lessons.trying || (least === undefined && !lessons.due)) continue
      lessons.begin(least)
      if (!lessons.trying) continue
      this.#trying++
      this.#memory.setWord(address + at.PLAN_TOLD, 1)
    }
  }

  /** Files rules under other covers where lines have taught which are better: all `atOnce`, or when enough were tried. */
  choose(atOnce: boolean): void {
    if (!(atOnce || this.#tried) || this.#memory.full) return
    this.#tried = false
    for (const plan of this.#byAddress.values()) {
      const { address, lessons, filing } = plan
      if (lessons === undefined || !lessons.trying || !(atOnce || lessons.tried)) continue
      const cost = lineCost(lessons.cost)
      const changed = new Set<Place>()
      for (const question of lessons.end()) {
        const parts = this.#covers.chooseAnew(question, cost)
        if (parts === undefined || filing.has(parts)) {
          lessons.unchanged(question.rule)
          continue
        }
        for (const place of filing.replace(question.rule, parts)) changed.add(place)
      }
      this.#file(plan, changed)
      this.#trying--
      this.#memory.setWord(address + at.PLAN_TOLD, 0)
    }
  }
}
