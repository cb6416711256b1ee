import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import type { StoredEvent } from '../../core/event.ts'
import { ALL, exists, type Filter, not, term } from '../../core/filter.ts'
import type { EventStore } from '../../core/ports.ts'
import type { Happening } from '../../core/telemetry.ts'
import { type EventsOptions, openEvents } from '../../store/index.ts'
import { type EventStoreEngine, eventStoreContract } from '../contract/event-store.ts'
import { eventStoreSearchContract } from '../contract/event-store-search.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'

const open = (folder: string, more: Partial<EventsOptions> = {}): Promise<EventStore> =>
  openEvents({ folder: join(folder, 'events'), segments: [folder], clock: Date.now, tell: () => {}, ...more })

const engine: EventStoreEngine = { name: 'DuckDB', open: (folder) => open(folder), differences: {} }
eventStoreContract(engine)
eventStoreSearchContract(engine)

const countOf = async (store: EventStore, filter: Filter) =>
  (await store.ask(EVERYTHING, { filter, time: {}, ask: { kind: 'count' } })).count

/** `n` events with a text in `message` each. */
const texts = (tag: string, n: number): StoredEvent[] =>
  Array.from({ length: n }, (_, i) => identified({ ecs: { message: `${tag} ${i}` }, rest: { tag } }, `${tag}-${i}`))

describe('the folder of DuckDB', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'suidun-duckdb-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, name)

  test('belongs to one process, and to one store in it', async () => {
    const first = await open(at('lock'))
    await expect(open(at('lock'))).rejects.toMatchObject({ code: 'CFG-003' })
    expect(await first.ready()).toBe(true)
    await first.close()
    expect(await first.ready()).toBe(false)
    await (await open(at('lock'))).close()
    expect(existsSync(at('lock/events/duckdb.lock'))).toBe(false)
  })

  test('is taken over from a process that is dead, also if its id lives again', async () => {
    await (await open(at('stale'))).close()
    const dead = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }).stdout.trim()
    for (const owner of [`{"pid":${dead},"born":""}`, `{"pid":${process.pid},"born":"another boot:1"}`, 'torn']) {
      writeFileSync(at('stale/events/duckdb.lock'), owner)
      const store = await open(at('stale'))
      await expect(open(at('stale'))).rejects.toMatchObject({ code: 'CFG-003' })
      await store.close()
    }
  })

  test('holds after a crash what was loaded, without a checkpoint', async () => {
    const store = await open(at('crash'))
    const segment = writeSegment(at('crash'), 's', texts('crash', 100).map(lineOf))
    await store.load(segment)
    cpSync(at('crash/events/events.duckdb'), at('image/events/events.duckdb'))
    cpSync(at('crash/events/events.duckdb.wal'), at('image/events/events.duckdb.wal'))
    await store.close()
    const again = await open(at('image'))
    expect(await countOf(again, ALL)).toBe(100)
    expect(await again.load(segment)).toMatchObject({ loaded: 100, alreadyLoaded: true })
    await again.close()
  })

  test('a damaged write-ahead log never stops it: what is lost is loaded again, once', async () => {
    const store = await open(at('wal'))
    const segments = ['one', 'two', 'three'].map((tag) => writeSegment(at('wal'), tag, texts(tag, 200).map(lineOf)))
    await store.load(segments[0]!)
    await store.checkpoint()
    await store.load(segments[1]!)
    await store.load(segments[2]!)
    const log = at('wal/events/events.duckdb.wal')
    const size = readFileSync(log).length
    let aside = 0
    const images = Array.from({ length: 12 }, (_, i) => i)
    for (const i of images) {
      const image = at(`wal-${i}`)
      cpSync(at('wal/events/events.duckdb'), join(image, 'events/events.duckdb'))
      const bytes = readFileSync(log)
      const place = Math.floor(((i + 0.5) / images.length) * size)
      if (i % 3 === 0) bytes.fill(0, place, place + 64)
      else if (i % 3 === 1) bytes.writeUInt32LE(0xdeadbeef, Math.min(place, size - 4))
      writeFileSync(join(image, 'events/events.duckdb.wal'), i % 3 === 2 ? bytes.subarray(0, place) : bytes)
      const told: Happening[] = []
      const again = await open(image, { tell: (what) => told.push(what) })
      expect(told.every((t) => t === 'wal_set_aside')).toBe(true)
      aside += told.length
      if (told.length > 0) expect(readdirSync(join(image, 'events')).join()).toMatch(/wal\.damaged-/)
      expect(await countOf(again, term('tag', 'one'))).toBe(200)
      for (const s of segments) {
        const path = join(image, `${s.id}.ndjson`)
        cpSync(s.path, path)
        expect((await again.load({ ...s, path })).loaded).toBe(200)
      }
      expect(await countOf(again, ALL)).toBe(600)
      await again.close()
    }
    expect(aside).toBeGreaterThan(0)
    await store.close()
  })

  test('nothing outside of it and the segments can be read', async () => {
    const store = await open(at('locked'))
    const outside = writeSegment(mkdtempSync(join(tmpdir(), 'suidun-outside-')), 'out', texts('out', 1).map(lineOf))
    await expect(store.load(outside)).rejects.toThrow(/Permission|disabled/)
    rmSync(outside.path)
    await expect(store.load(outside)).rejects.toThrow()
    expect(await countOf(store, ALL)).toBe(0)
    await store.close()
  })

  test('a field that became typed after events were stored is still found in them', async () => {
    const store = await open(at('promoted'))
    const event = identified({ ecs: {}, rest: { 'server.domain': 'gov.example' } }, 'old')
    await store.load(writeSegment(at('promoted'), 's', [lineOf(event)]))
    await store.close()
    await edit(at('promoted/events/events.duckdb'), `DELETE FROM fields WHERE name = 'server.domain'`)
    const again = await open(at('promoted'))
    expect(await countOf(again, term('server.domain', 'gov.example'))).toBe(1)
    expect(await countOf(again, not(exists('server.domain')))).toBe(0)
    await again.close()
  })

  test('a store of a newer version is refused', async () => {
    await (await open(at('newer'))).close()
    await edit(at('newer/events/events.duckdb'), `UPDATE meta SET value = 99 WHERE key = 'catalogue'`)
    await expect(open(at('newer'))).rejects.toMatchObject({ code: 'STO-501' })
    expect(existsSync(at('newer/events/duckdb.lock'))).toBe(false)
  })

  async function edit(path: string, sql: string): Promise<void> {
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    await connection.run(sql)
    connection.closeSync()
    instance.closeSync()
  }
})

