import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { FIELDS } from '../../core/fields.ts'
import { ALL } from '../../core/filter.ts'
import { type Client, type Json, openWorld, type World } from '../api/world.ts'
import { until } from '../support/server.ts'
import { queries, subscriptionText } from './everything.ts'

const RANGE = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' }
const NAMES = [...FIELDS.map((f) => f.name), 'custom.field', 'custom.same', 'event', 'user', 'rest', 'evidence.rest']

/** Who asks, and the marks of what is not his. */
const READERS = [
  // What is masked in the own unit is not his either.
  { name: 'th.user', foreign: /HZ-ONLY|ROOT-ONLY|SECRET|海珠|hz-plat|portal/, events: 7, incidents: 5, findings: 2 },
  {
    name: 'contractor',
    foreign: /HZ-ONLY|ROOT-ONLY|TH-ONLY|SECRET|海珠|hz-plat|portal/,
    events: 4,
    incidents: 3,
    findings: 1,
  },
] as const
const MARKS = ['HZ-ONLY', 'ROOT-ONLY', '10.2.0.1', 'hz-plat', 'portal', 'HZ']

let world: World
let ids: readonly string[]
let numbers: readonly string[]
beforeAll(async () => {
  world = await openWorld()
  const events = await world.events.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'rows', first: 100 } })
  ids = events.rows.map((r) => r.id)
  const incidents = await world.docs.list('incident', { scope: EVERYTHING, sort: [], first: 100 })
  numbers = incidents.rows.map((r) => r.doc.number)
  // Something of each kind that a person leaves behind, in units beside each other.
  const root = await world.signIn('analyst')
  for (const row of incidents.rows) {
    const text = row.doc.unitId.startsWith('th') ? 'seen' : 'seen HZ-ONLY'
    await root.data(`mutation($n: String!, $t: String!) { commentIncident(number: $n, text: $t) { __typename } }`, {
      n: row.doc.number,
      t: text,
    })
  }
  for (const unit of ['th', 'hz', 'root']) {
    const mark = unit === 'th' ? 'TH-ONLY' : `${unit.toUpperCase()}-ONLY`
    const { createException } = await root.data(
      `mutation($q: String!, $u: ID!) { createException(ruleId: "11111111-0000-4000-8000-000000000002", query: $q, reason: $q, until: "2026-11-25T00:00:00Z", unitId: $u) { ... on RuleException { id } } }`,
      { q: mark, u: unit },
    )
    const [id, ruleId] = [createException.id, '11111111-0000-4000-8000-000000000002']
    // What it kept back in another unit, as if that had been below its own once.
    for (const unitId of [unit, 'hz']) {
      const kept = { kind: 'suppression', exceptionId: id, ruleId, unitId, systemId: null, day: '2026-11-24' } as const
      const times = { count: 1, first: '2026-11-24T05:00:00.000Z', last: '2026-11-24T05:00:00.000Z' }
      const of = { eventIds: [`0008-${unitId === 'th' ? 'TH-ONLY' : 'HZ-ONLY'}`], datasetIds: [], positions: { 0: 1 } }
      await world.docs
        .put('suppression', `${id}-${unitId}`, { ...kept, ...times, ...of }, { version: 0 })
        .catch(() => undefined)
    }
  }
  const officer = await world.signIn('officer')
  for (const s of ['th-plat', 'hz-plat', 'portal']) {
    await officer.data(`mutation($s: ID!) { runCheck(systemId: $s, itemId: "8.1.4.3.a") { __typename } }`, { s })
    const reason = s === 'th-plat' ? 'own' : 'HZ-ONLY'
    await officer.data(
      `mutation($s: ID!, $r: String) { setResult(systemId: $s, itemId: "8.1.4.1.a", value: not_compliant, reason: $r, version: 0) { __typename } }`,
      { s, r: reason },
    )
  }
})
afterAll(() => world?.close())

