import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNormaliser } from '../../collectors/index.ts'
import { evaluate } from '../../core/evaluate.ts'
import type { StoredEvent } from '../../core/event.ts'
import { and } from '../../core/filter.ts'
import { MAYBE_UNUSUAL, usualForm } from '../../core/usualForm.ts'
import { viewOfJson } from '../../core/view.ts'
import { createMatcher, loadPipelines, loadRules, matchFile, OWN_PIPELINES } from '../../detection/index.ts'
import { openEvents, storedSql } from '../../store/index.ts'
import { CONVERTED } from '../support/convertedShapes.ts'
import { describeMaterial, material, objectsIn } from '../support/material.ts'
import { ORIGIN } from '../support/preparedBothWays.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'
import type { DumpedEvent } from '../support/windowsShapes.ts'

const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })
const { pipelines } = loadPipelines(OWN_PIPELINES)

const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'].map((f) => material('sigma', f))
const hasMaterial = existsSync(material('sigma/regression'))
const loaded = loadRules(hasMaterial ? folders : [], pipelines)
const matcher = createMatcher(loaded.rules)
const ids = (found: readonly number[]) => found.map((i) => loaded.rules[i]!.rule.id).sort()
const dumped = (hasMaterial ? readdirSync(material('sigma/regression')) : []).flatMap(
  (name) => objectsIn(readFileSync(material('sigma/regression', name), 'utf8')) as DumpedEvent[],
)
const expected = dumped.map((e) => ids(matcher.ofJson(e)))

describeMaterial('events that some program turned from XML into JSON', 'sigma/regression', () => {
  test('are found by the rules that find them as they were', () => {
    expect(dumped.length).toBeGreaterThan(80)
    expect(expected.filter((found) => found.length > 0).length).toBeGreaterThan(80)
  })

  test.each(CONVERTED)('by %s: in match, and as they are stored', async (_, shape) => {
    const events = dumped.map(shape)
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const [out, err] = [text(stdout), text(stderr)]
    const stdin = Readable.from([Buffer.from(events.map((e) => JSON.stringify(e)).join('\n'))])
    const code = await matchFile({ rules: folders, events: '-', pipelines, stdin, stdout, stderr })
    stdout.end()
    stderr.end()
    await err
    expect(code).toBe(0)
    const found = new Map(
      (await out)
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l))
        .map((l) => [l.line, l.rules]),
    )
    expect(events.map((_, i) => found.get(i + 1) ?? [])).toEqual(expected)
    for (const [i, event] of events.entries()) {
      const { ecs, rest } = normalise(JSON.stringify(event), 'json', ORIGIN)
      expect(ids(matcher.ofStored({ ecs, rest }))).toEqual(expected[i])
      expect(ecs).toMatchObject({ suidun: { time: { source: 'event' } }, host: { name: expect.any(String) } })
    }
  })
})

