import type { BaseHit } from '../../core/correlation.ts'

/**
 * Hits of lanes that replay side by side, each as fast as it can, merged by event time: so what a crash left undone is put
 * together in the order in which it had come, and not lane by lane. The order within a lane stays.
 */
export class Backlog {
  readonly #lanes: BaseHit[][]
  #size = 0

  constructor(lanes: number) {
    this.#lanes = Array.from({ length: lanes }, () => [])
  }

  get size(): number {
    return this.#size
  }

  add(lane: number, hits: readonly BaseHit[]): void {
    const own = this.#lanes[lane]!
    for (const hit of hits) own.push(hit)
    this.#size += hits.length
  }

  /** Hands all of them over and keeps none. */
  drain(feed: (hit: BaseHit) => void): void {
    const next = this.#lanes.map(() => 0)
    for (; this.#size > 0; this.#size--) {
      let first: BaseHit | undefined
      for (const [lane, hits] of this.#lanes.entries()) {
        const hit = hits[next[lane]!]
        if (hit !== undefined && (first === undefined || hit.time < first.time)) first = hit
      }
      if (first === undefined) break
      next[first.lane]!++
      feed(first)
    }
    for (const hits of this.#lanes) hits.length = 0
  }
}
