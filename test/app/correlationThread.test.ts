import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SnapshotFile } from '../../app/correlation/snapshotFile.ts'
import type { IntakeOptions } from '../../app/lane/pool.ts'
import type { Firing } from '../../core/correlation.ts'
import { openLane, openSpool } from '../../store/spool/index.ts'
import { createHourly } from '../support/hourlyCorrelator.ts'
import { removeFolder, tempFolder, until } from '../support/server.ts'
import { noCorrelation, openTestIntake, type TestIntake } from '../support/testIntake.ts'

const HOUR = Date.parse('2026-11-24T08:00:00Z')
const parts = new URL('../support/hitParts.ts', import.meta.url)
const module = new URL('../support/fragileCorrelation.ts', import.meta.url)

let folder: string
let t: TestIntake
let fired: Firing[]
let fire: IntakeOptions['correlation']['fire']
beforeEach(() => {
  folder = tempFolder('correlation-thread')
  fired = []
  fire = async (firings) => void fired.push(...firings)
})
afterEach(async () => {
  await t.close()
  removeFolder(folder)
})

async function open(): Promise<void> {
  const correlation = { ...noCorrelation(folder), module, fire: (...all: Parameters<typeof fire>) => fire(...all) }
  t = await openTestIntake({ folder, lanes: 2, parts, correlation })
}

/** Sends a hit of each user; the senders' keys reach both lanes. */
async function send(...users: string[]): Promise<void> {
  const lines = users.map((name) => JSON.stringify({ '@timestamp': new Date(HOUR).toISOString(), user: { name } }))
  for (const [i, line] of lines.entries()) {
    const headers = { authorization: `Bearer ${i % 2 === 0 ? 'secret-a' : 'secret-b'}` }
    const answer = await fetch(`${t.url}/ingest`, { method: 'POST', headers, body: line })
    expect(answer.status).toBe(200)
  }
}

const times = (n: number, user: string) => Array.from({ length: n }, () => user)

describe('the correlator’s thread', () => {
  test('that fails is started again, lanes replay what it had not kept, and nothing is lost or doubled', async () => {
    await open()
    await send(...times(9, 'li'))
    await until('the first to fire', () => fired.length > 0)
    await send(...times(3, 'wang'), join(folder, 'boom'), ...times(1, 'wang'))
    await until('it to fail', () => t.told.includes('correlation_failed'))
    await t.intake.settle()
    await t.intake.correlated()
    await send('wang', 'li')
    await t.intake.settle()
    await t.intake.correlated()
    // The same may be told again: it is known by its key.
    const different = new Map(fired.map((f) => [f.key, f]))
    expect([...different.values()].map((f) => [f.group['user.name'], f.count]).sort()).toEqual([
      ['li', 10],
      ['li', 5],
      ['wang', 5],
    ])
  })

  test('goes on without a hit that it fails at, and says so', async () => {
    await open()
    await send(...times(3, 'li'), 'boom', ...times(2, 'li'))
    await t.intake.settle()
    await t.intake.correlated()
    expect(fired.map((f) => f.count)).toEqual([5])
    expect(t.told).toContain('hit_left_out')
    expect(t.told).not.toContain('correlation_failed')
  })

  test('what fired is tried until it is a signal; who waits for all to be detected waits for that too', async () => {
    let failures = 3
    fire = async (firings) => {
      if (failures-- > 0) throw new Error('document store is away')
      fired.push(...firings)
    }
    await open()
    await send(...times(5, 'li'))
    await t.intake.settle()
    expect(fired.map((f) => f.count)).toEqual([5])
    expect(t.told.filter((x) => x === 'detect_failed')).toHaveLength(3)
  })

  test('what had fired but was no signal yet when the process ended becomes one at the next start', async () => {
    const firing = { rule: 'hourly', key: 'e'.repeat(32), events: [], group: {}, count: 5 } as unknown as Firing
    const { receiver } = openSpool(join(folder, 'spool'), { lanes: 2 })
    const kept = { spool: receiver, correlator: createHourly(undefined).snapshot(), outbox: [firing] }
    await new SnapshotFile(join(folder, 'correlation.state'), receiver).write(kept)
    await open()
    await until('it to be a signal', () => fired.length > 0)
    await t.intake.correlated()
    expect(fired).toEqual([firing])
  })

  test('more of that than may wait is told while lanes replay, with what they find: they wait for it', async () => {
    const { receiver, laneFolder } = openSpool(join(folder, 'spool'), { lanes: 2 })
    const lane = await openLane(laneFolder(0), { lane: 0, receiver, clock: Date.now })
    const line = (seq: number) =>
      `{"event":{"id":"e${seq}","original":""},"suidun":{"lane":0,"seq":${seq},"unit":{"id":"root"}},"@timestamp":"${new Date(HOUR).toISOString()}","user":{"name":"u${seq % 9_000}"},"rest":{}}`
    for (let n = 1; n < 60_000; n += 1_000) await lane.append(Array.from({ length: 1_000 }, (_, i) => line(n + i)))
    await lane.close()
    const first = { lane: 0, seq: 7, id: 'e7', time: HOUR, rule: 'failed' }
    const outbox = Array.from({ length: 10_000 }, (_, i) => {
      return { rule: 'hourly', key: `${i}`, events: [first], group: {}, count: 5 } as unknown as Firing
    })
    const kept = { spool: receiver, correlator: createHourly(undefined).snapshot(), outbox }
    await new SnapshotFile(join(folder, 'correlation.state'), receiver).write(kept)
    const found: string[] = []
    fire = async (firings, find) => {
      if (fired.length === 0) for (const l of await find(0, [7])) found.push(l.line)
      fired.push(...firings)
    }
    await open()
    expect(found).toEqual([line(7)])
    await t.intake.settle()
    expect(fired).toHaveLength(outbox.length + 9_000)
    expect(t.told).not.toContain('detect_failed')
  })

  test('takes no notice of a state that is of another spool: its positions mean nothing here', async () => {
    const kept = {
      spool: 'another',
      correlator: { version: 1, positions: { 0: 1e6, 1: 1e6 }, state: undefined, groups: [] },
      outbox: [],
    }
    await new SnapshotFile(join(folder, 'correlation.state'), 'another').write(kept)
    await open()
    expect(t.told).toContain('correlation_set_aside')
    await send(...times(5, 'li'))
    await t.intake.settle()
    expect(fired.map((f) => f.count)).toEqual([5])
  })
})
