import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestIntake, type TestIntake } from '../support/testIntake.ts'
import { hasProgram } from '../support/tools.ts'

const run = promisify(execFile)
const base64 = (s: string) => Buffer.from(s).toString('base64')
const A = { authorization: 'ApiKey secret-a' }

let t: TestIntake
let mark = 0
beforeAll(async () => {
  t = await openTestIntake()
})
afterAll(() => t.close())

const fresh = () => `mark-${++mark}-${process.hrtime.bigint()}`
const stored = async (text: string) => (await t.events()).filter((e) => e.event.original.includes(text))

async function bulk(body: string | Uint8Array, options: { path?: string; method?: string; headers?: object } = {}) {
  const response = await fetch(`${t.url}${options.path ?? '/_bulk'}`, {
    method: options.method ?? 'POST',
    headers: { ...A, ...options.headers },
    body: body as BodyInit,
  })
  const text = await response.text()
  return { status: response.status, text, json: JSON.parse(text), headers: response.headers }
}

describe('what shippers ask first', () => {
  test.each(['GET', 'HEAD'])('%s / is answered as Elasticsearch 8 does', async (method) => {
    const response = await fetch(`${t.url}/`, { method, headers: A })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
    const text = await response.text()
    if (method === 'HEAD') expect(text).toBe('')
    else
      expect(JSON.parse(text)).toMatchObject({
        name: expect.any(String),
        cluster_name: expect.any(String),
        cluster_uuid: expect.any(String),
        version: { number: expect.stringMatching(/^8\.19\./), build_flavor: 'default' },
        tagline: 'You Know, for Search',
      })
  })

  test('licence, health and nodes are there', async () => {
    const get = (path: string) => fetch(`${t.url}${path}`, { headers: A })
    for (const path of ['/_license', '/_license?human=false'])
      expect(await (await get(path)).json()).toMatchObject({ license: { type: 'basic', status: 'active' } })
    for (const path of ['/_xpack', '/_cluster/health', '/_cat/health', '/_nodes/http'])
      expect((await get(path)).status).toBe(200)
    const nodes = (await (await get('/_nodes/http')).json()) as { nodes: Record<string, { http: object }> }
    expect(Object.values(nodes.nodes)[0]?.http).toMatchObject({ publish_address: `127.0.0.1:${t.listener.port}` })
  })

  test.each([
    '_index_template/n',
    '_template/n',
    '_component_template/n',
    '_ilm/policy/n',
    '_ingest/pipeline/n',
    '_data_stream/n',
  ])('%s may be looked for and created', async (path) => {
    for (const method of ['HEAD', 'GET'])
      expect([200, 404]).toContain((await fetch(`${t.url}/${path}`, { method, headers: A })).status)
    const put = await fetch(`${t.url}/${path}`, { method: 'PUT', headers: A, body: '{"index_patterns":["x"]}' })
    expect([put.status, await put.json()]).toEqual([200, { acknowledged: true }])
  })

  test.each([
    ['ApiKey secret-a'],
    [`ApiKey ${base64('secret-a')}`],
    [`ApiKey ${base64('anything:secret-a')}`],
    ['ApiKey suidun:secret-a'],
    [`Basic ${base64('anything:secret-a')}`],
    ['Bearer secret-a'],
    [`APIKey ${base64('suidun:secret-a')}`],
    ['bearer  secret-a'],
  ])('the key may come as %s', async (authorization) => {
    expect((await fetch(`${t.url}/`, { headers: { authorization } })).status).toBe(200)
  })

  test.each([['ApiKey wrong'], ['Basic !!!'], ['Bearer'], ['Digest secret-a'], ['']])(
    'a key that does not count ("%s") is refused in the form that clients read, with the product header',
    async (authorization) => {
      const response = await fetch(`${t.url}/_bulk`, { method: 'POST', headers: { authorization }, body: '{}' })
      expect(response.status).toBe(401)
      expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
      expect(await response.json()).toMatchObject({ error: { type: 'security_exception' }, status: 401 })
    },
  )

  test('the product header is on every answer, also on what is no HTTP at all', async () => {
    expect((await fetch(`${t.url}/nothing`, { headers: A })).headers.get('x-elastic-product')).toBe('Elasticsearch')
    const garbage = await new Promise<string>((resolve) => {
      const socket = connect(t.listener.port, '127.0.0.1', () => socket.write('garbage\r\n\r\n'))
      let text = ''
      socket.on('data', (d) => {
        text += d
      })
      socket.on('close', () => resolve(text))
    })
    expect(garbage).toMatch(/^HTTP\/1\.1 400 .*X-Elastic-Product: Elasticsearch/s)
  })
})

