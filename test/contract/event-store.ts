import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVERYTHING, NOTHING, type Scope } from '../../core/access.ts'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import { ALL, and, exists, type Filter, not, term, UNLISTED } from '../../core/filter.ts'
import type { EventStore } from '../../core/ports.ts'
import type { Ask, EventRow, Query } from '../../core/query.ts'
import { viewOfStored } from '../../core/view.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { referenceAnswer, referenceRows, type Seen } from '../support/referenceEvents.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'
import { filterOfMap } from '../support/sigma.ts'
import { MODEL_LISTS, sigmaModels } from '../support/sigmaModel.ts'

/** One engine of the port `EventStore`. */
export interface EventStoreEngine {
  readonly name: string
  /** Opens a store that keeps what it holds in (or under the name of) this folder; opening again finds it again. */
  open(folder: string): Promise<EventStore>
  /** Promises that this engine does not keep, each with its reason. */
  readonly differences: Partial<Record<Difference, string>>
  /** Random cases per property; 100 unless said. */
  readonly runs?: number
}

export type Difference =
  /** Two segments with one event id, sealed on different days, leave one event. */
  'one event per id across days'

/** What every event store promises (core/ports.ts), held against the plain evaluator. */
export function eventStoreContract(engine: EventStoreEngine): void {
  const runs = engine.runs ?? 100
  describe(`an event store on ${engine.name}`, () => {
    let folder: string
    let store: EventStore
    let events: readonly StoredEvent[]

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'suidun-events-'))
      store = await engine.open(folder)
      events = sample(400, 20261124)
      const half = events.length / 2
      await store.load(writeSegment(folder, 'a-1', events.slice(0, half).map(lineOf)))
      await store.load(writeSegment(folder, 'a-2', events.slice(half).map(lineOf)))
      await store.checkpoint()
    })
    afterAll(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    const rowsOf = async (scope: Scope, query: Omit<Query, 'ask'>, first = 1_000) =>
      await store.ask(scope, { ...query, ask: { kind: 'rows', first, total: true } })

    test('gives every event back as it was, newest first', async () => {
      const { rows, total, hasNext } = await rowsOf(EVERYTHING, { filter: ALL, time: {} })
      expect(total).toBe(events.length)
      expect(hasNext).toBe(false)
      expect(rows.map(plain)).toEqual(referenceRows(events, EVERYTHING, { filter: ALL, time: {} }))
      for (const row of rows) expect(row.original).toEqual((row.event.ecs.event as EcsObject).original)
    })

    test('answers every filter like the plain evaluator', async () => {
      await fc.assert(
        fc.asyncProperty(filters, async (filter) => {
          const { rows, total } = await rowsOf(EVERYTHING, { filter, time: {} })
          const want = referenceRows(events, EVERYTHING, { filter, time: {} })
          expect(rows.map((r) => r.id)).toEqual(want.map((w) => w.id))
          expect(total).toBe(want.length)
        }),
        { numRuns: runs * 5 },
      )
    })

    test('answers every Sigma rule as the specification reads it', async () => {
      await fc.assert(
        fc.asyncProperty(sigmaModels, async ({ detection, holds }) => {
          const { rows } = await rowsOf(EVERYTHING, { filter: filterOfMap(detection, MODEL_LISTS), time: {} })
          expect(rows.map((r) => r.id).sort()).toEqual(
            events
              .filter((e) => holds(viewOfStored(e)))
              .map(idOf)
              .sort(),
          )
        }),
        { numRuns: runs * 2 },
      )
    })

    test('answers every question within every scope like the plain evaluator', async () => {
      await fc.assert(
        fc.asyncProperty(scopes, filters, times, asks, async (scope, filter, time, ask) => {
          const seen = referenceRows(events, scope, { filter, time })
          expect(await store.ask(scope, { filter, time, ask })).toEqual(referenceAnswer(seen, ask))
        }),
        { numRuns: runs * 3 },
      )
    })

    test('shows of each event what its grant leaves, and tells what it hides', async () => {
      await fc.assert(
        fc.asyncProperty(scopes, filters, times, async (scope, filter, time) => {
          const { rows } = await rowsOf(scope, { filter, time })
          expect(rows.map(plain)).toEqual(referenceRows(events, scope, { filter, time }).map(ordered))
        }),
        { numRuns: runs },
      )
    })

    test('pages by cursor without a gap or a double, also among equal times', async () => {
      await fc.assert(
        fc.asyncProperty(filters, fc.integer({ min: 1, max: 60 }), async (filter, first) => {
          const ids: string[] = []
          let after: string | undefined
          for (;;) {
            const ask = { kind: 'rows' as const, first, ...(after === undefined ? {} : { after }) }
            const page = await store.ask(EVERYTHING, { filter, time: {}, ask })
            expect(page.total).toBeUndefined()
            expect(page.rows.length).toBeLessThanOrEqual(first)
            ids.push(...page.rows.map((r) => r.id))
            expect(ids.length).toBeLessThanOrEqual(events.length)
            if (!page.hasNext) break
            expect(page.rows.length).toBe(first)
            after = page.rows.at(-1)!.cursor
          }
          expect(ids).toEqual(referenceRows(events, EVERYTHING, { filter, time: {} }).map((s) => s.id))
        }),
        { numRuns: Math.ceil(runs / 5) },
      )
    })

    test('shows nothing to a reader without a grant', async () => {
      expect(await rowsOf(NOTHING, { filter: ALL, time: {} })).toEqual({ rows: [], hasNext: false, total: 0 })
      for (const ask of fc.sample(asks, 20))
        expect(await store.ask(NOTHING, { filter: ALL, time: {}, ask })).toEqual(referenceAnswer([], ask))
      expect(await store.get(NOTHING, [idOf(events[0]!)])).toEqual([])
    })

    test('gets events by id within the scope', async () => {
      const ids = events.slice(3, 9).map(idOf)
      const scope: Scope = { grants: [{ rows: exists('message'), hidden: ['event', UNLISTED] }] }
      const rows = await store.get(scope, [...ids, 'nobody'])
      const want = referenceRows(events.slice(3, 9), scope, { filter: ALL, time: {} })
      expect(byId(rows.map(plain))).toEqual(byId(want.map(ordered)))
      await expect(
        store.get(
          EVERYTHING,
          Array.from({ length: 1_001 }, (_, i) => `${i}`),
        ),
      ).rejects.toThrow(/1000/)
    })

    test('refuses a cursor that is none and limits that are none', async () => {
      const ask = (a: Ask) => store.ask(EVERYTHING, { filter: ALL, time: {}, ask: a })
      await expect(ask({ kind: 'rows', first: 10, after: 'bm9uZQ' })).rejects.toMatchObject({ code: 'QRY-304' })
      await expect(ask({ kind: 'rows', first: 0 })).rejects.toMatchObject({ code: 'QRY-303' })
      await expect(ask({ kind: 'histogram', step: 0 })).rejects.toMatchObject({ code: 'QRY-303' })
      await expect(ask({ kind: 'top', field: 'user.name', size: -1 })).rejects.toMatchObject({ code: 'QRY-303' })
    })

    test('stops a question when its signal says so', async () => {
      const stop = new AbortController()
      stop.abort(new Error('went away'))
      const question = store.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'count' } }, stop.signal)
      await expect(question).rejects.toThrow('went away')
      expect(await store.ready()).toBe(true)
    })

    describe('loading', () => {
      let own: string
      let fresh: EventStore
      beforeAll(async () => {
        own = mkdtempSync(join(tmpdir(), 'suidun-load-'))
        fresh = await engine.open(own)
      })
      afterAll(async () => {
        await fresh.close()
        rmSync(own, { recursive: true, force: true })
      })

      const count = async (filter: Filter) => {
        await fresh.checkpoint()
        return (await fresh.ask(EVERYTHING, { filter, time: {}, ask: { kind: 'count' } })).count
      }
      const made = (n: number, tag: string) =>
        sample(n, n).map((e, i) => {
          const event = identified(e, `${tag}${String(i).padStart(4, '0')}`)
          return { ecs: { ...event.ecs, service: { name: tag } }, rest: event.rest }
        })

      test('a store without events answers every question', async () => {
        for (const ask of fc.sample(asks, 20)) {
          const [filter] = fc.sample(filters, 1)
          expect(await fresh.ask(EVERYTHING, { filter: filter!, time: { from: 0 }, ask })).toEqual(
            referenceAnswer([], ask),
          )
        }
        const rows = { kind: 'rows' as const, first: 5, total: true }
        const none = { rows: [], hasNext: false, total: 0 }
        expect(await fresh.ask(EVERYTHING, { filter: ALL, time: {}, ask: rows })).toEqual(none)
        expect(await fresh.get(EVERYTHING, ['x'])).toEqual([])
      })

      test('the same segment again changes nothing, also after opening again', async () => {
        const segment = writeSegment(own, 'again', made(50, 'again').map(lineOf))
        expect(await fresh.load(segment)).toEqual({ loaded: 50, rejected: [], alreadyLoaded: false })
        expect(await fresh.load(segment)).toEqual({ loaded: 50, rejected: [], alreadyLoaded: true })
        await fresh.checkpoint()
        await fresh.close()
        fresh = await engine.open(own)
        expect(await fresh.load(segment)).toEqual({ loaded: 50, rejected: [], alreadyLoaded: true })
        expect(await count(term('service.name', 'again'))).toBe(50)
      })

      test('an event that stands already is not stored twice', async () => {
        const lines = made(30, 'twice').map(lineOf)
        await fresh.load(writeSegment(own, 'twice-1', lines.slice(0, 20)))
        await fresh.load(writeSegment(own, 'twice-2', [...lines.slice(10), lines[25]!]))
        expect(await count(term('service.name', 'twice'))).toBe(30)
      })

      test('lines that cannot be loaded come back with their reason, the others are stored', async () => {
        const lines = made(40, 'bad').map(lineOf)
        const bad = [
          '{"event":{"id":"torn","orig',
          'null',
          '[1]',
          lineOf({ ecs: { event: { id: 'timeless' } }, rest: {} }),
          lineOf({ ecs: { '@timestamp': '2026-11-24T06:00:00.000Z' }, rest: {} }),
          lineOf(identified({ ecs: { source: { port: 'ssh' } }, rest: {} }, 'misshapen')),
          lineOf(identified({ ecs: { '@timestamp': '2026-02-30T06:00:00.000Z' }, rest: {} }, 'no-such-day')),
        ]
        const mixed = lines.flatMap((l, i) => (i % 6 === 0 && bad[i / 6] !== undefined ? [bad[i / 6]!, l] : [l]))
        const segment = writeSegment(own, 'bad', mixed)
        const result = await fresh.load(segment)
        expect(result.rejected.map((r) => r.line)).toEqual(bad)
        for (const r of result.rejected) expect(r.reason).not.toBe('')
        expect(result).toMatchObject({ loaded: 40, alreadyLoaded: false })
        expect(await fresh.load(segment)).toEqual({ ...result, alreadyLoaded: true })
        expect(await count(term('service.name', 'bad'))).toBe(40)
      })

      test('a torn last line is returned, an empty segment is nothing', async () => {
        const lines = made(3, 'torn').map(lineOf)
        const torn = lines[2]!.slice(0, -20)
        const result = await fresh.load(writeSegment(own, 'torn', [...lines.slice(0, 2), torn], ''))
        expect(result).toMatchObject({ loaded: 2, rejected: [{ line: torn }] })
        expect(await fresh.load(writeSegment(own, 'empty', []))).toMatchObject({ loaded: 0, rejected: [] })
      })

      test('equally frequent values go by their text, null last; one event counts once per value', async () => {
        const lines = [['b', 'a', 'a'], ['ä', 'B'], [], undefined, ['a']].map((tags, i) =>
          lineOf(
            identified({ ecs: { service: { name: 'ties' }, ...(tags && { tags }) }, rest: { n: i % 2 } }, `tie${i}`),
          ),
        )
        await fresh.load(writeSegment(own, 'ties', lines))
        await fresh.checkpoint()
        const ask = <A extends Ask>(a: A) =>
          fresh.ask(EVERYTHING, { filter: term('service.name', 'ties'), time: {}, ask: a })
        expect(await ask({ kind: 'top', field: 'tags', size: 9 })).toEqual({
          values: [
            { value: 'a', count: 2 },
            { value: 'B', count: 1 },
            { value: 'b', count: 1 },
            { value: 'ä', count: 1 },
          ],
        })
        expect(await ask({ kind: 'groups', by: ['tags', 'n'], atLeast: 1, size: 5 })).toEqual({
          groups: [
            { key: ['a', '0'], count: 2 },
            { key: ['B', '1'], count: 1 },
            { key: ['b', '0'], count: 1 },
            { key: ['ä', '1'], count: 1 },
            { key: [null, '0'], count: 1 },
          ],
        })
        expect(await ask({ kind: 'groups', by: ['tags'], atLeast: 2, size: 9 })).toEqual({
          groups: [
            { key: ['a'], count: 2 },
            { key: [null], count: 2 },
          ],
        })
      })

      test('a field that turns up as misfit later is found in both places', async () => {
        const event = (id: string, ecs: EcsObject, rest: StoredEvent['rest']) =>
          lineOf(identified({ ecs: { ...ecs, service: { name: 'late' } }, rest }, id))
        const late = (f: Filter) => count(and(term('service.name', 'late'), f))
        await fresh.load(writeSegment(own, 'late-1', [event('l1', { server: { domain: 'gov.example' } }, {})]))
        expect(await late(term('server.domain', 'gov.example'))).toBe(1)
        await fresh.load(
          writeSegment(own, 'late-2', [
            event('l2', {}, { 'server.domain': ['gov.example', 7, null] }),
            event('l3', {}, {}),
          ]),
        )
        expect(await late(term('server.domain', 'gov.example'))).toBe(2)
        expect(await late(term('server.domain', 7))).toBe(1)
        expect(await late(not(exists('server.domain')))).toBe(1)
      })

      const why = engine.differences['one event per id across days']
      test(`an id stands once, whatever the day it comes in${why === undefined ? '' : ` (not here: ${why})`}`, async () => {
        const lines = made(5, 'days').map(lineOf)
        const first = writeSegment(own, 'days-1', lines)
        await fresh.load(first)
        await fresh.load({ ...writeSegment(own, 'days-2', lines), sealedAt: first.sealedAt + 3 * 86_400_000 })
        expect(await count(term('service.name', 'days'))).toBe(why === undefined ? 5 : 10)
      })
    })
  })
}

