import { type ChildProcess, fork } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const KILLS = Number(process.env.SUIDUN_KILLS ?? 5)
/** All events are of one moment, so they belong into one signal. */
const NOW = new Date().toISOString()
const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-kill-'))
let child: ChildProcess | undefined
let port = 0

afterEach(() => {
  child?.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<void> {
  child = fork(join(import.meta.dirname, 'intakeServer.ts'), [folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  port = (await answer<{ ready: number }>()).ready
}

function answer<T>(): Promise<T> {
  const c = child!
  return new Promise((resolve, reject) => {
    c.once('message', (m) => resolve(m as T))
    c.once('exit', (code, signal) => reject(new Error(`the server ended: ${code ?? signal}`)))
  })
}

async function kill(): Promise<void> {
  const c = child!
  const gone = new Promise((resolve) => c.once('exit', resolve))
  c.kill('SIGKILL')
  await gone
}

interface Report {
  count: number
  messages: string[]
  ids: number
  counted: number
  signals: number
  quarantined: { kept: number }
}

/** One sender: batches in order, each repeated until it is answered if it has an identity, else sent once. */
class Sender {
  readonly acknowledged: string[] = []
  readonly unanswered: string[] = []
  stop = false
  readonly #name: string
  readonly #kind: 'idempotent' | 'ids' | 'plain'

  constructor(name: string, kind: 'idempotent' | 'ids' | 'plain') {
    this.#name = name
    this.#kind = kind
  }

  async run(): Promise<void> {
    for (let batch = 0; !this.stop; batch++) {
      const messages = Array.from({ length: 1 + (batch % 50) }, (_, i) => `${this.#name} ${batch} ${i}`)
      let ok = await this.#send(batch, messages)
      while (!ok && this.#kind !== 'plain') {
        await new Promise((resolve) => setTimeout(resolve, 20))
        ok = await this.#send(batch, messages)
      }
      ;(ok ? this.acknowledged : this.unanswered).push(...messages)
      if (!ok) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async #send(batch: number, messages: readonly string[]): Promise<boolean> {
    const documents = messages.map((message) => JSON.stringify({ message, '@timestamp': NOW }))
    const bulk = this.#kind === 'ids'
    const body = bulk
      ? documents.map((d, i) => `{"create":{"_index":"x","_id":"${this.#name}-${batch}-${i}"}}\n${d}\n`).join('')
      : documents.map((d) => `${d}\n`).join('')
    const headers: Record<string, string> = { authorization: `Bearer ${this.#name}` }
    if (this.#kind === 'idempotent') headers['idempotency-key'] = `${this.#name}-${batch}`
    try {
      const response = await fetch(`http://127.0.0.1:${port}/${bulk ? '_bulk' : 'ingest'}`, {
        method: 'POST',
        headers,
        body,
      })
      await response.arrayBuffer()
      return response.status === 200
    } catch {
      return false
    }
  }
}

test(
  `killed ${KILLS} times under load: every acknowledged event is stored once and counted in one signal`,
  async () => {
    await start()
    const senders = [
      new Sender('one', 'idempotent'),
      new Sender('two', 'idempotent'),
      new Sender('three', 'ids'),
      new Sender('four', 'ids'),
      new Sender('five', 'plain'),
      new Sender('six', 'plain'),
    ]
    const running = senders.map((s) => s.run())
    for (let i = 0; i < KILLS; i++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() ** 2 * 3_000))
      await kill()
      await start()
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (const s of senders) s.stop = true
    await Promise.all(running)
    child!.send('report')
    const report = await answer<Report>()

    const stored = new Map<string, number>()
    for (const m of report.messages) stored.set(m, (stored.get(m) ?? 0) + 1)
    const acknowledged = senders.flatMap((s) => s.acknowledged)
    expect(acknowledged.length).toBeGreaterThan(KILLS * 50)
    expect(acknowledged.filter((m) => stored.get(m) !== 1)).toEqual([])
    expect([...stored].filter(([, n]) => n !== 1)).toEqual([])
    const sent = new Set([...acknowledged, ...senders.flatMap((s) => s.unanswered)])
    expect([...stored.keys()].filter((m) => !sent.has(m))).toEqual([])
    expect(report.messages).toHaveLength(report.count)
    expect(report.ids).toBe(report.count)
    expect(report.counted).toBe(report.count)
    expect(report.signals).toBe(1)
    expect(report.quarantined.kept).toBe(0)
  },
  120_000 + KILLS * 10_000,
)
