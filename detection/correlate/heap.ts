/** A binary heap: the least comes out first. */
export class Heap<T> {
  readonly #order: (a: T, b: T) => number
  readonly #items: T[]

  constructor(order: (a: T, b: T) => number, items: readonly T[] = []) {
    this.#order = order
    this.#items = items.toSorted(order)
  }

  get size(): number {
    return this.#items.length
  }

  /** In no order. */
  get items(): readonly T[] {
    return this.#items
  }

  get least(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.length
    items.push(item)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (this.#order(items[above]!, item) <= 0) break
      items[at] = items[above]!
      at = above
    }
    items[at] = item
  }

  /** Takes the least out. */
  pop(): T | undefined {
    const items = this.#items
    const least = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return least
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && this.#order(items[below + 1]!, items[below]!) < 0) below++
      if (this.#order(items[below]!, last) >= 0) break
      items[at] = items[below]!
      at = below
    }
    items[at] = last
    return least
  }
}
