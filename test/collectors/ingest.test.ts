import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { request } from 'node:http'
import os from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestIntake, type TestIntake } from '../support/testIntake.ts'
import { hasProgram } from '../support/tools.ts'

const run = promisify(execFile)
const A = { authorization: 'Bearer secret-a' }

let t: TestIntake
let mark = 0
beforeAll(async () => {
  t = await openTestIntake()
})
afterAll(() => t.close())

/** Text that no other event holds. */
const fresh = () => `mark-${++mark}-${process.hrtime.bigint()}`

async function ingest(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${t.url}/ingest`, {
    method: 'POST',
    headers: { ...A, ...headers },
    body: body as BodyInit,
  })
  return {
    status: response.status,
    json: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  }
}

async function stored(text: string) {
  return (await t.events()).filter((e) => e.event.original.includes(text))
}

describe('POST /ingest', () => {
  test('stores one event a line, as the unit and system of the key, whatever the payload says', async () => {
    const m = fresh()
    const line = JSON.stringify({ message: m, suidun: { unit: { id: 'other' } }, event: { id: 'mine' } })
    expect(await ingest(`${line}\n${line}\n`)).toMatchObject({ status: 200, json: { accepted: 2 } })
    const events = await stored(m)
    expect(events).toHaveLength(2)
    expect(new Set(events.map((e) => e.event.id)).size).toBe(2)
    for (const e of events) {
      expect(e.suidun).toMatchObject({ unit: { id: 'tianhe' }, system: { id: 'portal' }, source: { id: 'http:key-a' } })
      expect(e.event.original).toBe(line)
      expect(e.event.id).toMatch(/^[0-9a-f]{32}$/)
    }
  })

  test('stores what is no JSON as pipeline_error with its raw line, and counts it as accepted', async () => {
    const m = fresh()
    expect((await ingest(`${m} is no json\n{"cut": "${m}`)).json).toEqual({ accepted: 2 })
    const events = await stored(m)
    expect(events.map((e) => e.event.kind)).toEqual(['pipeline_error', 'pipeline_error'])
    expect(events.map((e) => e.event.original)).toEqual([`${m} is no json`, `{"cut": "${m}`])
  })

  test('skips empty lines, takes CRLF, a byte order mark and a missing last line feed', async () => {
    const m = fresh()
    expect((await ingest(`\uFEFF{"message":"${m}"}\r\n\r\n   \n{"message":"${m}"}`)).json).toEqual({ accepted: 2 })
    expect((await stored(m)).map((e) => e.event.original)).toEqual(Array(2).fill(`{"message":"${m}"}`))
    expect((await ingest('')).json).toEqual({ accepted: 0 })
  })

  test('takes gzip, also of several members, and replaces invalid UTF-8', async () => {
    const m = fresh()
    const bad = Buffer.concat([Buffer.from(`{"message":"${m} `), Buffer.from([0xe9, 0xff]), Buffer.from('"}\n')])
    const body = Buffer.concat([gzipSync(`{"message":"${m} 穗盾"}\n`), gzipSync(bad)])
    expect(await ingest(body, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200, json: { accepted: 2 } })
    expect((await stored(m)).map((e) => e.message)).toEqual([`${m} 穗盾`, `${m} \uFFFD\uFFFD`])
  })

  test('with an Idempotency-Key a repeat stores nothing twice, also after a restart, and says the same', async () => {
    const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-idem-'))
    const m = fresh()
    const send = async (x: TestIntake, key: string) => {
      const body = `{"message":"${m}"}\n{"message":"${m}"}\n`
      const response = await fetch(`${x.url}/ingest`, {
        method: 'POST',
        headers: { ...A, 'idempotency-key': key },
        body,
      })
      return response.json()
    }
    const first = await openTestIntake({ folder })
    for (let i = 0; i < 3; i++) expect(await send(first, 'one')).toEqual({ accepted: 2 })
    await first.close()
    const second = await openTestIntake({ folder })
    expect(await send(second, 'one')).toEqual({ accepted: 2 })
    expect(await second.events()).toHaveLength(2)
    expect(await send(second, 'two')).toEqual({ accepted: 2 })
    expect(await second.events()).toHaveLength(4)
    expect(second.intake.sources()[0]).toMatchObject({ received: 4, stored: 2, repeated: 2 })
    await second.close()
    fs.rmSync(folder, { recursive: true })
  })

  test('errors name code, message and place', async () => {
    const no = await fetch(`${t.url}/ingest`, { method: 'POST', body: '{}' })
    expect(no.status).toBe(401)
    expect(await no.json()).toEqual({
      code: 'COL-401',
      message: 'API key missing or not valid',
      place: 'header Authorization',
    })
    expect(await ingest('{}', { authorization: 'Bearer secret-read' })).toMatchObject({
      status: 403,
      json: { code: 'COL-403' },
    })
    expect(await ingest('not gzip', { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      json: { code: 'COL-415', place: 'body' },
    })
    expect(await ingest('x', { 'content-encoding': 'br' })).toMatchObject({ status: 400, json: { code: 'COL-415' } })
  })

  test('a body of exactly 32 MiB is taken; one byte more, announced, chunked or packed, is refused with the limit', async () => {
    const limit = 32 << 20
    const m = fresh()
    const line = Buffer.from(`{"message":"${m}","pad":"${'x'.repeat(1 << 20)}"}\n`)
    const whole = Buffer.alloc(limit, 0x20)
    for (let at = 0; at + line.length <= limit; at += line.length) line.copy(whole, at)
    const lines = Math.floor(limit / line.length)
    expect(await ingest(whole)).toMatchObject({ status: 200, json: { accepted: lines } })
    const more = Buffer.concat([whole, Buffer.from(' ')])
    const refusal = { status: 413, json: { code: 'COL-413', message: expect.stringContaining(String(limit)) } }
    expect(await ingest(more)).toMatchObject(refusal)
    expect(await ingest(gzipSync(more), { 'content-encoding': 'gzip' })).toMatchObject(refusal)
    const chunked = await new Promise<number>((resolve, reject) => {
      const q = request(`${t.url}/ingest`, { method: 'POST', headers: A }, (s) => {
        s.resume()
        resolve(s.statusCode ?? 0)
      })
      q.on('error', reject)
      q.write(more.subarray(0, 20 << 20))
      q.end(more.subarray(20 << 20))
    })
    expect(chunked).toBe(413)
    expect(await stored(m)).toHaveLength(lines)
  })

  test('a line that no store would take as an event is kept with its beginning, as pipeline_error', async () => {
    const m = fresh()
    const line = JSON.stringify({ message: m, text: 'x'.repeat(9 << 20) })
    expect((await ingest(`${line}\n{"message":"${m}"}`)).json).toEqual({ accepted: 2 })
    const [long, next] = await stored(m)
    expect(long?.event).toMatchObject({ kind: 'pipeline_error', original: line.slice(0, 1 << 20) })
    expect(next?.message).toBe(m)
  })

  test('a body that unpacks to a thousand times its size is refused without being unpacked whole', async () => {
    const bomb = gzipSync(Buffer.alloc(256 << 20, 0x20))
    expect(await ingest(bomb, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 })
    expect((await ingest('{}')).status).toBe(200)
  })

  test('a sender that goes away in the middle of its body leaves nothing behind', async () => {
    const m = fresh()
    await new Promise<void>((resolve) => {
      const q = request(`${t.url}/ingest`, { method: 'POST', headers: { ...A, 'content-length': '10000' } })
      q.on('error', () => resolve())
      q.write(`{"message":"${m}"}\n`)
      setTimeout(() => q.destroy(new Error('gone')), 50)
    })
    expect(await stored(m)).toEqual([])
  })

  test.skipIf(!hasProgram('curl'))(
    'curl delivers a file of NDJSON, waiting for 100 Continue when it is large',
    async () => {
      const m = fresh()
      const file = join(t.folder, 'curl.ndjson')
      fs.writeFileSync(file, `{"message":"${m}","pad":"${'y'.repeat(1000)}"}\n`.repeat(2_000))
      const { stdout } = await run('curl', [
        '-sS',
        '--max-time',
        '20',
        '-H',
        'Authorization: Bearer secret-a',
        '-H',
        'Expect: 100-continue',
        '--data-binary',
        `@${file}`,
        `${t.url}/ingest`,
      ])
      expect(JSON.parse(stdout)).toEqual({ accepted: 2_000 })
      expect(await stored(m)).toHaveLength(2_000)
    },
  )

  test('a sender that waits for 100 Continue with too large a body or a wrong key is answered at once', async () => {
    const ask = (headers: Record<string, string>) =>
      new Promise<{ status: number; continued: boolean }>((resolve, reject) => {
        let continued = false
        const q = request(`${t.url}/ingest`, { method: 'POST', headers: { expect: '100-continue', ...headers } })
        q.on('continue', () => {
          continued = true
        })
        q.on('response', (s) => {
          s.resume()
          resolve({ status: s.statusCode ?? 0, continued })
          q.destroy()
        })
        q.on('error', reject)
        q.flushHeaders()
      })
    expect(await ask({ ...A, 'content-length': String(1 << 30) })).toEqual({ status: 413, continued: false })
    expect(await ask({ authorization: 'Bearer no', 'content-length': '10' })).toEqual({ status: 401, continued: false })
  })

  test('every line is looked at by the detector once', async () => {
    await t.events()
    const seen = t.hits.map((h) => `${h.lane} ${h.seq}`)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(t.intake.sealed().reduce((n, s) => n + s.count, 0))
  })
})

describe('POST /findings', () => {
  const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(`${t.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer secret-b', ...headers },
      body: body as BodyInit,
    })

  test('hands over the unpacked body with the query, and needs its scope', async () => {
    const taken = await post('/findings?target=portal&scope=src', gzipSync('{"runs":[]}'), {
      'content-encoding': 'gzip',
    })
    expect(await taken.json()).toEqual({ key: 'key-b', bytes: 11, target: 'portal' })
    const refused = await post('/findings', '{}')
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ code: 'FND-400' })
    expect((await post('/findings?target=x', '{}', A)).status).toBe(403)
  })
})
