import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Json, post, read, untilFound } from '../support/machine.ts'
import { suidun, until } from '../support/server.ts'
import { openTown, PROBE_RULE, type Town } from '../support/town.ts'

/** The queries of the contract for scripts, word for word. */
const EVENTS = `query ($query: String, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  events(query: $query, from: $from, to: $to, first: $first, after: $after) {
    totalCount edges { cursor node { id timestamp original ecs } } } }`
const SIGNALS = `query ($query: String, $first: Int, $after: String) { signals(query: $query, first: $first, after: $after) {
  totalCount edges { cursor node { rule { id } entity count first last events { id } } } } }`
const INCIDENTS = `query ($query: String, $first: Int, $after: String) { incidents(query: $query, first: $first, after: $after) {
  totalCount edges { cursor node { number title severity status system { id name } entity
    signals { totalCount edges { node { rule { id } entity count events { id } } } } } } } }`
const FINDINGS = `query ($query: String, $first: Int, $after: String) { findings(query: $query, first: $first, after: $after) {
  totalCount edges { cursor node { title severity status scanner location } } } }`
const SYSTEMS = '{ systems { id name level checklist { item { id } result { value } proposal { state digest } } } }'

const COUNT = 2_500
const HOUR = 3_600_000
/** The newest of the numbered events. */
const NEWEST = Math.floor((Date.now() - HOUR) / 1000) * 1000
const numbered = (n: number) => ({
  '@timestamp': new Date(NEWEST - n * 1000).toISOString(),
  message: `numbered ${n}`,
  user: { name: n % 2 === 0 ? 'even' : 'odd' },
  event: { code: String(n), kind: 'event' },
  custom: { batch: 'numbered', depth: { n } },
})

let town: Town
beforeAll(async () => {
  town = await openTown()
  const lines = Array.from({ length: COUNT }, (_, n) => JSON.stringify(numbered(n)))
  // In no order of time.
  lines.sort((a, b) => (a.slice(40) < b.slice(40) ? -1 : 1))
  const body = gzipSync(`${lines.join('\n')}\n`)
  const sent = await post(town.server, '/ingest', {
    key: town.keys.ingest,
    body,
    headers: { 'Content-Encoding': 'gzip' },
  })
  expect(sent).toMatchObject({ status: 200, json: { accepted: COUNT } })
  await untilFound(town.server, town.keys.read, 'custom.batch: numbered', COUNT)
})
afterAll(() => town?.close())

const q = (query: string, variables: object = {}, key = town.keys.read) => read(town.server, key, query, variables)
const errorOf = async (query: string, variables: object = {}, key: string | undefined = town.keys.read) => {
  const { errors, data } = await ask(town.server, key, query, variables)
  expect(data ?? null).toBeNull()
  return { code: undefined, ...errors![0]!.extensions } as Json
}

