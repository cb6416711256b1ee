/** Pages of 64 KiB; beyond that, nothing can be allocated. */
const MOST_PAGES = 4096
const PAGE = 1 << 16
/** Beyond so many bytes nothing more should be begun: there is room to end what was. */
const FULL = (MOST_PAGES * PAGE * 3) / 4

/** The memory that the scan works in: handed out from the bottom up, given back from the top only. */
export class ScanMemory {
  readonly memory: WebAssembly.Memory
  bytes: Buffer
  words: Uint32Array
  /** For words at any address. */
  view: DataView
  #top: number

  constructor(bottom: number) {
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES })
    this.bytes = Buffer.from(this.memory.buffer)
    this.words = new Uint32Array(this.memory.buffer)
    this.view = new DataView(this.memory.buffer)
    this.#top = bottom
  }

  /** First byte that is not handed out. */
  get top(): number {
    return this.#top
  }

  /** Whether so much is handed out that nothing more should be begun. */
  get full(): boolean {
    return this.#top > FULL
  }

  /** An address divisible by eight, with eight bytes to spare behind: reading goes by blocks. The bytes are zero. */
  allocate(size: number): number {
    const at = this.#top
    this.#top = (at + size + 15) & ~7
    const missing = this.#top + PAGE - this.memory.buffer.byteLength
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE) + 16)
      this.bytes = Buffer.from(this.memory.buffer)
      this.words = new Uint32Array(this.memory.buffer)
      this.view = new DataView(this.memory.buffer)
    }
    return at
  }

  /** Gives back all from that address on. */
  release(to: number): void {
    this.bytes.fill(0, to, this.#top)
    this.#top = to
  }

  word(at: number): number {
    return this.words[at >>> 2]!
  }

  setWord(at: number, value: number): void {
    this.words[at >>> 2] = value
  }

  /** Words in a row, written where there is room; their address. */
  list(values: readonly number[]): number {
    const at = this.allocate(values.length * 4)
    let word = at >>> 2
    for (const value of values) this.words[word++] = value
    return at
  }

  /** Bytes written where there is room; their address. */
  copy(bytes: Uint8Array): number {
    const at = this.allocate(bytes.length)
    this.bytes.set(bytes, at)
    return at
  }
}
