import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Json, type MachineAnswer, post, read, untilFound } from '../support/machine.ts'
import { openTown, type Town } from '../support/town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town?.close())

let marks = 0
/** A word that no other event holds. */
const fresh = () => `mark${++marks}x${Date.now().toString(36)}`
const send = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}, key = town.keys.ingest) =>
  post(town.server, path, { key, body, headers })
const found = async (query: string, key = town.keys.read): Promise<Json[]> => {
  const { events } = await read(
    town.server,
    key,
    'query($q: String) { events(query: $q, first: 1000) { edges { node { id original ecs unitId systemId } } } }',
    { q: query },
  )
  return events.edges.map((e: Json) => e.node)
}
/** An error of the entrance: status, and exactly code, message and place. */
const refused = ({ status, json }: MachineAnswer, wanted: number, code: string) => {
  expect([status, json.code]).toEqual([wanted, code])
  expect(Object.keys(json).sort()).toEqual(['code', 'message', 'place'])
  expect(json.message).toEqual(expect.any(String))
  return String(json.message)
}

describe('POST /ingest', () => {
  test('answers how many lines it took, plain and packed, and they are searchable', async () => {
    const word = fresh()
    const lines = (n: number) => Array.from({ length: n }, (_, i) => `{"message":"${word} ${i}"}\n`).join('')
    const plain = await send('/ingest', lines(3))
    expect([plain.status, plain.json]).toEqual([200, { accepted: 3 }])
    const packed = await send('/ingest', gzipSync(lines(4)), { 'Content-Encoding': 'gzip' })
    expect([packed.status, packed.json]).toEqual([200, { accepted: 4 }])
    await untilFound(town.server, town.keys.read, word, 7)
  })

  test('stores what cannot be parsed with its raw line, as accepted', async () => {
    const word = fresh()
    const raw = [`${word} no json at all`, `{"cut": "${word}`, `["${word}"]`]
    expect((await send('/ingest', `${raw.join('\n')}\n{"message":"${word}"}\n`)).json).toEqual({ accepted: 4 })
    await untilFound(town.server, town.keys.read, word, 4)
    const broken = await found(`${word} and event.kind: pipeline_error`)
    expect(broken.map((e) => e.original).sort()).toEqual([...raw].sort())
  })

  test('with an Idempotency-Key a repeat is accepted and stored once; without one it may double', async () => {
    const word = fresh()
    const body = `{"message":"${word} one"}\n{"message":"${word} two"}\n`
    const headers = { 'Idempotency-Key': word }
    const answers = [await send('/ingest', body, headers), await send('/ingest', body, headers)]
    expect(answers.map((a) => [a.status, a.json])).toEqual([
      [200, { accepted: 2 }],
      [200, { accepted: 2 }],
    ])
    const packed = await send('/ingest', gzipSync(body), { ...headers, 'Content-Encoding': 'gzip' })
    expect(packed.json).toEqual({ accepted: 2 })
    const other = fresh()
    await send('/ingest', `{"message":"${other}"}\n`)
    await send('/ingest', `{"message":"${other}"}\n`)
    await untilFound(town.server, town.keys.read, other, 2)
    await untilFound(town.server, town.keys.read, word, 2)
  })

  test('an Idempotency-Key counts for its own key only', async () => {
    const word = fresh()
    const headers = { 'Idempotency-Key': word }
    await send('/ingest', `{"message":"${word}"}`, headers)
    await send('/ingest', `{"message":"${word}"}`, headers, town.keys.th)
    await untilFound(town.server, town.keys.read, word, 2)
  })

  test('refuses in words: key, scope, packing, size, address', async () => {
    const line = '{"message":"x"}\n'
    refused(await send('/ingest', line, {}, 'sdk_nonsense'), 401, 'COL-401')
    refused(await send('/ingest', line, {}, town.keys.read), 403, 'COL-403')
    refused(await send('/ingest', line, {}, town.keys.findings), 403, 'COL-403')
    refused(await send('/ingest', 'no gzip', { 'Content-Encoding': 'gzip' }), 400, 'COL-415')
    refused(await send('/ingest', gzipSync(line).subarray(0, 20), { 'Content-Encoding': 'gzip' }), 400, 'COL-415')
    refused(await send('/ingest', line, { 'Content-Encoding': 'br' }), 400, 'COL-415')
    const large = Buffer.alloc((32 << 20) + 1, '\n')
    expect(refused(await send('/ingest', large), 413, 'COL-413')).toContain(String(32 << 20))
    expect(refused(await send('/ingest', gzipSync(large), { 'Content-Encoding': 'gzip' }), 413, 'COL-413')).toContain(
      String(32 << 20),
    )
    const res = await fetch(`${town.server.run.ingest}/ingest`, { method: 'POST', body: line })
    expect(res.status).toBe(401)
    expect((await send('/nowhere', line)).status).toBe(404)
    // Still there.
    expect((await send('/ingest', line)).json).toEqual({ accepted: 1 })
  })

  test('a key places what comes by it; nothing in a payload does', async () => {
    const word = fresh()
    const line = JSON.stringify({
      message: word,
      event: { id: 'mine', ingested: '2001-01-01T00:00:00Z', original: 'mine' },
      suidun: { unit: { id: 'hz' }, system: { id: 'office' }, dataset: { id: 'people' }, lane: 7, extra: 1 },
      'suidun.unit.id': 'hz',
    })
    await send('/ingest', line, {}, town.keys.portal)
    await untilFound(town.server, town.keys.read, word, 1)
    const [event] = await found(word)
    expect(event).toMatchObject({ unitId: 'th', systemId: 'portal', original: line })
    expect(event.id).toMatch(/^[0-9a-f]{32}$/)
    expect(event.ecs.suidun).toMatchObject({ unit: { id: 'th' }, system: { id: 'portal' } })
    expect(event.ecs.event.ingested > '2026').toBe(true)
    expect(await found(word, town.keys.thRead)).toHaveLength(1)
    expect(await found(word, town.keys.hzRead)).toEqual([])
    expect(await found(`${word} and suidun.unit.id: hz and not suidun.unit.id: th`)).toEqual([])
  })

  test('a key of a unit without a system lets the inventory pick the system within that unit, and no other', async () => {
    const [own, foreign, unknown] = [fresh(), fresh(), fresh()]
    await send('/ingest', `{"message":"${own}","host":{"name":"WEB-1"}}`, {}, town.keys.th)
    await send('/ingest', `{"message":"${foreign}","host":{"name":"web-1"}}`)
    await send('/ingest', `{"message":"${unknown}","host":{"name":"web-2"}}`, {}, town.keys.th)
    for (const word of [own, foreign, unknown]) await untilFound(town.server, town.keys.read, word, 1)
    expect((await found(own))[0]).toMatchObject({ unitId: 'th', systemId: 'portal' })
    expect((await found(foreign))[0]).toMatchObject({ unitId: 'root', systemId: null })
    expect((await found(unknown))[0]).toMatchObject({ unitId: 'th', systemId: null })
  })
})

