import type { DuckDBConnection } from '@duckdb/node-api'
import type { Pool } from './pool.ts'

/** A checkpoint waits so long, milliseconds, for questions that are under way; each is stopped before that by its own limit. */
const PATIENCE = 120_000
/** So long, milliseconds, do new questions wait for it at a time, and then may begin for as long. */
const TURN = 1_000

/**
 * Writes the log into the database's file. DuckDB refuses while anything else is in a transaction that keeps rows aside,
 * which questions do. Where they come without a break, new ones are held until those under way have ended: by turns, so
 * that one long question does not make all others wait.
 */
export async function checkpoint(writer: DuckDBConnection, pool: Pool): Promise<void> {
  const start = Date.now()
  let release: (() => void) | undefined
  try {
    for (;;) {
      try {
        await writer.run('CHECKPOINT')
        return
      } catch (error) {
        const waited = Date.now() - start
        if (!String(error).includes('other write transactions active') || waited > PATIENCE) throw error
        if (Math.floor(waited / TURN) % 2 === 0) release ??= pool.hold()
        else {
          release?.()
          release = undefined
        }
      }
      await new Promise((done) => setTimeout(done, 5))
    }
  } finally {
    release?.()
  }
}
