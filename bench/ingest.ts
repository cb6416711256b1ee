import { fork } from 'node:child_process'
import fs from 'node:fs'
import { Agent, request } from 'node:http'
import os from 'node:os'
import { join } from 'node:path'
import { openIntake } from '../app/lane/pool.ts'
import { startLoader } from '../app/loader.ts'
import { openHttpListener } from '../collectors/index.ts'
import { EVERYTHING } from '../core/access.ts'
import { ALL } from '../core/filter.ts'
import { OWN_RULES } from '../detection/index.ts'
import { createResponder } from '../response/index.ts'
import { openDocuments, openEvents } from '../store/index.ts'
import { openQuarantine } from '../store/spool/index.ts'
import { benchLines } from './lines.ts'

/**
 * `npm run bench:ingest`: socket to durable with detection on, and to searchable, as ratios to `JSON.parse` of the same
 * lines, measured alone in the same run. The generator is a child process; its CPU is reported.
 * Options: `--lines N` (300000), `--lanes N` (2), `--key` (with Idempotency-Key), `--bulk` (bulk bodies with ids).
 */
const args = process.argv.slice(2)
const option = (name: string, otherwise: number) => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(args[at + 1])
}
const COUNT = option('lines', 300_000)
const LANES = option('lanes', 2)
const MODE = args.includes('--bulk') ? 'bulk' : args.includes('--key') ? 'key' : 'plain'
const BATCH = 1_000
const CONNECTIONS = 16
/** Sent first, not measured: until the code is compiled. */
const WARM_UP = 60_000

if (process.send !== undefined) await generate()
else await measure()

async function measure(): Promise<void> {
  const lines = benchLines(COUNT)
  const bytes = lines.reduce((n, l) => n + l.length, 0)
  const { rate: parse, cpu: parseCpu } = parseRate(lines)
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-bench-'))
  const clock = Date.now
  const tell = () => undefined
  const spool = join(folder, 'spool')
  const docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
  const store = await openEvents({ folder: join(folder, 'events'), segments: [spool], clock, tell })
  let signals = 0
  const responder = createResponder({
    docs,
    clock,
    estate: { systemLevel: async () => null, unitCode: async () => 'RT' },
    rule: () => undefined,
  })
  const intake = await openIntake({
    folder: spool,
    lanes: LANES,
    settings: { estate: { assets: [], datasets: [] }, rules: [OWN_RULES], zoneOffset: 0 },
    async applyDeltas(deltas) {
      signals += deltas.length
      await responder.apply(deltas)
    },
    clock,
    tell,
  })
  const listener = await openHttpListener({
    host: '127.0.0.1',
    port: 0,
    intake,
    authenticate: async (secret) => ({ id: secret, unitId: 'root', systemId: null, scopes: ['ingest'] }),
    findings: async () => ({}),
    clusterId: 'bench',
    clock,
    tell,
  })
  const child = fork(import.meta.filename, [...args, '--port', String(listener.port)])
  const said = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (m) => resolve(m as T))
      child.once('exit', (code) => reject(new Error(`generator ended: ${code}`)))
    })
  await said()
  const cpu = process.cpuUsage()
  child.send('go')
  const result = await said<{ seconds: number; cpu: number; accepted: number }>()
  const used = process.cpuUsage(cpu)
  if (result.accepted !== COUNT) throw new Error(`${result.accepted} of ${COUNT} lines accepted`)
  const durable = COUNT / result.seconds
  const quarantine = openQuarantine(join(folder, 'quarantine'), { clock })
  const began = performance.now()
  await intake.settle()
  const settled = (performance.now() - began) / 1_000
  const loader = startLoader({ source: intake, store, quarantine, clock, tell })
  await loader.drain()
  const loaded = (performance.now() - began) / 1_000
  const { count } = await store.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'count' } })
  if (count !== COUNT + WARM_UP) throw new Error(`${count} of ${COUNT + WARM_UP} events are searchable`)
  const searchable = COUNT / (result.seconds + settled + ((loaded - settled) * COUNT) / (COUNT + WARM_UP))
  const rate = (n: number) => `${Math.round(n).toLocaleString('en')} lines/s`
  const ratio = (n: number) => `${(n / parse).toFixed(2)} of JSON.parse`
  process.stdout.write(
    [
      `${COUNT} lines of ${Math.round(bytes / COUNT)} characters, ${MODE}, ${LANES} lanes, ${os.availableParallelism()} cores`,
      `JSON.parse alone            ${rate(parse)}`,
      `socket -> durable, detected ${rate(durable)}  ${ratio(durable)}  (detection done ${settled.toFixed(2)} s after the last answer; ${signals} deltas)`,
      `socket -> searchable        ${rate(searchable)}  ${ratio(searchable)}  (loading after intake: ${(loaded - settled).toFixed(2)} s)`,
      `CPU: server ${((used.user + used.system) / 1e6 / result.seconds).toFixed(2)} cores, ${((used.user + used.system) / COUNT).toFixed(1)} µs a line (${(used.system / COUNT).toFixed(1)} in the kernel); generator ${(result.cpu / result.seconds).toFixed(2)} cores; JSON.parse ${parseCpu.toFixed(1)} µs a line`,
      '',
    ].join('\n'),
  )
  await loader.close()
  await listener.close()
  await intake.close()
  await store.close()
  await docs.close()
  fs.rmSync(folder, { recursive: true, force: true })
}

