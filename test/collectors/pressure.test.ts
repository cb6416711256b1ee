import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Room } from '../../app/lane/room.ts'
import { KEYS, openTestIntake, type TestIntake } from '../support/testIntake.ts'

const ndjson = (text: string) => `{"message":"${text}"}\n`
const bulk = (text: string) => `{"create":{"_id":"${text}"}}\n{"message":"${text}"}\n`
const auth = { authorization: 'Bearer secret-a' }

interface Answer {
  readonly status: number | 'closed'
  readonly ms: number
  readonly head: string
}

/** A POST by hand, so that it has no User-Agent unless given. */
function post(t: TestIntake, path: string, body: string, userAgent?: string): Promise<Answer> {
  return new Promise((resolve) => {
    const began = Date.now()
    let text = ''
    const socket = connect(t.listener.port, '127.0.0.1', () => {
      const agent = userAgent === undefined ? '' : `User-Agent: ${userAgent}\r\n`
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-a\r\n${agent}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
    const done = () => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]
      resolve({ status: status === undefined ? 'closed' : Number(status), ms: Date.now() - began, head: text })
      socket.destroy()
    }
    socket.on('data', (d) => {
      text += d
      if (text.includes('\r\n\r\n')) done()
    })
    socket.on('error', done)
    socket.on('close', done)
  })
}

test('under pressure requests are answered late, then refused whole, each sender in the form that it survives', async () => {
  const release = Promise.withResolvers<void>()
  const t = await openTestIntake({
    lanes: 1,
    parts: new URL('../support/slowParts.ts', import.meta.url),
    applyDeltas: () => release.promise,
  })
  expect((await post(t, '/ingest', ndjson('first'), 'curl/8')).status).toBe(200)
  await new Promise((resolve) => setTimeout(resolve, 400))
  const [own, client, rsyslog] = await Promise.all([
    post(t, '/ingest', ndjson('refused-own'), 'curl/8'),
    post(t, '/_bulk', bulk('refused-client'), 'elasticsearch-py/8'),
    post(t, '/_bulk', bulk('refused-rsyslog')),
  ])
  expect(own.status).toBe(429)
  expect(own.head).toMatch(/Retry-After: \d/)
  expect(client.status).toBe(429)
  expect(client.head).toMatch(/Retry-After: \d/)
  expect(rsyslog).toMatchObject({ status: 'closed', head: '' })
  for (const a of [own, client, rsyslog]) {
    expect(a.ms).toBeGreaterThan(3_000)
    expect(a.ms).toBeLessThan(5_000)
  }
  expect(t.told).toContain('refused_under_pressure')
  const late = post(t, '/ingest', ndjson('late'), 'curl/8')
  setTimeout(() => release.resolve(), 1_000)
  expect(await late).toMatchObject({ status: 200 })
  const messages = (await t.events()).map((e) => e.message)
  expect(messages).toEqual(['first', 'late'])
  await t.close()
})

test('room for bodies is given first come, first served, and waited for only so long', async () => {
  const room = new Room(100)
  const a = await room.reserve(60, 10, 'a')
  const b = room.reserve(60, 1_000, 'b')
  const c = room.reserve(10, 1_000, 'c')
  expect(await Promise.race([b, c, new Promise((r) => setTimeout(() => r('waiting'), 50))])).toBe('waiting')
  expect(await room.reserve(10, 20, 'd')).toBeUndefined()
  a?.release()
  expect([await b, await c].every((r) => r !== undefined)).toBe(true)
  expect((await c)?.grow(80)).toBe(true)
  expect((await c)?.grow(80)).toBe(false)
  expect((await b)?.grow(40)).toBe(true)
  expect((await b)?.grow(20)).toBe(false)
  ;(await b)?.release()
  ;(await c)?.release()
  const whole = await room.reserve(1_000, 10, 'd')
  expect(whole).toBeDefined()
})

