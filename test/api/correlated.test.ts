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

test('what a correlation asks stands beside what it compared, and its base rules name it', async () => {
  const root = await world.signIn('analyst')
  const yaml = (title: string, id: string, rest: string) => `title: ${title}\nid: ${id}\nlevel: low\n${rest}`
  const files = [
    {
      name: 'failed.yml',
      text: yaml(
        'Failed',
        '33333333-0000-4000-8000-000000000001',
        'name: failed\nlogsource: { product: test }\ndetection: { a: { event.outcome: failure }, condition: a }\n',
      ),
    },
    {
      name: 'spraying.yml',
      text: yaml(
        'Spraying',
        'spraying',
        'correlation:\n  type: value_count\n  rules: [failed]\n  group-by: [source.ip]\n  timespan: 90s\n  condition: { field: user.name, gte: 9, lt: 100 }\n',
      ),
    },
    {
      name: 'both.yml',
      text: yaml(
        'Both',
        'both',
        'correlation:\n  type: temporal\n  rules: [failed, spraying]\n  timespan: 2h\n  generate: true\n',
      ),
    },
  ]
  const { importRules } = await root.data(
    'mutation($files: [RuleFileInput!]!) { importRules(files: $files) { __typename ... on ImportResult { refused rules } } }',
    { files },
  )
  expect(importRules).toEqual({ __typename: 'ImportResult', refused: 0, rules: 3 })
  const told = await root.data(
    `{ failed: rule(id: "33333333-0000-4000-8000-000000000001") { silent condition countedBy { id } }
       spraying: rule(id: "spraying") { silent condition countedBy { id } } both: rule(id: "both") { silent condition countedBy { id } } }`,
  )
  const spraying = 'value_count(user.name) gte 9 and lt 100, timespan 90s, group-by source.ip'
  expect(told).toEqual({
    failed: { silent: true, condition: 'a', countedBy: [{ id: 'spraying' }, { id: 'both' }] },
    spraying: { silent: false, condition: spraying, countedBy: [{ id: 'both' }] },
    both: { silent: false, condition: 'temporal(failed, spraying) gte 2, timespan 2h', countedBy: [] },
  })
  // Why it fired is shown to those, too, who may not study rules.
  const user = await world.signIn('th.user')
  const { signals } = await user.data(
    '{ signals(query: "rule.id: spraying") { edges { node { correlation { condition value } } } } }',
  )
  expect(signals.edges).toEqual([{ node: { correlation: { condition: spraying, value: 9 } } }])
})

test('no exception is made to a correlation, and it is not hunted with; the refusal names it as the reader knows it', async () => {
  const root = await world.signIn('analyst')
  const id = 'f15a7c60-d3b4-4926-8e1f-5b0c9d2e7a18'
  const until = new Date(NOW + 3_600_000).toISOString()
  const create = `mutation { createException(ruleId: "${id}", query: "user.name: x", reason: "y", until: "${until}") { __typename ... on Error { code message } } }`
  const hunt = `{ huntRule(ruleId: "${id}", from: "2026-11-24T00:00:00Z", to: "2026-11-25T00:00:00Z") { totalCount } }`
  for (const [language, title] of [
    ['zh', '同一地址尝试大量应用账号'],
    ['en', 'One address tries many application accounts'],
  ] as const) {
    const headers = { 'accept-language': language }
    await root.data('mutation($l: Language!) { setLanguage(language: $l) { language } }', { l: language })
    const { data } = await root.ask(create, {}, headers)
    expect(data.createException).toMatchObject({ code: 'SIG-073', message: expect.stringContaining(title) })
    const preview = await root.ask(`{ exceptionPreview(ruleId: "${id}", query: "user.name: x") }`, {}, headers)
    expect(preview.errors![0]).toMatchObject({ message: data.createException.message })
    const { errors } = await root.ask(hunt, {}, headers)
    expect(errors![0]).toMatchObject({
      message: expect.stringContaining(title),
      extensions: { code: 'SIG-094' },
    })
  }
})

test('a rule that matches single events put nothing together', async () => {
  const analyst = await world.signIn('analyst')
  const { signals } = await analyst.data(SIGNALS, {})
  const others = signals.edges.map((e: Json) => e.node).filter((n: Json) => n.rule.id !== 'spraying')
  expect(others.length).toBeGreaterThan(0)
  for (const { correlation } of others) expect(correlation).toBeNull()
})
