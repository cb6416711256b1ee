import { EVERYTHING } from '../../core/access.ts'
import { and, type Filter, not, oneOf, or, term } from '../../core/filter.ts'
import type { EventRow } from '../../core/query.ts'
import { viewOfStored } from '../../core/view.ts'
import { type Check, type EvidenceRow, eventQuestion, finished, HOUR, iso, MOST_ROWS, THRESHOLDS } from './check.ts'

const USERS = [
  'user.name',
  'user.id',
  'user.target.name',
  'user.effective.name',
  'source.user.name',
  'client.user.name',
]
const TYPES = ['event.action', 'event.type', 'event.code']

const said = (field: string): Filter => not(or({ op: 'null', field: [field] }, term(field, '')))

/** What a record must carry, each as the filter of records that lack it. */
const LACKS = {
  noTime: term('suidun.time.source', 'received'),
  noUser: not(or(...USERS.map(said))),
  noType: not(or(...TYPES.map(said))),
  noOutcome: not(oneOf('event.outcome', ['success', 'failure'])),
} as const

/** 8.1.4.3.b, audit records are complete: those of the last day carry time, user, type and outcome. */
export const recordsComplete: Check = async (system, { events, clock, thresholds = THRESHOLDS }) => {
  const at = clock()
  const hours = thresholds.auditHours
  const time = { from: at - hours * HOUR, to: at }
  const records = and(
    term('suidun.system.id', system.id),
    or(oneOf('event.category', ['authentication', 'iam']), not({ op: 'null', field: ['audit.object.name'] })),
  )
  const count = async (filter: Filter) => (await events.ask(EVERYTHING, { filter, time, ask: { kind: 'count' } })).count
  const rowsOf = async (filter: Filter) =>
    (await events.ask(EVERYTHING, { filter, time, ask: { kind: 'rows', first: MOST_ROWS } })).rows.map(evidenceRow)

  const rowsSeen = await count(records)
  const query = eventQuestion(records, time)
  if (rowsSeen === 0) return finished(at, 'cannot_tell', 'noRecords', { hours }, { query, rowsSeen, rows: [] })
  const incomplete = and(records, or(...Object.values(LACKS)))
  const lacking = await count(incomplete)
  if (lacking === 0) {
    const evidence = { query, rowsSeen, rows: await rowsOf(records) }
    return finished(at, 'holds', 'recordsComplete', { hours, records: rowsSeen }, evidence)
  }
  const [noTime, noUser, noType, noOutcome] = await Promise.all(
    [LACKS.noTime, LACKS.noUser, LACKS.noType, LACKS.noOutcome].map((lack) => count(and(records, lack))),
  )
  const values = {
    hours,
    records: rowsSeen,
    lacking,
    noTime: noTime!,
    noUser: noUser!,
    noType: noType!,
    noOutcome: noOutcome!,
  }
  const evidence = { query: eventQuestion(incomplete, time), rowsSeen, rows: await rowsOf(incomplete) }
  return finished(at, 'fails', 'recordsLack', values, evidence)
}

/** Evidence says that a person is named, not who: its reader may not be allowed to see that. The event's id leads there. */
const PRESENT = '✓'

function evidenceRow({ id, timestamp, event }: EventRow): EvidenceRow {
  const view = viewOfStored(event)
  const first = (names: readonly string[]) => {
    for (const name of names) {
      const value = view.get(name)
      const one = Array.isArray(value) ? value.join(', ') : value
      if (one !== undefined && one !== null && one !== '') return String(one)
    }
    return null
  }
  return {
    event: id,
    time: view.get('suidun.time.source') === 'received' ? null : iso(timestamp),
    user: first(USERS) === null ? null : PRESENT,
    type: first(TYPES),
    outcome: first(['event.outcome']),
  }
}
