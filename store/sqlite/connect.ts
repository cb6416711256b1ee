import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'

/** How long a thread waits for another process's lock at a time, milliseconds. */
const LOCK_WAIT = 5_000
/** How often it then asks again. */
const LOCK_TRIES = 6

/** Opens a connection with the durability that the port promises. */
export function connect(path: string, use: 'write' | 'read'): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: LOCK_WAIT })
  try {
    patiently(() => db.exec('PRAGMA journal_mode = WAL'))
    db.exec('PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000')
    if (use === 'read') db.exec('PRAGMA query_only = ON')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Calls again while another process holds the lock. Blocks its thread. */
export function patiently<T>(call: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return call()
    } catch (error) {
      if (sqliteCode(error) !== 5 || tries >= LOCK_TRIES) throw error
    }
  }
}

function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

/** Whether a failure comes from what was written (1 error, 18 too big, 19 constraint, 20 mismatch), not from the disk or a lock. */
export function isOfOneChange(error: unknown): boolean {
  return [1, 18, 19, 20].includes(sqliteCode(error) ?? 0)
}

/** What a failure of SQLite means to a caller. */
export function storageError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error
  const code = sqliteCode(error)
  if (code === 13) return new AppError('STO-507')
  const text = error instanceof Error ? error.message : String(error)
  const problem =
    code === 5
      ? `${path} is locked by another process for too long`
      : code === 11 || code === 26
        ? `${path} is damaged (${text}); restore it from a backup`
        : code === 14
          ? `${path} cannot be opened (${text}); check the folder and its permissions`
          : `${path}: ${text}`
  return new AppError('STO-500', { problem })
}
