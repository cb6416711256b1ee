import { textOf } from '../../core/evaluate.ts'
import type { Scalar, Value } from '../../core/event.ts'
import { exactNumber, parseJson } from '../../core/exactJson.ts'
import { fold } from '../../core/fold.ts'
import { layout as at, type Scan, type ScanMemory } from '../scan/index.ts'
import type { Line } from './facts.ts'

const NOTHING: readonly Scalar[] = []

/** The line that the scan has walked: values are decoded where they are asked for. */
export class ScannedLine implements Line {
  readonly #memory: ScanMemory
  readonly #scan: Scan
  /** Room for a text that is read. */
  readonly #room: number
  #object: object = {}
  #parsed = 0

  /** `longest`: bytes that a line has at most. */
  constructor(memory: ScanMemory, scan: Scan, longest: number) {
    this.#memory = memory
    this.#scan = scan
    this.#room = memory.allocate(longest + 16)
  }

  slots(): Uint32Array {
    const { words } = this.#memory
    const from = words[at.PRESENT >>> 2]! >>> 2
    return words.subarray(from, from + words[at.PRESENT_COUNT >>> 2]!)
  }

  value(slot: number): Value {
    const { words } = this.#memory
    let index = words[words[at.SLOT_FIRST >>> 2]! / 4 + slot]!
    const only = this.#next(index) === 0
    if (only && this.#kind(index) !== at.EMPTY) return this.scalar(index)
    const values: Scalar[] = []
    do {
      if (this.#kind(index) !== at.EMPTY) values.push(this.scalar(index))
      index = this.#next(index)
    } while (index !== 0)
    return values
  }

  /** The value at a span: a scalar, or the empty list. */
  valueAt(index: number): Value {
    return this.#kind(index) === at.EMPTY ? NOTHING : this.scalar(index)
  }

  /** The folded text of a slot, if it is one text of ASCII. */
  folded(slot: number): string | undefined {
    const { words } = this.#memory
    const index = words[words[at.SLOT_FIRST >>> 2]! / 4 + slot]!
    const span = this.span(index) >>> 2
    const kind = words[span + (at.SPAN_KIND >>> 2)]!
    if (this.#next(index) !== 0 || (kind & at.KIND) !== at.STRING || (kind & at.HIGH) !== 0) return undefined
    return this.#read(words[span]!, words[span + (at.SPAN_TO >>> 2)]!, true)
  }

  /** What a string of ASCII reads as; undefined if it goes beyond. */
  #read(from: number, to: number, folded: boolean): string | undefined {
    const end = this.#scan.readText(from, to, this.#room, folded)
    return end === 0 ? undefined : this.#memory.bytes.toString('latin1', this.#room, end)
  }

  /** The value at a span that is no empty list. */
  scalar(index: number): Scalar {
    const memory = this.#memory
    const span = this.span(index)
    const kind = memory.word(span + at.SPAN_KIND)
    const from = memory.word(span + at.SPAN_FROM)
    const to = memory.word(span + at.SPAN_TO)
    switch (kind & at.KIND) {
      case at.STRING:
        if ((kind & at.ESCAPED) !== 0) {
          const text = (kind & at.HIGH) === 0 ? this.#read(from, to, false) : undefined
          return text ?? (JSON.parse(memory.bytes.toString('utf8', from - 1, to + 1)) as string)
        }
        return (kind & at.HIGH) === 0
          ? memory.bytes.toString('latin1', from, to)
          : memory.bytes.toString('utf8', from, to)
      case at.NULL:
        return null
      default: {
        const text = memory.bytes.toString('latin1', from, to)
        return text === 'true' ? true : text === 'false' ? false : exactNumber(text)
      }
    }
  }

  /** Where a span is written. */
  span(index: number): number {
    return this.#memory.word(at.SPANS) + index * at.SPAN_SIZE
  }

  object(): object {
    const memory = this.#memory
    const line = memory.word(at.LINE)
    if (this.#parsed !== line) {
      this.#parsed = line
      const text = memory.bytes.toString('utf8', memory.word(at.LINE_FROM), memory.word(at.LINE_TO))
      this.#object = parseJson(text) as object
    }
    return this.#object
  }

  #kind(index: number): number {
    return this.#memory.word(this.span(index) + at.SPAN_KIND) & at.KIND
  }

  #next(index: number): number {
    return this.#memory.word(this.span(index) + at.SPAN_NEXT)
  }
}

/**
 * Puts texts in place of those that the scan has marked, as literals are written: folded, escaped as JSON.stringify does.
 * They go to `room`; where they do not fit, false.
 */
export function rewriteOdd(memory: ScanMemory, line: ScannedLine, room: Room): boolean {
  let to = room.from
  for (let index = 0; index < memory.word(at.SPAN_COUNT); index++) {
    const span = line.span(index)
    if ((memory.word(span + at.SPAN_KIND) & at.TO_REWRITE) === 0) continue
    const value = line.scalar(index)
    const end = writeText(memory, value === null ? '' : fold(textOf(value)), to, room.to)
    if (end < 0) return false
    memory.setWord(span + at.SPAN_TEXT_FROM, to)
    memory.setWord(span + at.SPAN_TEXT_TO, end)
    to = end
  }
  return true
}

/** The same for what keywords are sought in: `texts`, all of the line. */
export function rewriteKeywords(memory: ScanMemory, texts: string, room: Room): boolean {
  const end = writeText(memory, fold(texts), room.from, room.to)
  if (end < 0) return false
  memory.setWord(at.KEYWORDS_FROM, room.from)
  memory.setWord(at.KEYWORDS_TO, end)
  return true
}

/** Addresses between which there is room to write. */
export interface Room {
  readonly from: number
  readonly to: number
}

/** Writes a text as literals are written; where it ends, -1 if there is no room. */
function writeText(memory: ScanMemory, text: string, from: number, to: number): number {
  const escaped = JSON.stringify(text)
  // Three bytes a character at most.
  if (from + (escaped.length - 2) * 3 > to) return -1
  return from + memory.bytes.write(escaped.slice(1, -1), from)
}
