import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Clock, EventStore, LoadResult, Segment } from '../../core/ports.ts'
import type { Answer, Ask, EventRow, Query } from '../../core/query.ts'
import type { Tell } from '../../core/telemetry.ts'
import { checkFilter, checkScope } from '../events/checks.ts'
import { answerIds } from './answerRows.ts'
import { answer } from './answers.ts'
import { checkpoint } from './checkpoint.ts'
import { type Database, isFatal, openDatabase } from './database.ts'
import { loadSegment } from './loadSegment.ts'
import { takeLock } from './ownerLock.ts'
import type { Searcher } from './selection.ts'
import type { Session } from './session.ts'

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
  const open = () =>
    openDatabase({
      folder,
      readable: options.segments,
      memory: options.memory ?? 2048,
      threads: options.threads ?? 2,
      searches: options.searches ?? 4,
      clock: options.clock,
      tell: options.tell,
    })
  try {
    return new DuckEvents({ ...options, folder }, open, await open(), unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

class DuckEvents implements EventStore {
  readonly #options: EventsOptions
  readonly #reopen: () => Promise<Database>
  readonly #unlock: () => void
  #database: Promise<Database>
  #closed = false
  /** Loads and checkpoints, one after the other. */
  #writes: Promise<unknown> = Promise.resolve()
  /** The one that is under way. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: EventsOptions, reopen: () => Promise<Database>, database: Database, unlock: () => void) {
    this.#options = options
    this.#reopen = reopen
    this.#database = Promise.resolve(database)
    this.#unlock = unlock
  }

  load(segment: Segment): Promise<LoadResult> {
    const { folder, clock } = this.#options
    return this.#write((database) => loadSegment(database, segment, { scratch: join(folder, 'tmp'), clock }))
  }

  checkpoint(): Promise<void> {
    return this.#write(({ writer, pool }) => checkpoint(writer, pool))
  }

  async ask<A extends Ask>(scope: Scope, query: Query & { readonly ask: A }, signal?: AbortSignal): Promise<Answer<A>> {
    checkScope(scope)
    checkFilter(query.filter)
    return (await this.#read(signal, (session, searcher) => answer(session, scope, query, searcher))) as Answer<A>
  }

  async get(scope: Scope, ids: readonly string[]): Promise<readonly EventRow[]> {
    checkScope(scope)
    return await this.#read(undefined, (session, searcher) => answerIds(session, scope, ids, searcher))
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
    await this.#database.then((d) => d.close(closedError())).catch(() => undefined)
    this.#unlock()
  }

  #write<T>(body: (database: Database) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError())
    const run = this.#writes.then(() => {
      const writing = this.#with(body)
      this.#writing = writing.catch(() => undefined)
      return writing
    })
    this.#writes = run.catch(() => undefined)
    return run
  }

  #read<T>(signal: AbortSignal | undefined, body: (session: Session, searcher: Searcher) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError())
    const options = { seconds: this.#options.timeout ?? 30, signal }
    return this.#with(({ pool, odd }) => pool.use(options, (session, use) => body(session, { use, odd })))
  }

  /** Does something with the database. One that has given up, or did not open, is opened again for whoever comes next. */
  async #with<T>(body: (database: Database) => Promise<T>): Promise<T> {
    const used = this.#database
    let database: Database
    try {
      database = await used
    } catch (error) {
      this.#replace(used, this.#reopen)
      throw error
    }
    try {
      return await body(database)
    } catch (error) {
      if (isFatal(error))
        this.#replace(used, async () => {
          await this.#writing
          await database.close(new AppError('STO-500', { problem: 'the event store is being opened again' }))
          return await this.#reopen()
        })
      throw error
    }
  }

  #replace(used: Promise<Database>, open: () => Promise<Database>): void {
    if (this.#closed || this.#database !== used) return
    this.#database = open()
    this.#database.catch(() => undefined)
  }
}

function closedError(): AppError {
  return new AppError('STO-500', { problem: 'the event store is closed' })
}
