import type { DuckDBConnection } from '@duckdb/node-api'
import { foldDifferences } from './foldDifferences.ts'
import { migrate } from './migrate.ts'
import { type InstanceOptions, openInstance } from './openInstance.ts'
import { Pool } from './pool.ts'

/** The open database: one connection that writes, some that answer questions. */
export interface Database {
  readonly writer: DuckDBConnection
  readonly pool: Pool
  /** Characters that the engine folds otherwise than we do. */
  readonly odd: ReadonlySet<number>
  /** Questions under way fail with that error. Nothing may be writing. */
  close(reason: Error): Promise<void>
}

export async function openDatabase(options: InstanceOptions & { readonly searches: number }): Promise<Database> {
  const instance = await openInstance(options)
  const writer = await instance.connect()
  const pool = new Pool(instance, options.searches)
  const close = async (reason: Error) => {
    await pool.close(reason)
    writer.closeSync()
    instance.closeSync()
  }
  try {
    await migrate(writer)
    return { writer, pool, odd: await foldDifferences(writer), close }
  } catch (error) {
    await close(error as Error)
    throw error
  }
}

/** Whether the engine has given up on what it holds in memory, as after a checkpoint on a full disk: it must be opened again. */
export function isFatal(error: unknown): boolean {
  return /FATAL Error|database has been invalidated/.test((error as Error).message)
}
