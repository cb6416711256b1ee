import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVERYTHING, NOTHING, type Scope } from '../../core/access.ts'
import { compareText, evaluate } from '../../core/evaluate.ts'
import { and, type Filter, not, oneOf, or, term } from '../../core/filter.ts'
import { type Documents, type Finding, LEVELS, rank, type Signal } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { scopeFilter } from '../../core/scope.ts'
import { viewOfJson } from '../../core/view.ts'
import { filters } from '../support/arbitraries.ts'
import { draft, unit } from '../support/documents.ts'

/** How the suite opens a store in a folder; the same folder again is the same store. */
export interface DocumentStoreMaker {
  open(folder: string): Promise<DocumentStore>
}

const finding = (n: number, more: Partial<Finding> = {}): Finding => ({
  kind: 'finding',
  unitId: `u${n % 4}`,
  systemId: n % 3 === 0 ? null : `s${n % 3}`,
  scanner: 'trivy',
  target: 'portal',
  ruleId: `R${n % 7}`,
  title: `Finding ${n}`,
  description: '',
  severity: LEVELS[n % 5]!,
  status: 'open',
  location: `src/f${n}.ts:${n}`,
  path: `src/f${n}.ts`,
  line: n,
  context: null,
  references: [`CVE-2026-${n % 10}`, 'CWE-79'],
  firstSeen: '2026-01-01T00:00:00.000Z',
  lastSeen: new Date(Date.UTC(2026, 0, 1) + (n % 50) * 60_000).toISOString(),
  fixedAt: null,
  decision: null,
  ...more,
})

const code = (error: unknown) => (error as { code?: string }).code
const refusal = (call: Promise<unknown>) => call.then(() => 'no error', code)

