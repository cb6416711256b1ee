import type { BaseHit } from '../../core/correlation.ts'
import type { HandedHits } from '../lane/messages.ts'

interface Waiting {
  readonly hit: BaseHit
  readonly asOf: number
}

/**
 * What lanes have handed over and is not yet put together: hits wait until every lane has come to the moment at which they
 * were handed over, then go on merged by event time. So lanes that are not equally fast, or replay side by side, do not
 * make each other's hits come late. The order within a lane stays.
 */
export class Backlog {
  readonly #lanes: { hits: Waiting[]; reached: { readonly seq: number; readonly asOf: number }[] }[]
  #size = 0

  constructor(lanes: number) {
    this.#lanes = Array.from({ length: lanes }, () => ({ hits: [], reached: [] }))
  }

  /** Hits that wait. */
  get size(): number {
    return this.#size
  }

  /** What a lane replays (`asOf` undefined) waits until no lane does. */
  add(lane: number, { seq, hits, asOf = Number.NEGATIVE_INFINITY }: HandedHits): void {
    const own = this.#lanes[lane]!
    for (const hit of hits) own.hits.push({ hit, asOf })
    own.reached.push({ seq, asOf })
    this.#size += hits.length
  }

  /** Forgets what waits of a lane that is started again: it hands that over anew. */
  clear(lane: number): void {
    const own = this.#lanes[lane]!
    this.#size -= own.hits.length
    own.hits = []
    own.reached = []
  }

  /** Hands over what was added as of that moment or before; answers per lane up to which `seq`, where it is any further. */
  drain(until: number, feed: (hit: BaseHit) => void): readonly (number | undefined)[] {
    const next = this.#lanes.map(() => 0)
    for (;;) {
      let first: BaseHit | undefined
      let from = 0
      for (const [lane, { hits }] of this.#lanes.entries()) {
        const waiting = hits[next[lane]!]
        if (waiting === undefined || waiting.asOf > until) continue
        if (first !== undefined && waiting.hit.time >= first.time) continue
        first = waiting.hit
        from = lane
      }
      if (first === undefined) break
      next[from]!++
      feed(first)
    }
    return this.#lanes.map((own, lane) => {
      own.hits.splice(0, next[lane])
      this.#size -= next[lane]!
      const end = own.reached.findIndex((r) => r.asOf > until)
      return own.reached.splice(0, end < 0 ? own.reached.length : end).at(-1)?.seq
    })
  }
}
