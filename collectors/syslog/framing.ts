/** A message is cut beyond so many bytes. */
export const MAX_MESSAGE = 1 << 20

const LF = 10
const CR = 13
const NUL = 0
const SPACE = 32

export interface FrameSink {
  frame(message: Buffer): void
  /** The rest of a message beyond the limit, or one whose connection ended in the middle, was lost. */
  cut(): void
}

/**
 * Takes the bytes of one TCP connection apart (RFC 6587). The first byte decides, for the whole connection: a digit
 * means octet counting, anything else lines. A count may come in a segment of its own, and may include a trailing line
 * feed; between counted messages line feeds are skipped; where a count should stand and does not, that one is a line.
 */
export class FrameReader {
  readonly #sink: FrameSink
  #counting: boolean | undefined
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes of a message that is too long, still to be skipped; lines: until the next line feed. */
  #skip = 0
  #skipLine = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  push(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    this.#counting ??= data.length > 0 ? isDigit(data[0]!) : undefined
    for (;;) {
      const used = this.#counting ? this.#counted(data) : this.#line(data)
      if (used === 0) break
      data = data.subarray(used)
    }
    // A copy: the chunk it lies in may be large.
    this.#rest = data.length === 0 ? data : Buffer.from(data)
  }

  /** Bytes kept of a message whose end has not come. */
  get waiting(): number {
    return this.#rest.length
  }

  /** Waits no longer: what has come of the message is taken as it is, what still comes of it is skipped. */
  cutShort(): void {
    const count = this.#counting ? countOf(this.#rest) : undefined
    if (count !== undefined && count.length === undefined) return
    const digits = count?.digits ?? 0
    this.#emit(this.#rest.subarray(digits))
    if (count?.length === undefined) this.#skipLine = true
    else this.#skip = digits + count.length - this.#rest.length
    this.#rest = Buffer.alloc(0)
    this.#sink.cut()
  }

  /** The connection has ended; a message without its end is kept. */
  end(): void {
    const rest = this.#counting ? this.#rest.subarray(countOf(this.#rest)?.digits ?? 0) : this.#rest
    if (this.#counting && rest.length > 0) this.#sink.cut()
    if (!this.#skipLine && rest.length > 0) this.#emit(rest)
    this.#rest = Buffer.alloc(0)
  }

  /** Bytes taken; 0 = more are needed. */
  #counted(data: Buffer): number {
    if (this.#skip > 0) {
      const used = Math.min(this.#skip, data.length)
      this.#skip -= used
      return used
    }
    let at = 0
    while (at < data.length && (data[at] === LF || data[at] === CR || data[at] === NUL || data[at] === SPACE)) at++
    if (at > 0) return at
    if (data.length === 0) return 0
    const count = countOf(data)
    if (count === undefined) return this.#line(data)
    if (count.length === undefined) return 0
    const { digits, length } = count
    if (length > MAX_MESSAGE) {
      if (data.length < digits + MAX_MESSAGE) return 0
      this.#emit(data.subarray(digits, digits + MAX_MESSAGE))
      this.#sink.cut()
      this.#skip = length - MAX_MESSAGE
      return digits + MAX_MESSAGE
    }
    if (data.length < digits + length) return 0
    this.#emit(data.subarray(digits, digits + length))
    return digits + length
  }

  #line(data: Buffer): number {
    const end = data.indexOf(LF)
    if (this.#skipLine) {
      this.#skipLine = end < 0
      return end < 0 ? data.length : end + 1
    }
    if (end >= 0 && end <= MAX_MESSAGE) {
      this.#emit(data.subarray(0, end))
      return end + 1
    }
    if (end < 0 && data.length < MAX_MESSAGE) return 0
    this.#emit(data.subarray(0, MAX_MESSAGE))
    this.#sink.cut()
    this.#skipLine = true
    return MAX_MESSAGE
  }

  #emit(message: Buffer): void {
    const trimmed = trimEnd(message)
    if (trimmed.length > 0) this.#sink.frame(trimmed)
  }
}

/** Without the line feeds, carriage returns and NULs that some senders put behind a message. */
export function trimEnd(message: Buffer): Buffer {
  let end = message.length
  while (end > 0 && (message[end - 1] === LF || message[end - 1] === CR || message[end - 1] === NUL)) end--
  return message.subarray(0, end)
}

/** The count at the start: digits and a space; `length` undefined if it may still go on, undefined if it is none. */
function countOf(data: Buffer): { readonly digits: number; readonly length: number | undefined } | undefined {
  let at = 0
  while (at < data.length && at < 10 && isDigit(data[at]!)) at++
  if (at === 0 || data[0] === 48) return undefined
  if (at === data.length) return { digits: at, length: undefined }
  if (data[at] !== SPACE) return undefined
  return { digits: at + 1, length: Number(data.toString('latin1', 0, at)) }
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}