describe('_bulk', () => {
  test('answers one item per action, in order, under its own name, compactly', async () => {
    const m = fresh()
    const body = `{"create":{"_index":"logs-x","_id":"${m}"}}\n{"message":"${m}"}\n{"index":{"_index":""}}\n{"message":"${m}"}\n`
    const answer = await bulk(body, { path: '/fallback/_bulk?refresh=true&timeout=1m' })
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(/^\{"took":1,"errors":false,"items":\[\{"create":\{"_index":"logs-x","_id":"mark/)
    expect(answer.json.items).toEqual([
      { create: { _index: 'logs-x', _id: m, result: 'created', status: 201 } },
      { index: { _index: 'fallback', _id: expect.stringMatching(/^[0-9a-f]{32}$/), result: 'created', status: 201 } },
    ])
    expect(await stored(m)).toHaveLength(2)
  })

  test.each(['POST', 'PUT'])('%s, with an index, and with index and type in the address', async (method) => {
    const m = fresh()
    for (const path of ['/_bulk', '/logs-a/_bulk', '/logs-a/_doc/_bulk', '/_bulk/'])
      expect((await bulk(`{"create":{}}\n{"message":"${m}"}\n`, { path, method })).status).toBe(200)
    expect(await stored(m)).toHaveLength(4)
  })

  test.each([
    'application/x-ndjson',
    'application/json; charset=utf-8',
    'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
    'application/vnd.elasticsearch+json; compatible-with=9',
    'application/x-www-form-urlencoded',
    '',
  ])('content type "%s" is taken', async (type) => {
    expect((await bulk('{"index":{}}\n{"a":1}\n', { headers: { 'content-type': type } })).status).toBe(200)
  })

  test('takes every member that shippers put into actions, and empty lines between documents', async () => {
    const m = fresh()
    const meta = `{"index":{"_index":"x","_type":"_doc","_id":"${m}","pipeline":"p","routing":"r","dynamic_templates":{},"require_alias":false}}`
    const body = `\n${meta}\n\n{"message":"${m}"}\n\n\n{"create":{}}\n{"message":"${m}"}\n\n`
    expect((await bulk(body)).json.items).toHaveLength(2)
    expect(await stored(m)).toHaveLength(2)
  })

  test('an _id stored before is acknowledged and stored once: in one body, later, after a restart', async () => {
    const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-bulk-'))
    const body = '{"create":{"_id":"a"}}\n{"n":1}\n{"create":{"_id":"a"}}\n{"n":1}\n{"index":{"_id":"b"}}\n{"n":1}\n'
    const send = async (x: TestIntake) => {
      const response = await fetch(`${x.url}/logs/_bulk`, { method: 'POST', headers: A, body })
      const { items } = (await response.json()) as { items: Record<string, { status: number }>[] }
      return items.map((i) => Object.values(i)[0]?.status)
    }
    const first = await openTestIntake({ folder })
    expect(await send(first)).toEqual([201, 200, 201])
    expect(await send(first)).toEqual([200, 200, 200])
    expect(await first.events()).toHaveLength(2)
    await first.close()
    const second = await openTestIntake({ folder })
    expect(await send(second)).toEqual([200, 200, 200])
    expect(await second.events()).toHaveLength(2)
    await second.close()
    fs.rmSync(folder, { recursive: true })
  })

  test('the same _id of another key or in another index is another event', async () => {
    const m = fresh()
    const one = (index: string) => `{"create":{"_index":"${index}","_id":"${m}"}}\n{"m":"${m}"}\n`
    await bulk(one('x'))
    await bulk(one('y'))
    await bulk(one('x'), { headers: { authorization: 'Bearer secret-b' } })
    await bulk(one('x'))
    expect(await stored(m)).toHaveLength(3)
  })

  test('create under an _id that is stored changes nothing, whatever the document; index keeps each that differs', async () => {
    const m = fresh()
    const one = (action: string, n: number) =>
      `{"${action}":{"_index":"${action}","_id":"${m}"}}\n{"n":${n},"m":"${m}"}\n`
    const send = async (action: string, ...documents: number[]) => {
      const { json } = await bulk(documents.map((n) => one(action, n)).join(''))
      return json.items.map((i: Record<string, { status: number }>) => i[action]!.status)
    }
    expect(await send('create', 1, 2)).toEqual([201, 200])
    expect(await send('create', 3)).toEqual([200])
    expect(await send('index', 4, 5)).toEqual([201, 201])
    expect(await send('index', 5)).toEqual([200])
    const numbers = (await stored(m)).map((e) => JSON.parse(e.event.original).n)
    expect(numbers.sort()).toEqual([1, 4, 5])
  })

  test('ids are recognised also after bodies without ids made the sender go to any lane', async () => {
    const m = fresh()
    const body = `{"create":{"_id":"${m}"}}\n{"message":"${m}"}\n`
    for (let i = 0; i < 4; i++) {
      await Promise.all(Array.from({ length: 8 }, () => bulk('{"create":{}}\n{"a":1}\n')))
      await Promise.all(Array.from({ length: 8 }, () => bulk(body)))
    }
    expect(await stored(m)).toHaveLength(1)
  })

  test('a document that cannot be parsed is stored as pipeline_error, 201; invalid UTF-8 is replaced', async () => {
    const m = fresh()
    const body = Buffer.concat([
      Buffer.from(`{"create":{}}\n{"broken": ${m}\n{"create":{}}\n{"message":"${m} `),
      Buffer.from([0xe4, 0xff]),
      Buffer.from('"}\n'),
    ])
    const { json } = await bulk(body)
    expect(json.items.map((i: { create: { status: number } }) => i.create.status)).toEqual([201, 201])
    const events = await stored(m)
    expect(events.map((e) => e.event.kind)).toEqual(['pipeline_error', 'event'])
    expect(events[1]?.message).toBe(`${m} \uFFFD\uFFFD`)
  })

  test.each([
    ['no JSON', 'nonsense\n{"a":1}\n', 1],
    ['an unknown action', '{"create":{}}\n{"a":1}\n{"delete":{"_id":"x"}}\n', 3],
    ['two actions in one line', '{"create":{},"index":{}}\n{"a":1}\n', 1],
    ['an action that is no object', '{"create":"x"}\n{"a":1}\n', 1],
    ['a missing document', '{"create":{}}\n{"m":"MARK"}\n{"create":{}}\n', 3],
    ['an _id that is no text', '{"create":{"_id":{}}}\n{"a":1}\n', 1],
  ])('a body with %s is refused whole, with the line', async (_, body, line) => {
    const m = fresh()
    const answer = await bulk(`{"create":{}}\n{"m":"${m}"}\n${body}`)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ status: 400, error: { type: 'illegal_argument_exception' } })
    expect(answer.json.error.reason).toContain(`line ${line + 2}`)
    expect(await stored(m)).toEqual([])
  })

  test.each([
    ['errors,items.*.error,items.*.status', { errors: false, items: [{ create: { status: 201 } }] }],
    [
      'items.*._index,items.*.status,items.*.error.type,items.*.error.reason',
      { items: [{ create: { _index: 'x', status: 201 } }] },
    ],
    ['errors,items.*.error', { errors: false }],
    ['took', { took: 1 }],
  ])('filter_path=%s is honoured', async (filter, expected) => {
    const { json } = await bulk('{"create":{"_index":"x"}}\n{"a":1}\n', { path: `/_bulk?filter_path=${filter}` })
    expect(json).toEqual(expected)
  })

  test('Fluent Bit gets an answer that stays small', async () => {
    const body = '{"create":{"_index":"x"}}\n{"a":1}\n'.repeat(20_000)
    const { text } = await bulk(body, { headers: { 'user-agent': 'Fluent-Bit' } })
    expect(text).toBe('{"took":1,"errors":false,"items":[]}')
  })

  test('takes gzip and chunked bodies, and several requests on one connection', async () => {
    const m = fresh()
    const body = `{"create":{}}\n{"message":"${m}"}\n`
    expect((await bulk(gzipSync(body), { headers: { 'content-encoding': 'gzip' } })).status).toBe(200)
    const chunked = await new Promise<number>((resolve, reject) => {
      const q = request(`${t.url}/_bulk`, { method: 'POST', headers: A }, (s) => {
        s.resume()
        resolve(s.statusCode ?? 0)
      })
      q.on('error', reject)
      for (const c of body) q.write(c)
      q.end()
    })
    expect(chunked).toBe(200)
    expect(await stored(m)).toHaveLength(2)
  })

  test('a versioned Accept gets its own type back', async () => {
    const accept = 'application/vnd.elasticsearch+json; compatible-with=9'
    const { headers } = await bulk('{"create":{}}\n{"a":1}\n', { headers: { accept } })
    expect(headers.get('content-type')).toBe(accept)
  })
})

describe('the official Node client', () => {
  test.each([
    ['API key', { apiKey: 'secret-a' }],
    ['API key with id', { apiKey: { id: 'suidun', api_key: 'secret-a' } }],
    ['user and password', { auth: { username: 'suidun', password: 'secret-a' } }],
  ])('sends by %s, repeats without doubling', async (_, auth) => {
    const m = fresh()
    const client = new Client({ node: t.url, ...('auth' in auth ? auth : { auth }), compression: true })
    expect((await client.info()).version.number).toMatch(/^8\.19/)
    const datasource = Array.from({ length: 500 }, (_, n) => ({ n, message: m }))
    for (let i = 0; i < 2; i++) {
      const result = await client.helpers.bulk({
        datasource,
        onDocument: (d) => ({ create: { _index: 'logs-app-default', _id: `${m}-${d.n}` } }),
      })
      expect(result).toMatchObject({ total: 500, failed: 0, successful: 500 })
    }
    const plain = await client.bulk({ index: 'logs', operations: [{ index: {} }, { message: m }] })
    expect(plain.errors).toBe(false)
    await client.close()
    expect(await stored(m)).toHaveLength(501)
  })
})

describe.skipIf(!hasProgram('curl'))('curl', () => {
  test('sends a body of more than 1 MiB (Expect: 100-continue) as a form, its default', async () => {
    const m = fresh()
    const file = join(t.folder, 'bulk.ndjson')
    fs.writeFileSync(file, `{"create":{}}\n{"message":"${m}","pad":"${'z'.repeat(500)}"}\n`.repeat(3_000))
    const { stdout } = await run('curl', [
      '-sS',
      '-u',
      'x:secret-a',
      '--data-binary',
      `@${file}`,
      `${t.url}/logs/_bulk`,
    ])
    expect(JSON.parse(stdout)).toMatchObject({ errors: false })
    expect(await stored(m)).toHaveLength(3_000)
  })
})
