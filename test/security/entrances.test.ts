import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMetrics } from '../support/openMetrics.ts'
import { removeFolder, startServer, suidun, type TestServer, tempFolder, until } from '../support/server.ts'

const folder = tempFolder('entrances')
const data = join(folder, 'data')
let server: TestServer
let key: string

/** In a folder that was there before and that others may look into. */
beforeAll(async () => {
  mkdirSync(data)
  chmodSync(data, 0o755)
  const env = { SUIDUN_DATA: data }
  key = (await suidun(['key', 'create', '--name', 'k', '--scopes', 'ingest'], { env })).stdout.trim()
  server = await startServer({ data })
  const line = { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: '{"message":"of a person"}\n' }
  await until('a line to be taken', async () => (await fetch(`${server.run.ingest}/ingest`, line)).status === 200)
})
afterAll(async () => {
  await server?.stop()
  removeFolder(folder)
})

/** Sends bytes as they are, and answers what comes back until the headers end. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((done, fail) => {
    const socket = createConnection(Number(port), hostname, () => socket.write(text))
    let answer = ''
    socket.on('data', (d) => {
      answer += d
      if (answer.includes('\r\n\r\n')) socket.end()
    })
    socket.on('close', () => done(answer))
    socket.on('error', fail)
  })
}

describe('the data folder', () => {
  it('lets nobody but its owner at what is kept in it', () => {
    const open = readdirSync(data).filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0)
    expect(open).toEqual([])
    expect(readdirSync(data)).toEqual(
      expect.arrayContaining(['documents.sqlite', 'documents.sqlite-wal', 'events', 'spool']),
    )
  })
})

describe('the console’s port', () => {
  it.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2f..%2f..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets//etc/passwd',
    '/etc/passwd%00.js',
    'http://evil.example/../package.json',
    '//etc/passwd',
  ])('serves no file but the console’s: %s', async (path) => {
    const { host } = new URL(server.run.http)
    const answer = await raw(server.run.http, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404|200)/)
    if (answer.startsWith('HTTP/1.1 200')) expect(answer).toMatch(/Content-Type: text\/html/i)
    expect(answer).not.toMatch(/root:|"dependencies"/)
  })

  it('tells strangers how much comes in, not from whom', async () => {
    const lines = await until('the lines to be counted', async () => {
      const text = await (await fetch(`${server.run.http}/metrics`)).text()
      const found = openMetrics(text).get('suidun_source_lines')
      return found === undefined || found.samples.length === 0 ? undefined : found
    })
    const labels = lines.samples.map((s) => Object.keys(s.labels).sort().join())
    expect(new Set(labels)).toEqual(new Set(['kind,state']))
    expect(JSON.stringify(lines)).not.toContain(key.split('_')[1])
    expect(lines.samples.find((s) => s.labels.kind === 'http' && s.labels.state === 'stored')?.value).toBe(1)
  })
})
