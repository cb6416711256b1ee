import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { ALL } from '../../core/filter.ts'
import { accountId } from '../../policies/accounts.ts'
import { createGrant, platformReader } from '../../policies/index.ts'
import { type Client, type Json, NOW, openWorld, type World } from './world.ts'

const EXPORT = '11111111-0000-4000-8000-000000000001'
const PROBE = '11111111-0000-4000-8000-000000000002'

let world: World
let analyst: Client
/** Event id by its raw line. */
const idOf = new Map<string, string>()
beforeAll(async () => {
  world = await openWorld()
  analyst = await world.signIn('analyst')
  const { rows } = await world.events.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'rows', first: 100 } })
  for (const row of rows) idOf.set(row.original ?? '', row.id)
})
afterAll(() => world?.close())

const eventWith = (text: string): string => {
  const found = [...idOf].find(([line]) => line.includes(text))
  if (found === undefined) throw new Error(`no event with ${text}`)
  return found[1]
}

const EXPLAIN = `query($ruleId: ID!, $eventId: ID!) { explainMatch(ruleId: $ruleId, eventId: $eventId) {
  matches ruleMatches ruleId title root nearest missing routing { holds named text node }
  mappings { name paths used means } filters { id title text holds node }
  nodes { id parent kind join text holds field value start end more } } }`
const explain = async (client: Client, ruleId: string, eventId: string): Promise<Json> =>
  (await client.data(EXPLAIN, { ruleId, eventId })).explainMatch
const codeOf = async (client: Client, ruleId: string, eventId: string) =>
  (await client.ask(EXPLAIN, { ruleId, eventId })).errors?.[0]?.extensions?.code