/** Lines a second that JSON.parse reads, and its CPU per line in µs: the best of three passes. */
function parseRate(lines: readonly string[]): { rate: number; cpu: number } {
  let rate = 0
  let cpu = Number.POSITIVE_INFINITY
  for (let pass = 0; pass < 3; pass++) {
    const before = process.cpuUsage()
    const began = performance.now()
    for (const line of lines) JSON.parse(line)
    rate = Math.max(rate, lines.length / ((performance.now() - began) / 1_000))
    const used = process.cpuUsage(before)
    cpu = Math.min(cpu, (used.user + used.system) / lines.length)
  }
  return { rate, cpu }
}

/** Child: makes all bodies first, then sends them over several connections as fast as they are answered. */
async function generate(): Promise<void> {
  const port = option('port', 0)
  const lines = benchLines(COUNT + WARM_UP)
  const bodies: Buffer[] = []
  for (let at = 0; at < lines.length; at += BATCH) {
    const batch = lines.slice(at, at + BATCH)
    const text =
      MODE === 'bulk' ? batch.map((l, i) => `{"create":{"_id":"${at + i}"}}\n${l}\n`) : batch.map((l) => `${l}\n`)
    bodies.push(Buffer.from(text.join('')))
  }
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let next = 0
  let accepted = 0
  const sendUpTo = (end: number) =>
    Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, connection) => {
        while (next < end) {
          const n = next++
          const answer = await post(agent, port, bodies[n]!, n, connection)
          accepted += MODE === 'bulk' ? answer.items.length : answer.accepted
        }
      }),
    )
  await sendUpTo(WARM_UP / BATCH)
  accepted = 0
  await new Promise((resolve) => {
    process.once('message', resolve)
    process.send!({ warm: true })
  })
  const cpu = process.cpuUsage()
  const began = performance.now()
  await sendUpTo(bodies.length)
  const seconds = (performance.now() - began) / 1_000
  const used = process.cpuUsage(cpu)
  process.send!({ seconds, cpu: (used.user + used.system) / 1e6, accepted })
  agent.destroy()
  process.disconnect()
}

function post(agent: Agent, port: number, body: Buffer, n: number, connection: number) {
  return new Promise<{ accepted: number; items: readonly object[] }>((resolve, reject) => {
    const headers = {
      authorization: `Bearer sender-${connection}`,
      'content-length': body.length,
      'user-agent': 'bench',
      ...(MODE === 'key' ? { 'idempotency-key': `batch-${n}` } : {}),
    }
    const path = MODE === 'bulk' ? '/_bulk' : '/ingest'
    const q = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (s) => {
      const chunks: Buffer[] = []
      s.on('data', (c: Buffer) => chunks.push(c))
      s.on('end', () => {
        if (s.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()))
        else reject(new Error(`answered ${s.statusCode}: ${Buffer.concat(chunks)}`))
      })
    })
    q.on('error', reject)
    q.end(body)
  })
}
