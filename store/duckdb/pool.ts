import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { FieldUse } from './fieldUse.ts'
import { inSession, type Session, type SessionOptions } from './session.ts'

/** Connections for questions, a bounded number at once; further ones wait for their turn. */
export class Pool {
  readonly #instance: DuckDBInstance
  readonly #size: number
  readonly #idle: DuckDBConnection[] = []
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = []
  readonly #sessions = new Set<Session>()
  #open = 0
  #held: { readonly over: Promise<void>; readonly end: () => void } | undefined
  #closed: Error | undefined

  constructor(instance: DuckDBInstance, size: number) {
    this.#instance = instance
    this.#size = size
  }

  /** Lets no further question begin until what it returns is called, or the pool is closed. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    const held = { over: promise, end: resolve }
    this.#held = held
    return () => {
      if (this.#held === held) this.#held = undefined
      resolve()
    }
  }

  /** Runs `body` in a session of its own. */
  async use<T>(options: SessionOptions, body: (session: Session, use: FieldUse) => Promise<T>): Promise<T> {
    while (this.#held !== undefined && this.#closed === undefined) await this.#held.over
    const connection = await this.#take()
    try {
      if (this.#closed !== undefined) throw this.#closed
      return await inSession(connection, options, async (session, use) => {
        this.#sessions.add(session)
        try {
          return await body(session, use)
        } finally {
          this.#sessions.delete(session)
        }
      })
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#idle.push(connection)
      else next(connection)
    }
  }

  /** Stops what is being asked, with that error, and closes every connection. */
  async close(reason: Error): Promise<void> {
    this.#closed = reason
    this.#held?.end()
    for (const session of this.#sessions) session.stop(reason)
    while (this.#idle.length < this.#open) this.#idle.push(await new Promise((done) => this.#waiting.push(done)))
    for (const connection of this.#idle) connection.closeSync()
  }

  async #take(): Promise<DuckDBConnection> {
    if (this.#closed !== undefined) throw this.#closed
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#open >= this.#size) return await new Promise((done) => this.#waiting.push(done))
    this.#open++
    try {
      return await this.#instance.connect()
    } catch (error) {
      this.#open--
      throw error
    }
  }
}