describeMaterial('such events once stored', 'sigma/regression', () => {
  test('are found by the rules as SQL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suidun-converted-'))
    const stored = CONVERTED.flatMap(([, shape], s) =>
      dumped.map((event, i) => {
        const { ecs, rest } = normalise(JSON.stringify(shape(event)), 'json', ORIGIN)
        return { event: identified({ ecs, rest } as StoredEvent, `${s}-${i}`), id: `${s}-${i}`, rules: expected[i]! }
      }),
    )
    const store = await openEvents({ folder: join(folder, 'events'), segments: [folder], clock: Date.now, tell() {} })
    expect(
      (
        await store.load(
          writeSegment(
            folder,
            's',
            stored.map((e) => lineOf(e.event)),
          ),
        )
      ).loaded,
    ).toBe(stored.length)
    await store.checkpoint()
    await store.close()
    const instance = await DuckDBInstance.create(join(folder, 'events', 'events.duckdb'), { access_mode: 'READ_ONLY' })
    const connection = await instance.connect()
    const sought = loaded.rules.filter((r) => expected.some((found) => found.includes(r.rule.id)))
    expect(sought.length).toBeGreaterThan(80)
    for (const { rule, routing, filter } of sought.filter((_, i) => i % 4 === 0)) {
      const { exact, query } = await storedSql(and(routing, filter))
      const found = (await connection.runAndReadAll(query)).getRowsJS().map(([id]) => id as string)
      const wanted = stored.filter((e) => e.rules.includes(rule.id)).map((e) => e.id)
      if (exact) expect([rule.id, found.toSorted()]).toEqual([rule.id, wanted.toSorted()])
      else expect([rule.id, found]).toEqual([rule.id, expect.arrayContaining(wanted)])
    }
    connection.closeSync()
    instance.closeSync()
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('the usual form', () => {
  const usual = (event: object) => usualForm(event as Record<string, unknown>)
  const system = { Provider: { '@Name': 'P' }, EventID: { '@Qualifiers': '', '#text': '4624' }, Channel: 'Security' }

  test('has values by their names, attributes and texts under one name each', () => {
    const Data = [{ '@Name': 'A', '#text': 'x' }, { '@Name': 'B' }, { '@Name': 'A', '#text': 'y' }, 'z']
    expect(usual({ at: 1, Event: { '@xmlns': 'n', System: system, EventData: { Data, Binary: '00' } } })).toEqual({
      at: 1,
      Event: {
        '@xmlns': 'n',
        System: {
          Provider: { '#attributes': { Name: 'P' } },
          EventID: { '#attributes': { Qualifiers: '' }, '#text': '4624' },
          Channel: 'Security',
        },
        EventData: { A: ['x', 'y'], B: '', Data: 'z', Binary: '00' },
      },
    })
    expect(usual({ EventID: 1, EventData: { Data: { '@Name': 'A', '#text': 'x' } } })).toEqual({
      EventID: 1,
      Event: { EventData: { A: 'x' } },
    })
  })

  test('is left alone where fields can be named', () => {
    for (const event of [
      {},
      { Event: 'x', System: 1, EventData: null },
      {
        Event: { System: { Provider: { '#attributes': { Name: 'P' } } }, EventData: { Image: 'x', Data: ['a', 'b'] } },
      },
      { System: { Provider: { Name: 'P' } }, EventData: { Data: { '#text': ['a', 'b'] } } },
      { EventData: { Data: [{ Name: 'x', Kind: 'y' }] } },
      { Payload: '{"EventData":{}}' },
      { Payload: '{"EventData":', EventId: 1, Channel: 'c' },
      { _source: {}, _index: 'x', own: 1 },
      { _source: { a: 1 } },
      { _source: 'x', _index: 'x' },
    ])
      expect([event, usual(event)]).toEqual([event, undefined])
  })

  test('takes names from an event for nothing but names', () => {
    const event = JSON.parse(
      '{"Event":{"EventData":{"Data":[{"@Name":"__proto__","#text":"x"},{"@Name":"toString","#text":"y"}]}}}',
    )
    const data = (usual(event) as { Event: { EventData: object } }).Event.EventData
    expect(Object.entries(data)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ])
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
  })

  test('is looked for wherever an event may have another, and where it is not it has none', () => {
    const key = fc.constantFrom(
      ...['Event', 'System', 'EventData', 'UserData', 'Data', 'Provider', 'EventID', '@Name', '@_Name', 'Name', '$'],
      ...[
        '_attributes',
        '#attributes',
        '#text',
        '_',
        'text',
        'Value',
        '_source',
        '_index',
        '_id',
        'Payload',
        'EventId',
        'Channel',
      ],
    )
    const { any } = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 6, withCrossShrink: true },
        fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant('{"EventData":{"Data":[{"@Name":"A"}]}}')),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(key, tie('any'), { maxKeys: 4 }),
      ),
    }))
    const near = fc.dictionary(key, fc.oneof(fc.string(), any), { maxKeys: 3 })
    const event = fc.oneof(
      fc.dictionary(key, any, { maxKeys: 4 }),
      fc.record({ Event: fc.record({ System: any, EventData: fc.record({ Data: fc.oneof(near, fc.array(near)) }) }) }),
      fc.record({ System: fc.record({ Provider: near }), EventData: any }),
    )
    let changed = 0
    fc.assert(
      fc.property(event, (e) => {
        const made = usual(e)
        if (made === undefined) return
        changed++
        expect(evaluate(MAYBE_UNUSUAL, viewOfJson(e))).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(changed).toBeGreaterThan(100)
  })
})

describe('a hit of Elasticsearch', () => {
  test('chooses nothing by what is said of it or in it', () => {
    const document = { '@timestamp': '2026-11-24T00:00:00Z', user: { name: 'li' }, suidun: { unit: { id: 'u9' } } }
    const line = JSON.stringify({ _index: 'logs', _id: 'mine', _source: { ...document, _id: 'inner' } })
    const { ecs, rest } = normalise(line, 'json', ORIGIN)
    expect(ecs).toMatchObject({
      '@timestamp': '2026-11-24T00:00:00.000Z',
      user: { name: 'li' },
      event: { original: line },
      suidun: { unit: { id: 'root' } },
    })
    expect(rest).toEqual({ 'payload.suidun.unit.id': 'u9', _id: 'inner' })
  })
})
