import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

const EVENTS = `query($query: String, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  events(query: $query, from: $from, to: $to, first: $first, after: $after) {
    totalCount edges { cursor node { id timestamp original ecs } } pageInfo { hasNextPage endCursor } } }`
const SIGNALS = `query($query: String, $first: Int, $after: String) { signals(query: $query, first: $first, after: $after) {
  totalCount edges { cursor node { rule { id } entity count first last events { id } } } } }`
const INCIDENTS = `query($query: String, $first: Int, $after: String) { incidents(query: $query, first: $first, after: $after) {
  totalCount edges { cursor node { number title severity status system { id name } entity
    signals(first: 1000) { totalCount edges { cursor node { rule { id } entity count first last events { id } } } } } } } }`
const FINDINGS = `query($query: String, $first: Int, $after: String) { findings(query: $query, first: $first, after: $after) {
  totalCount edges { cursor node { title severity status scanner location } } } }`
const SYSTEMS = '{ systems { id name level checklist { item { id } result { value } proposal { state digest } } } }'

describe('queries of scripts with a reading key', () => {
  it('read events, newest first, by pages of up to 1,000', async () => {
    const key = world.withKey(world.keys.read)
    const { events } = await key.data(EVENTS, { first: 1000 })
    // All but the one of important data.
    expect(events.totalCount).toBe(9)
    const times = events.edges.map((e: Json) => e.node.timestamp)
    expect(times).toEqual([...times].sort().reverse())
    expect(times[0]).toBe('2026-11-24T05:59:00.000Z')
    expect(events.edges[0].node.original).toBe('raw THPLAT user=chen ip=10.1.0.1')
    expect(events.edges[0].node.ecs).toMatchObject({ user: { name: 'chen' }, custom: { field: 'rest THPLAT' } })
    const first = await key.data(EVENTS, { first: 4 })
    const next = await key.data(EVENTS, { first: 1000, after: first.events.pageInfo.endCursor })
    const ids = [...first.events.edges, ...next.events.edges].map((e: Json) => e.node.id)
    expect(ids).toEqual(events.edges.map((e: Json) => e.node.id))
  })

  it('take times as from <= timestamp < to', async () => {
    const key = world.withKey(world.keys.read)
    const bounds = { from: '2026-11-24T05:57:00.000Z', to: '2026-11-24T05:59:00.000Z' }
    const { events } = await key.data(EVENTS, bounds)
    expect(events.edges.map((e: Json) => e.node.timestamp).sort()).toEqual([
      '2026-11-24T05:57:00.000Z',
      '2026-11-24T05:57:00.000Z',
      '2026-11-24T05:58:00.000Z',
    ])
    const offset = { from: '2026-11-24T13:57:00+08:00', to: '2026-11-24T13:59:00+08:00' }
    expect((await key.data(EVENTS, offset)).events.totalCount).toBe(3)
  })

  it('lead from a signal to its incident, and find incidents by the rule that opened them', async () => {
    const key = world.withKey(world.keys.read)
    const id = '11111111-0000-4000-8000-000000000002'
    const asked = await key.data(
      'query($q: String) { signals(query: $q) { edges { node { incidentNumber } } } incidents(query: $q) { edges { node { number } } } }',
      { q: `rule.id: "${id}"` },
    )
    const named = asked.signals.edges.map((e: Json) => e.node.incidentNumber)
    expect(named.length).toBeGreaterThan(0)
    expect([...new Set(named)].sort()).toEqual(asked.incidents.edges.map((e: Json) => e.node.number).sort())
  })

  it('read signals and incidents with their signals and events', async () => {
    const key = world.withKey(world.keys.read)
    const { incidents } = await key.data(INCIDENTS, { first: 1000 })
    expect(incidents.totalCount).toBe(8)
    const plat = incidents.edges.find((e: Json) => e.node.entity === 'source.ip:10.1.0.1').node
    expect(plat).toMatchObject({
      number: expect.stringMatching(/^TH-2026-\d{4}$/),
      title: 'Probe',
      severity: 'high',
      status: 'new',
      system: { id: 'th-plat', name: '天河平台' },
    })
    expect(plat.signals.totalCount).toBe(1)
    const [signal] = plat.signals.edges
    expect(signal.node).toMatchObject({
      rule: { id: '11111111-0000-4000-8000-000000000002' },
      count: 2,
      first: '2026-11-24T05:58:00.000Z',
      last: '2026-11-24T05:59:00.000Z',
    })
    expect(signal.node.events).toHaveLength(2)
    const { signals } = await key.data(SIGNALS, { query: 'rule.id: "11111111-0000-4000-8000-000000000001"' })
    expect(signals.totalCount).toBe(3)
    expect(signals.edges.map((e: Json) => e.node.entity).sort()).toEqual([
      'user.name:***',
      'user.name:li.open',
      'user.name:wang.HZ-ONLY',
    ])
  })

  it('read findings and systems with their checklists', async () => {
    const key = world.withKey(world.keys.read)
    const { findings } = await key.data(FINDINGS, { first: 2 })
    expect(findings.totalCount).toBe(4)
    expect(findings.edges).toHaveLength(2)
    const { systems } = await key.data(SYSTEMS)
    expect(systems.map((s: Json) => [s.id, s.level, s.checklist.length])).toEqual([
      ['hz-plat', 3, 211],
      ['portal', 3, 211],
      ['th-plat', 3, 257],
    ])
    expect(systems[2].checklist[0]).toEqual({
      item: { id: expect.any(String) },
      result: { value: 'not_assessed' },
      proposal: null,
    })
  })

  it('read all of it in one request', async () => {
    const parts = [EVENTS, SIGNALS, INCIDENTS, FINDINGS].map((q) => q.slice(q.indexOf('{') + 1, q.lastIndexOf('}')))
    const all = `query($query: String, $from: DateTime, $to: DateTime, $first: Int, $after: String) { ${parts.join('\n')} ${SYSTEMS.slice(1, -1)} }`
    const data = await world.withKey(world.keys.read).data(all, { first: 1000 })
    expect(Object.keys(data)).toEqual(['events', 'signals', 'incidents', 'findings', 'systems'])
  })

  it('see the subtree of the key’s unit only', async () => {
    const key = world.withKey(world.keys.thRead)
    expect((await key.data(EVENTS)).events.totalCount).toBe(6)
    expect((await key.data(SYSTEMS)).systems.map((s: Json) => s.id)).toEqual(['th-plat'])
    expect(JSON.stringify(await key.data(INCIDENTS))).not.toMatch(/HZ-ONLY|ROOT-ONLY/)
  })

  it('change nothing', async () => {
    const key = world.withKey(world.keys.read)
    const { incidents } = await key.data(INCIDENTS)
    const { number } = incidents.edges[0].node
    const change =
      'mutation($n: String!) { commentIncident(number: $n, text: "x") { __typename ... on Error { code } } }'
    expect((await key.data(change, { n: number })).commentIncident).toEqual({
      __typename: 'NotAllowed',
      code: 'ACC-004',
    })
  })

  it('are refused without a valid key or the scope to read', async () => {
    const wrong = await world.withKey(`${world.keys.read.slice(0, -1)}x`).ask(EVENTS)
    expect(wrong.status).toBe(401)
    expect(wrong.errors![0]!.extensions.code).toBe('COL-401')
    const ingest = await world.withKey(world.keys.ingest).ask(EVENTS)
    expect(ingest.status).toBe(403)
    expect(ingest.errors![0]!.extensions.code).toBe('COL-403')
    const nobody = await world.anonymous.ask(EVENTS)
    expect(nobody.errors![0]!.extensions.code).toBe('ACC-003')
    expect(nobody.data).toBeNull()
  })
})