function sample(n: number, seed: number): readonly StoredEvent[] {
  return fc
    .sample(storedEvents, { numRuns: n, seed })
    .map((e, i) => identified(e, `id${String((i * 7919) % 10_007).padStart(5, '0')}`))
}

function idOf(event: StoredEvent): string {
  return (event.ecs.event as EcsObject).id as string
}

function plain(row: EventRow): Seen {
  return ordered({ id: row.id, timestamp: row.timestamp, event: row.event, hidden: row.hidden })
}

function ordered(seen: Seen): Seen {
  return { ...seen, hidden: [...seen.hidden].sort() }
}

function byId(seen: readonly Seen[]): readonly Seen[] {
  return [...seen].sort((a, b) => (a.id < b.id ? -1 : 1))
}

const hideable = fc.subarray(
  ['user', 'event.original', 'message', 'source', 'tags', 'host.ip', 'http', 'CommandLine', 'a', UNLISTED],
  { maxLength: 4 },
)

/** Up to three disjoint grants. */
const scopes: fc.Arbitrary<Scope> = fc
  .tuple(filters, filters, filters, hideable, hideable)
  .map(([split, one, other, hidden, more]) => ({
    grants: [
      { rows: and(split, one), hidden },
      { rows: and(not(split), other), hidden: more },
    ],
  }))