/** The promise of the port `DocumentStore` (core/ports.ts), for every implementation. */
export function documentStoreContract(name: string, maker: DocumentStoreMaker): void {
  describe(`the promise of documents: ${name}`, () => {
    let folder: string
    let docs: DocumentStore
    beforeAll(async () => {
      folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-docs-'))
      docs = await maker.open(folder)
    })
    afterAll(async () => {
      await docs.close()
      fs.rmSync(folder, { recursive: true, force: true })
    })

    describe('single documents', () => {
      test('a document put is there at once, with version 1, and one more with every put', async () => {
        expect(await docs.get('unit', 'a')).toBeUndefined()
        expect(await docs.put('unit', 'a', unit('a'), { version: 0 })).toEqual({ id: 'a', version: 1, doc: unit('a') })
        expect(await docs.get('unit', 'a')).toEqual({ id: 'a', version: 1, doc: unit('a') })
        const renamed = unit('a', { name: '天河区' })
        expect((await docs.put('unit', 'a', renamed, { version: 1 })).version).toBe(2)
        expect(await docs.get('unit', 'a')).toEqual({ id: 'a', version: 2, doc: renamed })
      })

      test('documents put together stand together with their audit entry, or none does', async () => {
        await docs.put('unit', 'there', unit('there'), { version: 0 })
        const put = (id: string, version: number, name = id) =>
          ({ kind: 'unit', id, version, doc: unit(id, { name }) }) as const
        const entries = () => docs.count('audit', { scope: EVERYTHING })
        const before = await entries()
        // Together with others, so that some of one group are refused and others not.
        const [, , alone, ...refusals] = await Promise.all([
          docs.putAll([put('t1', 0), put('there', 1, 'renamed'), put('t2', 0)], draft('unit.created', 'there')),
          docs.putAll([]),
          docs.put('unit', 'alone', unit('alone'), { version: 0 }),
          refusal(docs.putAll([put('t3', 0), put('there', 7), put('t4', 0)], draft('unit.created', 'there'))),
          refusal(docs.putAll([put('t5', 0), put('t1', 0)], draft('unit.created', 'there'))),
          refusal(docs.putAll([put('t6', 0), put('t6', 0)])),
          refusal(docs.putAll([put('t7', 0), put('', 0)])),
          refusal(docs.putAll(Array.from({ length: 20_001 }, (_, i) => put(`many${i}`, 0)))),
        ])
        expect(alone.version).toBe(1)
        expect(refusals).toEqual(['DOC-409', 'DOC-409', 'DOC-409', 'DOC-400', 'DOC-400'])
        expect(await docs.get('unit', 'there')).toMatchObject({ version: 2, doc: { name: 'renamed' } })
        const stored = await Promise.all(
          ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 'many0'].map((id) => docs.get('unit', id)),
        )
        expect(stored.map((s) => s?.version)).toEqual([1, 1, ...Array(6).fill(undefined)])
        expect(await entries()).toBe(before + 1)
        expect((await docs.verifyAudit()).broken).toBeUndefined()
      })

      test('a put against another version is refused with DOC-409 and writes nothing', async () => {
        await docs.put('unit', 'cas', unit('cas'), { version: 0 })
        for (const version of [0, 2, 7]) {
          expect(await refusal(docs.put('unit', 'cas', unit('cas', { name: 'x' }), { version }))).toBe('DOC-409')
        }
        expect(await refusal(docs.put('unit', 'not-there', unit('x'), { version: 1 }))).toBe('DOC-409')
        expect(await docs.get('unit', 'cas')).toEqual({ id: 'cas', version: 1, doc: unit('cas') })
        expect(await docs.get('unit', 'not-there')).toBeUndefined()
      })

      test('of many puts against the same version exactly one wins', async () => {
        await docs.put('unit', 'race', unit('race'), { version: 0 })
        const tries = Array.from({ length: 50 }, (_, i) =>
          refusal(docs.put('unit', 'race', unit('race', { name: `by ${i}` }), { version: 1 })),
        )
        const results = await Promise.all(tries)
        expect(results.filter((r) => r === 'no error')).toHaveLength(1)
        expect(results.filter((r) => r === 'DOC-409')).toHaveLength(49)
        const won = results.indexOf('no error')
        expect((await docs.get('unit', 'race'))?.doc.name).toBe(`by ${won}`)
      })

      test('remove needs the version that stands', async () => {
        const session = { accountId: 'x', csrf: '', createdAt: '', expiresAt: '', userAgent: '' }
        await docs.put('session', 's', session, { version: 0 })
        expect(await refusal(docs.remove('session', 's', { version: 2 }))).toBe('DOC-409')
        await docs.remove('session', 's', { version: 1 })
        expect(await docs.get('session', 's')).toBeUndefined()
        expect(await refusal(docs.remove('session', 's', { version: 1 }))).toBe('DOC-409')
        expect((await docs.put('session', 's', session, { version: 0 })).version).toBe(1)
      })

      test('any JSON text survives: all planes, control characters, lone surrogates, keys like __proto__', async () => {
        const odd = ['\u0000', 'a\u0000b', '😀', '\ud800', '\u2028', '"\\', '数据', '']
        const value = JSON.parse(
          JSON.stringify({ odd, nested: { 'a.b': 1, __proto__x: 1 } }).replace('__proto__x', '__proto__'),
        )
        await docs.put('setting', 'odd', { value }, { version: 0 })
        const found = (await docs.get('setting', 'odd'))?.doc.value
        expect(JSON.stringify(found)).toBe(JSON.stringify(value))
      })

      test('kinds do not mix', async () => {
        await docs.put('unit', 'same-id', unit('same-id'), { version: 0 })
        expect(await docs.get('system', 'same-id')).toBeUndefined()
      })

      test('an unknown kind, an empty id and a put into the audit log are refused with DOC-400', async () => {
        expect(await refusal(docs.get('unit"; DROP TABLE unit; --' as never, 'a'))).toBe('DOC-400')
        expect(await refusal(docs.put('unit', '', unit('a'), { version: 0 }))).toBe('DOC-400')
        expect(await refusal(docs.put('audit', '000000000001', {} as never, { version: 0 }))).toBe('DOC-400')
        expect(await refusal(docs.remove('audit', '000000000001', { version: 1 }))).toBe('DOC-400')
      })
    })

    describe('sequences', () => {
      test('a sequence counts from 1 and never gives a number twice', async () => {
        const many = await Promise.all(Array.from({ length: 200 }, () => docs.next('TH-2026')))
        expect([...many].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
        expect(await docs.next('other')).toBe(1)
      })
    })

    describe('lists', () => {
      const COUNT = 10_000
      beforeAll(async () => {
        await Promise.all(
          Array.from({ length: COUNT }, (_, n) => docs.put('finding', `f${n}`, finding(n), { version: 0 })),
        )
      })

      test('pages follow each other without gap or repeat over 10,000 documents, sorted by severity then time', async () => {
        const seen: string[] = []
        let after: string | undefined
        const sort = [
          ['severity', 'asc'],
          ['lastSeen', 'desc'],
        ] as const
        for (;;) {
          const page = await docs.list('finding', {
            scope: EVERYTHING,
            sort,
            first: 999,
            ...(after === undefined ? {} : { after }),
          })
          seen.push(...page.rows.map((r) => r.id))
          if (!page.hasNext) break
          after = page.rows.at(-1)!.cursor
        }
        const expected = Array.from({ length: COUNT }, (_, n) => ({ id: `f${n}`, doc: finding(n) })).sort(
          (a, b) =>
            rank(a.doc.severity) - rank(b.doc.severity) ||
            compareText(b.doc.lastSeen, a.doc.lastSeen) ||
            compareText(b.id, a.id),
        )
        expect(seen).toEqual(expected.map((e) => e.id))
      })

      test('critical comes first when ascending, info when descending', async () => {
        const top = async (direction: 'asc' | 'desc') =>
          (await docs.list('finding', { scope: EVERYTHING, sort: [['severity', direction]], first: 1 })).rows[0]!.doc
            .severity
        expect(await top('asc')).toBe('critical')
        expect(await top('desc')).toBe('info')
      })

      test('null sorts below everything, and pages go through it in both directions', async () => {
        for (const direction of ['asc', 'desc'] as const) {
          const nulls: boolean[] = []
          const ids = new Set<string>()
          let after: string | undefined
          for (let more = true; more; ) {
            const page = await docs.list('finding', {
              scope: EVERYTHING,
              sort: [['systemId', direction]],
              first: 1_500,
              ...(after === undefined ? {} : { after }),
            })
            for (const row of page.rows) {
              nulls.push(row.doc.systemId === null)
              ids.add(row.id)
            }
            after = page.rows.at(-1)!.cursor
            more = page.hasNext
          }
          expect(ids.size).toBe(COUNT)
          expect(nulls.length).toBe(COUNT)
          const turns = nulls.filter((n, i) => i > 0 && n !== nulls[i - 1]).length
          expect([turns, nulls[0]]).toEqual([1, direction === 'asc'])
        }
      })

      test('a field without a place of its own can be sorted by too', async () => {
        const page = await docs.list('finding', { scope: EVERYTHING, sort: [['line', 'desc']], first: 3 })
        expect(page.rows.map((r) => r.doc.line)).toEqual([COUNT - 1, COUNT - 2, COUNT - 3])
      })

      test('filter, total and count agree with each other', async () => {
        const filter = and(term('unitId', 'u1'), oneOf('severity', ['critical', 'high']), not(term('systemId', 's1')))
        const expected = Array.from({ length: COUNT }, (_, n) => finding(n)).filter(
          (f) => f.unitId === 'u1' && (f.severity === 'critical' || f.severity === 'high') && f.systemId !== 's1',
        ).length
        const page = await docs.list('finding', { scope: EVERYTHING, filter, sort: [], first: 5, total: true })
        expect(page.total).toBe(expected)
        expect(await docs.count('finding', { scope: EVERYTHING, filter })).toBe(expected)
        expect(page.rows).toHaveLength(5)
        expect(page.hasNext).toBe(true)
        const none = await docs.list('finding', { scope: EVERYTHING, filter, sort: [], first: 0, total: true })
        expect([none.rows.length, none.hasNext, none.total]).toEqual([0, true, expected])
      })

      test('top values are counted exactly, ties by value; a list counts each of its values once', async () => {
        expect(await docs.top('finding', { scope: EVERYTHING, field: 'unitId', size: 3 })).toEqual(
          ['u0', 'u1', 'u2'].map((value) => ({ value, count: COUNT / 4 })),
        )
        const references = await docs.top('finding', { scope: EVERYTHING, field: 'references', size: 2 })
        expect(references).toEqual([
          { value: 'CWE-79', count: COUNT },
          { value: 'CVE-2026-0', count: COUNT / 10 },
        ])
        const filter = term('severity', 'low')
        expect(await docs.top('finding', { scope: EVERYTHING, filter, field: 'severity', size: 9 })).toEqual([
          { value: 'low', count: COUNT / 5 },
        ])
      })

      test('cursors of another list, of nothing, and made up ones are refused with QRY-304', async () => {
        const options = { scope: EVERYTHING, sort: [['lastSeen', 'asc']] as const, first: 1 }
        const { cursor } = (await docs.list('finding', options)).rows[0]!
        const with_ = (after: string, sort: typeof options.sort | readonly [] = options.sort) =>
          refusal(docs.list('finding', { ...options, sort, after }))
        expect(await with_(cursor)).toBe('no error')
        expect(await with_(cursor, [])).toBe('QRY-304')
        expect(await refusal(docs.list('unit', { scope: EVERYTHING, sort: [], first: 1, after: cursor }))).toBe(
          'QRY-304',
        )
        const forged = (v: unknown) => Buffer.from(JSON.stringify(v)).toString('base64url')
        for (const bad of [
          '',
          'x',
          '!!',
          forged([]),
          forged(null),
          forged(['finding lastSeen asc', 'f1', {}]),
          'a'.repeat(9_999),
        ]) {
          expect(await with_(bad)).toBe('QRY-304')
        }
      })

      test('more than two sort keys and odd page sizes are refused', async () => {
        const list = (more: object) => refusal(docs.list('finding', { scope: EVERYTHING, sort: [], first: 1, ...more }))
        const key = ['title', 'asc'] as const
        expect(await list({ sort: [key, key, key] })).toBe('QRY-303')
        expect(await list({ first: -1 })).toBe('QRY-303')
        expect(await list({ first: 1.5 })).toBe('QRY-303')
        expect(await list({ sort: [['a") --', 'asc']] })).toBe('QRY-303')
      })

      test('a filter of thousands of terms is answered', async () => {
        const ids = Array.from({ length: 3_000 }, (_, i) => `src/f${i}.ts`)
        const filter = or(...ids.map((id) => term('path', id)))
        expect(await docs.count('finding', { scope: EVERYTHING, filter })).toBe(3_000)
        expect(await docs.count('finding', { scope: EVERYTHING, filter: oneOf('path', ids) })).toBe(3_000)
      })
    })

    describe('scope', () => {
      const scope: Scope = {
        grants: [
          { rows: term('unitId', 'u0'), hidden: [] },
          { rows: term('unitId', 'u1'), hidden: ['title', 'decision', 'severity'] },
        ],
      }
      const all = (filter?: Filter, more: object = {}) =>
        docs.list('finding', { scope, sort: [], first: 20_000, total: true, ...(filter ? { filter } : {}), ...more })

      test('no grant sees nothing, in lists, counts and top values', async () => {
        const nothing = { scope: NOTHING, sort: [], first: 10, total: true } as const
        expect(await docs.list('finding', nothing)).toEqual({ rows: [], hasNext: false, total: 0 })
        expect(await docs.count('finding', { scope: NOTHING })).toBe(0)
        expect(await docs.top('finding', { scope: NOTHING, field: 'unitId', size: 5 })).toEqual([])
      })

      test('rows outside every grant are neither listed nor counted', async () => {
        const page = await all()
        expect(new Set(page.rows.map((r) => r.doc.unitId))).toEqual(new Set(['u0', 'u1']))
        expect(page.total).toBe(5_000)
        expect(await docs.count('finding', { scope })).toBe(5_000)
        expect(await docs.count('finding', { scope, filter: term('unitId', 'u2') })).toBe(0)
        expect(await docs.top('finding', { scope, field: 'unitId', size: 9 })).toEqual([
          { value: 'u0', count: 2_500 },
          { value: 'u1', count: 2_500 },
        ])
      })

      test('hidden fields are cut from documents and named, only where they stand', async () => {
        for (const row of (await all()).rows) {
          const cut = row.doc.unitId === 'u1'
          expect(row.hidden).toEqual(cut ? ['decision', 'severity', 'title'] : [])
          expect('title' in row.doc).toBe(!cut)
        }
      })

      test('hidden fields count as absent in predicates, keyword search, sorting and top values', async () => {
        const title = finding(5).title // of u1
        expect((await all(term('title', title))).total).toBe(0)
        expect((await all({ op: 'keyword', pattern: [title], cased: true })).total).toBe(
          Array.from({ length: 10_000 }, (_, n) => n).filter((n) => n % 4 === 0 && `Finding ${n}`.includes(title))
            .length,
        )
        expect((await all({ op: 'null', field: ['title'] })).total).toBe(2_500)
        expect((await all({ op: 'exists', field: ['decision'] })).total).toBe(2_500)
        const top = await docs.top('finding', { scope, field: 'title', size: 20_000 })
        expect(top).toHaveLength(2_500)
        const severities = await docs.top('finding', { scope, field: 'severity', size: 9 })
        expect(severities.reduce((n, s) => n + s.count, 0)).toBe(2_500)
        const sorted = await all(undefined, { sort: [['severity', 'asc']] })
        expect(sorted.rows.slice(0, 2_500).every((r) => r.doc.unitId === 'u1')).toBe(true)
        expect(sorted.rows.slice(2_500).every((r) => r.doc.unitId === 'u0')).toBe(true)
      })
    })

    describe('filters', () => {
      const FIELDS = new Map(
        Object.entries({
          '@timestamp': 'first',
          message: 'ruleTitle',
          'event.code': 'ruleId',
          'event.created': 'last',
          'event.original': 'entity',
          'event.type': 'tags',
          'http.response.status_code': 'count',
          'source.port': 'count',
          'suidun.time.tolerated': 'storming',
          'user.name': 'systemId',
          'process.command_line': 'evidence.process.name',
          CommandLine: 'level',
          'a.b': 'evidence.a.b',
          user: 'evidence',
          tags: 'eventIds',
        }),
      )
      const named = (f: Filter): Filter => {
        if (f.op === 'and' || f.op === 'or') return { ...f, of: f.of.map(named) }
        if (f.op === 'not') return { ...f, of: named(f.of) }
        if (!('field' in f)) return f
        const [first, ...more] = f.field.map((n) => FIELDS.get(n) ?? n)
        return { ...f, field: [first!, ...more] }
      }
      const texts = [
        '',
        'a',
        'A',
        'ab',
        'İ',
        'ΑΣ',
        'ας',
        '😀',
        '\uffee',
        'a\u0000b',
        '4688',
        '22',
        '1e3',
        'true',
        '10.0.0.7',
        '2026-11-24T06:00:00.000Z',
      ]
      const text = fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 3, unit: 'grapheme' }))
      const signals = fc.record(
        {
          kind: fc.constant('signal'),
          ruleId: text,
          ruleTitle: text,
          level: fc.constantFrom(...LEVELS),
          tags: fc.array(text, { maxLength: 2 }),
          unitId: fc.constantFrom('u0', 'u1'),
          systemId: fc.option(text),
          entity: text,
          count: fc.constantFrom(0, 1, 22, -1, 1.5, 4688, 1e21, 1e-7),
          first: text,
          last: text,
          storming: fc.boolean(),
          evidence: fc.constantFrom(
            {},
            { process: { name: 'a' } },
            { 'a.b': [1, null], a: { b: 'x' } },
            { a: [{ b: 'ab' }, { b: true }] },
          ),
        },
        { requiredKeys: ['kind', 'unitId'] },
      )

      test('every filter selects exactly what the plain evaluator selects', async () => {
        const sample = fc.sample(signals, { numRuns: 300, seed: 4 }) as unknown as Signal[]
        await Promise.all(sample.map((doc, i) => docs.put('signal', `x${i}`, doc, { version: 0 })))
        const two: Scope = {
          grants: [
            { rows: term('unitId', 'u0'), hidden: ['ruleId', 'evidence.a'] },
            { rows: term('unitId', 'u1'), hidden: ['tags', 'count'] },
          ],
        }
        const property = fc.asyncProperty(
          filters.map(named),
          fc.constantFrom(EVERYTHING, two),
          async (filter, scope) => {
            const page = await docs.list('signal', { scope, filter, sort: [], first: 1_000 })
            const whole = scopeFilter(scope, filter)
            const expected = sample.flatMap((doc, i) => (evaluate(whole, viewOfJson(doc)) ? [`x${i}`] : []))
            expect(page.rows.map((r) => r.id)).toEqual(expected.sort(compareText))
          },
        )
        await fc.assert(property, { numRuns: 1_500 })
      })
    })

    describe('the audit log', () => {
      test('an entry stands or falls with its change', async () => {
        const before = (await docs.verifyAudit()).entries
        await docs.put('unit', 'audited', unit('audited'), { version: 0, audit: draft('unit.created', 'audited') })
        const refused = docs.put('unit', 'audited', unit('audited'), {
          version: 0,
          audit: draft('unit.created', 'audited'),
        })
        expect(await refusal(refused)).toBe('DOC-409')
        await docs.audit(
          draft('session.refused', 'nobody', { reason: 'wrong password', before: { a: undefined, b: null } }),
        )
        await docs.remove('unit', 'audited', { version: 1, audit: draft('unit.removed', 'audited') })
        const page = await docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'desc']], first: 3 })
        expect(page.rows.map((r) => r.doc.action)).toEqual(['unit.removed', 'session.refused', 'unit.created'])
        expect(await docs.verifyAudit()).toEqual({ entries: before + 3, broken: undefined })
      })

      test('entries are numbered without gaps, chained, and listed under a number of 12 digits', async () => {
        await Promise.all(Array.from({ length: 100 }, (_, i) => docs.audit(draft('export.made', `e${i}`))))
        const { rows } = await docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'asc']], first: 100_000 })
        rows.forEach((row, i) => {
          expect(row.id).toBe(String(i + 1).padStart(12, '0'))
          expect(row.doc.seq).toBe(i + 1)
          expect(row.doc.prev).toBe(i === 0 ? '0'.repeat(64) : rows[i - 1]!.doc.hash)
        })
        expect((await docs.get('audit', '000000000001'))?.doc.seq).toBe(1)
      })
    })

    describe('a store opened again', () => {
      test('holds what was put, and its numbers go on', async () => {
        const again = fs.mkdtempSync(join(os.tmpdir(), 'suidun-docs-'))
        try {
          const first = await maker.open(again)
          const audit = draft('unit.created', 'a')
          await first.put('unit', 'a', unit('a'), { version: 0, audit })
          await first.next('n')
          const pending = first.put('unit', 'b', unit('b'), { version: 0, audit })
          await Promise.all([first.close(), pending])
          expect(await refusal(first.get('unit', 'a'))).toBe('STO-500')
          expect(await first.ready()).toBe(false)
          const second = await maker.open(again)
          expect(await second.ready()).toBe(true)
          expect(await second.get('unit', 'a')).toEqual({ id: 'a', version: 1, doc: unit('a') })
          expect(await second.get('unit', 'b')).toEqual({ id: 'b', version: 1, doc: unit('b') })
          expect(await second.next('n')).toBe(2)
          expect(await second.verifyAudit()).toEqual({ entries: 2, broken: undefined })
          await second.close()
        } finally {
          fs.rmSync(again, { recursive: true, force: true })
        }
      })

      test('two stores on one folder see each other and never write over each other', async () => {
        const shared = fs.mkdtempSync(join(os.tmpdir(), 'suidun-docs-'))
        try {
          const [a, b] = await Promise.all([maker.open(shared), maker.open(shared)])
          await a.put('unit', 'x', unit('x'), { version: 0, audit: draft('unit.created', 'x') })
          expect((await b.get('unit', 'x'))?.version).toBe(1)
          const bump = async (store: DocumentStore, by: string) => {
            for (let done = 0; done < 30; ) {
              const now = (await store.get('unit', 'x'))!
              const next: Documents['unit'] = { ...now.doc, name: String(Number(now.doc.name) + 1 || 1) }
              const audit = draft('unit.changed', by)
              const result = await refusal(store.put('unit', 'x', next, { version: now.version, audit }))
              if (result === 'no error') done++
              else expect(result).toBe('DOC-409')
            }
          }
          await Promise.all([bump(a, 'a'), bump(b, 'b')])
          expect((await a.get('unit', 'x'))?.version).toBe(61)
          expect((await b.get('unit', 'x'))?.doc.name).toBe('60')
          const numbers = await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 ? a : b).next('n')))
          expect(new Set(numbers).size).toBe(60)
          expect(await a.verifyAudit()).toEqual({ entries: 61, broken: undefined })
          await Promise.all([a.close(), b.close()])
        } finally {
          fs.rmSync(shared, { recursive: true, force: true })
        }
      })
    })
  })
}
