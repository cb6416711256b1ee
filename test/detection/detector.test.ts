import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import { createDetector, loadRules } from '../../detection/index.ts'
import { createPipelines, NO_PIPELINES, readPipeline } from '../../detection/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'suidun-detector-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const write = (id: string, detection: string) =>
  writeFileSync(
    join(folder, `${id}.yml`),
    `title: ${id}\nid: ${id}\nlevel: low\nlogsource: {category: c}\ndetection: ${detection}\n`,
  )
write('any', "{s: {event.action: '*'}, condition: s}")
write('login', '{s: {event.action: login}, condition: s}')
writeFileSync(join(folder, 'login.suidun.yaml'), 'titleZh: 登录\ndescriptionZh: 登录\nentity: destination.ip\n')
const { rules, problems } = loadRules([folder], NO_PIPELINES)

const AT = Date.UTC(2026, 10, 24, 6, 2, 30)
const iso = (ms: number) => new Date(ms).toISOString()

function event(ecs: EcsObject, at = AT): StoredEvent {
  return { ecs: { '@timestamp': iso(at), ...ecs }, rest: {} }
}

function detect(events: readonly StoredEvent[], shared: readonly string[] = []) {
  const detector = createDetector({ rules, lane: 3, shared })
  for (const [i, e] of events.entries()) detector.feed(i + 1, `id${i + 1}`, e)
  return { detector, ...detector.take() }
}

test('counts a match per rule, unit, system, entity and five minutes of event time', () => {
  expect(problems).toEqual([])
  const login = (extra: EcsObject, at?: number) =>
    event({ event: { action: 'login' }, user: { name: 'li' }, ...extra }, at)
  const { deltas, seq, detected } = detect([
    login({}),
    login({}, AT + 1),
    login({}, AT + 150_000),
    login({ suidun: { unit: { id: 'th' }, system: { id: 'portal' } } }),
    event({ user: { name: 'li' } }),
  ])
  const any = deltas.filter((d) => d.ruleId === 'any')
  expect(any.map((d) => [d.unitId, d.systemId, d.entity, iso(d.window), d.hits.map((h) => [h.seq, h.id])])).toEqual([
    [
      'root',
      null,
      'user.name:li',
      '2026-11-24T06:00:00.000Z',
      [
        [1, 'id1'],
        [2, 'id2'],
      ],
    ],
    ['root', null, 'user.name:li', '2026-11-24T06:05:00.000Z', [[3, 'id3']]],
    ['th', 'portal', 'user.name:li', '2026-11-24T06:00:00.000Z', [[4, 'id4']]],
  ])
  expect(any.every((d) => d.lane === 3)).toBe(true)
  expect(any[0]?.evidence.ecs['@timestamp']).toBe(iso(AT))
  expect([seq, detected]).toEqual([5, 5])
})

test('takes the field of the sidecar, else the first usual one that is there, else nobody', () => {
  const entities = (ecs: EcsObject, shared?: readonly string[]) =>
    Object.fromEntries(
      detect([event({ event: { action: 'login' }, ...ecs })], shared).deltas.map((d) => [d.ruleId, d.entity]),
    )
  const full = {
    user: { name: 'li' },
    source: { ip: '10.0.0.1' },
    host: { name: 'h' },
    destination: { ip: '10.0.0.2' },
  }
  expect(entities(full)).toEqual({ any: 'user.name:li', login: 'destination.ip:10.0.0.2' })
  expect(entities({ source: { ip: '10.0.0.1' } })).toEqual({ any: 'source.ip:10.0.0.1', login: 'source.ip:10.0.0.1' })
  expect(entities({ user: { name: '' }, host: { name: 'h' } })).toEqual({ any: 'host.name:h', login: 'host.name:h' })
  expect(entities({})).toEqual({ any: '-', login: '-' })
  expect(entities(full, ['LI', '10.0.0.2'])).toEqual({ any: 'source.ip:10.0.0.1', login: 'source.ip:10.0.0.1' })
  expect(entities(full, ['li', '10.0.0.1', '10.0.0.2', 'h'])).toEqual({ any: '-', login: '-' })
})

test('uses the time of intake where the event time is beyond tolerance', () => {
  const odd = event(
    { event: { action: 'x', ingested: iso(AT) }, suidun: { time: { tolerated: false } } },
    Date.UTC(1999, 0, 1),
  )
  const { deltas } = detect([odd])
  expect(deltas.map((d) => [iso(d.window), iso(d.hits[0]!.time)])).toEqual([['2026-11-24T06:00:00.000Z', iso(AT)]])
})

test('keeps twenty ids of a delta but every hit, and starts anew after take', () => {
  const { detector, deltas } = detect(Array.from({ length: 25 }, () => event({ event: { action: 'x' } })))
  expect(deltas.map((d) => [d.hits.length, d.hits.filter((h) => h.id !== '').length])).toEqual([[25, 20]])
  expect(detector.pending).toBe(0)
  detector.feed(26, 'id26', event({ event: { action: 'login' } }))
  expect(detector.pending).toBe(2)
  expect(detector.take()).toMatchObject({ seq: 26, detected: 1 })
  expect(detector.take()).toEqual({ seq: 26, detected: 0, deltas: [], hits: [] })
})

test('hands over matches that correlations ask for, with fields by the mappings of their rule; they raise no signal', () => {
  const text = `title: b
id: base
level: low
logsource: {category: c}
detection: {s: {event.action: login}, condition: s}
---
title: c
id: it
level: low
correlation: {type: value_count, rules: [base], group-by: [Who], timespan: 1m, condition: {field: Address, gte: 2}}
`
  const mapping = readPipeline('fields: { Who: [user.id, user.name], Address: [source.ip] }', 'p.yaml')
  if ('code' in mapping) throw new Error(mapping.message)
  const pipelines = createPipelines([mapping])
  const loaded = loadRules([[{ path: 'c.yml', name: 'c.yml', text }]], pipelines)
  expect(loaded.problems.filter((p) => p.severity === 'error')).toEqual([])
  const detector = createDetector({ rules: loaded.rules, correlations: loaded.correlations, lane: 3, shared: ['li'] })
  const suidun = { unit: { id: 'th' }, system: { id: 'portal' }, dataset: { id: 'd1' } }
  detector.feed(
    7,
    'id7',
    event({ event: { action: 'login' }, user: { name: 'li' }, source: { ip: '192.0.2.1' }, suidun }),
  )
  detector.feed(8, 'id8', event({ event: { action: 'login' }, suidun: { time: { tolerated: false } } }, AT + 9))
  detector.feed(9, 'id9', event({ event: { action: 'logout' } }))
  expect(detector.pending).toBe(2)
  const { hits, deltas, seq } = detector.take()
  expect(deltas).toEqual([])
  expect(seq).toBe(9)
  expect(hits).toEqual([
    {
      rule: 'base',
      lane: 3,
      seq: 7,
      id: 'id7',
      time: AT,
      unitId: 'th',
      systemId: 'portal',
      datasetId: 'd1',
      fields: { Who: 'li', Address: '192.0.2.1' },
    },
    {
      rule: 'base',
      lane: 3,
      seq: 8,
      id: 'id8',
      time: AT + 9,
      unitId: 'root',
      systemId: null,
      datasetId: null,
      fields: {},
    },
  ])
  expect(detector.take().hits).toEqual([])
})
