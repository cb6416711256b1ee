import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountId } from '../../policies/accounts.ts'
import { createGrant, platformReader } from '../../policies/index.ts'
import { type Client, type Json, NOW, openWorld, type World } from './world.ts'

let world: World
let analyst: Client
beforeAll(async () => {
  world = await openWorld()
  analyst = await world.signIn('analyst')
})
afterAll(() => world?.close())

const INCIDENT = `query($q: String) { incidents(query: $q, first: 100) { totalCount edges { node { number title entity timeline { type by text ruleTitle }
  signals { edges { node { id entity events { id original hidden ecs } evidence { original hidden ecs } match { clause field value holds start end } } } } } } } }`
const COUNT = 'query($q: String) { events(query: $q) { totalCount edges { node { id original hidden ecs } } } }'
const secret = async (client: Client) => {
  const { incidents } = await client.data(INCIDENT, {})
  return incidents.edges.map((e: Json) => e.node).find((n: Json) => /zhang|user\.name:\*\*\*/.test(n.entity))
}

describe('events of important data, to a reader without a grant', () => {
  it('stand there without names and raw line', async () => {
    const { events } = await analyst.data(COUNT, { q: 'suidun.dataset.id: population' })
    expect(events.totalCount).toBe(1)
    const [{ node }] = events.edges
    expect(node.original).toBeNull()
    expect(node.hidden).toEqual(expect.arrayContaining(['event.original', 'message', 'user.name', 'related.user']))
    expect(node.ecs).toMatchObject({ event: { action: 'data_export' }, source: { ip: '10.1.0.3' } })
    expect(JSON.stringify(events)).not.toMatch(/SECRET|44010619900101001X/i)
  })

  it('cannot be found or counted by what is hidden', async () => {
    for (const q of [
      'SECRET',
      'user.name: *SECRET*',
      'related.user: zhang.SECRET',
      'message: *SECRET*',
      'event.original: *SECRET*',
      'custom.field: *SECRET*',
      '"zhang.SECRET"',
      '44010619900101001X',
      'user.id: 44010619900101001X',
      'user.roles: *SECRET*',
      'group.id: *SECRET*',
      'group.name: *SECRET*',
      'tags: *SECRET*',
    ])
      expect([q, (await analyst.data(COUNT, { q })).events.totalCount]).toEqual([q, 0])
    for (const field of ['user.name', 'user.id', 'user.roles', 'group.id', 'group.name', 'tags']) {
      const { eventTop } = await analyst.data(`{ eventTop(field: "${field}", size: 100) { value count } }`)
      expect(JSON.stringify(eventTop)).not.toMatch(/SECRET|44010619900101001X/i)
      expect(eventTop.reduce((sum: number, v: Json) => sum + v.count, 0)).toBe(9)
    }
    const { eventHistogram } = await analyst.data(
      `{ eventHistogram(query: "SECRET", from: "2026-11-24T05:00:00Z", to: "2026-11-24T07:00:00Z") { buckets { count } } }`,
    )
    expect(eventHistogram.buckets).toEqual([])
    for (const noun of ['signals', 'incidents']) {
      for (const q of [
        'SECRET',
        'entity: *SECRET*',
        'evidence.ecs.user.name: *SECRET*',
        'evidence.ecs.user.id: 44010619900101001X',
        'evidence.ecs.tags: *SECRET*',
        'evidence.rest.custom.field: *SECRET*',
      ])
        expect([
          noun,
          q,
          (await analyst.data(`query($q: String) { ${noun}(query: $q) { totalCount } }`, { q }))[noun].totalCount,
        ]).toEqual([noun, q, 0])
    }
  })

  it('raise signals and incidents that say what happened and not who it was', async () => {
    const incident = await secret(analyst)
    expect(incident.entity).toBe('user.name:***')
    expect(JSON.stringify(incident)).not.toMatch(/SECRET|44010619900101001X/i)
    const signal = incident.signals.edges[0].node
    expect(signal.entity).toBe('user.name:***')
    expect(signal.events[0].ecs.source.ip).toBe('10.1.0.3')
    expect(signal.evidence.original).toBeNull()
    expect(signal.evidence.hidden).toContain('user.name')
    expect(signal.match).toEqual([
      expect.objectContaining({ field: 'event.action', value: 'data_export', holds: true, start: null }),
      {
        clause: "selection: user.name|contains: 'zhang', 'wang', 'li'",
        field: 'user.name',
        value: null,
        holds: true,
        start: null,
        end: null,
      },
    ])
  })

  it('are named by nobody in the evidence of a check', async () => {
    const officer = await world.signIn('officer')
    const run = `mutation { runCheck(systemId: "th-plat", itemId: "8.1.4.3.b") { ... on ChecklistItem { proposal { rowsSeen rows } } } }`
    const { proposal } = (await officer.data(run)).runCheck
    expect(proposal.rowsSeen).toBe(4)
    expect(JSON.stringify(proposal)).not.toMatch(/SECRET|zhang/)
  })

  it('show all of it by a grant, from the next request on until it ends', async () => {
    const until = NOW + 3_600_000
    const ctx = { docs: world.docs, clock: () => NOW }
    const grant = { accountId: accountId('analyst'), datasetId: 'population', reason: '核查', until }
    await createGrant(ctx, platformReader('test'), grant)
    const incident = await secret(analyst)
    expect(incident.entity).toBe('user.name:zhang.SECRET')
    const { match, evidence } = incident.signals.edges[0].node
    expect(evidence.original).toBe('raw SECRET user=zhang.SECRET ip=10.1.0.3')
    const name = match.find((m: Json) => m.field === 'user.name')
    expect(evidence.original.slice(name.start, name.end)).toBe('zhang.SECRET')
    expect((await analyst.data(COUNT, { q: 'SECRET' })).events.totalCount).toBe(1)
    world.pass(3_600_000)
    expect((await secret(analyst)).entity).toBe('user.name:***')
    expect((await analyst.data(COUNT, { q: 'SECRET' })).events.totalCount).toBe(0)
  })
})

describe('a reading key', () => {
  it('sees no event of important data at all, and no copy of one', async () => {
    const key = world.withKey(world.keys.read)
    expect((await key.data(COUNT, { q: 'suidun.dataset.id: population' })).events.totalCount).toBe(0)
    const incident = await secret(key)
    expect(incident.signals.edges[0].node).toMatchObject({
      entity: 'user.name:***',
      events: [],
      evidence: null,
      match: [],
    })
  })
})
