import { EVERYTHING } from '../../core/access.ts'
import { and, term } from '../../core/filter.ts'
import type { Ask } from '../../core/query.ts'
import { retentionMonths } from '../framework.ts'
import { type Check, DAY, type Evidence, eventQuestion, finished, iso } from './check.ts'

/** No record of a log is older: a clock that says so is wrong. */
const EARLIEST = Date.UTC(2000, 0, 1)
const STEP = 30 * DAY

/**
 * 8.1.5.4.d, audit data is kept long enough: the oldest stored record against the months that the law demands. A record
 * from before the system was in service does not count, nor does one whose own time is far from when it came in: a wrong
 * clock must not turn the check. Where such records cover the whole time (an archive that was brought in), or are all there
 * is, it cannot tell; nor can it of a system younger than that.
 */
export const recordsKept: Check = async (system, { events, clock }) => {
  const at = clock()
  const months = retentionMonths(system.level)
  const due = monthsBefore(at, months)
  const since = system.since === null ? undefined : Date.parse(system.since)
  const time = { from: since ?? EARLIEST, to: at }
  const look = async (tolerated: boolean): Promise<Look> => {
    const filter = and(term('suidun.system.id', system.id), term('suidun.time.tolerated', tolerated))
    const ask = <A extends Ask>(a: A) => events.ask(EVERYTHING, { filter, time, ask: a })
    const { min } = await ask({ kind: 'minmax', field: '@timestamp' })
    const buckets = min === undefined ? [] : (await ask({ kind: 'histogram', step: STEP })).buckets
    return { query: eventQuestion(filter, time), oldest: min, buckets }
  }
  const told = await look(true)
  if (told.oldest !== undefined && told.oldest <= due)
    return finished(at, 'holds', 'kept', { oldest: iso(told.oldest), months }, evidence(told))
  const late = await look(false)
  const oldest = told.oldest ?? late.oldest
  if (oldest === undefined) return finished(at, 'cannot_tell', 'noLogs', {}, evidence(told))
  if (since === undefined)
    return finished(at, 'cannot_tell', 'ageUnknown', { oldest: iso(oldest), months }, evidence(told))
  if (since > due) return finished(at, 'cannot_tell', 'young', { since: iso(since), months }, evidence(told))
  if (late.oldest !== undefined && (told.oldest === undefined || reachBack(due, told, late)))
    return finished(at, 'cannot_tell', 'broughtIn', { oldest: iso(late.oldest), months }, evidence(late))
  return finished(at, 'fails', 'keptTooShort', { oldest: iso(oldest), months }, evidence(told))
}

/** Records of one kind: how old they are and how many there are in each step. */
interface Look {
  readonly query: string
  readonly oldest: number | undefined
  readonly buckets: readonly { readonly from: number; readonly count: number }[]
}

function evidence({ query, oldest, buckets }: Look): Evidence {
  const rows = buckets.map((b) => ({ from: iso(b.from), events: b.count }))
  return {
    query,
    rowsSeen: buckets.reduce((n, b) => n + b.count, 0),
    rows: oldest === undefined ? [] : [{ oldest: iso(oldest) }, ...rows],
  }
}

/** Whether records reach back to that time, together and without an empty step. */
function reachBack(to: number, ...looks: readonly Look[]): boolean {
  const filled = new Set(looks.flatMap((l) => l.buckets.map((b) => Math.floor(b.from / STEP))))
  const newest = Math.max(...filled)
  for (let step = Math.floor(to / STEP); step <= newest; step++) if (!filled.has(step)) return false
  return looks.some((l) => l.oldest !== undefined && l.oldest <= to)
}

/** The same day and time some months earlier, or the last day of a shorter month. */
function monthsBefore(at: number, months: number): number {
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() - months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime()
}
