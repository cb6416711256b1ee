import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { term } from '../../core/filter.ts'
import { until } from '../support/server.ts'
import { type Client, openWorld, type World } from './world.ts'

const EXPORT = '11111111-0000-4000-8000-000000000001'
const PROBE = '11111111-0000-4000-8000-000000000002'
const DAY = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' }
const RUN =
  'id purpose ruleCount rules { id title } from to status done total matched signals incidents problem by createdAt endedAt'
const START = `mutation($rules: [ID!]!, $from: DateTime!, $to: DateTime!) {
  startRun(ruleIds: $rules, from: $from, to: $to) { __typename ... on RuleRun { ${RUN} } ... on Error { code message } } }`
const CANCEL = `mutation($id: ID!) { cancelRun(id: $id) { __typename ... on RuleRun { id status } ... on Error { code } } }`
const HUNT = `query($rule: ID!, $query: String, $from: DateTime!, $to: DateTime!, $first: Int, $after: String) {
  huntRule(ruleId: $rule, query: $query, from: $from, to: $to, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id unitId hidden ecs } } } }`

let world: World
let root: Client
let th: Client
beforeAll(async () => {
  world = await openWorld()
  root = await world.signIn('analyst')
  th = await world.signIn('th.analyst')
})
afterAll(() => world?.close())

const code = (answer: { errors?: readonly { extensions?: { code?: unknown } }[] }) =>
  answer.errors?.[0]?.extensions?.code

describe('runs', () => {
  it('are started by an analyst of the root unit, audited, and told as they go', async () => {
    const signals = await world.docs.count('signal', { scope: EVERYTHING })
    const { startRun } = await root.data(START, { rules: [PROBE, EXPORT], ...DAY })
    expect(startRun).toMatchObject({ __typename: 'RuleRun', purpose: 'retroactive', ruleCount: 2, status: 'queued' })
    const run = await until('the run to end', async () => {
      const found = (await root.data(`query($id: ID!) { run(id: $id) { ${RUN} } }`, { id: startRun.id })).run
      return found.status === 'done' ? found : undefined
    })
    expect(run).toMatchObject({ done: run.total, signals: 0, incidents: 0, problem: null, by: '名 analyst' })
    expect(run.rules.map((r: { title: string }) => r.title).sort()).toEqual(['Bulk export', 'Probe'])
    // All of it had been counted live.
    expect(await world.docs.count('signal', { scope: EVERYTHING })).toBe(signals)
    const { runs } = await root.data(`{ runs(first: 1) { totalCount edges { node { id } } } }`)
    expect(runs).toEqual({ totalCount: 1, edges: [{ node: { id: run.id } }] })
    const filter = term('action', 'run.started')
    const audit = await world.docs.list('audit', { scope: EVERYTHING, filter, sort: [], first: 9 })
    expect(audit.rows.map((r) => [r.doc.target.id, r.doc.actor.name])).toEqual([[run.id, '名 analyst']])
    expect((await root.data(CANCEL, { id: run.id })).cancelRun).toMatchObject({ code: 'SIG-093' })
  })

  it('refuse in words what cannot be run', async () => {
    const start = async (rules: readonly string[], time: object = {}) =>
      (await root.data(START, { rules, ...DAY, ...time })).startRun
    expect(await start(['none'])).toMatchObject({ __typename: 'NotFound', code: 'DOC-404' })
    expect(await start([])).toMatchObject({ __typename: 'Invalid', code: 'SIG-090' })
    expect(await start([PROBE], { to: DAY.from })).toMatchObject({ __typename: 'Invalid', code: 'SIG-091' })
    expect((await root.data(CANCEL, { id: 'none' })).cancelRun).toMatchObject({ __typename: 'NotFound' })
  })

  it('are nobody else’s: not to start, not to see', async () => {
    const others = [th, await world.signIn('th.user'), await world.signIn('contractor'), await world.signIn('officer')]
    for (const client of others) {
      const { startRun } = await client.data(START, { rules: [PROBE], ...DAY })
      expect(startRun).toMatchObject({ __typename: 'NotAllowed', code: 'ACC-004' })
      expect((await client.data(CANCEL, { id: 'none' })).cancelRun).toMatchObject({ code: 'ACC-004' })
      for (const query of ['{ runs { totalCount } }', '{ run(id: "x") { id } }', '{ ruleGaps { from } }'])
        expect(code(await client.ask(query))).toBe('ACC-004')
    }
    expect(code(await world.anonymous.ask('{ runs { totalCount } }'))).toBe('ACC-003')
    expect(code(await world.withKey(world.keys.read).ask('{ runs { totalCount } }'))).toBe('ACC-004')
    expect((await root.data('{ ruleGaps { from } }')).ruleGaps).toEqual([])
  })
})

describe('hunting with a rule', () => {
  const hunt = async (client: Client, rule: string, more: object = {}) =>
    (await client.data(HUNT, { rule, ...DAY, ...more })).huntRule

  it('finds stored events in the reader’s scope, page by page, and raises nothing', async () => {
    const before = await world.docs.count('signal', { scope: EVERYTHING })
    const all = await hunt(root, PROBE)
    expect(all.totalCount).toBe(6)
    expect(all.edges).toHaveLength(6)
    const first = await hunt(root, PROBE, { first: 4 })
    const rest = await hunt(root, PROBE, { first: 4, after: first.pageInfo.endCursor })
    expect([...first.edges, ...rest.edges]).toEqual(all.edges)
    expect(rest.pageInfo.hasNextPage).toBe(false)
    const own = await hunt(th, PROBE)
    expect(own.totalCount).toBe(4)
    expect(own.edges.map((e: { node: { unitId: string } }) => e.node.unitId).sort()).toEqual(['th', 'th', 'th', 'th1'])
    expect((await hunt(root, PROBE, { query: 'user.name: chen' })).totalCount).toBe(2)
    expect((await hunt(root, PROBE, { query: 'nothing' })).totalCount).toBe(0)
    expect(await world.docs.count('signal', { scope: EVERYTHING })).toBe(before)
  })

  it('counts what the reader may not see as absent, so that it tells nothing of it', async () => {
    // The export of important data matches by the name of a person, who is not the reader's to see.
    const found = await hunt(th, EXPORT)
    expect(found.totalCount).toBe(1)
    expect(JSON.stringify(found)).not.toContain('SECRET')
    expect(await world.docs.count('signal', { scope: EVERYTHING, filter: term('ruleId', EXPORT) })).toBe(3)
  })

  it('is for who may read rules and events, within limits', async () => {
    expect(code(await (await world.signIn('contractor')).ask(HUNT, { rule: PROBE, ...DAY }))).toBe('ACC-004')
    expect(code(await world.anonymous.ask(HUNT, { rule: PROBE, ...DAY }))).toBe('ACC-003')
    expect((await hunt(world.withKey(world.keys.thRead), PROBE)).totalCount).toBe(4)
    expect(code(await root.ask(HUNT, { rule: 'none', ...DAY }))).toBe('DOC-404')
    expect(code(await root.ask(HUNT, { rule: PROBE, ...DAY, to: '2027-01-24T00:00:00Z' }))).toBe('QRY-303')
    expect(code(await root.ask(HUNT, { rule: PROBE, ...DAY, to: DAY.from }))).toBe('QRY-303')
    expect(code(await root.ask(HUNT, { rule: PROBE, ...DAY, first: 100_000 }))).toBe('QRY-303')
  })
})
