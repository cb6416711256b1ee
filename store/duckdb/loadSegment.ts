import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import { CATALOGUE_VERSION, FIELDS } from '../../core/fields.ts'
import type { Clock, LoadResult, Segment } from '../../core/ports.ts'
import type { FieldRow, FieldUse } from './fieldUse.ts'
import { Params } from './params.ts'
import { LINE_COLUMNS, LINE_SELECT, quoted } from './schema.ts'
import { screenLines } from './screenLines.ts'

export interface LoadOptions {
  /** Where parts of a segment are written while a bad line in it is looked for. */
  readonly scratch: string
  readonly use: FieldUse
  readonly clock: Clock
}

type Rejected = LoadResult['rejected']

/** Bytes of the longest line; twice this is DuckDB's read buffer. */
const LONGEST_LINE = 16 << 20

/**
 * Loads a segment and its ledger row in one transaction, natively, in one INSERT … SELECT. Where that fails or does not
 * yield one new event per line, the lines are looked at one by one, what DuckDB still refuses is found by bisection, and
 * the rest is loaded the same way.
 */
export async function loadSegment(c: DuckDBConnection, segment: Segment, options: LoadOptions): Promise<LoadResult> {
  const p = new Params()
  const before = await rows(c, `SELECT loaded, rejected FROM ledger WHERE segment = ${p.text(segment.id)}`, p)
  if (before[0] !== undefined) {
    const [loaded, rejected] = before[0] as [bigint, string | null]
    return { loaded: Number(loaded), rejected: JSON.parse(rejected ?? '[]') as Rejected, alreadyLoaded: true }
  }
  if (await tryLoad(c, segment, segment.path, segment.count, [], options))
    return { loaded: segment.count, rejected: [], alreadyLoaded: false }

  const screened = screenLines(readFileSync(segment.path, 'utf8').split('\n'))
  const path = join(options.scratch, `${encodeURIComponent(segment.id)}.ndjson`)
  try {
    const known = await knownIds(c, [...screened.good.keys()])
    const fresh = [...screened.good].flatMap(([id, line]) => (known.has(id) ? [] : [line]))
    const refused: { line: string; reason: string }[] = []
    const good = await bisect(c, path, fresh, refused)
    const rejected = [...screened.rejected, ...refused]
    write(path, good)
    if (!(await tryLoad(c, segment, path, good.length, rejected, options)))
      throw new AppError('STO-500', { problem: `segment ${segment.id} does not load, though each of its lines does` })
    return { loaded: good.length, rejected, alreadyLoaded: false }
  } finally {
    rmSync(path, { force: true })
  }
}

/** Loads a whole file. False, and nothing done, unless it yields exactly `count` events that were not there before. */
async function tryLoad(
  c: DuckDBConnection,
  segment: Segment,
  path: string,
  count: number,
  rejected: Rejected,
  options: LoadOptions,
): Promise<boolean> {
  await c.run('BEGIN TRANSACTION')
  try {
    if (count > 0) await c.run(`INSERT INTO events SELECT ${LINE_SELECT} FROM ${source(path)}`)
    if (!(await isWhole(c, count))) {
      await c.run('ROLLBACK')
      return false
    }
    const fields = await noteFields(c, options.use)
    await noteSegment(c, segment, count, rejected, options.clock())
    await c.run('COMMIT')
    options.use.stored(fields)
    return true
  } catch (error) {
    await c.run('ROLLBACK').catch(() => undefined)
    if (isInputError(error)) return false
    throw error
  }
}

/** Rows that this transaction inserted: DuckDB numbers them from here until they are committed. */
const OURS = 'rowid >= 36028797018960000'

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
  if (count === 0) return true
  // The same event has the same time: only what stands within the segment's range of time is looked at.
  const double = await rows(
    c,
    `SELECT count(*) FROM events WHERE ${OURS} AND "event.id" IN (SELECT "event.id" FROM events WHERE NOT (${OURS})
       AND "@timestamp" >= (SELECT min("@timestamp") FROM events WHERE ${OURS})
       AND "@timestamp" <= (SELECT max("@timestamp") FROM events WHERE ${OURS}))`,
  )
  return double[0]![0] === 0n
}

async function noteFields(c: DuckDBConnection, use: FieldUse): Promise<readonly FieldRow[]> {
  const unstored = use.unstored
  const counts = (
    await rows(c, `SELECT ${['0', ...unstored.map((n) => `count(${quoted(n)})`)].join(', ')} FROM events WHERE ${OURS}`)
  )[0] as bigint[]
  const p = new Params()
  const misfits = await rows(
    c,
    `SELECT DISTINCT k FROM (SELECT unnest(json_keys(rest)) AS k FROM events WHERE ${OURS} AND rest::VARCHAR <> '{}')
       WHERE k IN (${FIELDS.map((f) => p.text(f.name)).join(', ')})`,
    p,
  )
  const typed = unstored.filter((_, i) => counts[i + 1]! > 0n)
  const fields = use.add(
    typed,
    misfits.map(([k]) => k as string),
  )
  for (const f of fields) await c.run(`INSERT OR REPLACE INTO fields VALUES ($1, $2, $3)`, [f.name, f.typed, f.misfit])
  return fields
}

async function noteSegment(
  c: DuckDBConnection,
  segment: Segment,
  count: number,
  rejected: Rejected,
  now: number,
): Promise<void> {
  const p = new Params()
  await rows(
    c,
    `INSERT INTO ledger SELECT ${p.text(segment.id)}, ${p.long(BigInt(segment.lane))}, ${p.long(BigInt(count))},
       nullif(${p.text(rejected.length === 0 ? '' : JSON.stringify(rejected))}, ''), min("@timestamp"), max("@timestamp"),
       ${CATALOGUE_VERSION}, ${p.instant(now)} FROM events WHERE ${OURS}`,
    p,
  )
}

/** Of these lines, the ones that DuckDB reads; the others are added to `refused` with its reason. */
async function bisect(
  c: DuckDBConnection,
  path: string,
  lines: readonly string[],
  refused: { line: string; reason: string }[],
): Promise<readonly string[]> {
  if (lines.length === 0) return lines
  write(path, lines)
  try {
    const read = await rows(c, `SELECT count(*), max(hash(e)) FROM (SELECT ${LINE_SELECT} FROM ${source(path)}) AS e`)
    if (read[0]![0] === BigInt(lines.length)) return lines
    throw new Error('reads as another number of lines')
  } catch (error) {
    if (lines.length === 1) {
      refused.push({ line: lines[0]!, reason: (error as Error).message.split('\n')[0]! })
      return []
    }
  }
  const half = lines.length >> 1
  const left = await bisect(c, path, lines.slice(0, half), refused)
  return [...left, ...(await bisect(c, path, lines.slice(half), refused))]
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

function source(path: string): string {
  return `read_ndjson('${path.replaceAll("'", "''")}', columns = ${LINE_COLUMNS}, maximum_object_size = ${LONGEST_LINE})`
}

function write(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.length === 0 ? '' : `${lines.join('\n')}\n`)
}

/** Whether DuckDB complains of what it read, not of itself (memory, disk). */
function isInputError(error: unknown): boolean {
  return /^(Invalid Input|Conversion|Serialization|Out of Range) Error/.test((error as Error).message)
}

async function rows(c: DuckDBConnection, sql: string, params: Params = new Params()) {
  const bound = params.bind(sql)
  return (await c.runAndReadAll(bound.sql, bound.values, bound.types)).getRowsJS()
}
