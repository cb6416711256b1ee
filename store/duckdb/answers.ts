import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { fieldOf } from '../../core/fields.ts'
import type { Filter } from '../../core/filter.ts'
import { parseInstant } from '../../core/instant.ts'
import type { Answer, Ask, Query, TimeRange } from '../../core/query.ts'
import { scopeFilter } from '../../core/scope.ts'
import { limited, MOST_VALUES } from '../events/checks.ts'
import { partShowing, partsShowing } from '../events/parts.ts'
import { answerRows } from './answerRows.ts'
import { Params } from './params.ts'
import { columnOf, inRest } from './places.ts'
import { ifKey, restValue, textsOfKey } from './restSql.ts'
import { quoted } from './schema.ts'
import { countOf, type Searcher, select } from './selection.ts'
import type { Session } from './session.ts'
import { decimalSql, jsonNumber } from './valueSql.ts'
import { textsSql } from './values.ts'

type Ask1<K extends Ask['kind']> = Extract<Ask, { kind: K }>

/** Answers a question within a session. */
export async function answer(session: Session, scope: Scope, query: Query, searcher: Searcher): Promise<Answer<Ask>> {
  const { ask, filter, time } = query
  switch (ask.kind) {
    case 'rows':
      return answerRows(session, scope, { ...query, ask }, searcher)
    case 'count':
      return { count: await countOf(session, scopeFilter(scope, filter), time, searcher) }
    case 'histogram':
      return histogram(session, scopeFilter(scope, filter), time, ask, searcher)
    case 'top':
      return top(session, partShowing(scope, filter, ask.field), time, ask, searcher)
    case 'minmax':
      return minmax(session, partShowing(scope, filter, ask.field), time, ask, searcher)
    case 'groups':
      return groups(session, scope, { ...query, ask }, searcher)
  }
}

async function histogram(
  session: Session,
  filter: Filter,
  time: TimeRange,
  ask: Ask1<'histogram'>,
  searcher: Searcher,
): Promise<Answer<Ask1<'histogram'>>> {
  const step = limited('the step of a histogram', ask.step, Number.MAX_SAFE_INTEGER)
  const selection = await select(session, filter, time, searcher)
  const p = new Params()
  const at = `epoch_ms("@timestamp")`
  const width = p.long(BigInt(step))
  const rows = await session.rows(
    `SELECT ${at} - ((${at} % ${width}) + ${width}) % ${width} AS bucket, count(*) FROM events WHERE ${selection(p)}
       GROUP BY bucket ORDER BY bucket LIMIT ${MOST_VALUES + 1}`,
    p,
  )
  if (rows.length > MOST_VALUES)
    throw new AppError('QRY-303', { problem: `more than ${MOST_VALUES} buckets; take a longer step` })
  return { buckets: rows.map(([from, count]) => ({ from: Number(from), count: Number(count) })) }
}

async function top(
  session: Session,
  filter: Filter,
  time: TimeRange,
  ask: Ask1<'top'>,
  searcher: Searcher,
): Promise<Answer<Ask1<'top'>>> {
  const size = limited('top values', ask.size, MOST_VALUES)
  const selection = await select(session, filter, time, searcher)
  const p = new Params()
  const values = textsSql(ask.field, { ...searcher, params: p })
  const value = values.kind === 'one' ? values.sql : `unnest(${values.sql})`
  // The mark in front: the client drops a byte order mark at the start of a text.
  const rows = await session.rows(
    `SELECT '=' || value, count(*) AS n FROM (SELECT ${value} AS value FROM events WHERE ${selection(p)})
       WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT ${size}`,
    p,
  )
  return { values: rows.map(([value, count]) => ({ value: (value as string).slice(1), count: Number(count) })) }
}

async function minmax(
  session: Session,
  filter: Filter,
  time: TimeRange,
  ask: Ask1<'minmax'>,
  searcher: Searcher,
): Promise<Answer<Ask1<'minmax'>>> {
  const selection = await select(session, filter, time, searcher)
  const name = ask.field
  const isDate = fieldOf(name)?.type === 'date'
  let least: number | undefined
  let greatest: number | undefined
  const take = (n: number | undefined): void => {
    if (n === undefined) return
    if (least === undefined || n < least) least = n
    if (greatest === undefined || n > greatest) greatest = n
  }
  for (const list of numberLists(name, searcher)) {
    const p = new Params()
    const rows = await session.rows(
      `SELECT min(n), max(n) FROM (SELECT ${list(p)} AS n FROM events WHERE ${selection(p)})`,
      p,
    )
    for (const n of rows[0]!) if (n !== null) take(Number(n))
  }
  if (isDate && inRest(name, { ...searcher, params: new Params() })) {
    const p = new Params()
    const sql = `SELECT DISTINCT unnest(${textsOfKey(name, p)}) FROM events WHERE ${selection(p)}`
    for await (const batch of session.stream(sql, p)) for (const [text] of batch) take(parseInstant(text as string))
  }
  return { min: least, max: greatest }
}

