import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import { CATALOGUE_VERSION, FIELDS, fieldOf } from '../../core/fields.ts'
import type { Clock, LoadResult, Segment } from '../../core/ports.ts'
import { screenLines } from '../events/screenLines.ts'
import { bisectLines, lineSource, writeLines } from './bisectLines.ts'
import { checkpoint } from './checkpoint.ts'
import type { Database } from './database.ts'
import { FIELD_USE, FieldUse } from './fieldUse.ts'
import { Params } from './params.ts'
import { columnType, lineField, quoted } from './schema.ts'

export interface LoadOptions {
  /** Where parts of a segment are written while a bad line in it is looked for. */
  readonly scratch: string
  readonly clock: Clock
}

type Rejected = LoadResult['rejected']

/**
 * Loads a segment and its ledger row in one transaction, natively, in one INSERT … SELECT. Where that fails or does not
 * yield one new event per line, the lines are looked at one by one, what DuckDB still refuses is found by bisection, and
 * the rest is loaded the same way.
 */
export async function loadSegment(database: Database, segment: Segment, options: LoadOptions): Promise<LoadResult> {
  const c = database.writer
  const p = new Params()
  const before = await rows(c, `SELECT loaded, rejected FROM ledger WHERE segment = ${p.text(segment.id)}`, p)
  if (before[0] !== undefined) {
    const [loaded, rejected] = before[0] as [bigint, string | null]
    return { loaded: Number(loaded), rejected: JSON.parse(rejected ?? '[]') as Rejected, alreadyLoaded: true }
  }
  if (await loadFile(database, segment, { path: segment.path, count: segment.count, rejected: [] }, options))
    return { loaded: segment.count, rejected: [], alreadyLoaded: false }

  const screened = screenLines(readFileSync(segment.path, 'utf8').split('\n'))
  const path = join(options.scratch, `${encodeURIComponent(segment.id)}.ndjson`)
  try {
    const known = await knownIds(c, [...screened.good.keys()])
    const fresh = [...screened.good].flatMap(([id, line]) => (known.has(id) ? [] : [line]))
    const refused: { line: string; reason: string }[] = []
    const good = await bisectLines(c, path, fresh, refused)
    const rejected = [...screened.rejected, ...refused]
    writeLines(path, good)
    if (!(await loadFile(database, segment, { path, count: good.length, rejected }, options)))
      throw new AppError('STO-500', { problem: `segment ${segment.id} does not load, though each of its lines does` })
    return { loaded: good.length, rejected, alreadyLoaded: false }
  } finally {
    rmSync(path, { force: true })
  }
}

interface Source {
  readonly path: string
  /** Events that it must yield. */
  readonly count: number
  readonly rejected: Rejected
}

/** Loads a whole file. False, and nothing done, unless it yields exactly `count` events that were not there before. */
async function loadFile(database: Database, segment: Segment, source: Source, options: LoadOptions): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    const done = await tryLoad(database.writer, segment, source, options)
    if (done !== 'columns') return done === 'loaded'
    if (attempt > 0) throw new AppError('STO-500', { problem: `columns for segment ${segment.id} were made, yet lack` })
    await makeColumns(database, source.path)
  }
}

async function tryLoad(
  c: DuckDBConnection,
  segment: Segment,
  source: Source,
  options: LoadOptions,
): Promise<'loaded' | 'refused' | 'columns'> {
  await c.run('BEGIN TRANSACTION')
  try {
    const outcome = source.count === 0 ? 'loaded' : await insert(c, source)
    if (outcome !== 'loaded') {
      await c.run('ROLLBACK')
      return outcome
    }
    await noteSegment(c, segment, source, options.clock())
    await c.run('COMMIT')
    return 'loaded'
  } catch (error) {
    await c.run('ROLLBACK').catch(() => undefined)
    if (isInputError(error)) return 'refused'
    throw error
  }
}

/** Rows that this transaction inserted: DuckDB numbers them from here until they are committed. */
const OURS = 'rowid >= 36028797018960000'

async function insert(c: DuckDBConnection, source: Source): Promise<'loaded' | 'refused' | 'columns'> {
  const use = new FieldUse(await rows(c, FIELD_USE))
  const made = FIELDS.filter((f) => use.hasColumn(f.name)).map((f) => f.name)
  const lacking = FIELDS.filter((f) => !use.hasColumn(f.name)).map((f) => `${lineField(f.name)} IS NOT NULL`)
  await c.run(
    `INSERT INTO events (${[...made.map(quoted), 'rest', 'more'].join(', ')})
       SELECT ${[...made.map(lineField), 'rest', lacking.join(' OR ') || 'false'].join(', ')}
       FROM ${lineSource(source.path)}`,
  )
  if ((await rows(c, `SELECT 1 FROM events WHERE ${OURS} AND more LIMIT 1`)).length > 0) return 'columns'
  if (!(await isWhole(c, source.count))) return 'refused'
  await noteMisfits(c)
  return 'loaded'
}

