import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import { FIELD_USE, FieldUse } from './fieldUse.ts'
import { Params } from './params.ts'

export type SqlRow = readonly unknown[]

/**
 * One question's use of a connection: a transaction, so that all its statements see the same events, that can be stopped by
 * a signal or by time (QRY-301). Nothing it does stays.
 */
export class Session {
  readonly #connection: DuckDBConnection
  #stopped: unknown

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  stop(reason: unknown): void {
    this.#stopped ??= reason
    this.#connection.interrupt()
  }

  async rows(sql: string, params?: Params): Promise<readonly SqlRow[]> {
    this.#check()
    try {
      const bound = (params ?? new Params()).bind(sql)
      return (await this.#connection.runAndReadAll(bound.sql, bound.values, bound.types)).getRowsJS()
    } catch (error) {
      throw this.#explain(error)
    }
  }

  /** Rows in batches as DuckDB finds them. */
  async *stream(sql: string, params: Params): AsyncGenerator<readonly SqlRow[]> {
    this.#check()
    try {
      const bound = params.bind(sql)
      const result = await this.#connection.stream(bound.sql, bound.values, bound.types)
      for await (const batch of result.yieldRowsJs()) {
        this.#check()
        yield batch
      }
    } catch (error) {
      throw this.#explain(error)
    }
  }

  #check(): void {
    if (this.#stopped !== undefined) throw this.#stopped
  }

  #explain(error: unknown): unknown {
    if (this.#stopped !== undefined) return this.#stopped
    if (error instanceof AppError) return error
    const problem = (error as Error).message.split('\n')[0]!
    return /^Out of Memory/.test(problem)
      ? new AppError('QRY-302', { problem: 'it needs more memory than the event store has; narrow the time range' })
      : new AppError('STO-500', { problem })
  }
}

export interface SessionOptions {
  readonly seconds: number
  readonly signal: AbortSignal | undefined
}

/** Runs `body` in a session on a connection, with what is known of the fields of the events that it sees. */
export async function inSession<T>(
  connection: DuckDBConnection,
  options: SessionOptions,
  body: (session: Session, use: FieldUse) => Promise<T>,
): Promise<T> {
  const { seconds, signal } = options
  signal?.throwIfAborted()
  const session = new Session(connection)
  const timer = setTimeout(() => session.stop(new AppError('QRY-301', { seconds })), seconds * 1000)
  const abort = () => session.stop(signal?.reason)
  signal?.addEventListener('abort', abort)
  try {
    await connection.run('BEGIN TRANSACTION')
    return await body(session, new FieldUse(await session.rows(FIELD_USE)))
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    await connection.run('ROLLBACK').catch(() => undefined)
  }
}