describe('bounds of a request', () => {
  it('name what is wrong with search text, where, in the reader’s language', async () => {
    const key = world.withKey(world.keys.read)
    const en = await key.ask(EVENTS, { query: 'user.name: (a or b' })
    expect(en.errors![0]).toMatchObject({
      message: expect.stringContaining('closing bracket is missing at character 19'),
      extensions: { code: 'KQL-102', problems: [{ line: 1, column: 19, code: 'KQL-102' }] },
    })
    const zh = await key.ask(EVENTS, { query: 'user.name: (a or b' }, { 'accept-language': 'zh-CN,en;q=0.5' })
    expect(zh.errors![0]!.message).toBe('第 19 个字符处缺少右括号。补上 “)” 后再检索。')
  })

  it('refuse pages beyond 1,000, foreign cursors, deep, broad and heavy queries', async () => {
    const key = world.withKey(world.keys.read)
    const code = async (query: string, variables?: object) => {
      const { errors } = await key.ask(query, variables)
      const { code: found, ...more } = errors?.[0]?.extensions ?? {}
      return /^GRAPHQL_(PARSE|VALIDATION)_FAILED$/.test(found) ? errors![0]!.message : (found ?? JSON.stringify(more))
    }
    expect(await code(EVENTS, { first: 1001 })).toBe('QRY-303')
    expect(await code(EVENTS, { first: -1 })).toBe('QRY-303')
    const ages = 'from: "0001-01-01T00:00:00Z", to: "9999-01-01T00:00:00Z"'
    expect(await code(`{ eventHistogram(${ages}) { step } }`)).toBe('QRY-303')
    expect(await code(EVENTS, { after: 'bm9uc2Vuc2U' })).toBe('QRY-304')
    expect(await code(INCIDENTS, { after: 'bm9uc2Vuc2U' })).toBe('QRY-304')
    const many = Array.from({ length: 60 }, (_, i) => `a${i}: id`).join(' ')
    expect(await code(`{ systems { ${many} } }`)).toMatch(/more than 50 aliases/)
    const heavy = Array.from(
      { length: 8 },
      (_, i) =>
        `a${i}: incidents(first: 1000) { edges { node { signals(first: 1000) { edges { node { events { id ecs original timestamp hidden unitId systemId } match { clause field value holds start end } } } } } } }`,
    )
    expect(await code(`{ ${heavy.join(' ')} }`)).toBe('QRY-303')
    const broad = Array.from({ length: 650 }, () => '... on System { id }').join(' ')
    expect(await code(`{ systems { ${broad} } }`)).toBe('QRY-303')
    const field = 'signals(first: 1) { edges { node { system { unit { id } } } } }'
    expect(await code(`{ incidents(first: 1) { edges { node { ${field} } } } }`)).toBe('{}')
    expect(await code(`{ ${'__typename '.repeat(40)} }`)).toMatch(/more than 30 fields/)
    expect(await code(`{ me { ${'id '.repeat(6000)} } }`)).toMatch(/token/i)
    expect(await code('{ incidents(query: "(((((") { totalCount } }')).toMatch(/^KQL-/)
  })

  it('tell the schema only when asked to', async () => {
    const query = '{ __schema { queryType { name } } }'
    const { errors } = await world.withKey(world.keys.read).ask(query)
    expect(errors![0]!.message).toMatch(/introspection/i)
    const open = await openWorld({ introspection: true })
    try {
      expect((await open.anonymous.data(query)).__schema.queryType.name).toBe('Query')
    } finally {
      await open.close()
    }
  })

  it('say of a query that does not fit the schema what is wrong with it', async () => {
    const { errors, status } = await world.anonymous.ask('{ setup(token: "a.b") { complete } nonsense }')
    expect(status).toBe(200)
    expect(errors![0]!.message).toMatch(/nonsense/)
    expect(world.told.filter((t) => t.what === 'request_failed')).toEqual([])
  })
})
