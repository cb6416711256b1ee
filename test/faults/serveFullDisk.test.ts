import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createKey, post, read } from '../support/machine.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'
import { Sender } from './sender.ts'

const folder = tempFolder('full-disk')
const disk = join(folder, 'disk')
mkdirSync(disk)
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]).status === 0
if (!mounted) console.warn('SKIPPED: a full disk: a small file system cannot be mounted here (root on Linux can)')
let server: TestServer | undefined
afterAll(async () => {
  await server?.stop('SIGKILL')
  if (mounted) spawnSync('umount', ['-l', disk])
  removeFolder(folder)
})

/** Writes until not a byte more goes onto the disk. */
function fillUp(path: string): void {
  const file = openSync(path, 'w')
  for (let size = 1 << 20; size >= 1; )
    try {
      writeSync(file, Buffer.alloc(size))
    } catch {
      size >>= 1
    }
  closeSync(file)
}

const RULE = '11111111-2222-4333-8444-555555555555'

describe.skipIf(!mounted)('a full disk', () => {
  test('stops acknowledging and says so, loses nothing, and goes on when there is room', {
    timeout: 240_000,
  }, async () => {
    const data = join(disk, 'data')
    const filler = join(disk, 'filler')
    const rules = join(folder, 'rules')
    mkdirSync(rules)
    writeFileSync(
      join(rules, 'everything.yml'),
      `title: Everything\nid: ${RULE}\nstatus: test\nlevel: low\nlogsource: { product: any }
detection:\n  sel:\n    event.kind|exists: true\n  condition: sel\n`,
    )
    // Every event is a hit of a correlation, whose state must go to the disk as well.
    writeFileSync(
      join(rules, 'counting.yml'),
      `title: Counting\nid: 11111111-2222-4333-8444-666666666666\nstatus: test\nlevel: low
correlation:\n  type: event_count\n  rules: ['${RULE}']\n  generate: true\n  timespan: 1d\n  condition: { gte: 1000000000 }\n`,
    )
    const key = await createKey(data, '--scopes', 'ingest')
    const readKey = await createKey(data, '--scopes', 'read')
    server = await startServer({ data, env: { SUIDUN_RULES: rules } })
    const { ingest, http } = server.run

    const padding = 'x'.repeat(2_000)
    const event = (message: string) => ({ message, padding })
    const options = { address: () => ingest, key, event, pause: 10 }
    const senders = [
      new Sender('lines', { ...options, kind: 'idempotent' }),
      new Sender('bulk', { ...options, kind: 'ids' }),
    ]
    const running = senders.map((s) => s.run())
    await until('the senders to be heard', () => senders.every((s) => s.acknowledged.length > 500))

    const found = async () => (await read(server!, readKey, '{ events(first: 1) { totalCount } }')).events.totalCount
    await until('some to be searchable', async () => (await found()) > 0)

    fillUp(filler)
    await until('both senders to be refused', () => senders.every((s) => s.refusals.size > 0))
    const refused = await until('a refusal that names the cause', async () => {
      const answer = await post(server!, '/ingest', { key, body: `${JSON.stringify(event('probe'))}\n` })
      return answer.status === 507 ? answer : undefined
    })
    expect(refused.json).toMatchObject({ code: 'STO-507', message: expect.stringContaining('disk full') })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    const bulk = await post(server, '/_bulk', {
      key,
      body: `{"create":{}}\n${JSON.stringify(event('probe'))}\n`,
      headers: { 'User-Agent': 'Filebeat/8' },
    })
    expect(bulk.status).toBe(429)
    // The console goes on: it lives, and what is there can be read.
    expect((await fetch(`${http}/healthz`)).status).toBe(200)
    expect(await found()).toBeGreaterThan(0)
    const acknowledged = () => senders.flatMap((s) => s.acknowledged)
    const before = acknowledged().length

    rmSync(filler)
    await until('the senders to go on', () => senders.every((s) => s.acknowledged.length > before / 2 + 500))
    for (const s of senders) s.stop = true
    await Promise.all(running)

    const counts = async () => {
      const { events, signals } = await read(
        server!,
        readKey,
        '{ events(query: "message: (lines or bulk)", first: 1) { totalCount } signals(first: 1000) { edges { node { rule { id } count } } } }',
      )
      const counted = signals.edges.reduce((n: number, e: { node: { count: number } }) => n + e.node.count, 0)
      return [events.totalCount as number, counted as number] as const
    }
    let last = ''
    await until(
      'every acknowledged event to be searchable and counted, once',
      async () => {
        const [stored, counted] = await counts()
        last = `${stored} stored, ${counted} counted`
        return stored === acknowledged().length && counted >= stored
      },
      60_000,
    ).catch((e) => {
      throw new Error(
        `${e.message}: ${acknowledged().length} acknowledged, ${last}\n${server!.output().stderr.slice(-2000)}`,
      )
    })
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    console.info(
      `full disk: ${acknowledged().length} events acknowledged, refusals ${senders.map((s) => JSON.stringify([...s.refusals])).join(' ')}`,
    )
  })
})
