import { hashOf } from './hash.ts'
import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'

/** Classifies and probes lines as `assembly/probe.ts` does, with its results. */
export class PlainProbe {
  readonly #memory: ScanMemory
  #found = 0

  constructor(memory: ScanMemory) {
    this.#memory = memory
  }

  classify(): number {
    const memory = this.#memory
    const pairs = memory.word(at.PAIRS)
    let count = 0
    let hash = 0
    for (let i = 0; i < memory.word(at.PRESENT_COUNT); i++) {
      const slot = this.#item(at.PRESENT, i)
      const field = this.#item(at.SLOT_FIELD, slot)
      if (field === 0) continue
      let index = this.#item(at.SLOT_FIRST, slot)
      do {
        if (count === at.MOST_PAIRS) return at.NO_CLASS
        const span = memory.word(at.SPANS) + index * at.SPAN_SIZE
        const number = this.#classOf(field, span)
        if (number === 0) {
          memory.setWord(at.DETAIL, index)
          memory.setWord(at.FIELD, field)
          return at.NEW_VALUE
        }
        const pair = (field << 16) | number
        memory.setWord(pairs + count++ * 4, pair)
        hash = Math.imul(hash ^ pair, 0x85ebca6b)
        hash ^= hash >>> 15
        index = memory.word(span + at.SPAN_NEXT)
      } while (index !== 0)
    }
    memory.setWord(at.PAIR_COUNT, count)
    const mask = memory.word(at.CLASSES_MASK)
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const entry = memory.word(at.CLASSES) + i * at.CLASS_SIZE
      const plan = memory.word(entry + 12)
      if (plan === 0) {
        memory.setWord(at.DETAIL, hash)
        return at.NEW_CLASS
      }
      if (memory.word(entry) !== hash >>> 0 || memory.word(entry + 4) !== count) continue
      if (!this.#same(pairs, memory.word(entry + 8), count * 4)) continue
      memory.setWord(at.PLAN, plan)
      return this.probeOrTell()
    }
  }

