import type { Firing } from '../../core/correlation.ts'

export type FiringEvent = Firing['events'][number]

/** What a firing that is a hit of another correlation is made of. */
export interface Below {
  readonly events: readonly FiringEvent[]
  readonly from: number
  readonly to: number
}

/** An event (or the firing of a correlation below) as one group of a correlation keeps it. */
export interface Hit {
  /** Milliseconds since 1970 UTC. */
  readonly time: number
  readonly lane: number
  readonly seq: number
  readonly id: string
  /** Which of the correlation's references matched. */
  readonly part: number
  /** Values of the group-by fields as the event has them. */
  readonly texts: readonly string[]
  /** What is counted or added up; empty where the type asks for none. */
  readonly value: string | number
  /** What correlations above ask for beyond the group, see `Plan.carried`. */
  readonly carried: readonly (string | undefined)[]
  readonly datasets: readonly string[]
  /** Of a firing, what it is made of. */
  readonly below: Below | undefined
  /** The condition did not hold when it had entered: it may turn true again. */
  armed: boolean
  /** The condition turned true here and was told; in windows with an end: one that begins here was told. */
  told: boolean
  /** A window of one that was told begins here: the key of a firing is used once. */
  used: boolean
  /** A window with an end begins here. */
  opens: boolean
}

/** A hit that nothing was judged at. */
export function makeHit(hit: Omit<Hit, 'armed' | 'told' | 'used' | 'opens'>): Hit {
  const { time, lane, seq, id, part, texts, value, carried, datasets, below } = hit
  return {
    time,
    lane,
    seq,
    id,
    part,
    texts,
    value,
    carried,
    datasets,
    below,
    armed: false,
    told: false,
    used: false,
    opens: false,
  }
}

/** The order in which a group sees its hits: by event time, then as they were taken in. */
export function order(a: Hit, b: Hit): number {
  return (
    a.time - b.time || a.lane - b.lane || a.seq - b.seq || a.part - b.part || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

/** Merges hits in order into a list in order; the number of the first that is new. */
export function mergeInto(list: Hit[], hits: readonly Hit[]): number {
  let at = list.length
  let next = hits.length - 1
  list.length += hits.length
  for (let to = list.length - 1; next >= 0; to--) {
    if (at > 0 && order(list[at - 1]!, hits[next]!) > 0) list[to] = list[--at]!
    else list[to] = hits[next--]!
  }
  return at
}

/** The number of the first hit at or after that time. */
export function firstSince(list: readonly Hit[], time: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]!.time < time) low = middle + 1
    else high = middle
  }
  return low
}

/** The events that hits stand for, in order, each once, the first so many. */
export function eventsOf(hits: readonly Hit[], most: number, idOf: (part: number) => string): readonly FiringEvent[] {
  const events = hits.flatMap((hit): readonly FiringEvent[] => {
    const { lane, seq, id, time, part, below } = hit
    return below?.events ?? [{ lane, seq, id, time, rule: idOf(part) }]
  })
  events.sort((a, b) => a.time - b.time || a.lane - b.lane || a.seq - b.seq)
  return events.filter((e, i) => i === 0 || e.id !== events[i - 1]!.id).slice(0, most)
}
