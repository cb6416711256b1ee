import { EVERYTHING } from '../../core/access.ts'
import { ALL, and, disjunction, type Filter, not, term } from '../../core/filter.ts'
import type { EventStore } from '../../core/ports.ts'
import type { TimeRange } from '../../core/query.ts'
import type { EventTally, LoadedRule } from '../../detection/index.ts'

/** Events read at once: what the main thread does with them in one go is bounded by it. */
const PAGE = 1_000
/** Rules that one search asks for together, and their comparisons; with more searches than these, all events are read. */
const RULES = 16
const LEAVES = 400
const SEARCHES = 4

/** A search of the event store, and what the events that it finds are put to. */
export interface StepSearch<T extends EventTally = EventTally> {
  readonly filter: Filter
  readonly tally: T
}

/**
 * Searches that together find every match of these rules: compiled into the search where they are few, by looking at all
 * events where they are many, or `all` says so.
 */
export function inGroups<R extends Pick<LoadedRule, 'filter' | 'routing'>>(
  rules: readonly R[],
  all: boolean,
): readonly { readonly filter: Filter; readonly rules: readonly R[] }[] {
  if (all && rules.length > 0) return [{ filter: ALL, rules }]
  const groups: R[][] = []
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
  if (groups.length > SEARCHES) return [{ filter: ALL, rules }]
  return groups.map((of) => ({ filter: disjunction(of.map((r) => and(r.routing, r.filter))), rules: of }))
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
  /** What the tallies may hold. */
  readonly most: number
}

/** More in a step than it may hold. */
export class TooMany extends Error {}

const INTOLERABLE = term('suidun.time.tolerated', false)

/**
 * Puts events of that time (by which windows go) to the tallies of searches that find them: those whose own time lies in
 * it, and, where `odd`, those whose own time is beyond tolerance and which came in then. TooMany beyond `most`.
 */
export async function readStep(
  searches: readonly StepSearch[],
  time: { readonly from: number; readonly to: number },
  odd: boolean,
  options: ReadOptions,
): Promise<void> {
  for (const search of searches) {
    await read(search, and(search.filter, not(INTOLERABLE)), time, searches, options)
    if (odd) await read(search, and(search.filter, takenIn(time)), {}, searches, options)
  }
}

/** Events whose own time is beyond tolerance and which came in within that time. */
export function takenIn({ from, to }: { readonly from: number; readonly to: number }): Filter {
  const iso = (ms: number) => new Date(ms).toISOString()
  return and(INTOLERABLE, { op: 'range', field: ['event.ingested'], gte: iso(from), lt: iso(to) })
}

async function read(
  { tally }: StepSearch,
  filter: Filter,
  time: TimeRange,
  searches: readonly StepSearch[],
  options: ReadOptions,
): Promise<void> {
  const { events, signal, pause, most } = options
  for (let after: string | undefined; ; ) {
    signal.throwIfAborted()
    const ask = { kind: 'rows', first: PAGE, ...(after === undefined ? {} : { after }) } as const
    const page = await events.ask(EVERYTHING, { filter, time, ask }, signal)
    for (const { id, event } of page.rows) tally.add(id, event)
    if (searches.reduce((sum, s) => sum + s.tally.size, 0) > most) throw new TooMany()
    await pause()
    after = page.rows.at(-1)?.cursor
    if (!page.hasNext || after === undefined) return
  }
}