/** Per place of the field: SQL of its values as numbers. */
function numberLists(name: string, searcher: Searcher): ((p: Params) => string)[] {
  const lists: ((p: Params) => string)[] = []
  const context = { ...searcher, params: new Params() }
  const field = columnOf(name, context)
  const column = quoted(name)
  if (field !== undefined && field.type !== 'boolean') {
    const number = (sql: string) =>
      field.type === 'date'
        ? `epoch_ms(${sql})`
        : field.type === 'keyword' || field.type === 'ip'
          ? decimalSql(sql)
          : sql
    lists.push(() => (field.multi ? `unnest(list_transform(${column}, lambda v: ${number('v')}))` : number(column)))
  }
  if (inRest(name, context) && fieldOf(name)?.type !== 'date')
    lists.push((p) => {
      const json = restValue(name, p)
      const list = `CASE WHEN starts_with(${json}::VARCHAR, '[') THEN json_extract(${json}, '$[*]') ELSE [${json}] END`
      const numbers = `list_transform(${list}, lambda e: ${jsonNumber('e')})`
      return `unnest(${ifKey(name, numbers, '[]::DOUBLE[]', p)})`
    })
  return lists
}

async function groups(
  session: Session,
  scope: Scope,
  query: Query & { readonly ask: Ask1<'groups'> },
  searcher: Searcher,
): Promise<Answer<Ask1<'groups'>>> {
  const { ask, filter, time } = query
  const size = limited('groups', ask.size, MOST_VALUES)
  if (ask.by.length === 0 || ask.by.length > 4) throw new AppError('QRY-303', { problem: 'groups go by 1 to 4 fields' })
  const p = new Params()
  const selects: string[] = []
  for (const part of partsShowing(scope, filter, ask.by)) {
    const selection = await select(session, part.filter, time, searcher)
    selects.push(groupKeys(ask.by, part.shown, selection(p), { ...searcher, params: p }))
  }
  if (selects.length === 0) return { groups: [] }
  const keys = ask.by.map((_, i) => `k${i}`)
  const rows = await session.rows(
    `SELECT ${keys.map((k) => `'=' || ${k}`).join(', ')}, count(*) AS n FROM (${selects.join(' UNION ALL ')})
       GROUP BY ${keys.join(', ')} HAVING n >= ${p.long(BigInt(Math.max(1, Math.ceil(ask.atLeast))))}
       ORDER BY n DESC, ${keys.map((k) => `${k} NULLS LAST`).join(', ')} LIMIT ${size}`,
    p,
  )
  return {
    groups: rows.map((row) => ({
      key: row.slice(0, -1).map((k) => (k === null ? null : (k as string).slice(1))),
      count: Number(row.at(-1)),
    })),
  }
}

/** One row per event and combination of the fields' values; NULL where a field is absent or hidden. */
function groupKeys(
  by: readonly string[],
  shown: readonly boolean[],
  condition: string,
  context: Searcher & { readonly params: Params },
): string {
  const columns = by.map((name, i) => {
    const values = shown[i] === true ? textsSql(name, context) : { kind: 'one' as const, sql: 'NULL::VARCHAR' }
    const sql =
      values.kind === 'one'
        ? values.sql
        : `CASE WHEN coalesce(len(${values.sql}), 0) = 0 THEN [NULL] ELSE ${values.sql} END`
    return { kind: values.kind, sql }
  })
  let sql = `SELECT ${columns.map((c, i) => `${c.sql} AS k${i}`).join(', ')} FROM events WHERE ${condition}`
  columns.forEach((c, at) => {
    if (c.kind === 'list')
      sql = `SELECT ${by.map((_, i) => (i === at ? `unnest(k${i}) AS k${i}` : `k${i}`)).join(', ')} FROM (${sql})`
  })
  return sql
}