const start = Date.UTC(2026, 10, 24, 6)
const times = fc.record(
  {
    from: fc.constantFrom(start - 1, start, start + 1, start + 999.5),
    to: fc.constantFrom(start, start + 1_000, start + 1e9),
  },
  { requiredKeys: [] },
)

const fieldNames = fc.constantFrom(
  'user.name',
  'source.port',
  'event.code',
  'tags',
  'host.ip',
  'event.type',
  'suidun.time.tolerated',
  'event.created',
  'http.response.status_code',
  'CommandLine',
  'winlog.event_id',
  '__proto__',
  'a.b',
  '数据',
  'user',
  'absent.field',
  '@timestamp',
)

const asks: fc.Arbitrary<Exclude<Ask, { kind: 'rows' }>> = fc.oneof(
  fc.constant({ kind: 'count' as const }),
  fc.record({ kind: fc.constant('histogram' as const), step: fc.constantFrom(1, 1_000, 300_000, 86_400_000) }),
  fc.record({ kind: fc.constant('top' as const), field: fieldNames, size: fc.constantFrom(1, 3, 1_000) }),
  fc.record({ kind: fc.constant('minmax' as const), field: fieldNames }),
  fc.record({
    kind: fc.constant('groups' as const),
    by: fc.uniqueArray(fieldNames, { minLength: 1, maxLength: 3 }),
    atLeast: fc.constantFrom(1, 2, 5),
    size: fc.constantFrom(2, 1_000),
  }),
)
