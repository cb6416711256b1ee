import type { Scope } from '../../core/access.ts'
import { compileFilter } from '../../core/evaluate.ts'
import type { Filter } from '../../core/filter.ts'
import type { Answer, Ask, EventRow, Query } from '../../core/query.ts'
import { scopeFilter } from '../../core/scope.ts'
import { viewOfStored } from '../../core/view.ts'
import { limited, MOST_IDS, MOST_ROWS } from '../events/checks.ts'
import { decodeCursor, type Position } from '../events/cursor.ts'
import { rowMaker } from '../events/eventRow.ts'
import { parseStored } from '../events/storedEvent.ts'
import { andSql, isExact } from './cond.ts'
import { Params } from './params.ts'
import { eventJson } from './schema.ts'
import { conditions, countOf, type Searcher } from './selection.ts'
import type { Session } from './session.ts'

type Rows = Extract<Ask, { kind: 'rows' }>

/** Events read at once while a filter that SQL cannot say exactly is verified. */
const PAGE = 2_000

/** A page of events, newest first. */
export async function answerRows(
  session: Session,
  scope: Scope,
  query: Query & { readonly ask: Rows },
  searcher: Searcher,
): Promise<Answer<Rows>> {
  const { ask, time } = query
  const first = limited('events of a page', ask.first, MOST_ROWS)
  const filter = scopeFilter(scope, query.filter)
  const after = ask.after === undefined ? undefined : decodeCursor(ask.after)
  const makeRow = rowMaker(scope)
  const exact = isExact(conditions(filter, time, new Params(), searcher))
  const test = exact ? undefined : compileFilter(filter)
  const found: EventRow[] = []
  let from = after
  while (found.length <= first) {
    const size = exact ? first + 1 - found.length : Math.max(PAGE, first + 1)
    const page = await readPage(session, filter, query, from, size, searcher)
    for (const { id, timestamp, json } of page) {
      const event = parseStored(json)
      if (test !== undefined && !test(viewOfStored(event))) continue
      const row = makeRow(id, timestamp, event)
      if (row !== undefined) found.push(row)
    }
    if (page.length < size) break
    from = page.at(-1)!
  }
  return {
    rows: found.slice(0, first),
    hasNext: found.length > first,
    total: ask.total === true ? await countOf(session, filter, time, searcher) : undefined,
  }
}

interface Found extends Position {
  readonly json: string
}

async function readPage(
  session: Session,
  filter: Filter,
  query: Query,
  after: Position | undefined,
  size: number,
  searcher: Searcher,
): Promise<readonly Found[]> {
  const p = new Params()
  const where = andSql([
    conditions(filter, query.time, p, searcher).may,
    after === undefined ? 'true' : afterSql(after, p),
  ])
  const order = `ORDER BY "@timestamp" DESC, "event.id" DESC`
  // First the places of the newest, by their narrow columns, then the whole of these few.
  const rows = await session.rows(
    `SELECT "event.id", epoch_ms("@timestamp"), ${eventJson((n) => searcher.use.hasColumn(n), true)} FROM events
       WHERE rowid IN (SELECT rowid FROM events WHERE ${where} ${order} LIMIT ${size}) ${order}`,
    p,
  )
  return rows.map(([id, timestamp, json]) => ({ id: id as string, timestamp: Number(timestamp), json: json as string }))
}

function afterSql(after: Position, p: Params): string {
  const at = p.instant(after.timestamp)
  return `("@timestamp" <= ${at} AND ("@timestamp" < ${at} OR "event.id" < ${p.text(after.id)}))`
}

/** Events by id, as far as the scope admits them. */
export async function answerIds(
  session: Session,
  scope: Scope,
  ids: readonly string[],
  searcher: Searcher,
): Promise<readonly EventRow[]> {
  if (ids.length === 0) return []
  limited('events by id', ids.length, MOST_IDS)
  const p = new Params()
  const json = eventJson((n) => searcher.use.hasColumn(n), true)
  const rows = await session.rows(
    `SELECT "event.id", epoch_ms("@timestamp"), ${json} FROM events WHERE rowid IN
       (SELECT rowid FROM events WHERE "event.id" IN (${ids.map((id) => p.text(id)).join(', ')}))`,
    p,
  )
  const makeRow = rowMaker(scope)
  return rows.flatMap(([id, timestamp, text]) => {
    const row = makeRow(id as string, Number(timestamp), parseStored(text as string))
    return row === undefined ? [] : [row]
  })
}