describe('events', () => {
  test('have id, time, the raw line and nested ECS', async () => {
    const { events } = await q(EVENTS, { query: 'event.code: 17' })
    expect(events.totalCount).toBe(1)
    const { node } = events.edges[0]
    expect(node).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      timestamp: numbered(17)['@timestamp'],
      original: JSON.stringify(numbered(17)),
      ecs: expect.objectContaining({
        '@timestamp': numbered(17)['@timestamp'],
        message: 'numbered 17',
        user: { name: 'odd' },
        custom: { batch: 'numbered', depth: { n: 17 } },
      }),
    })
    expect(node.ecs.event).toMatchObject({ code: '17', kind: 'event', id: node.id })
  })

  test('come newest first, 50 unless asked, at most 1,000, page by page without gap or repeat while more come in', async () => {
    expect((await q(EVENTS, { query: 'custom.batch: numbered' })).events.edges).toHaveLength(50)
    const seen: Json[] = []
    const sizes: number[] = []
    for (let after: string | undefined; ; ) {
      const { events } = await q(EVENTS, { query: 'custom.batch: (numbered or late)', first: 1000, after })
      sizes.push(events.edges.length)
      seen.push(...events.edges.map((e: Json) => e.node))
      after = events.edges.at(-1)?.cursor
      if (events.edges.length < 1000) break
      const late = { custom: { batch: 'late' }, message: `after page ${sizes.length}` }
      await post(town.server, '/ingest', { key: town.keys.ingest, body: JSON.stringify(late) })
      await untilFound(town.server, town.keys.read, 'custom.batch: late', sizes.length)
    }
    expect(sizes).toEqual([1000, 1000, 500])
    expect(seen.map((e) => e.ecs.event.code)).toEqual(Array.from({ length: COUNT }, (_, n) => String(n)))
    expect(new Set(seen.map((e) => e.id)).size).toBe(COUNT)
    expect((await errorOf(EVENTS, { first: 1001 })).code).toBe('QRY-303')
    expect((await errorOf(EVENTS, { after: 'not a cursor' })).code).toBe('QRY-304')
  })

  test('of one moment are paged one by one without gap or repeat', async () => {
    const moment = new Date(NEWEST - 10 * HOUR).toISOString()
    const body = Array.from({ length: 7 }, () => JSON.stringify({ '@timestamp': moment, custom: { batch: 'same' } }))
    await post(town.server, '/ingest', { key: town.keys.ingest, body: body.join('\n') })
    await untilFound(town.server, town.keys.read, 'custom.batch: same', 7)
    const ids = new Set<string>()
    let after: string | undefined
    for (let i = 0; i < 7; i++) {
      const { events } = await q(EVENTS, { query: 'custom.batch: same', first: 1, after })
      expect(events.totalCount).toBe(7)
      ids.add(events.edges[0].node.id)
      after = events.edges[0].cursor
    }
    expect(ids.size).toBe(7)
    expect((await q(EVENTS, { query: 'custom.batch: same', first: 1, after })).events.edges).toEqual([])
  })

  test('are taken from <= timestamp < to, in any zone, and unbounded where a bound is absent', async () => {
    const at = (n: number) => new Date(NEWEST - n * 1000).toISOString()
    const codes = async (bounds: object) => {
      const { events } = await q(EVENTS, { query: 'custom.batch: numbered', first: 1000, ...bounds })
      expect(events.totalCount).toBe(events.edges.length)
      return events.edges.map((e: Json) => Number(e.node.ecs.event.code))
    }
    expect(await codes({ from: at(12), to: at(10) })).toEqual([11, 12])
    expect(await codes({ from: at(10), to: at(10) })).toEqual([])
    expect(await codes({ from: at(2) })).toEqual([0, 1, 2])
    expect(await codes({ to: at(COUNT - 3) })).toEqual([COUNT - 2, COUNT - 1])
    const shanghai = (n: number) => new Date(NEWEST - n * 1000 + 8 * HOUR).toISOString().replace('Z', '+08:00')
    expect(await codes({ from: shanghai(12), to: shanghai(10) })).toEqual([11, 12])
  })

  test.each([
    ['user.name: even', COUNT / 2],
    ['user.name: EVEN and event.code: (2 or 3 or 4)', 2],
    ['event.code: 249*', 11],
    ['not user.name: even and custom.batch: numbered', COUNT / 2],
    ['custom.depth.n >= 2490', 10],
    ['custom.depth.n < 3 and custom.depth.n: *', 3],
    // Running text holds the words anywhere: 42, 420 to 429.
    ['message: "numbered 42"', 11],
    ['user.name: (even or odd) and not (event.code: * and user.name: odd)', COUNT / 2],
    ['"numbered 1999"', 1],
    ['user.email: *', 0],
  ])('are searched in KQL: %s', async (query, count) => {
    expect((await q(EVENTS, { query, first: 1 })).events.totalCount).toBe(count)
  })

  test.each([
    ['user.name: (a or b', 'KQL-102', 19],
    ['user.name: "a', 'KQL-103', 12],
    ['user.name:', 'KQL-106', 10],
    ['and x', 'KQL-112', 1],
    ['@timestamp > yesterday', 'KQL-107', 14],
  ])('say where search text is wrong: %s', async (query, code, column) => {
    const error = await errorOf(EVENTS, { query })
    expect(error).toMatchObject({ code, problems: [{ code, line: 1, column }] })
  })
})

