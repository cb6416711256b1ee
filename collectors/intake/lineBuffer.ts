const FIRST = 256 << 10

/** Bytes being written, in a buffer that grows and can be used again. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST)
  #length = 0

  get length(): number {
    return this.#length
  }

  get capacity(): number {
    return this.#bytes.length
  }

  /** Appends text as UTF-8. */
  text(text: string): void {
    const most = this.#length + text.length * 3
    if (most > this.#bytes.length) this.#grow(most)
    this.#length += this.#bytes.write(text, this.#length, 'utf8')
  }

  /** Appends bytes. */
  bytes(source: Buffer, from: number, to: number): void {
    const most = this.#length + to - from
    if (most > this.#bytes.length) this.#grow(most)
    source.copy(this.#bytes, this.#length, from, to)
    this.#length = most
  }

  /** Overwrites bytes that are there with ASCII text of the same length. */
  patch(at: number, text: string): void {
    this.#bytes.write(text, at, 'latin1')
  }

  set(at: number, byte: number): void {
    this.#bytes[at] = byte
  }

  slice(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from, to)
  }

  /** Forgets what was written from there on. */
  cut(at = 0): void {
    this.#length = at
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
