import type { Gauge, GaugeOptions } from './gauge.ts'
import type { Hit } from './hit.ts'

/** Which rules match in the window: each by when it was last seen. The value is how many of them do. */
export class PresenceGauge implements Gauge {
  readonly #test: (present: (part: number) => boolean, count: number) => boolean
  #last: number[]

  constructor({ parts }: GaugeOptions, test: (present: (part: number) => boolean, count: number) => boolean) {
    this.#test = test
    this.#last = Array(parts).fill(Number.NEGATIVE_INFINITY)
  }

  enter({ part, time }: Hit): void {
    this.#last[part] = time
  }

  leave(): void {
    // When it was last seen tells.
  }

  value(since: number): number {
    let count = 0
    for (const time of this.#last) if (time >= since) count++
    return count
  }

  holds(since: number): boolean {
    return this.#test((part) => this.#last[part]! >= since, this.value(since))
  }

  save(): unknown {
    return this.#last.map((time) => (time === Number.NEGATIVE_INFINITY ? null : time))
  }

  load(saved: unknown): void {
    this.#last = (saved as (number | null)[]).map((time) => time ?? Number.NEGATIVE_INFINITY)
  }
}

/** A way to meet an ordered condition: these references one after another, and those not at all. */
export interface Way {
  readonly order: readonly number[]
  readonly absent: readonly number[]
}

/**
 * Whether rules match one after another. For each way and each step of it, the latest possible first event of a chain up
 * to there: with it, one comparison tells whether the chain lies in the window. The value is how many of the rules match.
 */
export class OrderGauge implements Gauge {
  readonly #ways: readonly Way[]
  /** Per way and step. */
  #begins: number[][]
  #last: number[]

  constructor({ parts }: GaugeOptions, ways: readonly Way[]) {
    this.#ways = ways
    this.#begins = ways.map((w) => w.order.map(() => Number.NEGATIVE_INFINITY))
    this.#last = Array(parts).fill(Number.NEGATIVE_INFINITY)
  }

  enter({ part, time }: Hit): void {
    this.#last[part] = time
    for (const [i, way] of this.#ways.entries()) {
      const step = way.order.indexOf(part)
      if (step < 0) continue
      const begins = this.#begins[i]!
      begins[step] = step === 0 ? time : begins[step - 1]!
    }
  }

  leave(): void {
    // Where chains begin tells.
  }

  value(since: number): number {
    let count = 0
    for (const time of this.#last) if (time >= since) count++
    return count
  }

  holds(since: number): boolean {
    return this.#ways.some(
      ({ absent }, i) =>
        (this.#begins[i]!.at(-1) ?? since) >= since && absent.every((part) => !(this.#last[part]! >= since)),
    )
  }

  save(): unknown {
    return [...this.#begins, this.#last].map((list) => list.map((t) => (t === Number.NEGATIVE_INFINITY ? null : t)))
  }

  load(saved: unknown): void {
    const lists = (saved as (number | null)[][]).map((list) => list.map((t) => t ?? Number.NEGATIVE_INFINITY))
    this.#last = lists.pop()!
    this.#begins = lists
  }
}