test('a sender that announces much and sends nothing leaves room for the others', async () => {
  const room = new Room(100)
  const stalled = await Promise.all(Array.from({ length: 9 }, () => room.reserve(25, 20, 'a')))
  expect(stalled.filter((r) => r !== undefined)).toHaveLength(2)
  const more = room.reserve(25, 1_000, 'a')
  const others = await Promise.all(Array.from({ length: 5 }, (_, i) => room.reserve(10, 20, `b${i}`)))
  expect(others.filter((r) => r !== undefined)).toHaveLength(5)
  stalled.find((r) => r !== undefined)?.release()
  expect(await more).toBeDefined()
})

const canMount = (() => {
  const probe = fs.mkdtempSync(join(os.tmpdir(), 'suidun-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return true
  } catch {
    if (process.env.CI === 'true') throw new Error('this machine may not mount a tmpfs: the full-disk test cannot run')
    console.warn('SKIPPED: a full disk under a listener: no tmpfs may be mounted here (needs root)')
    return false
  } finally {
    fs.rmdirSync(probe)
  }
})()

test.skipIf(!canMount)('a full disk is told to senders, loses nothing that was acknowledged, and passes', async () => {
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', folder])
  try {
    const t = await openTestIntake({ folder, lanes: 1 })
    const pad = 'p'.repeat(4_000)
    const acknowledged: string[] = []
    const send = async (text: string) => {
      const body = `{"message":"${text}","pad":"${pad}"}\n`.repeat(20)
      const response = await fetch(`${t.url}/ingest`, { method: 'POST', headers: auth, body })
      if (response.status === 200) acknowledged.push(text)
      return { status: response.status, json: (await response.json()) as object }
    }
    let answer = await send('m0')
    for (let i = 1; i < 200 && answer.status === 200; i++) answer = await send(`m${i}`)
    expect(answer).toMatchObject({ status: 507, json: { code: 'STO-507' } })
    const small: string[] = []
    /** The answer to a single line while the disk is full: a file that was written anew may have left room, which is used up first. */
    const refused = async (userAgent?: string) => {
      for (;;) {
        const text = `small${small.length}`
        const { status, head } = await post(t, '/_bulk', bulk(text), userAgent)
        if (status !== 200) return { status, head }
        small.push(text)
        expect(small.length).toBeLessThan(100)
        for (let i = 0; (await send(`more${small.length}-${i}`)).status === 200; i++) expect(i).toBeLessThan(100)
      }
    }
    expect(await refused('elasticsearch-js/8')).toMatchObject({ status: 429 })
    expect(await refused()).toEqual({ status: 'closed', head: '' })
    expect(t.told).toContain('disk_full')
    execFileSync('mount', ['-o', 'remount,size=32m', folder])
    for (let i = 0; (await send(`after${i}`)).status !== 200; i++) expect(i).toBeLessThan(20)
    expect(t.told).toContain('disk_back')
    const events = await t.events()
    for (const text of acknowledged) expect(events.filter((e) => e.message === text)).toHaveLength(20)
    for (const text of small) expect(events.filter((e) => e.message === text)).toHaveLength(1)
    expect(events).toHaveLength(acknowledged.length * 20 + small.length)
    await t.close()
  } finally {
    execFileSync('umount', ['-l', folder])
    fs.rmSync(folder, { recursive: true, force: true })
  }
})

test('keys are asked for again within a second of being revoked', async () => {
  const t = await openTestIntake({ lanes: 1 })
  const keys = KEYS as Record<string, (typeof KEYS)[string]>
  keys['short-lived'] = KEYS['secret-a']!
  const ask = () => fetch(`${t.url}/`, { headers: { authorization: 'Bearer short-lived' } })
  expect((await ask()).status).toBe(200)
  delete keys['short-lived']
  await new Promise((resolve) => setTimeout(resolve, 1_050))
  expect((await ask()).status).toBe(401)
  await t.close()
})
