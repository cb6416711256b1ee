import { hashOf } from './hash.ts'
import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'

/** Values and combinations of classes remembered; then all are forgotten. */
const MOST_ENTRIES = 4096
const SIZE = MOST_ENTRIES * 2

/** The tables by which a line finds its plan: from values to classes, from classes to plan. Bounded: they forget. */
export class ClassTables {
  readonly #memory: ScanMemory
  readonly #values: number
  readonly #classes: number
  readonly #bytes: number
  #used = 0
  #valueCount = 0
  #classCount = 0

  constructor(memory: ScanMemory) {
    this.#memory = memory
    this.#values = memory.allocate(SIZE * at.VALUE_SIZE)
    this.#classes = memory.allocate(SIZE * at.CLASS_SIZE)
    this.#bytes = memory.allocate(MOST_ENTRIES * (at.LONGEST_VALUE + at.MOST_PAIRS * 4))
    memory.setWord(at.VALUES, this.#values)
    memory.setWord(at.VALUES_MASK, SIZE - 1)
    memory.setWord(at.CLASSES, this.#classes)
    memory.setWord(at.CLASSES_MASK, SIZE - 1)
  }

  forget(): void {
    this.#memory.bytes.fill(0, this.#values, this.#values + SIZE * at.VALUE_SIZE)
    this.#memory.bytes.fill(0, this.#classes, this.#classes + SIZE * at.CLASS_SIZE)
    this.#used = 0
    this.#valueCount = 0
    this.#classCount = 0
  }

  /** Remembers the class (from 1) of the value of a span, at most `LONGEST_VALUE` bytes long. */
  addValue(span: number, field: number, number: number): void {
    const memory = this.#memory
    if (++this.#valueCount > MOST_ENTRIES) {
      this.forget()
      this.#valueCount = 1
    }
    const kind = memory.word(span + at.SPAN_KIND) & at.KIND
    const from = memory.word(span + at.SPAN_FROM)
    const length = memory.word(span + at.SPAN_TO) - from
    const hash = hashOf(memory.view, from, length, 0, (field << 2) | kind)
    const text = this.#keep(from, length)
    const entry = this.#free(this.#values, at.VALUE_SIZE, hash, 20)
    memory.words.set([hash, field, kind, text, length, number], entry >>> 2)
  }

  /** Remembers the plan for the classes that the scan has told. */
  addClass(plan: number): void {
    const memory = this.#memory
    if (++this.#classCount > MOST_ENTRIES) {
      this.forget()
      this.#classCount = 1
    }
    const hash = memory.word(at.DETAIL)
    const count = memory.word(at.PAIR_COUNT)
    const pairs = this.#keep(memory.word(at.PAIRS), count * 4)
    const entry = this.#free(this.#classes, at.CLASS_SIZE, hash, 12)
    memory.words.set([hash, count, pairs, plan], entry >>> 2)
  }

  #keep(from: number, length: number): number {
    const to = this.#bytes + this.#used
    this.#memory.bytes.copyWithin(to, from, from + length)
    this.#used += (length + 7) & ~7
    return to
  }

  /** The first free entry of a table from the place of a hash on. */
  #free(table: number, size: number, hash: number, mark: number): number {
    let i = hash & (SIZE - 1)
    while (this.#memory.word(table + i * size + mark) !== 0) i = (i + 1) & (SIZE - 1)
    return table + i * size
  }
}
