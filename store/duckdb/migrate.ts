import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import { CATALOGUE_VERSION } from '../../core/fields.ts'
import { alignFields } from './fieldUse.ts'
import { TABLES } from './schema.ts'

/** Version of the tables' own layout, beside the catalogue's. */
const LAYOUT = 1

/** Makes the tables, or brings them to the catalogue of today. STO-501 where a newer version wrote the store. */
export async function migrate(c: DuckDBConnection): Promise<void> {
  await c.run('BEGIN TRANSACTION')
  try {
    for (const statement of TABLES) await c.run(statement)
    const stored = new Map((await c.runAndReadAll('SELECT key, value FROM meta')).getRowsJS() as [string, bigint][])
    let changed = false
    for (const [key, known] of [
      ['layout', LAYOUT],
      ['catalogue', CATALOGUE_VERSION],
    ] as const) {
      const found = Number(stored.get(key) ?? 0)
      if (found > known) throw new AppError('STO-501', { found, known })
      if (found === known) continue
      await c.run(`INSERT OR REPLACE INTO meta VALUES ('${key}', ${known})`)
      changed = true
    }
    await alignFields(c)
    await c.run('COMMIT')
    // What a log of changed tables replays to is less well trodden than rows are.
    if (changed) await c.run('CHECKPOINT')
  } catch (error) {
    await c.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