describe('other entrances', () => {
  test('_bulk with ids of the sender: again is a conflict per item, and stored once', async () => {
    const word = fresh()
    const body = [1, 2].map((n) => `{"create":{"_index":"logs","_id":"${word}-${n}"}}\n{"message":"${word} ${n}"}\n`)
    const first = await send('/_bulk', body.join(''), { 'Content-Type': 'application/x-ndjson' })
    expect(first.status).toBe(200)
    expect(first.json).toMatchObject({ errors: false })
    expect((first.json.items as Json[]).map((i) => i.create.status)).toEqual([201, 201])
    expect((await send('/logs/_bulk', body.join(''))).status).toBe(200)
    await untilFound(town.server, town.keys.read, word, 2)
  })

  test('syslog over UDP and TCP, belonging to the root unit', async () => {
    const word = fresh()
    const { udp, tcp } = town.server.run.syslog
    const header = '<38>1 2026-11-24T06:00:00.000Z web-9 sshd 4242 - -'
    const message = (n: number) => `${header} Accepted password for ${word} from 10.9.9.9 port ${n} ssh2`
    const datagrams = createSocket('udp4')
    await new Promise<void>((done, fail) => datagrams.send(message(1), udp, '127.0.0.1', (e) => (e ? fail(e) : done())))
    datagrams.close()
    for (const stream of [`${message(2)}\n`, `${message(3).length} ${message(3)}`])
      await new Promise<void>((done) => {
        const socket = connect(tcp, '127.0.0.1', () => socket.end(stream, () => done()))
      })
    await untilFound(town.server, town.keys.read, `user.name: ${word}`, 3)
    const events = await found(`user.name: ${word}`)
    expect(events.map((e) => e.ecs.source.port).sort()).toEqual([1, 2, 3])
    for (const e of events) expect(e).toMatchObject({ unitId: 'root', ecs: { host: { name: 'web-9' } } })
  })
})

