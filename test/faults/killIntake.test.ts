import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { KillableServer } from '../support/killableServer.ts'
import { Sender, type SenderKind } from './sender.ts'

const KILLS = Number(process.env.SUIDUN_KILLS ?? 5)
/** All events are of one moment, so they belong into one signal. */
const NOW = new Date().toISOString()
const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-kill-'))
const server = new KillableServer(folder)

afterEach(async () => {
  await server.kill()
  fs.rmSync(folder, { recursive: true, force: true })
})

const sender = (name: string, kind: SenderKind) =>
  new Sender(name, {
    kind,
    address: () => `http://127.0.0.1:${server.port}`,
    key: name,
    event: (message) => ({ message, '@timestamp': NOW }),
  })

test(
  `killed ${KILLS} times under load: every acknowledged event is stored once and counted in one signal`,
  async () => {
    await server.start()
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
      await server.kill()
      await server.start()
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    for (const s of senders) s.stop = true
    await Promise.all(running)
    const report = await server.report()

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
