import type { Gauge, GaugeOptions } from './gauge.ts'
import type { Hit } from './hit.ts'
import { SortedNumbers } from './sortedNumbers.ts'

/** The sum of the values, or their mean. Kept to twice the digits of a number, so that what left leaves nothing behind. */
export class SumGauge implements Gauge {
  readonly #meets: GaugeOptions['meets']
  readonly #isMean: boolean
  #high = 0
  #low = 0
  #count = 0

  constructor({ meets }: GaugeOptions, isMean: boolean) {
    this.#meets = meets
    this.#isMean = isMean
  }

  enter({ value }: Hit): void {
    this.#add(value as number)
    this.#count++
  }

  leave({ value }: Hit): void {
    this.#add(-(value as number))
    this.#count--
    if (this.#count === 0) this.#high = this.#low = 0
  }

  value(): number {
    if (this.#count === 0) return Number.NaN
    return this.#isMean ? (this.#high + this.#low) / this.#count : this.#high + this.#low
  }

  holds(): boolean {
    return this.#count > 0 && this.#meets(this.value())
  }

  save(): unknown {
    return [this.#high, this.#low, this.#count]
  }

  load(saved: unknown): void {
    ;[this.#high, this.#low, this.#count] = saved as [number, number, number]
  }

  /** Error-free addition of two numbers (Knuth): what is rounded off goes into the low part. */
  #add(number: number): void {
    const sum = this.#high + number
    const part = sum - this.#high
    this.#low += this.#high - (sum - part) + (number - part)
    this.#high = sum
  }
}

/**
 * A percentile by nearest rank: the least value that at least so many percent are at or below; or the median: the mean of
 * the two in the middle where their number is even.
 */
export class RankGauge implements Gauge {
  readonly #meets: GaugeOptions['meets']
  readonly #percentile: number | 'median'
  #numbers = new SortedNumbers()

  constructor({ meets }: GaugeOptions, percentile: number | 'median') {
    this.#meets = meets
    this.#percentile = percentile
  }

  enter({ value }: Hit): void {
    this.#numbers.add(value as number)
  }

  leave({ value }: Hit): void {
    this.#numbers.remove(value as number)
  }

  value(): number {
    const numbers = this.#numbers
    const { size } = numbers
    if (size === 0) return Number.NaN
    if (this.#percentile === 'median') return (numbers.at((size - 1) >> 1) + numbers.at(size >> 1)) / 2
    return numbers.at(Math.max(1, Math.ceil((this.#percentile * size) / 100)) - 1)
  }

  holds(): boolean {
    return this.#numbers.size > 0 && this.#meets(this.value())
  }

  save(): unknown {
    return this.#numbers.all()
  }

  load(saved: unknown): void {
    this.#numbers = new SortedNumbers(saved as number[])
  }
}