/** Arguments with which each query is asked: its look-ups by every id there is, its searches by every mark. */
function argumentsOf(query: string, fields: readonly string[]): readonly Json[] {
  switch (query) {
    case 'event':
      return ids.map((id) => ({ id }))
    case 'incident':
      return numbers.map((number) => ({ number }))
    case 'system':
      return ['th-plat', 'hz-plat', 'portal'].map((id) => ({ id }))
    case 'rule':
      return [{ id: '11111111-0000-4000-8000-000000000001' }]
    case 'exceptionPreview':
      return MARKS.map((query) => ({ ruleId: '11111111-0000-4000-8000-000000000002', query }))
    case 'explainMatch':
      return ids.map((eventId) => ({ ruleId: '11111111-0000-4000-8000-000000000001', eventId }))
    case 'huntRule': {
      const ruleId = '11111111-0000-4000-8000-000000000002'
      return [{ ...RANGE, ruleId }, ...MARKS.map((query) => ({ ...RANGE, ruleId, query }))]
    }
    case 'ruleFile':
      return [{ name: 'team/rule.yml' }]
    case 'run':
      return [{ id: 'none' }]
    case 'setup':
      return [{}, { token: 'x' }]
    case 'eventHistogram':
      return [RANGE, ...MARKS.map((query) => ({ ...RANGE, query }))]
    case 'eventTop':
      return fields.map((field) => ({ field, size: 100 }))
    default:
      return [{}, ...MARKS.map((query) => ({ query }))]
  }
}

async function walk(client: Client, fields = NAMES): Promise<Map<string, Json[]>> {
  const found = new Map<string, Json[]>()
  for (const { name, text } of queries()) {
    found.set(name, [])
    for (const args of argumentsOf(name, fields)) {
      const answer = await client.ask(text(args))
      // To explain an event that is not the reader's: it is not there.
      for (const e of answer.errors ?? [])
        expect([name, e.extensions?.code, e.message]).toEqual([
          name,
          name === 'explainMatch' ? expect.stringMatching(/^(ACC-004|DOC-404)$/) : 'ACC-004',
          e.message,
        ])
      if (answer.data?.[name] != null) found.get(name)!.push(answer.data[name])
    }
  }
  return found
}

const sum = (of: readonly Json[]) => of.reduce((n: number, x: Json) => n + x.count, 0)

describe('everything that can be asked', () => {
  it('holds the marks of every unit for whoever sees all: the walk would find them', async () => {
    const found = await walk(await world.signIn('analyst'), ['user.name', 'custom.field'])
    const text = JSON.stringify([...found])
    for (const mark of ['HZ-ONLY', 'ROOT-ONLY', 'TH-ONLY', 'THPLAT', '海珠']) expect(text).toContain(mark)
    for (const noun of [
      'events',
      'incidents',
      'signals',
      'findings',
      'systems',
      'units',
      'rules',
      'people',
      'collectors',
    ])
      expect([noun, JSON.stringify(found.get(noun))]).toEqual([noun, expect.stringContaining('"')])
    expect(text).not.toContain('SECRET')
  })

  for (const reader of READERS) {
    it(`holds nothing of another unit for ${reader.name}: no field, count or bucket`, async () => {
      const client = await world.signIn(reader.name)
      const found = await walk(client)
      for (const [name, answers] of found)
        expect([name, JSON.stringify(answers)]).toEqual([name, expect.not.stringMatching(reader.foreign)])
      const [all, ...byMark] = found.get('events')!
      expect(all.totalCount).toBe(reader.events)
      expect(all.edges).toHaveLength(reader.events)
      for (const answer of byMark) expect(answer).toMatchObject({ totalCount: 0, edges: [] })
      expect(found.get('event')).toHaveLength(reader.events)
      expect(found.get('incident')).toHaveLength(reader.incidents)
      expect(found.get('system')).toHaveLength(1)
      const [histogram, ...buckets] = found.get('eventHistogram')!
      expect(sum(histogram.buckets)).toBe(reader.events)
      for (const b of buckets) expect(b.buckets).toEqual([])
      for (const top of found.get('eventTop')!)
        for (const { count } of top) expect(count).toBeLessThanOrEqual(reader.events)
      for (const noun of ['signals', 'incidents', 'incidentQueue']) {
        const [whole, ...marked] = found.get(noun)!
        expect([noun, whole.totalCount]).toEqual([noun, reader.incidents])
        for (const answer of marked) expect([noun, answer.totalCount, answer.edges]).toEqual([noun, 0, []])
      }
      const [findings, ...markedFindings] = found.get('findings')!
      expect(findings.totalCount).toBe(reader.findings)
      for (const answer of markedFindings) expect(answer.totalCount).toBe(0)
      expect(sum(found.get('findingCounts')![0])).toBe(reader.findings)
      expect(found.get('incidentCounts')![0]).toMatchObject({ open: reader.incidents, new: reader.incidents })
      for (const noun of [
        'audit',
        'accounts',
        'keys',
        'collectors',
        'auditVerification',
        'rules',
        'ruleProblems',
        'ruleFile',
        'exceptions',
        'exceptionPreview',
      ])
        expect([noun, found.get(noun)]).toEqual([noun, []])
      const own = found.get('signals')![0].edges.map((e: Json) => e.node)
      for (const s of own) expect(s.rule.hits).toBe(own.filter((o: Json) => o.rule.id === s.rule.id).length)
    })
  }
})

