import { EVERYTHING } from '../../core/access.ts'
import type { Filter } from '../../core/filter.ts'
import { ALL, and, disjunction, not, term } from '../../core/filter.ts'
import type { RetroGroup } from '../../core/model/index.ts'
import type { EventStore } from '../../core/ports.ts'
import type { TimeRange } from '../../core/query.ts'
import { type RunRule, Tally, type TallyOptions } from '../../detection/index.ts'

/** Events read at once: what the main thread does with them in one go is bounded by it. */
const PAGE = 1_000
/** Rules that one search asks for together, and their comparisons; with more searches than these, all events are read. */
const RULES = 16
const LEAVES = 400
const SEARCHES = 4

/** A search of the event store and the rules whose matches are among what it finds. */
export interface StepSearch {
  readonly filter: Filter
  readonly tally: Tally
}

/** Searches that together find every match of these rules: compiled into the search where few, by looking at all events where many. */
export function searchesFor(rules: readonly RunRule[], options: Omit<TallyOptions, 'rules'>): readonly StepSearch[] {
  const groups: RunRule[][] = []
  let leaves = 0
  for (const rule of rules) {
    const own = leavesOf(rule.filter) + leavesOf(rule.routing)
    const last = groups.at(-1)
    if (last === undefined || last.length >= RULES || leaves + own > LEAVES) {
      groups.push([rule])
      leaves = own
    } else {
      last.push(rule)
      leaves += own
    }
  }
  if (groups.length > SEARCHES) return [{ filter: ALL, tally: new Tally({ ...options, rules }) }]
  return groups.map((of) => ({
    filter: disjunction(of.map((r) => and(r.routing, r.filter))),
    tally: new Tally({ ...options, rules: of }),
  }))
}

function leavesOf(f: Filter): number {
  if (f.op === 'and' || f.op === 'or') return f.of.reduce((sum, inner) => sum + leavesOf(inner), 0)
  return f.op === 'not' ? leavesOf(f.of) : f.op === 'in' ? 1 + f.values.length / 16 : 1
}

export interface ReadOptions {
  readonly events: EventStore
  readonly signal: AbortSignal
  /** Called between pages: lets others go first. */
  readonly pause: () => Promise<void>
  /** Signals that a step may hold. */
  readonly most: number
}

/** More signals in a step than it may hold. */
export class TooMany extends Error {}

const INTOLERABLE = term('suidun.time.tolerated', false)

/**
 * What the rules of the searches match among events of that time (by which windows go): those whose own time lies in it,
 * and, where `odd`, those whose own time is beyond tolerance and which came in then. TooMany beyond `most`.
 */
export async function readStep(
  searches: readonly StepSearch[],
  time: { readonly from: number; readonly to: number },
  odd: boolean,
  options: ReadOptions,
): Promise<{ readonly groups: readonly RetroGroup[]; readonly matched: number }> {
  for (const { tally } of searches) tally.take()
  const groups: RetroGroup[] = []
  let matched = 0
  for (const { filter, tally } of searches) {
    await read(and(filter, not(INTOLERABLE)), time, tally, options)
    if (odd) await read(and(filter, takenIn(time)), {}, tally, options)
    matched += tally.matched
    for (const group of tally.take()) groups.push(group)
    if (groups.length > options.most) throw new TooMany()
  }
  return { groups, matched }
}

/** Events whose own time is beyond tolerance and which came in within that time. */
export function takenIn({ from, to }: { readonly from: number; readonly to: number }): Filter {
  const iso = (ms: number) => new Date(ms).toISOString()
  return and(INTOLERABLE, { op: 'range', field: ['event.ingested'], gte: iso(from), lt: iso(to) })
}

async function read(filter: Filter, time: TimeRange, tally: Tally, options: ReadOptions): Promise<void> {
  const { events, signal, pause, most } = options
  for (let after: string | undefined; ; ) {
    signal.throwIfAborted()
    const ask = { kind: 'rows', first: PAGE, ...(after === undefined ? {} : { after }) } as const
    const page = await events.ask(EVERYTHING, { filter, time, ask }, signal)
    for (const { id, event } of page.rows) tally.add(id, event)
    if (tally.size > most) throw new TooMany()
    await pause()
    after = page.rows.at(-1)?.cursor
    if (!page.hasNext || after === undefined) return
  }
}
