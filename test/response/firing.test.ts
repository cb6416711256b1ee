import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factsOf, toFired } from '../../app/correlation/toFired.ts'
import { EVERYTHING } from '../../core/access.ts'
import type { Firing } from '../../core/correlation.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { createResponder, type RuleFacts } from '../../response/index.ts'
import { openDocuments } from '../../store/index.ts'
import { tempFolder } from '../support/server.ts'

const T0 = Date.parse('2026-11-24T08:00:00.000Z')

let folder: string
let docs: DocumentStore
beforeEach(async () => {
  folder = tempFolder('firing')
  docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
})
afterEach(async () => {
  await docs.close()
  rmSync(folder, { recursive: true, force: true })
})

const RULES: Readonly<Record<string, RuleFacts>> = {
  guessing: { title: 'Guessing', titleZh: '猜测口令', level: 'high', tags: ['attack.t1110'] },
  failed: { title: 'Failed', titleZh: '登录失败', level: 'low', tags: [] },
}

function responder(store = docs) {
  return createResponder({
    docs: store,
    clock: () => T0,
    estate: { unitCode: async () => 'YZ', systemLevel: async () => 2 },
    rule: (id) => RULES[id],
  })
}

function firing(over: Partial<Firing> = {}): Firing {
  return {
    rule: 'guessing',
    key: 'a'.repeat(32),
    unitId: 'root',
    systemId: null,
    group: { 'user.name': 'li' },
    from: T0,
    to: T0 + 240_000,
    count: 25,
    value: 25,
    events: [
      { lane: 0, seq: 1, id: 'e1', time: T0, rule: 'failed' },
      { lane: 1, seq: 1, id: 'e2', time: T0 + 240_000, rule: 'failed' },
    ],
    datasetIds: [],
    ...over,
  }
}

const ESTATE: EstateSnapshot = {
  assets: [
    {
      id: 'bastion',
      unitId: 'root',
      systemId: null,
      hostNames: ['Bastion'],
      addresses: ['10.0.0.9'],
      networks: [],
      shared: true,
    } as never,
  ],
  datasets: [
    { id: 'notices', dataClass: 'general' },
    { id: 'population', dataClass: 'important' },
    { id: 'payroll', dataClass: 'core' },
  ] as never,
}
const evidence = { ecs: { event: { id: 'e1' }, message: 'first' }, rest: {} }
const fired = (over: Partial<Firing> = {}, entity?: string) =>
  toFired(
    firing(over),
    evidence,
    factsOf(ESTATE, () => entity),
  )

const signals = async () => (await docs.list('signal', { scope: EVERYTHING, sort: [], first: 100 })).rows
const incidents = async () => (await docs.list('incident', { scope: EVERYTHING, sort: [], first: 100 })).rows

