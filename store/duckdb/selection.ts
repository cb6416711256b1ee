import { compileFilter } from '../../core/evaluate.ts'
import { fieldOf } from '../../core/fields.ts'
import type { Filter } from '../../core/filter.ts'
import type { TimeRange } from '../../core/query.ts'
import { viewOfStored } from '../../core/view.ts'
import { parseStored } from '../events/storedEvent.ts'
import { fieldsAsked } from '../events/storedSearch.ts'
import { compileSql } from './compileSql.ts'
import { andSql, type Cond, isExact, orSql } from './cond.ts'
import type { FieldUse } from './fieldUse.ts'
import { Params } from './params.ts'
import type { CompileContext } from './places.ts'
import { eventJson } from './schema.ts'
import type { Session } from './session.ts'

/** Events that a filter selects, as a condition for a statement whose values `params` collects. */
export type Selection = (params: Params) => string

export interface Searcher {
  readonly use: FieldUse
  readonly odd: ReadonlySet<number>
}

/** The filter and the time range as conditions. */
export function conditions(filter: Filter, time: TimeRange, params: Params, searcher: Searcher): Cond {
  const context: CompileContext = { params, use: searcher.use, odd: searcher.odd }
  const cond = compileSql(filter, context)
  const range = timeSql(time, params)
  const may = andSql([range, cond.may])
  return { may, must: isExact(cond) ? may : andSql([range, cond.must]) }
}

function timeSql(time: TimeRange, params: Params): string {
  const at = (ms: number) => params.instant(Math.min(8.64e15, Math.max(-62_135_596_800_000, Math.ceil(ms))))
  return andSql([
    time.from === undefined ? 'true' : `"@timestamp" >= ${at(time.from)}`,
    time.to === undefined ? 'true' : `"@timestamp" < ${at(time.to)}`,
  ])
}

/**
 * Exactly the events that a filter selects. Where SQL cannot say it, those it is unsure of are read and put to the plain
 * evaluator, and the ones that pass are listed in a temporary table.
 */
export async function select(
  session: Session,
  filter: Filter,
  time: TimeRange,
  searcher: Searcher,
): Promise<Selection> {
  const trial = new Params()
  const cond = conditions(filter, time, trial, searcher)
  if (isExact(cond)) return (params) => conditions(filter, time, params, searcher).must
  const passed: string[] = []
  const test = compileFilter(filter)
  const sql = `SELECT rowid, ${neededJson(filter, searcher)} FROM events WHERE ${cond.may} AND NOT coalesce(${cond.must}, false)`
  for await (const batch of session.stream(sql, trial))
    for (const [rowid, json] of batch) if (test(viewOfStored(parseStored(json as string)))) passed.push(String(rowid))
  const table = `passed_${++tables}`
  const list = new Params()
  await session.rows(`CREATE TEMP TABLE ${table} (id BIGINT)`)
  if (passed.length > 0)
    await session.rows(
      `INSERT INTO ${table} SELECT unnest(string_split(${list.text(passed.join(','))}, ','))::BIGINT`,
      list,
    )
  return (params) => orSql([conditions(filter, time, params, searcher).must, `rowid IN (SELECT id FROM ${table})`])
}

/** How many events the filter selects. */
export async function countOf(session: Session, filter: Filter, time: TimeRange, searcher: Searcher): Promise<number> {
  const selection = await select(session, filter, time, searcher)
  const p = new Params()
  const rows = await session.rows(`SELECT count(*) FROM events WHERE ${selection(p)}`, p)
  return Number(rows[0]![0])
}

let tables = 0

/** The part of an event that the filter looks at. */
function neededJson(filter: Filter, { use }: Searcher): string {
  const asked = fieldsAsked(filter)
  const rest = asked === 'all' || [...asked].some((n) => fieldOf(n) === undefined || use.isMisfit(n))
  return eventJson((n) => use.hasColumn(n) && (asked === 'all' || asked.has(n)), rest)
}
