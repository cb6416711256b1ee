import { DuckDBInstance } from '@duckdb/node-api'
import { FIELDS } from '../../core/fields.ts'
import type { Filter } from '../../core/filter.ts'
import type { StoredSearch } from '../events/storedSearch.ts'
import { fieldsAsked } from '../events/storedSearch.ts'
import { compileSql } from './compileSql.ts'
import { isExact } from './cond.ts'
import { FieldUse } from './fieldUse.ts'
import { foldDifferences } from './foldDifferences.ts'
import { type Bound, Params } from './params.ts'
import { columnType, quoted } from './schema.ts'

/** Any field may have come in, typed or not. */
const ANY_USE = new FieldUse(FIELDS.map((f) => [f.name, true, true]))

/**
 * The statement that finds the events for which a filter holds, in any event store of ours whatever has come in so far:
 * values are written into it, columns that no event has made yet count as empty.
 */
export async function storedSql(filter: Filter): Promise<StoredSearch<string>> {
  odd ??= oddOfEngine()
  const params = new Params()
  const cond = compileSql(filter, { params, use: ANY_USE, odd: await odd })
  const { sql, values } = params.bind(cond.may)
  const where = sql.replace(/\$([0-9]+)/g, (_, n: string) => literalOf(values[Number(n) - 1]!))
  const asked = fieldsAsked(filter)
  const columns = FIELDS.filter((f) => asked === 'all' || asked.has(f.name))
    .map((f) => `NULL::${columnType(f)} AS ${quoted(f.name)}`)
    .join(', ')
  const from = columns === '' ? 'events' : `(FROM events UNION ALL BY NAME SELECT ${columns} WHERE false) AS events`
  return { exact: isExact(cond), query: `SELECT "event.id"\nFROM ${from}\nWHERE ${where};` }
}

let odd: Promise<ReadonlySet<number>> | undefined

async function oddOfEngine(): Promise<ReadonlySet<number>> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return await foldDifferences(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function literalOf(value: Bound): string {
  if (typeof value === 'number') return `'${value}'::DOUBLE`
  if (typeof value === 'bigint') return `'${value}'::BIGINT`
  const parts = value.split('\0').map((p) => `'${p.replaceAll("'", "''")}'`)
  return parts.length === 1 ? parts[0]! : `(${parts.join(' || chr(0) || ')})`
}