describe('what fires', () => {
  test('becomes a signal with what was put together, the same once and for ever', async () => {
    await responder().fire([fired()])
    const [first] = await signals()
    expect(first!.doc).toMatchObject({
      ruleId: 'guessing',
      ruleTitleZh: '猜测口令',
      level: 'high',
      tags: ['attack.t1110'],
      entity: 'user.name:li',
      count: 25,
      first: '2026-11-24T08:00:00.000Z',
      last: '2026-11-24T08:04:00.000Z',
      eventIds: ['e1', 'e2'],
      evidence,
      correlation: {
        group: [{ name: 'user.name', value: 'li' }],
        from: '2026-11-24T08:00:00.000Z',
        to: '2026-11-24T08:04:00.000Z',
        value: 25,
        rules: [{ id: 'failed', title: 'Failed', titleZh: '登录失败' }],
        evidenceRuleId: 'failed',
      },
    })
    const told: string[] = []
    await createResponder({
      docs,
      clock: () => T0 + 1,
      estate: { unitCode: async () => 'YZ', systemLevel: async () => 2 },
      rule: () => undefined,
      onIncident: (change) => told.push(change),
    }).fire([fired({ count: 26, value: 26 }), fired()])
    expect(await signals()).toEqual([first])
    expect(told).toEqual([])
    await responder().fire([fired({ key: 'b'.repeat(32) })])
    expect(await signals()).toHaveLength(2)
    expect((await incidents()).map((i) => i.doc)).toMatchObject([
      { entity: 'user.name:li', title: 'Guessing', severity: 'high', signalCount: 2 },
    ])
  })

  test('joins the incident of its entity, which a rule of single events may have opened', async () => {
    const r = responder()
    await r.apply([
      {
        lane: 0,
        ruleId: 'failed',
        unitId: 'root',
        systemId: null,
        entity: 'user.name:li',
        window: T0,
        hits: [{ seq: 1, time: T0, id: 'e0' }],
        evidence,
      },
    ])
    await r.fire([fired({ datasetIds: ['notices', 'population'] })])
    expect((await incidents()).map((i) => i.doc)).toMatchObject([
      { signalCount: 2, severity: 'high', title: 'Guessing', datasetIds: ['notices', 'population'] },
    ])
  })

  test('a crash between any two writes loses and doubles nothing', async () => {
    for (let survive = 0; ; survive++) {
      let left = survive
      const failing: DocumentStore = {
        ...docs,
        get: (kind, id) => docs.get(kind, id),
        next: (sequence) => docs.next(sequence),
        put(kind, id, doc, options) {
          if (left-- <= 0) return Promise.reject(new Error('killed'))
          return docs.put(kind, id, doc, options)
        },
      }
      const one = fired({ key: String(survive).padStart(32, 'c'), group: { 'user.name': `u${survive}` } })
      const whole = await responder(failing)
        .fire([one])
        .then(
          () => true,
          () => false,
        )
      await responder().fire([one])
      const mine = (await incidents()).filter((i) => i.doc.entity === `user.name:u${survive}`)
      expect(mine.map((i) => i.doc.signalCount)).toEqual([1])
      expect((await signals()).filter((s) => s.doc.incidentId === mine[0]!.id)).toHaveLength(1)
      if (whole) break
      expect(survive).toBeLessThan(20)
    }
  })
})

describe('the entity of what fired', () => {
  const entityOf = (group: Record<string, string>, field?: string) => fired({ group }, field).entity

  test('is the field that the correlation is about, else the usual ones, else the first of the group', () => {
    expect(entityOf({ 'source.ip': '10.1.1.1', 'user.name': 'li' })).toBe('user.name:li')
    expect(entityOf({ 'source.ip': '10.1.1.1', 'user.name': 'li' }, 'source.ip')).toBe('source.ip:10.1.1.1')
    expect(entityOf({ 'source.ip': '10.1.1.1' }, 'user.name')).toBe('source.ip:10.1.1.1')
    expect(entityOf({ app: 'portal', 'url.path': '/x' })).toBe('app:portal')
    expect(entityOf({})).toBe('-')
  })

  test('is never what many share', () => {
    expect(entityOf({ 'source.ip': '10.0.0.9', 'user.name': 'li' }, 'source.ip')).toBe('user.name:li')
    expect(entityOf({ 'host.name': 'BASTION', 'source.ip': '10.0.0.9' })).toBe('-')
  })
})

describe('the dataset that closes a signal', () => {
  const closed = (...datasetIds: string[]) => fired({ datasetIds }).datasetId

  test('is the one that is not general; of several nobody has a grant for all', () => {
    expect(closed()).toBeNull()
    expect(closed('notices')).toBe('notices')
    expect(closed('notices', 'population')).toBe('population')
    expect(closed('unknown')).toBe('unknown')
    expect(closed('population', 'notices', 'payroll')).toBe('population payroll')
  })
})

test('evidence that stands nowhere any more leaves what is known of it', () => {
  expect(
    toFired(
      firing({ systemId: 'portal' }),
      undefined,
      factsOf(ESTATE, () => undefined),
    ).evidence,
  ).toEqual({
    ecs: {
      '@timestamp': '2026-11-24T08:00:00.000Z',
      event: { id: 'e1' },
      suidun: { unit: { id: 'root' }, system: { id: 'portal' } },
    },
    rest: {},
  })
})
