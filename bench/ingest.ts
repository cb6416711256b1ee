import { fork } from 'node:child_process'
import fs from 'node:fs'
import { Agent, request } from 'node:http'
import os from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { openIntake } from '../app/lane/pool.ts'
import { startLoader } from '../app/loader.ts'
import { openHttpListener } from '../collectors/index.ts'
import { EVERYTHING } from '../core/access.ts'
import { ALL } from '../core/filter.ts'
import { loadPipelines, loadRules, OWN_PIPELINES, OWN_RULES } from '../detection/index.ts'
import { createResponder } from '../response/index.ts'
import { openDocuments, openEvents } from '../store/index.ts'
import { openQuarantine } from '../store/spool/index.ts'
import { benchLines } from './lines.ts'

/**
 * `npm run bench:ingest`: socket to durable with detection on, and to searchable, as ratios to `JSON.parse` of the same
 * lines, measured alone right before they are sent; the median of three rounds. The generator is a child process with its
 * bodies made beforehand; processor time is reported for it, the main thread, the lanes and the engine's own helpers.
 * Options: `--lines N` (300000), `--lanes N` (2), `--key` (with Idempotency-Key), `--bulk` (bulk bodies with ids).
 */
const args = process.argv.slice(2)
const option = (name: string, otherwise: number) => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(args[at + 1])
}
const COUNT = Math.ceil(option('lines', 300_000) / 3_000) * 3_000
const LANES = option('lanes', 2)
const MODE = args.includes('--bulk') ? 'bulk' : args.includes('--key') ? 'key' : 'plain'
const BATCH = 1_000
const CONNECTIONS = 16
/** Sent first, not measured: until the code is compiled. */
const WARM_UP = 60_000
const ROUNDS = 3
const ROUND = COUNT / ROUNDS
/** Of the first line; parent and child make the same lines from it. */
const START = option('start', Date.now() - WARM_UP - COUNT)

if (process.send !== undefined) await generate()
else await measure()

async function measure(): Promise<void> {
  const workers: Worker[] = []
  process.on('worker', (w) => workers.push(w))
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
  const { correlations } = loadRules([OWN_RULES], loadPipelines(OWN_PIPELINES).pipelines)
  const intake = await openIntake({
    folder: spool,
    lanes: LANES,
    settings: { estate: { assets: [], datasets: [] }, rules: [OWN_RULES], zoneOffset: 0 },
    async applyDeltas(deltas) {
      signals += deltas.length
      await responder.apply(deltas)
    },
    correlation: {
      file: join(folder, 'correlation.state'),
      rules: correlations,
      limits: { groups: 100_000, hold: 5_000, late: 300_000 },
      fire: async () => undefined,
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
  const child = fork(import.meta.filename, [...args, '--port', String(listener.port), '--start', String(START)])
  const said = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (m) => resolve(m as T))
      child.once('exit', (code) => reject(new Error(`generator ended: ${code}`)))
    })
  await said()
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { rate: parse, cpu: parseCpu } = parseRate(round)
    const before = await cpuNow(workers)
    child.send('go')
    const { seconds, cpu, accepted } = await said<{ seconds: number; cpu: number; accepted: number }>()
    const after = await cpuNow(workers)
    if (accepted !== ROUND) throw new Error(`${accepted} of ${ROUND} lines accepted`)
    const used = after.map((n, i) => (n - before[i]!) / ROUND)
    rounds.push({ parse, parseCpu, durable: ROUND / seconds, seconds, used, generator: cpu / ROUND })
  }
  const quarantine = openQuarantine(join(folder, 'quarantine'), { clock })
  const began = performance.now()
  await intake.settle()
  const settled = (performance.now() - began) / 1_000
  const loader = startLoader({ source: intake, store, quarantine, clock, tell })
  await loader.drain()
  const loaded = (performance.now() - began) / 1_000
  const { count } = await store.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'count' } })
  if (count !== COUNT + WARM_UP) throw new Error(`${count} of ${COUNT + WARM_UP} events are searchable`)
  const sending = rounds.reduce((sum, r) => sum + r.seconds, 0)
  const searchable = COUNT / (sending + settled + ((loaded - settled) * COUNT) / (COUNT + WARM_UP))
  const parse = median(rounds.map((r) => r.parse))
  const rate = (n: number) => `${Math.round(n).toLocaleString('en')} lines/s`
  const characters = Math.round(benchLines(0, 1_000, START).join('').length / 1_000)
  const us = (pick: (r: Round) => number) => median(rounds.map(pick)).toFixed(1)
  const ratios = rounds.map((r) => (r.durable / r.parse).toFixed(2)).join(', ')
  process.stdout.write(
    [
      `${COUNT} lines of ${characters} characters in ${ROUNDS} rounds, ${MODE}, ${LANES} lanes, ${os.availableParallelism()} cores`,
      `JSON.parse alone            ${rate(parse)}`,
      `socket -> durable, detected ${rate(median(rounds.map((r) => r.durable)))}  ${median(rounds.map((r) => r.durable / r.parse)).toFixed(2)} of JSON.parse (${ratios}; detection done ${settled.toFixed(2)} s after the last answer; ${signals} deltas)`,
      `socket -> searchable        ${rate(searchable)}  ${(searchable / parse).toFixed(2)} of JSON.parse (loading after intake: ${(loaded - settled).toFixed(2)} s)`,
      `CPU a line, µs: server ${us((r) => r.used[0]!)} (main ${us((r) => r.used[1]!)}, lanes ${us((r) => r.used[2]!)}, helpers ${us((r) => r.used[0]! - r.used[1]! - r.used[2]!)}); generator ${us((r) => r.generator)}; JSON.parse ${us((r) => r.parseCpu)}`,
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

interface Round {
  /** Lines a second. */
  readonly parse: number
  readonly durable: number
  readonly seconds: number
  /** Processor time a line, µs; `used`: process, main thread, lanes. */
  readonly parseCpu: number
  readonly used: readonly number[]
  readonly generator: number
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
}

/** Processor time so far, µs: of the whole process, its main thread, its workers. */
async function cpuNow(workers: readonly Worker[]): Promise<readonly number[]> {
  const sum = (u: NodeJS.CpuUsage) => u.user + u.system
  const each = await Promise.all(workers.map((w) => w.cpuUsage()))
  return [sum(process.cpuUsage()), sum(process.threadCpuUsage()), each.reduce((n, u) => n + sum(u), 0)]
}

/** Lines of a round a second that JSON.parse reads, and its CPU per line in µs: the best of three passes. */
function parseRate(round: number): { rate: number; cpu: number } {
  const lines = benchLines(WARM_UP + round * ROUND, WARM_UP + (round + 1) * ROUND, START)
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
  const lines = benchLines(0, WARM_UP + COUNT, START)
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
  let last = {}
  const go = () => new Promise((resolve) => process.once('message', resolve))
  await sendUpTo(WARM_UP / BATCH)
  for (let round = 1; round <= ROUNDS; round++) {
    accepted = 0
    const told = go()
    process.send!(round === 1 ? { warm: true } : last)
    await told
    const cpu = process.cpuUsage()
    const began = performance.now()
    await sendUpTo((WARM_UP + round * ROUND) / BATCH)
    const used = process.cpuUsage(cpu)
    last = { seconds: (performance.now() - began) / 1_000, cpu: used.user + used.system, accepted }
  }
  process.send!(last)
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