  #classOf(field: number, span: number): number {
    const memory = this.#memory
    const kind = memory.word(span + at.SPAN_KIND) & at.KIND
    const from = memory.word(span + at.SPAN_FROM)
    const length = memory.word(span + at.SPAN_TO) - from
    const hash = hashOf(memory.view, from, length, 0, (field << 2) | kind)
    const mask = memory.word(at.VALUES_MASK)
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const entry = memory.word(at.VALUES) + i * at.VALUE_SIZE
      const number = memory.word(entry + 20)
      if (number === 0) return 0
      if (memory.word(entry) !== hash || memory.word(entry + 4) !== field || memory.word(entry + 8) !== kind) continue
      if (memory.word(entry + 16) === length && this.#same(from, memory.word(entry + 12), length)) return number
    }
  }

  probeOrTell(): number {
    const memory = this.#memory
    const plan = memory.word(at.PLAN)
    const odd = (memory.word(at.ODD_SPANS) & memory.word(plan + at.PLAN_ODD)) !== 0
    if (odd && this.#markOdd(plan)) return at.ODD
    if ((memory.word(at.ODD_LINE) & memory.word(plan + at.PLAN_ODD_KEYWORDS)) !== 0) return at.ODD
    memory.setWord(at.KEYWORDS_FROM, memory.word(at.LINE_FROM))
    memory.setWord(at.KEYWORDS_TO, memory.word(at.LINE_TO))
    return this.probe()
  }

  #markOdd(plan: number): boolean {
    const memory = this.#memory
    let some = false
    for (let i = 0; i < memory.word(at.PRESENT_COUNT); i++) {
      const slot = this.#item(at.PRESENT, i)
      let field = memory.word(plan + at.PLAN_SLOTS + slot * 4)
      if (field === 0) continue
      let odd = 0
      for (let left = memory.word(field); left > 0; left--) {
        odd |= memory.word(memory.word(field + 4) + at.FIELD_ODD)
        field += 8 + memory.word(field + 8) * 4
      }
      let index = this.#item(at.SLOT_FIRST, slot)
      do {
        const span = memory.word(at.SPANS) + index * at.SPAN_SIZE
        index = memory.word(span + at.SPAN_NEXT)
        const kind = memory.word(span + at.SPAN_KIND)
        if ((kind & odd) === 0) continue
        memory.setWord(span + at.SPAN_KIND, kind | at.TO_REWRITE)
        some = true
      } while (index !== 0)
    }
    return some
  }

  probe(): number {
    const memory = this.#memory
    this.#found = 0
    const plan = memory.word(at.PLAN)
    this.#report(memory.word(plan + at.PLAN_ALWAYS))
    for (let i = 0; i < memory.word(at.PRESENT_COUNT); i++) {
      const slot = this.#item(at.PRESENT, i)
      let field = memory.word(plan + at.PLAN_SLOTS + slot * 4)
      if (field === 0) continue
      for (let left = memory.word(field); left > 0; left--) {
        const table = memory.word(field + 4)
        const before = memory.word(field + 8)
        field += 8
        let free = true
        for (let j = 0; j < before; j++) {
          if (this.#item(at.SLOT_LINE, memory.word(field + 4 + j * 4)) === memory.word(at.LINE)) free = false
        }
        field += before * 4
        if (!free) continue
        if (memory.word(table + at.FIELD_PRESENT) === at.UNMADE) return this.#askFor(table)
        this.#probeField(table, this.#item(at.SLOT_FIRST, slot))
      }
    }
    this.#inside(memory.word(plan + at.PLAN_KEYWORDS), 4, memory.word(at.KEYWORDS_FROM), memory.word(at.KEYWORDS_TO))
    memory.setWord(at.FOUND_COUNT, this.#found)
    return at.DONE
  }

  #askFor(table: number): number {
    const memory = this.#memory
    for (let i = 0; i < this.#found; i++) memory.setWord(memory.word(at.RULE_LINE) + this.#item(at.FOUND, i) * 4, 0)
    memory.setWord(at.DETAIL, table)
    return at.NEW_FIELD
  }

  #probeField(table: number, first: number): void {
    const memory = this.#memory
    this.#report(memory.word(table + at.FIELD_PRESENT))
    let index = first
    do {
      const span = memory.word(at.SPANS) + index * at.SPAN_SIZE
      index = memory.word(span + at.SPAN_NEXT)
      const kind = memory.word(span + at.SPAN_KIND)
      if ((kind & at.KIND) > at.STRING) continue
      const from = memory.word(span + at.SPAN_TEXT_FROM)
      const to = memory.word(span + at.SPAN_TEXT_TO)
      const terms = memory.word(table + at.FIELD_TERMS)
      if (terms !== 0) this.#lookUp(terms, from, to - from, from, to, false)
      this.#byLength(memory.word(table + at.FIELD_PREFIXES), from, to, false)
      this.#byLength(memory.word(table + at.FIELD_SUFFIXES), from, to, true)
      this.#inside(memory.word(table + at.FIELD_INSIDE), 4, from, to)
      this.#inside(memory.word(table + at.FIELD_SHORT), 2, from, to)
      if ((kind & (at.HIGH | at.ODD_OTHER)) === 0) continue
      this.#report(memory.word(table + at.FIELD_BEYOND))
      this.#inside(memory.word(table + at.FIELD_INSIDE_BEYOND), 4, from, to)
    } while (index !== 0)
  }

  #byLength(table: number, from: number, to: number, end: boolean): void {
    if (table === 0) return
    const memory = this.#memory
    const lengths = memory.word(table + at.TEXTS_LENGTHS_AT)
    for (let i = 0; i < memory.word(table + at.TEXTS_LENGTHS); i++) {
      const length = memory.word(lengths + i * 4)
      if (length > to - from) return
      this.#lookUp(table, end ? to - length : from, length, from, to, end)
    }
  }

  #lookUp(table: number, key: number, length: number, from: number, to: number, end: boolean): void {
    const memory = this.#memory
    const hash = hashOf(memory.view, key, length, at.FOLD, 0)
    const mask = memory.word(table + at.TEXTS_MASK)
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const pair = memory.word(table + at.TEXTS_AT) + i * 8
      let entry = memory.word(pair + 4)
      if (entry === 0) return
      if (memory.word(pair) !== hash) continue
      for (; entry !== 0; entry = memory.word(entry + at.ENTRY_NEXT)) {
        const whole = memory.word(entry + at.ENTRY_LENGTH)
        const fits = end ? whole <= to - from : whole === length
        if (fits && this.#sameFolded(end ? to - whole : key, memory.word(entry + at.ENTRY_TEXT), whole))
          this.#report(memory.word(entry + at.ENTRY_RULES))
      }
      return
    }
  }

  #inside(table: number, width: 2 | 4, from: number, to: number): void {
    if (table === 0) return
    const { bytes, view } = this.#memory
    const stride = this.#memory.word(table + at.INSIDE_STRIDE)
    const filter = this.#memory.word(table + at.INSIDE_FILTER)
    const mask = this.#memory.word(table + at.INSIDE_FILTER_MASK)
    for (let p = from; p <= to - width; p += stride) {
      const piece =
        width === 4 ? (view.getUint32(p, true) | at.FOLD) >>> 0 : view.getUint16(p, true) | (at.FOLD & 0xffff)
      if (bytes[filter + ((Math.imul(piece, at.SPREAD) >>> at.SPREAD_BITS) & mask)] !== 0)
        this.#lookInside(table, piece, p, from, to)
    }
  }

  #lookInside(table: number, piece: number, p: number, from: number, to: number): void {
    const memory = this.#memory
    const mask = memory.word(table + at.INSIDE_MASK)
    for (let i = (Math.imul(piece, at.SPREAD) >>> 7) & mask; ; i = (i + 1) & mask) {
      const pair = memory.word(table + at.INSIDE_AT) + i * 8
      let entry = memory.word(pair + 4)
      if (entry === 0) return
      if (memory.word(pair) !== piece) continue
      for (; entry !== 0; entry = memory.word(entry + at.ENTRY_NEXT)) {
        const start = p - memory.word(entry + at.ENTRY_OFFSET)
        const length = memory.word(entry + at.ENTRY_LENGTH)
        const fits = start >= from && start + length <= to
        if (fits && this.#sameFolded(start, memory.word(entry + at.ENTRY_TEXT), length))
          this.#report(memory.word(entry + at.ENTRY_RULES))
      }
      return
    }
  }

  #report(rules: number): void {
    if (rules === 0) return
    const memory = this.#memory
    const line = memory.word(at.LINE)
    for (let i = 1; i <= memory.word(rules); i++) {
      const rule = memory.word(rules + i * 4)
      const mark = memory.word(at.RULE_LINE) + rule * 4
      if (memory.word(mark) === line) continue
      memory.setWord(mark, line)
      memory.setWord(memory.word(at.FOUND) + this.#found++ * 4, rule)
    }
  }

  /** An item of one of the lists of words. */
  #item(list: number, index: number): number {
    return this.#memory.word(this.#memory.word(list) + index * 4)
  }

  #same(a: number, b: number, length: number): boolean {
    const { bytes } = this.#memory
    return bytes.compare(bytes, a, a + length, b, b + length) === 0
  }

  #sameFolded(from: number, literal: number, length: number): boolean {
    const { bytes } = this.#memory
    for (let i = 0; i < length; i++) if ((bytes[from + i]! | 0x20) !== bytes[literal + i]) return false
    return true
  }
}