describe('what a district analyst can ask', () => {
  it('holds nothing of another unit: no event, exception, or count of what one kept back', async () => {
    const found = await walk(await world.signIn('th.analyst'), ['user.name', 'source.ip', 'suidun.unit.id'])
    for (const [name, answers] of found)
      expect([name, JSON.stringify(answers)]).toEqual([
        name,
        // The word portal stands in rules of ours, which he reads.
        expect.not.stringMatching(/HZ-ONLY|ROOT-ONLY|SECRET|海珠|hz-plat/),
      ])
    const [{ totalCount, edges }] = found.get('exceptions') as Json[]
    expect(totalCount).toBe(1)
    expect(edges[0].node).toMatchObject({ query: 'TH-ONLY', keptBack: 1, recentEventIds: ['0008-TH-ONLY'] })
    for (const preview of found.get('exceptionPreview')!) expect(preview).toBe(0)
  })
})

/** What a subscription has sent so far. */
async function subscribe(client: Client): Promise<{ text: () => string; stop: () => void; ended: Promise<void> }> {
  const abort = new AbortController()
  const answer = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', cookie: client.cookie },
    body: JSON.stringify({ query: subscriptionText() }),
    signal: abort.signal,
  })
  expect(answer.headers.get('content-type')).toMatch(/text\/event-stream/)
  let text = ''
  const ended = (async () => {
    const decoder = new TextDecoder()
    try {
      for await (const part of answer.body!) text += decoder.decode(part as Uint8Array, { stream: true })
    } catch (error) {
      if (!abort.signal.aborted) throw error
    }
  })()
  return { text: () => text, stop: () => abort.abort(), ended }
}

describe('the subscription', () => {
  const made = (unit: string, system: string | undefined, mark: string, n: number) => ({
    unit,
    ...(system === undefined ? {} : { system }),
    action: 'probe',
    user: mark,
    ip: `10.9.${n}.${n}`,
    mark,
    minutes: 0,
  })

  it('sends each reader the incidents of his scope, and goes on asking', async () => {
    const user = await world.signIn('th.user')
    const contractor = await world.signIn('contractor')
    const open = [await subscribe(user), await subscribe(contractor)]
    const [his, theirs] = open as [(typeof open)[0], (typeof open)[0]]
    await world.take([
      made('hz', 'hz-plat', 'HZ-ONLY', 1),
      made('root', 'portal', 'ROOT-ONLY', 2),
      made('th', undefined, 'TH-ONLY', 3),
    ])
    await world.take([made('th', 'th-plat', 'THPLAT', 4)])
    for (const s of open) await until('the own system’s incident', () => s.text().includes('10.9.4.4'))
    await until('the own unit’s incident', () => his.text().includes('10.9.3.3'))
    expect(his.text()).not.toMatch(/HZ-ONLY|ROOT-ONLY|10\.9\.1\.1|10\.9\.2\.2/)
    expect(theirs.text()).not.toMatch(/HZ-ONLY|ROOT-ONLY|TH-ONLY|10\.9\.[123]\./)

    // The contract ends: nothing more, though the connection stands.
    const yunwei = (await world.docs.get('party', 'yunwei'))!
    const operates = yunwei.doc.operates.map((o) => ({ ...o, until: '2026-11-24T00:00:00.000Z' }))
    await world.docs.put('party', 'yunwei', { ...yunwei.doc, operates }, { version: yunwei.version })
    await world.take([made('th', 'th-plat', 'THPLAT', 5)])
    await until('the unit user is told', () => his.text().includes('10.9.5.5'))
    expect(theirs.text()).not.toContain('10.9.5.5')
    expect((await contractor.data('{ systems { id } events { totalCount } }')).events.totalCount).toBe(0)

    // A session that is closed gets nothing more, and its stream ends with the next news.
    await fetch(`${world.url}/auth/sign-out`, {
      method: 'POST',
      headers: { cookie: user.cookie, 'x-suidun-csrf': user.csrf },
    })
    await world.take([made('th', 'th-plat', 'THPLAT', 6)])
    await his.ended
    expect(his.text()).not.toContain('10.9.6.6')
    theirs.stop()
    await theirs.ended
    await until('nobody listens any more', () => world.api.hub.listening === 0)
  })

  it('is refused to whoever may see no incidents', async () => {
    for (const client of [world.anonymous, await world.signIn('audit.admin')]) {
      const answer = await client.ask('subscription { incidentChanged { kind } }')
      expect(answer.errors![0]!.extensions.code).toMatch(/ACC-00[34]/)
    }
  })
})
