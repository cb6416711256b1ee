/** A block is split when it grows to twice this. */
const BLOCK = 256

/** Numbers in order, any of them more than once; adding, removing and asking for a rank cost about the root of their number. */
export class SortedNumbers {
  readonly #blocks: number[][] = []
  #size = 0

  constructor(numbers: readonly number[] = []) {
    const sorted = numbers.toSorted((a, b) => a - b)
    for (let at = 0; at < sorted.length; at += BLOCK) this.#blocks.push(sorted.slice(at, at + BLOCK))
    this.#size = sorted.length
  }

  get size(): number {
    return this.#size
  }

  add(number: number): void {
    this.#size++
    const at = this.#blockOf(number)
    const block = this.#blocks[at]
    if (block === undefined) {
      this.#blocks.push([number])
      return
    }
    block.splice(placeIn(block, number), 0, number)
    if (block.length >= 2 * BLOCK) this.#blocks.splice(at + 1, 0, block.splice(BLOCK))
  }

  /** Takes one out that was added. */
  remove(number: number): void {
    const at = this.#blockOf(number)
    const block = this.#blocks[at]
    const place = block === undefined ? -1 : placeIn(block, number)
    if (block?.[place] !== number) return
    this.#size--
    block.splice(place, 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
  }

  /** The one of that rank, the least being 0. */
  at(rank: number): number {
    let left = rank
    for (const block of this.#blocks) {
      if (left < block.length) return block[left]!
      left -= block.length
    }
    return Number.NaN
  }

  all(): number[] {
    return this.#blocks.flat()
  }

  /** The first block whose last number is not less; the last one where there is none. */
  #blockOf(number: number): number {
    let [low, high] = [0, Math.max(0, this.#blocks.length - 1)]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#blocks[middle]!.at(-1)! < number) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Where in a sorted block a number stands or would stand. */
function placeIn(block: readonly number[], number: number): number {
  let [low, high] = [0, block.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (block[middle]! < number) low = middle + 1
    else high = middle
  }
  return low
}
