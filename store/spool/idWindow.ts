/** Hash table of 128-bit ids (32 hex digits), 16 bytes a slot: a million ids take 32 MB where a Set of texts takes 100. */
class IdTable {
  #slots: Uint32Array
  #mask: number
  size = 0

  constructor(slots: number) {
    this.#slots = new Uint32Array(slots * 4)
    this.#mask = slots - 1
  }

  has(a: number, b: number, c: number, d: number): boolean {
    const s = this.#slots
    for (let i = (mix(a, b, c, d) & this.#mask) * 4; ; i = (i + 4) & (s.length - 1)) {
      if ((s[i]! | s[i + 1]! | s[i + 2]! | s[i + 3]!) === 0) return false
      if (s[i] === a && s[i + 1] === b && s[i + 2] === c && s[i + 3] === d) return true
    }
  }

  add(a: number, b: number, c: number, d: number): void {
    if (this.size * 2 > this.#mask) this.#grow()
    this.#insert(a, b, c, d)
  }

  #insert(a: number, b: number, c: number, d: number): void {
    const s = this.#slots
    let i = (mix(a, b, c, d) & this.#mask) * 4
    while ((s[i]! | s[i + 1]! | s[i + 2]! | s[i + 3]!) !== 0) {
      if (s[i] === a && s[i + 1] === b && s[i + 2] === c && s[i + 3] === d) return
      i = (i + 4) & (s.length - 1)
    }
    s[i] = a
    s[i + 1] = b
    s[i + 2] = c
    s[i + 3] = d
    this.size++
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#mask = this.#slots.length / 4 - 1
    this.size = 0
    for (let i = 0; i < old.length; i += 4)
      if ((old[i]! | old[i + 1]! | old[i + 2]! | old[i + 3]!) !== 0)
        this.#insert(old[i]!, old[i + 1]!, old[i + 2]!, old[i + 3]!)
  }
}

/** Where to look for an id first. Four zeros mark a free slot: that id alone is never known. */
function mix(a: number, b: number, c: number, d: number): number {
  const h = a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca77) ^ Math.imul(d, 0xc2b2ae3d)
  return Math.imul(h ^ (h >>> 15), 0x27d4eb2f) >>> 0
}

const FIRST_SLOTS = 1 << 12

/**
 * The last ids that had a sender's identity: at least `least` of them, at most twice as many. Two generations: when the
 * younger is full it becomes the older, and what was older is forgotten.
 */
export class IdWindow {
  readonly #least: number
  #young = new IdTable(FIRST_SLOTS)
  #old = new IdTable(FIRST_SLOTS)

  constructor(least: number) {
    this.#least = least
  }

  has(id: string): boolean {
    const a = word(id, 0)
    const b = word(id, 8)
    const c = word(id, 16)
    const d = word(id, 24)
    return this.#young.has(a, b, c, d) || this.#old.has(a, b, c, d)
  }

  add(id: string): void {
    this.addWords(word(id, 0), word(id, 8), word(id, 16), word(id, 24))
  }

  addWords(a: number, b: number, c: number, d: number): void {
    if (this.#young.size >= this.#least) {
      this.#old = this.#young
      this.#young = new IdTable(FIRST_SLOTS)
    }
    this.#young.add(a, b, c, d)
  }
}

/** Eight hex digits as an unsigned 32-bit number. */
export function word(id: string, at: number): number {
  return Number.parseInt(id.slice(at, at + 8), 16)
}
