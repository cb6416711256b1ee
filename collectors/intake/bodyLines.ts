import { isAscii, isUtf8 } from 'node:buffer'
import { AppError } from '../../core/errors.ts'

/** A body may hold so many lines: what is built from each takes far more room than an empty line. */
export const MAX_LINES = 200_000

const LF = 10
const CR = 13

/** Where in its body a line stands; undefined in one that is not UTF-8: its text is then not that of its bytes. */
export type LineBytes = { readonly bytes: Buffer; readonly from: number; readonly to: number } | undefined

/** The lines of a body, unpacked. Invalid UTF-8 is replaced, a byte order mark is dropped. */
export class BodyLines {
  readonly bytes: Buffer
  /** Whether lines may be read from their bytes: all are valid UTF-8. */
  readonly isUtf8: boolean
  /** Most bodies are ASCII, whose bytes need no decoding. */
  readonly #encoding: 'latin1' | 'utf8'

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.#encoding = isAscii(bytes) ? 'latin1' : 'utf8'
    this.isUtf8 = this.#encoding === 'latin1' || isUtf8(bytes)
  }

  /** Gives the lines that hold more than blanks, from their first byte that is none, one after the other. COL-400 beyond `MAX_LINES`. */
  each(give: (from: number, to: number, number: number) => void): void {
    const { bytes } = this
    let count = 0
    let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    for (let number = 1; at < bytes.length; number++) {
      let end = bytes.indexOf(LF, at)
      if (end < 0) end = bytes.length
      const next = end + 1
      if (end > at && bytes[end - 1] === CR) end--
      while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++
      if (end > at) {
        if (++count > MAX_LINES)
          throw new AppError('COL-400', { problem: `more than ${MAX_LINES} lines; send smaller batches` })
        give(at, end, number)
      }
      at = next
    }
  }

  text(from: number, to: number): string {
    return this.bytes.toString(this.#encoding, from, to)
  }

  source(from: number, to: number): LineBytes {
    return this.isUtf8 ? { bytes: this.bytes, from, to } : undefined
  }
}
