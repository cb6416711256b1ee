import { EVERYTHING } from '../../core/access.ts'
import { term } from '../../core/filter.ts'
import { retentionMonths } from '../framework.ts'
import { type Check, DAY, eventQuestion, finished, iso } from './check.ts'

/** No record of a log is older: a clock that says so is wrong. */
const EARLIEST = Date.UTC(2000, 0, 1)
const STEP = 30 * DAY

/**
 * 8.1.5.4.d, audit data is kept long enough: the oldest stored record against the months that the law demands. A record
 * from before the system was in service does not count; a system younger than that cannot tell.
 */
export const recordsKept: Check = async (system, { events, clock }) => {
  const at = clock()
  const months = retentionMonths(system.level)
  const due = monthsBefore(at, months)
  const since = system.since === null ? undefined : Date.parse(system.since)
  const filter = term('suidun.system.id', system.id)
  const time = { from: since ?? EARLIEST, to: at }
  const query = eventQuestion(filter, time)
  const { min } = await events.ask(EVERYTHING, { filter, time, ask: { kind: 'minmax', field: '@timestamp' } })
  if (min === undefined) return finished(at, 'cannot_tell', 'noLogs', {}, { query, rowsSeen: 0, rows: [] })

  const { buckets } = await events.ask(EVERYTHING, { filter, time, ask: { kind: 'histogram', step: STEP } })
  const evidence = {
    query,
    rowsSeen: buckets.reduce((n, b) => n + b.count, 0),
    rows: [{ oldest: iso(min) }, ...buckets.map((b) => ({ from: iso(b.from), events: b.count }))],
  }
  const oldest = iso(min)
  if (min <= due) return finished(at, 'holds', 'kept', { oldest, months }, evidence)
  if (since === undefined) return finished(at, 'cannot_tell', 'ageUnknown', { oldest, months }, evidence)
  if (since > due) return finished(at, 'cannot_tell', 'young', { since: iso(since), months }, evidence)
  return finished(at, 'fails', 'keptTooShort', { oldest, months }, evidence)
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
