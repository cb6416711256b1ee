import { type ChildProcess, fork } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Sender, type SenderKind } from './sender.ts'

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

const sender = (name: string, kind: SenderKind) =>
  new Sender(name, {
    kind,
    address: () => `http://127.0.0.1:${port}`,
    key: name,
    event: (message) => ({ message, '@timestamp': NOW }),
  })

test(
  `killed ${KILLS} times under load: every acknowledged event is stored once and counted in one signal`,
  async () => {
    await start()
    const senders = [
      sender('one', 'idempotent'),
      sender('two', 'idempotent'),
      sender('three', 'ids'),
      sender('four', 'ids'),
      sender('five', 'plain'),
      sender('six', 'plain'),
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