describe('explainMatch', () => {
  it('tells why a rule matches an event that the reader sees, with places in its raw line', async () => {
    const line = [...idOf.keys()].find((l) => l.includes('li.open'))!
    const explained = await explain(analyst, EXPORT, eventWith('li.open'))
    expect(explained).toMatchObject({ matches: true, ruleMatches: true, ruleId: EXPORT, root: '0', nearest: null })
    expect(explained.routing).toMatchObject({ holds: true, named: false, text: 'product: test' })
    const name = explained.nodes.find((n: Json) => n.field === 'user.name')
    expect(name).toMatchObject({ kind: 'item', join: 'any', text: "user.name|contains: 'li'", value: 'li.open' })
    expect(line.slice(name.start, name.end)).toBe('li.open')
    const values = explained.nodes.filter((n: Json) => n.parent === name.id)
    expect(values.map((n: Json) => [n.text, n.holds])).toEqual([
      ["'zhang'", false],
      ["'wang'", false],
      ["'li'", true],
    ])
  })

  it('names the nearest line that failed where it does not match', async () => {
    const explained = await explain(analyst, PROBE, eventWith('li.open'))
    expect(explained).toMatchObject({ matches: false, ruleMatches: false })
    const nearest = explained.nodes[Number(explained.nearest)]
    expect(nearest).toMatchObject({ text: "event.action: 'probe'", value: 'data_export', holds: false })
    expect(explained.missing).toEqual([explained.nearest])
  })

  it('leaves open what depends on fields that the reader may not see, and gives nothing of them away', async () => {
    const id = eventWith('SECRET')
    const masked = await explain(analyst, EXPORT, id)
    expect(masked).toMatchObject({ matches: null, ruleMatches: null, nearest: null })
    expect(JSON.stringify(masked)).not.toContain('SECRET')
    const name = masked.nodes.find((n: Json) => n.field === 'user.name')
    expect(name).toMatchObject({
      holds: null,
      value: null,
      start: null,
      text: "user.name|contains: 'zhang', 'wang', 'li'",
    })
    for (const n of masked.nodes.filter((m: Json) => m.parent === name.id)) expect(n.holds).toBeNull()
    // What is visible is still told.
    expect(masked.nodes.find((n: Json) => n.field === 'event.action')).toMatchObject({ holds: true })
    expect(await explain(analyst, PROBE, id)).toMatchObject({ matches: false })

    const grant = { accountId: accountId('analyst'), datasetId: 'population', reason: '核查', until: NOW + 3_600_000 }
    await createGrant({ docs: world.docs, clock: () => NOW }, platformReader('test'), grant)
    const open = await explain(analyst, EXPORT, id)
    expect(open).toMatchObject({ matches: true })
    expect(JSON.stringify(open)).toContain('zhang.SECRET')
  })

  it('knows no event of another unit, no rule that is not there, and nobody without a policy for both', async () => {
    expect(await codeOf(analyst, 'nothing', eventWith('li.open'))).toBe('DOC-404')
    expect(await codeOf(analyst, EXPORT, 'f'.repeat(32))).toBe('DOC-404')
    expect(await codeOf(world.anonymous, EXPORT, eventWith('li.open'))).toBe('ACC-003')
    expect(await codeOf(await world.signIn('th.user'), EXPORT, eventWith('li.open'))).toBe('ACC-004')
  })

  it('names the exceptions that keep a match back, to those who may see them', async () => {
    const th = await world.signIn('th.analyst')
    const until = new Date(NOW + 86_400_000).toISOString()
    const create = `mutation { createException(ruleId: "${PROBE}", query: "source.ip: 10.1.0.77", reason: "our scanner", until: "${until}") { __typename } }`
    expect((await th.data(create)).createException).toEqual({ __typename: 'RuleException' })
    await world.take([{ unit: 'th', action: 'probe', user: 'chen', ip: '10.1.0.77', mark: 'KEPT', minutes: 0 }])
    const { events } = await th.data('{ events(query: "source.ip: 10.1.0.77", first: 1) { edges { node { id } } } }')
    const query = `query($eventId: ID!) { explainMatch(ruleId: "${PROBE}", eventId: $eventId) { matches exceptions { reason query } } }`
    expect((await th.data(query, { eventId: events.edges[0].node.id })).explainMatch).toEqual({
      matches: true,
      exceptions: [{ reason: 'our scanner', query: 'source.ip: 10.1.0.77' }],
    })
  })

  it('tells of exceptions of units above that they act, to those who see exceptions, and nothing of what they say', async () => {
    const until = new Date(NOW + 86_400_000).toISOString()
    const create = `mutation { createException(ruleId: "${PROBE}", query: "source.ip: 10.1.0.78", reason: "ROOT-REASON", until: "${until}") { __typename } }`
    expect((await analyst.data(create)).createException).toEqual({ __typename: 'RuleException' })
    await world.take([{ unit: 'th', action: 'probe', user: 'chen', ip: '10.1.0.78', mark: 'ABOVE', minutes: 0 }])
    const th = await world.signIn('th.analyst')
    const { events } = await th.data('{ events(query: "source.ip: 10.1.0.78", first: 1) { edges { node { id } } } }')
    const query = `query($eventId: ID!) { explainMatch(ruleId: "${PROBE}", eventId: $eventId) { matches otherExceptions exceptions { reason } } }`
    const eventId = events.edges[0].node.id
    expect((await th.data(query, { eventId })).explainMatch).toEqual({
      matches: true,
      otherExceptions: 1,
      exceptions: [],
    })
    expect((await analyst.data(query, { eventId })).explainMatch).toEqual({
      matches: true,
      otherExceptions: 0,
      exceptions: [{ reason: 'ROOT-REASON' }],
    })
    const { signals } = await (await world.signIn('th.user')).data(
      '{ signals(first: 100) { edges { node { explanation { otherExceptions } } } } }',
    )
    expect(signals.edges.map((e: Json) => e.node.explanation?.otherExceptions ?? 0)).not.toContain(1)
  })

  it('explains a signal on its evidence; what follows from its having matched is told', async () => {
    const query = `{ signals(first: 100) { edges { node { entity rule { id } explanation { matches nodes { kind text holds value field } } } } } }`
    const { signals } = await (await world.signIn('th.analyst')).data(query)
    for (const { node } of signals.edges) if (node.explanation !== null) expect(node.explanation.matches).toBe(true)
    expect(signals.edges.length).toBeGreaterThan(0)
  })
})