describe('signals and incidents', () => {
  const probe = (user: string, at: number) =>
    JSON.stringify({
      '@timestamp': new Date(at).toISOString(),
      event: { action: 'town-probe', kind: 'event' },
      user: { name: user },
      host: { name: 'web-1' },
    })
  const AT = Math.floor((NEWEST - HOUR) / 300_000) * 300_000

  beforeAll(async () => {
    const times = [AT, AT + 1_000, AT + 299_999, AT + 300_000]
    const body = times.map((t) => probe('mallory', t)).join('\n')
    await post(town.server, '/ingest', { key: town.keys.portal, body })
    await post(town.server, '/ingest', { key: town.keys.ingest, body: probe('oscar', AT) })
    await until('the incidents', async () => (await q(INCIDENTS)).incidents.totalCount === 2)
    await until('all counted', async () => {
      const { signals } = await q(SIGNALS)
      return signals.edges.reduce((n: number, e: Json) => n + e.node.count, 0) === 5
    })
    await untilFound(town.server, town.keys.read, 'event.action: town-probe', 5)
  })

  test('a signal is rule, entity and five minutes of event time', async () => {
    const { signals } = await q(SIGNALS, { query: 'entity: "user.name:mallory"' })
    expect(signals.totalCount).toBe(2)
    const [late, early] = signals.edges.map((e: Json) => e.node)
    const ecs = (await q(EVENTS, { query: 'user.name: mallory' })).events.edges.map((e: Json) => e.node)
    expect(late).toEqual({
      rule: { id: PROBE_RULE },
      entity: 'user.name:mallory',
      count: 1,
      first: new Date(AT + 300_000).toISOString(),
      last: new Date(AT + 300_000).toISOString(),
      events: [{ id: ecs[0].id }],
    })
    expect(early).toMatchObject({ count: 3, first: new Date(AT).toISOString() })
    expect(early.last).toBe(new Date(AT + 299_999).toISOString())
    expect(early.events.map((e: Json) => e.id).sort()).toEqual(
      ecs
        .slice(1)
        .map((e: Json) => e.id)
        .sort(),
    )
    const page = await q(SIGNALS, { query: `rule.id: "${PROBE_RULE}"`, first: 1 })
    expect(page.signals.totalCount).toBe(3)
    const rest = await q(SIGNALS, { first: 1000, after: page.signals.edges[0].cursor })
    expect(rest.signals.edges).toHaveLength(2)
  })

  test('an incident is of one system (or none) and one entity, numbered in its unit', async () => {
    const { incidents } = await q(INCIDENTS)
    const byEntity = Object.fromEntries(incidents.edges.map((e: Json) => [e.node.entity, e.node]))
    expect(byEntity['user.name:mallory']).toMatchObject({
      number: expect.stringMatching(/^TH-\d{4}-0001$/),
      title: expect.stringContaining('Probe of the town'),
      // high, one step up on a system at level 3
      severity: 'critical',
      status: 'new',
      system: { id: 'portal', name: '政务门户' },
      signals: { totalCount: 2 },
    })
    expect(byEntity['user.name:oscar']).toMatchObject({
      number: expect.stringMatching(/^ZC-\d{4}-0001$/),
      severity: 'high',
      status: 'new',
      system: null,
      signals: { totalCount: 1, edges: [{ node: { rule: { id: PROBE_RULE }, count: 1 } }] },
    })
    const found = await q(INCIDENTS, { query: 'status: new and entity: "user.name:oscar"' })
    expect(found.incidents.totalCount).toBe(1)
    expect((await q(INCIDENTS, { query: 'status: closed' })).incidents.totalCount).toBe(0)
    expect((await errorOf(INCIDENTS, { query: 'status: (' })).code).toMatch(/^KQL-/)
  })

  test('a district sees its own incidents, signals and events, counts included', async () => {
    const th = await q(INCIDENTS, {}, town.keys.thRead)
    expect(th.incidents.edges.map((e: Json) => e.node.entity)).toEqual(['user.name:mallory'])
    const hz = town.keys.hzRead
    expect((await q(INCIDENTS, {}, hz)).incidents).toEqual({ totalCount: 0, edges: [] })
    expect((await q(SIGNALS, {}, hz)).signals).toEqual({ totalCount: 0, edges: [] })
    expect((await q(EVENTS, {}, hz)).events).toEqual({ totalCount: 0, edges: [] })
    expect((await q('{ systems { id } }', {}, hz)).systems).toEqual([{ id: 'office' }])
  })
})

