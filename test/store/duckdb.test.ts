import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { compileFilter } from '../../core/evaluate.ts'
import type { StoredEvent } from '../../core/event.ts'
import { ALL, ANY, exists, type Filter, not, ONE, or, term } from '../../core/filter.ts'
import type { EventStore } from '../../core/ports.ts'
import type { Happening } from '../../core/telemetry.ts'
import { viewOfStored } from '../../core/view.ts'
import { type EventsOptions, openEvents } from '../../store/index.ts'
import { eventStoreContract } from '../contract/event-store.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'

const open = (folder: string, more: Partial<EventsOptions> = {}): Promise<EventStore> =>
  openEvents({ folder: join(folder, 'events'), segments: [folder], clock: Date.now, tell: () => {}, ...more })

eventStoreContract({ name: 'DuckDB', open: (folder) => open(folder), differences: {} })

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

describe('searching in DuckDB', () => {
  const TEXTS = [
    ...[
      '',
      'l',
      'l\n',
      '\nl',
      'a\nb',
      'a b',
      'a\u00a0b',
      'a\u000bb',
      'feed',
      'k',
      'K',
      '\u212a',
      's',
      'ſ',
      'ß',
      'ẞ',
      'İ',
      'i',
    ],
    ...[
      'ı',
      'σ',
      'ς',
      'Σ',
      '😀',
      '数据',
      'é',
      'e\u0301',
      'aa',
      'a.b',
      'a\r\nb',
      '\u2028',
      '\ufeff',
      '\ufeffx',
      '\0',
      'x\0y',
      '١',
    ],
    ...[
      '\u1c89',
      '\u1c8a',
      '\ua7cb',
      '\u0264',
      '\u{10d50}',
      '\u{10d70}x',
      '\ua7dc',
      '\u019b',
      'ǅ',
      'Ⅷ',
      'Å',
      'Ω',
      'Ω',
      'Ꭰ',
      'ꭰ',
    ],
    ...[
      '1e21',
      '1e+21',
      '1e-7',
      '100',
      '1.0',
      '-0',
      'nan',
      'inf',
      'Infinity',
      'true',
      '[1]',
      '{}',
      '"',
      '\\',
      '\\\\',
      "'",
      '%',
      '_%',
    ],
    ...[
      '10.0.0.7',
      '10.0.0.07',
      '10.0.0.256',
      '::ffff:10.0.0.7',
      '::FFFF:a00:7',
      '0:0:0:0:0:ffff:10.0.0.7',
      '::10.0.0.7',
      'fe80::1',
    ],
  ]
  let folder: string
  let store: EventStore
  let events: StoredEvent[]
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'suidun-search-'))
    store = await open(folder)
    events = TEXTS.map((text, i) =>
      identified(
        { ecs: { user: { name: text }, tags: [text, 'x'] }, rest: { loose: text, list: [null, text] } },
        `t${i}`,
      ),
    )
    await store.load(writeSegment(folder, 'texts', events.map(lineOf)))
  })
  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const fields = ['user.name', 'tags', 'loose', 'list']
  const agrees = async (filter: Filter) => {
    const { rows } = await store.ask(EVERYTHING, { filter, time: {}, ask: { kind: 'rows', first: 1_000 } })
    const test = compileFilter(filter)
    const want = events.flatMap((e, i) => (test(viewOfStored(e)) ? [`t${i}`] : []))
    expect(rows.map((r) => r.id).sort(), JSON.stringify(filter)).toEqual(want.sort())
  }

  test('every text is found by itself, folded or not, whatever its characters', async () => {
    for (const [i, text] of TEXTS.entries())
      for (const cased of [true, false]) {
        const field: [string] = [fields[i % fields.length]!]
        await agrees({ op: 'term', field, value: text, cased })
        await agrees({ op: 'contains', field, value: text, cased })
        await agrees({ op: 'wildcard', field, pattern: [ONE, ANY, text], cased })
        await agrees({ op: 'keyword', pattern: [text], cased })
      }
  })

  test('many alternatives at once are the same as each by itself', async () => {
    for (const op of ['prefix', 'suffix', 'contains'] as const)
      for (const cased of [true, false])
        for (const field of fields)
          await agrees({ op: 'or', of: TEXTS.map((value) => ({ op, field: [field], value, cased })) })
    for (const field of fields) await agrees({ op: 'in', field: [field], values: TEXTS, cased: false })
  })

  test('regular expressions mean what re2js reads in them', async () => {
    const patterns = [
      ...[
        'l$',
        '^l',
        '.',
        '^.$',
        'a.b',
        '\\s',
        '\\S',
        '\\w+',
        '\\W',
        '\\bfeed\\b',
        '\\B',
        '\\d',
        '[[:alpha:]]',
        '\\p{L}',
        '\\PN',
      ],
      ...[
        '\\p{Han}',
        '(?i)k',
        '(?i)ß',
        '(?i)σ',
        '[^a]',
        '\\z',
        '\\Qa.b\\E',
        '(?P<x>a)',
        '(?<x>a)',
        'a{2,3}',
        'a{1000}',
        '\\x41',
      ],
      ...[
        '\\x{1F600}',
        '数',
        '(?i)[k-l]',
        '(?i)\\x{1c89}',
        '[\\s\\S]',
        '(?-s).',
        '\\pZ',
        '()',
        'x*',
        '[^\\n]',
        '(?U)a+',
        '\\t',
      ],
    ]
    for (const pattern of patterns)
      for (const flags of ['', 'i', 'm', 's', 'ims'])
        await agrees({ op: 'regex', field: ['user.name'], pattern, flags })
    for (const pattern of patterns) await agrees({ op: 'regex', field: ['list'], pattern, flags: '' })
  })

  test('addresses are found in their block however they are written', async () => {
    const blocks = [
      '10.0.0.0/8',
      '10.0.0.7',
      '10.0.0.6/31',
      '::ffff:10.0.0.0/104',
      '::/0',
      '0.0.0.0/0',
      '::ffff:0:0/96',
      'fe80::/10',
    ]
    for (const cidr of blocks) for (const field of fields) await agrees({ op: 'cidr', field: [field], cidr })
  })

  test('half a character matches like in JavaScript', async () => {
    await agrees({ op: 'contains', field: ['user.name'], value: '\ud83d', cased: false })
    await agrees({ op: 'suffix', field: ['loose'], value: '\ude00', cased: true })
    await agrees({ op: 'term', field: ['user.name'], value: '\ud83d', cased: true })
  })

  test('an expression or a block that is none is refused, not guessed at', async () => {
    const ask = (filter: Filter) => countOf(store, filter)
    await expect(ask({ op: 'regex', field: ['user.name'], pattern: '(', flags: '' })).rejects.toMatchObject({
      code: 'QRY-302',
    })
    await expect(ask({ op: 'cidr', field: ['user.name'], cidr: '10.0.0/8' })).rejects.toMatchObject({ code: 'QRY-302' })
  })

  test('top values keep every character', async () => {
    for (const field of fields) {
      const { values } = await store.ask(EVERYTHING, {
        filter: ALL,
        time: {},
        ask: { kind: 'top', field, size: 1_000 },
      })
      const want = new Set(field === 'tags' ? [...TEXTS, 'x'] : TEXTS)
      expect(new Set(values.map((v) => v.value))).toEqual(want)
    }
  })

  test('a filter of many parts and values is answered', async () => {
    const parts = Array.from({ length: 300 }, (_, i) => term(`f${i % 50}.n${i}`, i))
    expect(await countOf(store, or(...parts))).toBe(0)
    expect(await countOf(store, { op: 'and', of: parts.map(not) })).toBe(TEXTS.length)
    const ids = Array.from({ length: 20_000 }, (_, i) => `u${i}`)
    expect(await countOf(store, { op: 'in', field: ['user.name'], values: [...ids, 'feed'], cased: true })).toBe(1)
  })

  test('keys of any text and numbers of any size are found again', async () => {
    const key = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', '~0/', '$.*'),
    )
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary' }),
    )
    const rest = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 4 })
    const samples = fc.sample(rest, 150).map((entries) => Object.fromEntries(entries))
    const own = samples.map((r, i) => identified({ ecs: { service: { name: 'keys' } }, rest: r }, `k${i}`))
    expect((await store.load(writeSegment(folder, 'keys', own.map(lineOf)))).rejected).toEqual([])
    const [{ rows }] = [
      await store.ask(EVERYTHING, {
        filter: term('service.name', 'keys'),
        time: {},
        ask: { kind: 'rows', first: 1_000 },
      }),
    ]
    const json = (e: StoredEvent | undefined) => JSON.parse(lineOf(e!)) as unknown
    for (const row of rows) expect(json(row.event)).toEqual(json(own[Number(row.id.slice(1))]))
    expect(rows).toHaveLength(own.length)
    for (const [i, sample] of samples.entries())
      for (const [name, v] of Object.entries(sample)) {
        const { rows: found } = await store.ask(EVERYTHING, {
          filter: { op: 'and', of: [exists(name), term(name, JSON.parse(JSON.stringify(v)) as string | number)] },
          time: {},
          ask: { kind: 'rows', first: 1_000 },
        })
        expect(
          found.map((r) => r.id),
          `${JSON.stringify(name)}: ${JSON.stringify(v)}`,
        ).toContain(`k${i}`)
      }
  })

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