describe('questions to DuckDB', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'suidun-search-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('a question that takes too long is stopped and says so', async () => {
    const slow = await open(join(folder, 'slow'), { timeout: 0.001 })
    await slow.load(writeSegment(join(folder, 'slow'), 's', texts('slow', 5_000).map(lineOf)))
    await expect(
      countOf(slow, { op: 'regex', field: ['message'], pattern: '\\p{L}+ 1', flags: '' }),
    ).rejects.toMatchObject({
      code: 'QRY-301',
    })
    await slow.close()
  })

  test('questions while segments load see whole segments, and a cancelled one frees its place', async () => {
    const busy = await open(join(folder, 'busy'), { searches: 2 })
    const segments = Array.from({ length: 6 }, (_, i) =>
      writeSegment(join(folder, 'busy'), `s${i}`, texts(`busy${i}`, 500).map(lineOf)),
    )
    const loads = segments.map((s) => busy.load(s))
    const counts: number[] = []
    let loading = true
    const done = Promise.all(loads).then(() => {
      loading = false
    })
    while (loading) {
      const stop = new AbortController()
      const cancelled = busy.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'count' } }, stop.signal)
      stop.abort(new Error('cancelled'))
      await expect(cancelled).rejects.toThrow('cancelled')
      counts.push(await countOf(busy, ALL))
    }
    await done
    expect(counts.every((c, i) => c % 500 === 0 && c >= (counts[i - 1] ?? 0))).toBe(true)
    expect(await countOf(busy, ALL)).toBe(3_000)
    await busy.close()
  })
})
