import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { compileFilter } from '../../core/evaluate.ts'
import type { StoredEvent } from '../../core/event.ts'
import { ALL, ANY, exists, type Filter, not, ONE, or, term } from '../../core/filter.ts'
import type { EventStore } from '../../core/ports.ts'
import { viewOfStored } from '../../core/view.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'
import type { EventStoreEngine } from './event-store.ts'

/** Separated by ¦. */
const TEXTS: readonly string[] = [
  'l¦l\n¦\nl¦a\nb¦a b¦a\u00a0b¦a\u000bb¦feed¦k¦K¦\u212a¦s¦ſ¦ß¦ẞ¦İ¦i¦ı¦σ¦ς¦Σ¦😀¦数据¦é¦e\u0301¦aa¦a.b¦a\r\nb¦\u2028¦\ufeff¦\ufeffx',
  '\0¦x\0y¦١¦\u1c89¦\u1c8a¦\ua7cb¦\u0264¦\u{10d50}¦\u{10d70}x¦\ua7dc¦\u019b¦ǅ¦Ⅷ¦Å¦Ω¦Ω¦Ꭰ¦ꭰ¦1e21¦1e+21¦1e-7¦100¦1.0¦-0¦nan¦inf',
  'Infinity¦true¦[1]¦{}¦"¦\\¦\\\\¦\'¦%¦_%¦*¦?¦10.0.0.7¦10.0.0.07¦10.0.0.256¦::ffff:10.0.0.7¦::FFFF:a00:7¦::10.0.0.7¦fe80::1',
  `0:0:0:0:0:ffff:10.0.0.7¦${'x'.repeat(9_000)}End¦${'数'.repeat(20_000)}`,
]
  .flatMap((line) => line.split('¦'))
  .concat('')

const REGEXES: readonly string[] = [
  'l$¦^l¦.¦^.$¦a.b¦\\s¦\\S¦\\w+¦\\W¦\\bfeed\\b¦\\B¦\\d¦[[:alpha:]]¦\\p{L}¦\\PN¦\\p{Han}¦(?i)k¦(?i)ß¦(?i)σ¦[^a]¦\\z¦\\Qa.b\\E',
  '(?P<x>a)¦(?<x>a)¦a{2,3}¦a{1000}¦\\x41¦\\x{1F600}¦数¦(?i)[k-l]¦(?i)\\x{1c89}¦[\\s\\S]¦(?-s).¦\\pZ¦()¦x*¦[^\\n]¦(?U)a+¦\\t¦End$',
].flatMap((line) => line.split('¦'))

const BLOCKS = [
  '10.0.0.0/8',
  '10.0.0.7',
  '10.0.0.6/31',
  '::ffff:10.0.0.0/104',
  '::/0',
  '0.0.0.0/0',
  '::ffff:0:0/96',
  'fe80::/10',
]

/** Characters, expressions and sizes on which engines are known to differ; part of the contract of event stores. */
export function eventStoreSearchContract(engine: EventStoreEngine): void {
  describe(`searching in ${engine.name}`, () => {
    let folder: string
    let store: EventStore
    let events: StoredEvent[]
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'suidun-search-'))
      store = await engine.open(folder)
      events = TEXTS.map((text, i) =>
        identified(
          {
            ecs: { user: { name: text }, tags: [text, 'x'], service: { name: 'texts' } },
            rest: { loose: text, list: [null, text] },
          },
          `t${i}`,
        ),
      )
      await store.load(writeSegment(folder, 'texts', events.map(lineOf)))
      await store.checkpoint()
    })
    afterAll(async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    const countOf = async (filter: Filter) =>
      (await store.ask(EVERYTHING, { filter, time: {}, ask: { kind: 'count' } })).count
    const fields = ['user.name', 'tags', 'loose', 'list']
    const agrees = async (filter: Filter) => {
      const { rows } = await store.ask(EVERYTHING, { filter, time: {}, ask: { kind: 'rows', first: 1_000 } })
      const test = compileFilter(filter)
      const want = events.flatMap((e, i) => (test(viewOfStored(e)) ? [`t${i}`] : []))
      expect(rows.map((r) => r.id).sort(), JSON.stringify(filter).slice(0, 300)).toEqual(want.sort())
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
      for (const pattern of REGEXES)
        for (const flags of ['', 'i', 'm', 's', 'ims'])
          await agrees({ op: 'regex', field: ['user.name'], pattern, flags })
      for (const pattern of REGEXES) await agrees({ op: 'regex', field: ['list'], pattern, flags: '' })
    })

    test('addresses are found in their block however they are written', async () => {
      for (const cidr of BLOCKS) for (const field of fields) await agrees({ op: 'cidr', field: [field], cidr })
    })

    test('half a character matches like in JavaScript', async () => {
      await agrees({ op: 'contains', field: ['user.name'], value: '\ud83d', cased: false })
      await agrees({ op: 'suffix', field: ['loose'], value: '\ude00', cased: true })
      await agrees({ op: 'term', field: ['user.name'], value: '\ud83d', cased: true })
    })

    test('an expression or a block that is none is refused, not guessed at', async () => {
      const ask = countOf
      await expect(ask({ op: 'regex', field: ['user.name'], pattern: '(', flags: '' })).rejects.toMatchObject({
        code: 'QRY-302',
      })
      await expect(ask({ op: 'cidr', field: ['user.name'], cidr: '10.0.0/8' })).rejects.toMatchObject({
        code: 'QRY-302',
      })
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
      expect(await countOf(or(...parts))).toBe(0)
      expect(await countOf({ op: 'and', of: parts.map(not) })).toBe(TEXTS.length)
      const ids = Array.from({ length: 20_000 }, (_, i) => `u${i}`)
      expect(await countOf({ op: 'in', field: ['user.name'], values: [...ids, 'feed'], cased: true })).toBe(1)
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
      await store.checkpoint()
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
  })
}
