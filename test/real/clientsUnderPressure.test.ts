import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/killableServer.ts'
import { createKey, type Json, read, untilFound } from '../support/machine.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'
import { hasProgram, pythonPackages } from '../support/tools.ts'

const run = promisify(execFile)
const packages = await pythonPackages('elasticsearch-py', ['elasticsearch==8.19.0'])

/** Documents of each client: together more than may wait for detection. */
const DOCUMENTS = 45_000
/** How long detection cannot write down what it finds, milliseconds. */
const PRESSURE = 60_000
const RULE = '33333333-2222-4333-8444-555555555555'

const folder = tempFolder('clients')
const data = join(folder, 'data')
const rules = join(folder, 'rules')
const port = await freePort()
let server: TestServer
let keys: { readonly ingest: string; readonly read: string }

const start = () =>
  startServer({ data, env: { SUIDUN_RULES: rules, SUIDUN_INGEST_PORT: String(port), SUIDUN_LANES: '1' } })

beforeAll(async () => {
  mkdirSync(rules)
  writeFileSync(
    join(rules, 'everything.yml'),
    `title: Everything\nid: ${RULE}\nstatus: test\nlevel: low\nlogsource: { product: any }
detection:\n  sel:\n    event.kind|exists: true\n  condition: sel\n`,
  )
  keys = { ingest: await createKey(data, '--scopes', 'ingest'), read: await createKey(data, '--scopes', 'read') }
  server = await start()
})
afterAll(async () => {
  await server?.stop('SIGKILL')
  removeFolder(folder)
})

/** What a script of a user does: the client's own way to send many, and all of it again where that gives up. */
const PYTHON = `
import sys, time
from elasticsearch import Elasticsearch, ConnectionError, ConnectionTimeout, helpers
url, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = Elasticsearch(url, api_key=key, http_compress=True)
docs = lambda: ({"_op_type": "create", "_index": "logs-app-default", "_id": f"py-{n}", "message": f"python {n} end"} for n in range(count))
while True:
    try:
        print(*helpers.bulk(client, docs(), chunk_size=1000, max_retries=1000, initial_backoff=0.2, max_backoff=1))
        break
    except (ConnectionError, ConnectionTimeout):
        time.sleep(0.5)
`

const python = async (count: number) => {
  const env = { ...process.env, PYTHONPATH: packages!, PYTHONIOENCODING: 'utf-8' }
  const { stdout } = await run('python3', ['-c', PYTHON, `http://127.0.0.1:${port}`, keys.ingest, String(count)], {
    env,
  })
  return stdout.trim()
}

const node = async (count: number) => {
  const client = new Client({ node: `http://127.0.0.1:${port}`, auth: { apiKey: keys.ingest }, compression: true })
  const datasource = Array.from({ length: count }, (_, n) => ({ n, message: `node ${n} end` }))
  for (;;) {
    const sent = await client.helpers
      .bulk({
        datasource,
        onDocument: (d) => ({ create: { _index: 'logs-app-default', _id: `node-${d.n}` } }),
        flushBytes: 50_000,
        retries: 1000,
        wait: 200,
      })
      .catch(() => undefined)
    if (sent !== undefined) {
      await client.close()
      return sent
    }
    await new Promise((done) => setTimeout(done, 500))
  }
}

/** Messages of the events that a search finds, and how often each. */
async function messages(query: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let after: string | undefined; ; ) {
    const { events } = await read(
      server,
      keys.read,
      'query($q: String, $after: String) { events(query: $q, first: 1000, after: $after) { edges { cursor node { ecs } } } }',
      { q: query, after },
    )
    for (const { node } of events.edges) found.set(node.ecs.message, (found.get(node.ecs.message) ?? 0) + 1)
    if (events.edges.length < 1000) return found
    after = events.edges.at(-1).cursor
  }
}

