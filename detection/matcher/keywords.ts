import { fold } from '../../core/fold.ts'
import type { Facts } from './facts.ts'
import { createLiteralIndex, type LiteralIndex } from './literalIndex.ts'

/** Stands between the texts of an event when they are scanned as one. */
export const BETWEEN = '\0'

/**
 * Every literal that keywords of any rule contain, sought in one pass over the event's texts when the first rule asks.
 * Literals are folded, have two characters or more and no
 * `BETWEEN`.
 */
export class Keywords {
  readonly #facts: Facts
  readonly #ids = new Map<string, number>()
  readonly #foundAt: number[] = []
  readonly #found: number[] = []
  readonly #see: (id: number) => void
  #index: LiteralIndex | undefined
  #scannedAt = 0

  constructor(facts: Facts) {
    this.#facts = facts
    this.#see = (id) => {
      if (this.#foundAt[id] === this.#facts.epoch) return
      this.#foundAt[id] = this.#facts.epoch
      this.#found.push(id)
    }
  }

  /** The number of a literal. What was found in the event at hand is forgotten. */
  add(literal: string): number {
    const known = this.#ids.get(literal)
    if (known !== undefined) return known
    this.#index = undefined
    this.#scannedAt = 0
    this.#foundAt.fill(0)
    this.#ids.set(literal, this.#foundAt.push(0) - 1)
    return this.#foundAt.length - 1
  }

  /** Numbers of the literals that stand in the event, each once. */
  found(): readonly number[] {
    if (this.#scannedAt === this.#facts.epoch) return this.#found
    this.#scannedAt = this.#facts.epoch
    this.#found.length = 0
    this.#index ??= createLiteralIndex(new Map([...this.#ids].map(([literal, id]) => [literal, [id]])))
    // All texts as one: to fold and to scan one long text is faster than many short ones. No literal contains the mark.
    const texts = this.#facts.searched().map((s) => s.text)
    this.#index.scan(fold(texts.join(BETWEEN)), this.#see)
    return this.#found
  }

  /** Whether a literal stands in some text of the event. */
  holds(id: number): boolean {
    this.found()
    return this.#foundAt[id] === this.#facts.epoch
  }
}
