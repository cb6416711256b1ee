/** A set of small numbers in the order they came, filled and cleared for every event without making anything. */
export class Marks {
  readonly list: number[] = []
  readonly #markedAt: number[] = []
  #epoch = 1

  readonly add = (n: number): void => {
    if (this.#markedAt[n] === this.#epoch) return
    this.#markedAt[n] = this.#epoch
    this.list.push(n)
  }

  clear(): void {
    this.#epoch++
    this.list.length = 0
  }
}