/** A number of the server's metrics; 0 where nothing was counted yet. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.run.http}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length) ?? 0,
  )
}
const REFUSED = 'suidun_happenings_total{what="refused_under_pressure"}'
const STORED = 'suidun_source_lines{kind="bulk",state="stored"}'

describe('what real clients send to a server is searchable', () => {
  test.skipIf(!hasProgram('logger')).each([
    ['RFC 3164 over UDP', ['--rfc3164', '-d'], 'udp'],
    ['RFC 5424 over UDP', ['--rfc5424', '-d'], 'udp'],
    ['RFC 3164 over TCP', ['--rfc3164', '-T'], 'tcp'],
    ['RFC 5424 over TCP', ['--rfc5424', '-T'], 'tcp'],
  ] as const)('by logger, %s', async (name, flags, protocol) => {
    const word = `logger${name.replaceAll(' ', '')}`
    const to = ['-n', '127.0.0.1', '-P', String(server.run.syslog[protocol])]
    await run('logger', [...to, ...flags, '-p', 'auth.notice', '-t', 'probe', `${word} 穗盾`])
    await untilFound(server, keys.read, `message: "${word} 穗盾" and process.name: probe`, 1)
  })

  test.skipIf(!hasProgram('curl'))('by curl, NDJSON and a bulk body', async () => {
    const curl = (path: string, body: string) =>
      run('curl', [
        '-sSf',
        '-H',
        `Authorization: Bearer ${keys.ingest}`,
        '--data-binary',
        body,
        `${server.run.ingest}${path}`,
      ])
    expect(JSON.parse((await curl('/ingest', '{"message":"curl one"}\n{"message":"curl two"}\n')).stdout)).toEqual({
      accepted: 2,
    })
    await curl('/logs-app-default/_bulk', '{"create":{"_id":"curl"}}\n{"message":"curl three"}\n')
    await untilFound(server, keys.read, 'message: curl', 3)
  })
})

describe.skipIf(packages === undefined)('the official Python and Node clients, with ids of their own', () => {
  test('lose and double nothing over a minute of pressure and a kill in the middle, and all is searchable', async () => {
    // Whoever holds the documents' write lock holds up detection: its findings cannot be written down.
    const documents = new DatabaseSync(join(data, 'documents.sqlite'), { timeout: 60_000 })
    documents.exec('BEGIN IMMEDIATE')
    const [byPython, byNode] = [python(DOCUMENTS), node(DOCUMENTS)]
    await until('requests to be refused', async () => (await metric(REFUSED)) > 0, 120_000)
    const first = await metric(REFUSED)
    await new Promise((done) => setTimeout(done, PRESSURE))
    expect(await metric(REFUSED)).toBeGreaterThan(first)
    const stored = await metric(STORED)
    expect(stored).toBeGreaterThan(0)
    expect(stored).toBeLessThan(2 * DOCUMENTS)
    documents.exec('ROLLBACK')
    documents.close()
    await until('the clients to go on', async () => (await metric(STORED)) > stored)
    await server.stop('SIGKILL')
    server = await start()

    expect(await byPython).toBe(`${DOCUMENTS} []`)
    expect(await byNode).toMatchObject({ total: DOCUMENTS, failed: 0, successful: DOCUMENTS })
    for (const name of ['python', 'node']) {
      await untilFound(server, keys.read, `message: "${name}"`, DOCUMENTS)
      const found = await messages(`message: "${name}"`)
      expect(found.size).toBe(DOCUMENTS)
      expect([...found].filter(([, times]) => times !== 1)).toEqual([])
      for (let n = 0; n < DOCUMENTS; n++) if (!found.has(`${name} ${n} end`)) throw new Error(`${name} ${n} is missing`)
    }
    await until('every event to be counted in one signal', async () => {
      const { signals, events } = await read(
        server,
        keys.read,
        '{ events(first: 0) { totalCount } signals(first: 1000) { edges { node { rule { id } count } } } }',
      )
      const counted = signals.edges.reduce(
        (n: number, { node }: Json) => n + (node.rule.id === RULE ? node.count : 0),
        0,
      )
      return counted === events.totalCount
    })
  }, 600_000)
})
