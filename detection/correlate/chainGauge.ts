import type { Gauge, GaugeOptions } from './gauge.ts'
import type { Hit } from './hit.ts'

/**
 * How many different rules match in the order of `rules`: per rule and length, the latest possible first event of a chain
 * of that length that ends with it.
 */
export class ChainGauge implements Gauge {
  readonly #meets: GaugeOptions['meets']
  #begins: number[][]

  constructor({ meets, parts }: GaugeOptions) {
    this.#meets = meets
    this.#begins = Array.from({ length: parts }, (_, i) => Array(i + 1).fill(Number.NEGATIVE_INFINITY))
  }

  enter({ part, time }: Hit): void {
    const own = this.#begins[part]!
    own[0] = time
    for (let before = 0; before < part; before++) {
      const other = this.#begins[before]!
      for (let length = 1; length <= other.length; length++)
        if (other[length - 1]! > own[length]!) own[length] = other[length - 1]!
    }
  }

  leave(): void {
    // Where chains begin tells.
  }

  value(since: number): number {
    let longest = 0
    for (const own of this.#begins) {
      for (let length = own.length; length > longest; length--) if (own[length - 1]! >= since) longest = length
    }
    return longest
  }

  holds(since: number): boolean {
    return this.#meets(this.value(since))
  }

  save(): unknown {
    return this.#begins.map((own) => own.map((t) => (t === Number.NEGATIVE_INFINITY ? null : t)))
  }

  load(saved: unknown): void {
    this.#begins = (saved as (number | null)[][]).map((own) => own.map((t) => t ?? Number.NEGATIVE_INFINITY))
  }
}
