import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import { CATALOGUE_VERSION, FIELDS } from '../../core/fields.ts'
import type { FieldUse } from './fieldUse.ts'
import { Params } from './params.ts'
import { columnType, quoted, TABLES } from './schema.ts'

/** Version of the tables' own layout, beside the catalogue's. */
const LAYOUT = 1

/**
 * Makes the tables, or brings them to the catalogue of today. A field that became typed after events were stored gets a
 * column and counts as a possible misfit: what those events hold of it stands in their `rest`. STO-501 where the store was
 * written by a newer version.
 */
export async function migrate(connection: DuckDBConnection, use: FieldUse): Promise<void> {
  const ask = async (sql: string, p = new Params()) => {
    const bound = p.bind(sql)
    return (await connection.runAndReadAll(bound.sql, bound.values, bound.types)).getRowsJS()
  }
  await ask('BEGIN TRANSACTION')
  for (const statement of TABLES) await ask(statement)
  const found = new Map((await ask('SELECT key, value FROM meta')).map(([k, v]) => [k as string, Number(v)]))
  for (const [key, known] of [
    ['layout', LAYOUT],
    ['catalogue', CATALOGUE_VERSION],
  ] as const) {
    const stored = found.get(key)
    if (stored !== undefined && stored > known) {
      await ask('ROLLBACK')
      throw new AppError('STO-501', { found: stored, known })
    }
    const p = new Params()
    await ask(`INSERT OR REPLACE INTO meta VALUES (${p.text(key)}, ${p.long(BigInt(known))})`, p)
  }
  const columns = new Map(
    (await ask(`SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'events'`)).map(([n, t]) => [
      n as string,
      t as string,
    ]),
  )
  for (const field of FIELDS) {
    const type = columns.get(field.name)
    if (type === columnType(field)) continue
    if (type !== undefined)
      throw new AppError('STO-500', { problem: `column ${field.name} is ${type}, not ${columnType(field)}` })
    await ask(`ALTER TABLE events ADD COLUMN ${quoted(field.name)} ${columnType(field)}`)
    const p = new Params()
    await ask(`INSERT OR REPLACE INTO fields VALUES (${p.text(field.name)}, false, true)`, p)
  }
  use.stored(
    (await ask('SELECT name, typed, misfit FROM fields')).map(([name, typed, misfit]) => ({
      name: name as string,
      typed: typed as boolean,
      misfit: misfit as boolean,
    })),
  )
  await ask('COMMIT')
  if (found.get('catalogue') !== CATALOGUE_VERSION) await ask('CHECKPOINT')
}