describe('systems, findings and all in one', () => {
  test('a system has the checklist of its level, each item with result and proposal', async () => {
    const { systems } = await q(SYSTEMS)
    const portal = systems.find((s: Json) => s.id === 'portal')
    expect(portal).toMatchObject({ name: '政务门户', level: 3 })
    expect(portal.checklist).toHaveLength(211 + 46)
    expect(new Set(portal.checklist.map((c: Json) => c.item.id)).size).toBe(257)
    expect(portal.checklist.map((c: Json) => c.item.id)).toContain('8.1.4.3.a')
    expect(new Set(portal.checklist.map((c: Json) => c.result.value))).toEqual(new Set(['not_assessed']))
  })

  test('everything can be asked for in one request, at the largest pages', async () => {
    const inner = (query: string) => query.slice(query.indexOf('{') + 1, query.lastIndexOf('}'))
    const all = `query ($query: String, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
      ${[EVENTS, SIGNALS, INCIDENTS, FINDINGS, SYSTEMS].map(inner).join('\n')} }`
    expect(Object.keys(await q(all, { first: 1000 })).sort()).toEqual(
      ['events', 'findings', 'incidents', 'signals', 'systems'].sort(),
    )
  })

  test('the enumerations are those of the contract', async () => {
    const { stdout } = await suidun(['schema'])
    const members = (name: string) =>
      new RegExp(`^enum ${name} \\{\\n([^}]*)\\}`, 'm').exec(stdout)![1]!.trim().split(/\s+/).sort()
    const wanted = {
      Severity: 'critical high medium low info',
      IncidentStatus: 'new triage in_progress contained resolved closed false_positive',
      FindingStatus: 'open fixed accepted false_positive',
      ResultValue: 'compliant partly_compliant not_compliant not_applicable not_assessed',
      CheckState: 'holds fails cannot_tell',
    }
    for (const [name, list] of Object.entries(wanted)) expect(members(name)).toEqual(list.split(' ').sort())
  })
})

