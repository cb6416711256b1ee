import { hashOf, seedOf } from './hash.ts'
import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'
import { readNumber, readString, type Token } from './plainTokens.ts'

/** What the walk is in: an object, or a list of the values of a name. */
interface Level {
  readonly node: number
  readonly object: number
  readonly listed: number
  readonly inList: boolean
}

/** Walks lines as `assembly/walk.ts` does, with its results. */
export class PlainWalk {
  readonly #memory: ScanMemory
  readonly #token: Token = { end: 0, flags: 0 }
  #spans = 0
  #present = 0
  #oddSpans = 0
  #oddLine = 0
  #objects = 0

  constructor(memory: ScanMemory) {
    this.#memory = memory
  }

  walk(from: number): number {
    const memory = this.#memory
    memory.setWord(at.LINE, memory.word(at.LINE) + 1)
    memory.setWord(at.LINE_FROM, from)
    this.#spans = 0
    this.#present = 0
    this.#oddSpans = 0
    this.#oddLine = 0
    this.#objects = memory.word(at.OBJECT)
    const status = this.#members(from)
    memory.setWord(at.OBJECT, this.#objects)
    memory.setWord(at.SPAN_COUNT, this.#spans)
    memory.setWord(at.PRESENT_COUNT, this.#present)
    memory.setWord(at.ODD_SPANS, this.#oddSpans)
    memory.setWord(at.ODD_LINE, this.#oddLine)
    return status
  }

  #leave(from: number, status: number): number {
    this.#memory.setWord(at.LINE_TO, this.#memory.bytes.indexOf(10, from))
    return status
  }

  #behindSpace(from: number): number {
    const { bytes } = this.#memory
    let p = from
    while (bytes[p] === 0x20 || bytes[p] === 0x9 || bytes[p] === 0xd) p++
    return p
  }

  #members(from: number): number {
    const { bytes } = this.#memory
    const token = this.#token
    let p = this.#behindSpace(from)
    if (bytes[p] !== 0x7b) return this.#leave(p, bytes[p] === 10 ? at.BLANK : at.MALFORMED)
    p++
    const before = this.#objects
    const levels: Level[] = []
    let here: Level = { node: at.ROOT, object: ++this.#objects, listed: 0, inList: false }
    let first = true
    for (;;) {
      p = this.#behindSpace(p)
      let c = bytes[p]
      let child = 0
      let closed = false
      if (here.inList) {
        child = here.node
        if (first && c === 0x5d) {
          if (child !== 0) this.#keep(child, p, p, at.EMPTY | at.LISTED)
          closed = true
        }
      } else if (first && c === 0x7d) closed = true
      else {
        if (c !== 0x22) return this.#leave(p, at.MALFORMED)
        const key = p + 1
        readString(bytes, key, token)
        p = token.end
        if (p === 0) return this.#leave(key, at.MALFORMED)
        if (here.node !== 0) {
          if ((token.flags & at.ESCAPED) !== 0) return this.#leave(p, at.DOUBTFUL)
          child = this.#childOf(here.node, key, p - key)
          if (child !== 0 && !this.#firstTime(child, here, before)) return this.#leave(p, at.DOUBTFUL)
        }
        p = this.#behindSpace(p + 1)
        if (bytes[p] !== 0x3a) return this.#leave(p, at.MALFORMED)
        p = this.#behindSpace(p + 1)
        c = bytes[p]
      }
      if (!closed && (c === 0x7b || c === 0x5b)) {
        if (levels.length === at.MOST_DEPTH) return this.#leave(p, at.DOUBTFUL)
        levels.push(here)
        here =
          c === 0x5b
            ? { node: child, object: here.object, listed: at.LISTED, inList: true }
            : {
                node: this.#hasChildren(child) ? child : 0,
                object: ++this.#objects,
                listed: here.listed,
                inList: false,
              }
        first = true
        p++
        continue
      }
      if (!closed) {
        const value = p
        p = c === 0x22 ? this.#string(value, child, here.listed) : this.#bare(value, child, here.listed)
        if (p === 0) return this.#leave(c === 0x22 ? value + 1 : value, at.MALFORMED)
      }
      // Behind a value, or at the end of what held none.
      for (;;) {
        if (!closed) {
          p = this.#behindSpace(p)
          if (bytes[p] === 0x2c) {
            p++
            first = false
            break
          }
          if (bytes[p] !== (here.inList ? 0x5d : 0x7d)) return this.#leave(p, at.MALFORMED)
        }
        closed = false
        p++
        const outer = levels.pop()
        if (outer === undefined) {
          p = this.#behindSpace(p)
          if (bytes[p] !== 10) return this.#leave(p, at.MALFORMED)
          this.#memory.setWord(at.LINE_TO, p)
          return this.#spans > at.MOST_SPANS ? at.DOUBTFUL : at.DONE
        }
        here = outer
      }
    }
  }

  /** Keeps a string; where it ends, 0 if it does not. */
  #string(from: number, child: number, listed: number): number {
    const token = this.#token
    readString(this.#memory.bytes, from + 1, token)
    if (token.end === 0) return 0
    this.#oddLine |= token.flags
    if (child !== 0) this.#keep(child, from + 1, token.end, at.STRING | listed | token.flags)
    return token.end + 1
  }

  /** Keeps a number, `true`, `false` or `null`. */
  #bare(from: number, child: number, listed: number): number {
    const { bytes } = this.#memory
    for (const [word, kind] of WORDS) {
      if (bytes[from] !== word.charCodeAt(0)) continue
      const end = from + word.length
      if (bytes.toString('latin1', from, end) !== word) return 0
      if (child !== 0) this.#keep(child, from, end, kind | listed)
      return end
    }
    const token = this.#token
    readNumber(bytes, from, token)
    if (token.end === 0) return 0
    if (token.flags !== 0) this.#oddLine |= at.ODD_NUMBER
    if (child !== 0) this.#keep(child, from, token.end, at.BARE | listed | token.flags)
    return token.end
  }

  /** Marks a node as seen; false where a key stands twice, or a name is reached by two ways. */
  #firstTime(child: number, { object, listed }: Level, before: number): boolean {
    const memory = this.#memory
    const mark = memory.word(at.NODE_SEEN) + child * 4
    const seen = memory.word(mark)
    if (seen >= object || (seen > before && listed === 0)) return false
    memory.setWord(mark, object)
    return true
  }

  #hasChildren(node: number): boolean {
    const memory = this.#memory
    return node !== 0 && (memory.word(memory.word(at.NODE_INFO) + node * 4) & at.HAS_CHILDREN) !== 0
  }

  #childOf(node: number, key: number, length: number): number {
    const memory = this.#memory
    const hash = hashOf(memory.view, key, length, 0, seedOf(node))
    const mask = memory.word(at.KEYS_MASK)
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const entry = memory.word(at.KEYS) + i * at.KEY_SIZE
      const child = memory.word(entry)
      if (child === 0) return 0
      if (memory.word(entry + 4) !== hash || memory.word(entry + 8) !== node) continue
      const text = memory.word(entry + 12)
      if (
        memory.word(entry + 16) === length &&
        memory.bytes.compare(memory.bytes, key, key + length, text, text + length) === 0
      )
        return child
    }
  }

  #keep(node: number, from: number, to: number, kind: number): void {
    const memory = this.#memory
    const slot = (memory.word(memory.word(at.NODE_INFO) + node * 4) & (at.HAS_CHILDREN - 1)) - 1
    if (slot < 0) return
    if (this.#spans >= at.MOST_SPANS) {
      this.#spans = at.MOST_SPANS + 1
      return
    }
    this.#oddSpans |= kind
    const index = this.#spans++
    const spans = memory.word(at.SPANS)
    memory.words.set([from, to, kind, 0, from, to], (spans + index * at.SPAN_SIZE) >>> 2)
    const line = memory.word(at.SLOT_LINE) + slot * 4
    const last = memory.word(at.SLOT_LAST) + slot * 4
    if (memory.word(line) === memory.word(at.LINE)) {
      memory.setWord(spans + memory.word(last) * at.SPAN_SIZE + at.SPAN_NEXT, index)
    } else {
      memory.setWord(line, memory.word(at.LINE))
      memory.setWord(memory.word(at.SLOT_FIRST) + slot * 4, index)
      memory.setWord(memory.word(at.PRESENT) + this.#present++ * 4, slot)
    }
    memory.setWord(last, index)
  }
}

const WORDS = [
  ['true', at.BARE],
  ['false', at.BARE],
  ['null', at.NULL],
] as const