const sarif = (results: Json[]) =>
  JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'lint-of-the-town', rules: [{ id: 'R1' }] } }, results }],
  })
const result = (uri: string, line: number, text: string, level = 'error') => ({
  ruleId: 'R1',
  level,
  message: { text: `weak thing in ${uri}` },
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line, snippet: { text } } } }],
})
const TRIVY = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: 'registry.example/portal:1',
  ArtifactType: 'container_image',
  Results: [
    {
      Target: 'package-lock.json',
      Class: 'lang-pkgs',
      Type: 'npm',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2024-11111',
          PkgName: 'left',
          InstalledVersion: '1.0.0',
          FixedVersion: '1.0.1',
          Severity: 'CRITICAL',
          Title: 'left: falls over',
          Description: 'It falls over.',
          References: ['https://example.org/1'],
        },
        {
          VulnerabilityID: 'CVE-2024-22222',
          PkgName: 'right',
          InstalledVersion: '2.0.0',
          Severity: 'LOW',
          Title: 'right: leans',
        },
      ],
    },
  ],
})
const NONE = { created: 0, unchanged: 0, reopened: 0, closed: 0, rejected: [] }

describe('POST /findings', () => {
  const report = (target: string, body: string | Uint8Array, key = town.keys.portal, headers = {}) =>
    post(town.server, `/findings?target=${encodeURIComponent(target)}`, { key, body, headers })
  const findings = async (query: string, key = town.keys.read): Promise<Json> =>
    (
      await read(
        town.server,
        key,
        'query($q: String) { findings(query: $q) { totalCount edges { node { title severity status scanner location } } } }',
        { q: query },
      )
    ).findings

  test('takes SARIF: the same report changes nothing, whatever its order; what a newer one lacks is fixed; it can come back', async () => {
    const [a, b, c] = [
      result('app/a.js', 7, 'eval(x)'),
      result('app/b.js', 9, 'exec(y)', 'warning'),
      result('app/c.js', 1, 'open(z)', 'note'),
    ]
    const target = 'town-app'
    const answers = []
    for (const results of [
      [a, b],
      [b, a],
      [a, c],
      [c, b, a],
    ]) {
      const { status, json } = await report(target, sarif(results))
      expect(status).toBe(200)
      expect(Object.keys(json).sort()).toEqual(['closed', 'created', 'format', 'rejected', 'reopened', 'unchanged'])
      answers.push(json)
    }
    const format = answers[0]!.format
    expect(String(format)).toMatch(/sarif/i)
    expect(answers).toEqual([
      { ...NONE, format, created: 2 },
      { ...NONE, format, unchanged: 2 },
      { ...NONE, format, created: 1, unchanged: 1, closed: 1 },
      { ...NONE, format, unchanged: 2, reopened: 1 },
    ])
    const { edges } = await findings(`target: ${target}`)
    const shown = edges.map((e: Json) => e.node)
    expect(shown).toHaveLength(3)
    expect(shown).toContainEqual({
      title: expect.any(String),
      severity: 'high',
      status: 'open',
      scanner: expect.stringMatching(/lint-of-the-town/i),
      location: 'app/a.js:7',
    })
    expect(shown.map((f: Json) => [f.location, f.severity]).sort()).toEqual([
      ['app/a.js:7', 'high'],
      ['app/b.js:9', 'medium'],
      ['app/c.js:1', 'low'],
    ])
    expect((await findings(`target: ${target}`, town.keys.hzRead)).totalCount).toBe(0)
  })

  test('takes Trivy JSON, packed too', async () => {
    const first = await report('portal-image', gzipSync(TRIVY), town.keys.portal, { 'Content-Encoding': 'gzip' })
    expect(first).toMatchObject({ status: 200, json: { ...NONE, created: 2 } })
    expect(String(first.json.format)).toMatch(/trivy/i)
    expect((await report('portal-image', TRIVY)).json).toMatchObject({ ...NONE, unchanged: 2 })
    const { edges } = await findings('scanner: trivy')
    expect(edges.map((e: Json) => e.node.severity).sort()).toEqual(['critical', 'low'])
  })

  test('belongs to the unit and system of its key: another key starts afresh', async () => {
    const body = sarif([result('app/a.js', 7, 'eval(x)')])
    expect((await report('shared-name', body)).json).toMatchObject({ created: 1 })
    expect((await report('shared-name', body, town.keys.findings)).json).toMatchObject({ created: 1, unchanged: 0 })
    expect((await findings('target: shared-name', town.keys.thRead)).totalCount).toBe(1)
    expect((await findings('target: shared-name')).totalCount).toBe(2)
  })

  test('closes within scope only', async () => {
    const both = sarif([result('app/a.js', 7, 'eval(x)'), result('lib/b.js', 9, 'exec(y)')])
    expect((await report('scoped', both)).json).toMatchObject({ created: 2 })
    const part = await post(town.server, '/findings?target=scoped&scope=lib', {
      key: town.keys.portal,
      body: sarif([result('lib/c.js', 2, 'close(w)')]),
    })
    expect([part.status, part.json.created, part.json.closed]).toEqual([200, 1, 1])
    const open = (await findings('target: scoped and status: open')).edges.map((e: Json) => e.node.location)
    expect(open.sort()).toEqual(['app/a.js:7', 'lib/c.js:2'])
    // Nothing found, and not said where it looked: nothing is fixed by that.
    expect((await report('scoped', sarif([]))).json).toMatchObject({ ...NONE })
  })

  test('refuses what is no report, in words, and stores nothing of it', async () => {
    const before = (await findings('')).totalCount
    const post1 = (path: string, body: string, key = town.keys.portal, headers = {}) =>
      post(town.server, path, { key, body, headers })
    const report1 = sarif([result('x.js', 1, 'q')])
    refused(await post1('/findings', report1), 400, 'FND-400')
    refused(await post1('/findings?target=', report1), 400, 'FND-400')
    for (const odd of [
      'target=a&target=b',
      'target=t&target=t',
      'target=a%00b',
      'target=t&scope=a&scope=b',
      'target=t&scope=%0A',
    ])
      refused(await post1(`/findings?${odd}`, report1), 400, 'FND-400')
    refused(await post1('/findings?target=t', report1, town.keys.ingest), 403, 'COL-403')
    refused(await post1('/findings?target=t', report1, town.keys.read), 403, 'COL-403')
    refused(await post1('/findings?target=t', report1, 'sdk_wrong'), 401, 'COL-401')
    for (const cut of [10, 100, report1.length - 3]) {
      const { status, json } = await post1('/findings?target=t', report1.slice(0, cut))
      expect([400, 415, 422]).toContain(status)
      expect(Object.keys(json).sort()).toEqual(['code', 'message', 'place'])
      expect(json.place).toMatch(/\d/)
    }
    for (const body of [
      '',
      '{}',
      '[]',
      'null',
      '"x"',
      '<xml/>',
      '{"version":"2.1.0"}',
      '{"runs":{}}',
      '\u0000\u0001',
    ]) {
      const { status, json } = await post1('/findings?target=t', body)
      expect([body, status >= 400 && status < 500]).toEqual([body, true])
      expect(json.code).toMatch(/^FND-/)
    }
    refused(
      await post1('/findings?target=t', 'no gzip', town.keys.portal, { 'Content-Encoding': 'gzip' }),
      400,
      'COL-415',
    )
    expect((await findings('')).totalCount).toBe(before)
  })
})
