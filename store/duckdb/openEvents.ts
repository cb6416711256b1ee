import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Clock, EventStore, LoadResult, Segment } from '../../core/ports.ts'
import type { Answer, Ask, EventRow, Query } from '../../core/query.ts'
import type { Tell } from '../../core/telemetry.ts'
import { checkFilter, checkScope } from '../events/checks.ts'
import { answerIds } from './answerRows.ts'
import { answer } from './answers.ts'
import { foldDifferences } from './foldDifferences.ts'
import { loadSegment } from './loadSegment.ts'
import { migrate } from './migrate.ts'
import { openInstance } from './openInstance.ts'
import { takeLock } from './ownerLock.ts'
import type { Searcher } from './selection.ts'
import { inSession, type Session } from './session.ts'

export interface EventsOptions {
  /** Folder of the store; created if absent. One process at a time (CFG-003). */
  readonly folder: string
  /** Folders that segments are loaded from. */
  readonly segments: readonly string[]
  readonly clock: Clock
  readonly tell: Tell
  /** MiB of memory, 2048 unless said. */
  readonly memory?: number
  readonly threads?: number
  /** Seconds after which a search is stopped (QRY-301), 30 unless said. */
  readonly timeout?: number
  /** Searches at once, 4 unless said; further ones wait. */
  readonly searches?: number
}

/** Opens the embedded event store. */
export async function openEvents(options: EventsOptions): Promise<EventStore> {
  const folder = resolve(options.folder)
  mkdirSync(folder, { recursive: true })
  const unlock = takeLock(join(folder, 'duckdb.lock'), folder)
  try {
    const instance = await openInstance({
      folder,
      readable: options.segments,
      memory: options.memory ?? 2048,
      threads: options.threads ?? 2,
      clock: options.clock,
      tell: options.tell,
    })
    const writer = await instance.connect()
    await migrate(writer)
    return new DuckEvents({ ...options, folder }, instance, writer, await foldDifferences(writer), unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

class DuckEvents implements EventStore {
  readonly #options: EventsOptions
  readonly #instance: DuckDBInstance
  readonly #writer: DuckDBConnection
  readonly #odd: ReadonlySet<number>
  readonly #unlock: () => void
  readonly #idle: DuckDBConnection[] = []
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = []
  readonly #sessions = new Set<Session>()
  #open = 0
  #closed = false
  /** Loads and checkpoints, one after the other. */
  #writes: Promise<unknown> = Promise.resolve()

  constructor(
    options: EventsOptions,
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    odd: ReadonlySet<number>,
    unlock: () => void,
  ) {
    this.#options = options
    this.#instance = instance
    this.#writer = writer
    this.#odd = odd
    this.#unlock = unlock
  }

  load(segment: Segment): Promise<LoadResult> {
    const { folder, clock } = this.#options
    return this.#write((c) => loadSegment(c, segment, { scratch: join(folder, 'tmp'), clock }))
  }

  checkpoint(): Promise<void> {
    return this.#write(async (c) => void (await c.run('CHECKPOINT')))
  }

  async ask<A extends Ask>(scope: Scope, query: Query & { readonly ask: A }, signal?: AbortSignal): Promise<Answer<A>> {
    checkScope(scope)
    checkFilter(query.filter)
    return (await this.#read(signal, (session, searcher) => answer(session, scope, query, searcher))) as Answer<A>
  }

  get(scope: Scope, ids: readonly string[]): Promise<readonly EventRow[]> {
    checkScope(scope)
    return this.#read(undefined, (session, searcher) => answerIds(session, scope, ids, searcher))
  }

  async ready(): Promise<boolean> {
    if (this.#closed) return false
    return await this.#read(undefined, (session) => session.rows('SELECT 1')).then(
      () => true,
      () => false,
    )
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#writes
    for (const session of this.#sessions) session.stop(closedError())
    while (this.#idle.length < this.#open) this.#idle.push(await new Promise((done) => this.#waiting.push(done)))
    for (const c of this.#idle) c.closeSync()
    this.#writer.closeSync()
    this.#instance.closeSync()
    this.#unlock()
  }

  #write<T>(body: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError())
    const run = this.#writes.then(() => body(this.#writer))
    this.#writes = run.catch(() => undefined)
    return run
  }

  async #read<T>(
    signal: AbortSignal | undefined,
    body: (session: Session, searcher: Searcher) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw closedError()
    const connection = await this.#take()
    try {
      if (this.#closed) throw closedError()
      return await inSession(connection, { seconds: this.#options.timeout ?? 30, signal }, async (session, use) => {
        this.#sessions.add(session)
        try {
          return await body(session, { use, odd: this.#odd })
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

  async #take(): Promise<DuckDBConnection> {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#open >= (this.#options.searches ?? 4)) return await new Promise((done) => this.#waiting.push(done))
    this.#open++
    try {
      return await this.#instance.connect()
    } catch (error) {
      this.#open--
      throw error
    }
  }
}

function closedError(): AppError {
  return new AppError('STO-500', { problem: 'the event store is closed' })
}
