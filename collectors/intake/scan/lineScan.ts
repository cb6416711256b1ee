import { readFileSync } from 'node:fs'
import type { LineBuffer } from '../lineBuffer.ts'

/** Longer lines, bytes, are left to the slow way: what may become of them would take too much room. */
const LONGEST = 1 << 20
/** Bytes that the scan may touch beyond what it is given. */
const SLACK = 64
/** Of the table of members, as written by the scan: 128 at most, five words each. */
const TABLE = 1 << 14
const WORDS = 5
const MOST = 128
const INPUT = 1 << 16
const OUTPUT = INPUT + LONGEST + SLACK
/** Every byte may become six, as a control character does; and as much again for what is added. */
const SIZE = OUTPUT + 12 * LONGEST
const PAGE = 1 << 16

interface Exports {
  readonly memory: WebAssembly.Memory
  readonly members: WebAssembly.Global
  readonly scan: (at: number, end: number, to: number, table: number) => number
  readonly append: (at: number, end: number, to: number) => number
}

/**
 * Reads a line's bytes once (WebAssembly, 16 bytes at a time) and writes them as they stand within a JSON text; tells where the
 * members of its top level stand, and copies them. All in one memory, for every call that crosses into Node's buffers costs
 * more than copying the bytes of a member. What it says of members holds for a valid JSON object only.
 */
export class LineScan {
  readonly #scan: Exports['scan']
  readonly #append: Exports['append']
  readonly #members: Exports['members']
  readonly #memory: Buffer
  readonly #table: Uint32Array
  readonly #start: number
  #at = OUTPUT

  /** `head` (ASCII) is what every written line begins with, up to the quote before the text of the line that was read. */
  constructor(head: string) {
    const { memory, scan, append, members } = new WebAssembly.Instance(compiled()).exports as unknown as Exports
    memory.grow(Math.ceil(SIZE / PAGE) - memory.buffer.byteLength / PAGE)
    this.#scan = scan
    this.#append = append
    this.#members = members
    this.#memory = Buffer.from(memory.buffer)
    this.#table = new Uint32Array(memory.buffer, TABLE, MOST * WORDS)
    this.#start = OUTPUT + this.#memory.write(head, OUTPUT, 'latin1')
  }

  /** Takes in the line at `from` … `to`, UTF-8, and begins to write; false where it is too long, and nothing is done. */
  read(bytes: Buffer, from: number, to: number): boolean {
    if (to - from > LONGEST) return false
    bytes.copy(this.#memory, INPUT, from, to)
    this.#at = this.#scan(INPUT, INPUT + to - from, this.#start, TABLE)
    return true
  }

  /**
   * How many members the top level has, in order of their text; -1 where that cannot be told, or where what is parsed from it
   * has them in another order.
   */
  get members(): number {
    return this.#members.value as number
  }

  /** Names within the member's value, at any depth, repeated ones too. */
  keysWithin(member: number): number {
    return this.#table[member * WORDS + 3]!
  }

  /** Whether the member's bytes are as JSON.stringify would write its value, but for blanks and escapes in texts. */
  isPlain(member: number): boolean {
    return this.#table[member * WORDS + 4] === 0 && this.#table[member * WORDS + 2] !== 0
  }

  /** Writes a comma and the plain members from the first to the last. */
  copyMembers(first: number, last: number): void {
    this.#at = this.#append(this.#table[first * WORDS]!, this.#table[last * WORDS + 2]!, this.#at)
  }

  /** Writes a comma and what stands between the braces of a plain member. */
  copyInside(member: number): void {
    this.#at = this.#append(this.#table[member * WORDS + 1]! + 1, this.#table[member * WORDS + 2]! - 1, this.#at)
  }

  /** Writes text; if there is no room for it, what was written goes to `into` first. */
  text(text: string, into: LineBuffer): void {
    if (text.length * 3 > SIZE - this.#at) {
      this.#moveTo(into)
      into.text(text)
    } else this.#at += this.#memory.write(text, this.#at, 'utf8')
  }

  /** Writes the last text; all that was written goes to `into`. */
  end(text: string, into: LineBuffer): void {
    this.text(text, into)
    this.#moveTo(into)
  }

  #moveTo(into: LineBuffer): void {
    into.bytes(this.#memory, OUTPUT, this.#at)
    this.#at = OUTPUT
  }
}

function compiled(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL('./lineScan.wasm', import.meta.url)))
}