/** Whether exactly `count` events were inserted, each with id and time, none of whose ids stands twice. */
async function isWhole(c: DuckDBConnection, count: number): Promise<boolean> {
  const [n, ids, times, rests] = (
    await rows(
      c,
      `SELECT count(*), count(DISTINCT "event.id"), count("@timestamp"), count(*) FILTER (starts_with(rest::VARCHAR, '{'))
         FROM events WHERE ${OURS}`,
    )
  )[0] as bigint[]
  if ([n, ids, times, rests].some((x) => x !== BigInt(count))) return false
  // The same event has the same time: only what stands within the segment's range of time is looked at.
  const double = await rows(
    c,
    `SELECT 1 FROM events WHERE ${OURS} AND "event.id" IN (SELECT "event.id" FROM events WHERE NOT (${OURS})
       AND "@timestamp" >= (SELECT min("@timestamp") FROM events WHERE ${OURS})
       AND "@timestamp" <= (SELECT max("@timestamp") FROM events WHERE ${OURS})) LIMIT 1`,
  )
  return double.length === 0
}

/** Notes names of the catalogue that stand in the `rest` of what was inserted. */
async function noteMisfits(c: DuckDBConnection): Promise<void> {
  await c.run(
    `UPDATE fields SET misfit = true WHERE NOT misfit AND name IN
       (SELECT unnest(json_keys(rest)) FROM events WHERE ${OURS} AND rest::VARCHAR <> '{}')`,
  )
}

async function noteSegment(c: DuckDBConnection, segment: Segment, source: Source, now: number): Promise<void> {
  const { count, rejected } = source
  const p = new Params()
  await rows(
    c,
    `INSERT INTO ledger SELECT ${p.text(segment.id)}, ${p.long(BigInt(segment.lane))}, ${p.long(BigInt(count))},
       nullif(${p.text(rejected.length === 0 ? '' : JSON.stringify(rejected))}, ''), min("@timestamp"), max("@timestamp"),
       ${CATALOGUE_VERSION}, ${p.instant(now)} FROM events WHERE ${OURS}`,
    p,
  )
}

/** Makes the columns that the file's events need. */
async function makeColumns({ writer: c, pool }: Database, path: string): Promise<void> {
  const counts = FIELDS.map((f) => `count(${lineField(f.name)}) > 0`)
  const found = (await rows(c, `SELECT ${counts.join(', ')} FROM ${lineSource(path)}`))[0]!
  const use = new FieldUse(await rows(c, FIELD_USE))
  await c.run('BEGIN TRANSACTION')
  try {
    for (const [i, { name }] of FIELDS.entries()) {
      if (found[i] !== true || use.hasColumn(name)) continue
      await c.run(`ALTER TABLE events ADD COLUMN ${quoted(name)} ${columnType(fieldOf(name)!)}`)
      await c.run(`UPDATE fields SET made = true WHERE name = '${name}'`)
    }
    await c.run('COMMIT')
  } catch (error) {
    await c.run('ROLLBACK').catch(() => undefined)
    throw error
  }
  // What a log of changed tables replays to is less well trodden than rows are.
  await checkpoint(c, pool)
}

/** Which of these ids stand in the store already. */
async function knownIds(c: DuckDBConnection, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>()
  for (let i = 0; i < ids.length; i += 1000) {
    const p = new Params()
    const list = ids.slice(i, i + 1000).map((id) => p.text(id))
    const found = await rows(c, `SELECT "event.id" FROM events WHERE "event.id" IN (${list.join(', ')})`, p)
    for (const [id] of found) known.add(id as string)
  }
  return known
}

/** Whether DuckDB complains of what it read, not of itself (memory, disk). */
function isInputError(error: unknown): boolean {
  return /^(Invalid Input|Conversion|Serialization|Out of Range) Error/.test((error as Error).message)
}

async function rows(c: DuckDBConnection, sql: string, params: Params = new Params()) {
  const bound = params.bind(sql)
  return (await c.runAndReadAll(bound.sql, bound.values, bound.types)).getRowsJS()
}
