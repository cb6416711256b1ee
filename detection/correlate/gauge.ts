import type { Hit } from './hit.ts'

/**
 * What a correlation measures in the window of one group. Hits enter in order and leave in the same order; where only the
 * last of a kind matters they need not leave, for whoever asks says when the window begins.
 */
export interface Gauge {
  enter(hit: Hit): void
  leave(hit: Hit): void
  /** What the condition compares, in the window that begins at `since`; NaN where there is nothing to compare. */
  value(since: number): number
  /** Whether the condition holds in it. */
  holds(since: number): boolean
  /** Plain data that `load` of a fresh one of its kind goes on from. */
  save(): unknown
  load(saved: unknown): void
}

/** How a gauge is made: whether a number meets the condition, and how much it must be able to tell apart. */
export interface GaugeOptions {
  readonly meets: (value: number) => boolean
  /** References of the correlation. */
  readonly parts: number
  /** Values told apart at most; beyond, the ones seen longest ago are forgotten. */
  readonly most: number
}

/** The number of events. */
export class CountGauge implements Gauge {
  readonly #meets: GaugeOptions['meets']
  #count = 0

  constructor({ meets }: GaugeOptions) {
    this.#meets = meets
  }

  enter(): void {
    this.#count++
  }

  leave(): void {
    this.#count--
  }

  value(): number {
    return this.#count
  }

  holds(): boolean {
    return this.#meets(this.#count)
  }

  save(): unknown {
    return this.#count
  }

  load(saved: unknown): void {
    this.#count = saved as number
  }
}

/** The number of different values: each by when it was last seen, so that one repeated without end costs no more than once. */
export class DistinctGauge implements Gauge {
  readonly #options: GaugeOptions
  /** Value to when it was last seen, oldest first. */
  #seen = new Map<string | number, number>()

  constructor(options: GaugeOptions) {
    this.#options = options
  }

  enter({ value, time }: Hit): void {
    this.#seen.delete(value)
    this.#seen.set(value, time)
    if (this.#seen.size > this.#options.most) this.#seen.delete(this.#seen.keys().next().value!)
  }

  leave(): void {
    // When it was last seen tells.
  }

  value(since: number): number {
    for (const [value, time] of this.#seen) {
      if (time >= since) break
      this.#seen.delete(value)
    }
    return this.#seen.size
  }

  holds(since: number): boolean {
    return this.#options.meets(this.value(since))
  }

  save(): unknown {
    return [...this.#seen]
  }

  load(saved: unknown): void {
    this.#seen = new Map(saved as [string | number, number][])
  }
}