describe('keys', () => {
  test('that are wrong, missing or may not read get nothing', async () => {
    const wrong = await ask(town.server, `${town.keys.read.slice(0, -3)}abc`, EVENTS)
    expect([wrong.status, wrong.errors![0]!.extensions.code]).toEqual([401, 'COL-401'])
    for (const key of [town.keys.ingest, town.keys.findings]) {
      const other = await ask(town.server, key, EVENTS)
      expect([other.status, other.errors![0]!.extensions.code]).toEqual([403, 'COL-403'])
      expect(other.data ?? null).toBeNull()
    }
    for (const query of [EVENTS, SIGNALS, INCIDENTS, FINDINGS, SYSTEMS]) {
      const { data, errors } = await ask(town.server, undefined, query)
      expect([data ?? null, errors![0]!.extensions.code]).toEqual([null, 'ACC-003'])
    }
  })

  test('are asked with by GET too, but nobody else is answered so', async () => {
    const address = `${town.server.run.http}/graphql?query=${encodeURIComponent('{ events { totalCount } }')}`
    const res = await fetch(address, { headers: { Authorization: `Bearer ${town.keys.read}` } })
    expect(res.status).toBe(200)
    expect(((await res.json()) as Json).data.events.totalCount).toBeGreaterThanOrEqual(COUNT)
    expect((await fetch(address)).status).toBe(403)
  })

  test('that read change nothing, by whatever mutation', async () => {
    const on = { systemId: 'portal', itemId: '8.1.4.3.a', version: 0 }
    const { incidents } = await q('{ incidents { edges { node { number version } } } }')
    const incident = incidents.edges[0].node
    const calls: Record<string, Record<string, unknown>> = {
      acceptProposal: { ...on, digest: 'x' },
      addUnits: { lines: 'X,district,XX,ZC' },
      assignIncident: { ...incident, accountId: null },
      cancelRun: { id: 'x' },
      commentIncident: { number: incident.number, text: 'x' },
      createAccount: { name: 'eve', displayName: 'Eve', role: '!analyst' },
      createException: { ruleId: 'x', query: 'a: b', reason: 'x', until: new Date(NEWEST + 86_400_000).toISOString() },
      createGrant: {
        accountId: 'x',
        datasetId: 'people',
        reason: 'x',
        until: new Date(NEWEST + 86_400_000).toISOString(),
      },
      createKey: { name: 'x', scopes: ['ingest'] },
      decideFinding: { id: 'x', reason: 'x', status: '!accepted', version: 1 },
      endException: { id: 'x' },
      importRules: { files: [] },
      nameCity: { cityName: 'x', cityCode: 'XX' },
      overrideProposal: { ...on, reason: 'x', value: '!compliant' },
      removeRuleFile: { name: 'x' },
      revokeKey: { id: 'x' },
      runCheck: { systemId: 'portal', itemId: '8.1.4.3.a' },
      setLanguage: { language: '!en' },
      setResult: { ...on, reason: 'x', value: '!compliant' },
      startRun: { ruleIds: ['x'], from: '2026-11-24T00:00:00Z', to: '2026-11-24T01:00:00Z' },
      switchRule: { id: 'x', on: false, reason: 'x' },
      transitionIncident: { ...incident, to: '!triage' },
    }
    const { stdout } = await suidun(['schema'])
    const known = [.../^type Mutation \{\n(.*?)^\}/ms.exec(stdout)![1]!.matchAll(/^ {2}([a-z]\w+)[(:]/gm)].map(
      (m) => m[1],
    )
    expect(Object.keys(calls).sort()).toEqual(known.sort())
    const entries = async () =>
      JSON.parse((await suidun(['audit', 'verify', '--json'], { env: { SUIDUN_DATA: town.data } })).stdout).entries
    const before = await entries()
    for (const key of [town.keys.read, town.keys.all])
      for (const [name, args] of Object.entries(calls)) {
        const text = Object.entries(args).map(([k, v]) => `${k}: ${JSON.stringify(v).replace(/^"!(\w+)"$/, '$1')}`)
        const { data, errors } = await ask(town.server, key, `mutation { ${name}(${text.join(', ')}) { __typename } }`)
        const answer = errors?.[0]?.extensions.code ?? data[name].__typename
        expect([name, answer]).toEqual([name, expect.stringMatching(/^(NotAllowed|NotFound|ACC-00[34])$/)])
      }
    expect(await entries()).toBe(before)
  })

  test('that read see nothing of class 重要: neither names nor raw line, nor in search and counts', async () => {
    const line = {
      app: 'portal',
      user: 'keeper',
      action: 'query',
      object: '人口核验接口',
      result: 'success',
      detail: 'person 440100-SECRET looked up',
    }
    await post(town.server, '/ingest', { key: town.keys.portal, body: JSON.stringify(line) })
    await post(town.server, '/ingest', { key: town.keys.portal, body: '{"custom":{"batch":"afterwards"}}' })
    await untilFound(town.server, town.keys.read, 'custom.batch: afterwards', 1)
    const { events } = await q(EVENTS, { query: 'not user.name: (even or odd)', first: 1000 })
    expect(JSON.stringify(events).match(/SECRET|keeper/)).toBeNull()
    for (const query of ['user.name: keeper', 'SECRET', '"440100-SECRET"', 'message: *SECRET*'])
      expect((await q(EVENTS, { query })).events.totalCount).toBe(0)
  })
})
