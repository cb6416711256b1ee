import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Firing } from '../../core/correlation.ts'
import { accountId } from '../../policies/accounts.ts'
import { createGrant, platformReader } from '../../policies/index.ts'
import { createResponder } from '../../response/index.ts'
import { type Json, NOW, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  const { fire } = createResponder({
    docs: world.docs,
    clock: () => NOW,
    estate: { unitCode: async () => 'TH', systemLevel: async () => 3 },
    rule: (id) => ({ title: id, titleZh: id, level: 'high', tags: [] }),
  })
  const firing: Firing = {
    rule: 'spraying',
    key: 'f'.repeat(32),
    unitId: 'th',
    systemId: 'th-plat',
    group: { 'source.ip': '10.1.0.99', 'user.name': 'zhao.SECRET' },
    from: NOW - 60_000,
    to: NOW - 1_000,
    count: 9,
    value: 9,
    events: [{ lane: 0, seq: 1, id: 'gone', time: NOW - 60_000, rule: 'failed' }],
    datasetIds: ['population'],
  }
  const evidence = {
    ecs: {
      '@timestamp': new Date(NOW - 60_000).toISOString(),
      event: { id: 'gone', original: 'zhao.SECRET failed' },
      user: { name: 'zhao.SECRET' },
      suidun: { unit: { id: 'th' }, system: { id: 'th-plat' }, dataset: { id: 'population' } },
    },
    rest: {},
  }
  await fire([{ firing, evidence, entity: 'source.ip:10.1.0.99', datasetId: 'population' }])
})
afterAll(() => world?.close())

const SIGNALS = `query($q: String) { signals(query: $q, first: 100) { edges { node { entity rule { id }
  correlation { from to value group { name value } rules { id title titleZh } } evidence { original hidden } } } } }`
const QUERY = 'entity: "source.ip:10.1.0.99"'

test('what a correlation put together is told, whom it names in closed data only with a grant', async () => {
  const analyst = await world.signIn('analyst')
  const seen = async (q = QUERY) => (await analyst.data(SIGNALS, { q })).signals.edges.map((e: Json) => e.node)
  const [masked] = await seen()
  expect(masked.correlation).toEqual({
    from: '2026-11-24T05:59:00.000Z',
    to: '2026-11-24T05:59:59.000Z',
    value: 9,
    group: [
      { name: 'source.ip', value: '***' },
      { name: 'user.name', value: '***' },
    ],
    rules: [{ id: 'failed', title: 'failed', titleZh: 'failed' }],
  })
  expect(JSON.stringify(masked)).not.toContain('SECRET')
  for (const q of ['SECRET', 'correlation.group.value: *SECRET*', 'correlation.group.value: zhao.SECRET'])
    expect([q, await seen(q)]).toEqual([q, []])

  const ctx = { docs: world.docs, clock: () => NOW }
  await createGrant(ctx, platformReader('test'), {
    accountId: accountId('analyst'),
    datasetId: 'population',
    reason: '核查',
    until: NOW + 3_600_000,
  })
  const [whole] = await seen()
  expect(whole.correlation.group).toEqual([
    { name: 'source.ip', value: '10.1.0.99' },
    { name: 'user.name', value: 'zhao.SECRET' },
  ])
  expect(whole.evidence.original).toBe('zhao.SECRET failed')
})

test('a rule that matches single events put nothing together', async () => {
  const analyst = await world.signIn('analyst')
  const { signals } = await analyst.data(SIGNALS, {})
  const others = signals.edges.map((e: Json) => e.node).filter((n: Json) => n.rule.id !== 'spraying')
  expect(others.length).toBeGreaterThan(0)
  for (const { correlation } of others) expect(correlation).toBeNull()
})
