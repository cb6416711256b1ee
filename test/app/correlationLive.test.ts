import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Firing } from '../../core/correlation.ts'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { GUESSED, GUESSING, SPRAYING, signIn, writeCorrelations } from '../support/correlations.ts'
import { removeFolder, tempFolder, until } from '../support/server.ts'
import { noCorrelation, openTestIntake, type TestIntake } from '../support/testIntake.ts'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const MINUTE = 60_000

let folder: string
let rules: string
let t: TestIntake
let fired: Firing[]
beforeEach(async () => {
  folder = tempFolder('correlation-live')
  rules = writeCorrelations(join(folder, 'rules'))
  fired = []
})
afterEach(async () => {
  await t.close()
  removeFolder(folder)
})

async function open(limits = { groups: 1_000, hold: 200, late: 300_000 }): Promise<void> {
  const fire = async (f: readonly Firing[]) => void fired.push(...f)
  const correlation = { ...noCorrelation(folder), limits, fire }
  const parts = new URL('../../app/lane/parts.ts', import.meta.url)
  t = await openTestIntake({ folder, lanes: 2, parts, correlation })
}

/** What the rules of the folder are now holds for all that comes. */
async function load(): Promise<void> {
  const { correlations } = loadRules([rules], loadPipelines(OWN_PIPELINES).pipelines)
  await t.intake.update({ estate: { assets: [], datasets: [] }, rules: [rules], zoneOffset: 0 }, correlations)
}

async function send(...lines: string[]): Promise<void> {
  const headers = { authorization: 'Bearer secret-b' }
  for (const body of lines) expect((await fetch(`${t.url}/ingest`, { method: 'POST', headers, body })).status).toBe(200)
}

/** Which correlations fired for which groups. */
async function told(): Promise<readonly string[]> {
  await t.intake.settle()
  await t.intake.correlated()
  return fired.map((f) => `${f.rule} ${Object.values(f.group).join(' ')} ${f.count}`).sort()
}

const failures = (user: string, ip: string, n: number, from = 0) =>
  Array.from({ length: n }, (_, i) => signIn(user, ip, 'failure', T0 + (from + i) * MINUTE))

describe('correlations while the platform runs', () => {
  test('that are new put together what comes from then on; those that go are forgotten, those that stay go on', async () => {
    await open()
    await send(...failures('li', '192.0.2.1', 3))
    await load()
    await send(...failures('li', '192.0.2.1', 4, 3), ...failures('wang', '192.0.2.2', 3))
    expect(await told()).toEqual([])
    rmSync(join(rules, 'guessed.yml'))
    await load()
    await send(...failures('wang', '192.0.2.2', 2, 3), signIn('wang', '192.0.2.2', 'success', T0 + 5 * MINUTE))
    expect(await told()).toEqual([`${GUESSING} wang 5`])
    rmSync(join(rules, 'guessing.yml'))
    await load()
    await send(
      ...failures('li', '192.0.2.1', 1, 7),
      ...['a', 'b', 'c', 'd'].flatMap((u) => failures(u, '192.0.2.3', 1)),
    )
    expect(await told()).toEqual([`${GUESSING} wang 5`, `${SPRAYING} 192.0.2.3 4`])
  })

  test('hold no segment longer than it takes to keep what they have seen', async () => {
    await open()
    await load()
    await send(...failures('li', '192.0.2.1', 4), signIn('li', '192.0.2.1', 'success', T0 + 5 * MINUTE))
    expect(await told()).toEqual([`${GUESSED} li 192.0.2.1 5`])
    const segments = () =>
      [0, 1].flatMap((lane) => {
        const path = join(folder, 'spool', `lane-${lane}`)
        return readdirSync(path).filter((name) => name.endsWith('.ndjson'))
      })
    expect(t.intake.sealed().length).toBeGreaterThan(0)
    for (const { lane, lastSeq } of t.intake.sealed()) t.intake.loaded(lane, lastSeq)
    await until('the segments to go', () => segments().length === 0)
    // Further ones, without anybody waiting for them.
    await send(...failures('chen', '192.0.2.9', 4))
    await until('the next to be sealed', () => t.intake.sealed().length > 0)
    for (const { lane, lastSeq } of t.intake.sealed()) t.intake.loaded(lane, lastSeq)
    await until('the segments to go', () => {
      for (const { lane, lastSeq } of t.intake.sealed()) t.intake.loaded(lane, lastSeq)
      return segments().length === 0
    })
  })

  test('are bounded: groups that leave and matches that come too late are counted and told', async () => {
    await open({ groups: 3, hold: 0, late: 60_000 })
    await load()
    for (let i = 0; i < 6; i++) await send(...failures(`u${i}`, '192.0.2.1', 1))
    await send(...failures('u5', '192.0.2.1', 1, 30), ...failures('u5', '192.0.2.1', 1))
    await told()
    await until('it to be told', () => t.told.includes('correlation_evicted') && t.told.includes('correlation_late'))
    const { groups, evicted, late } = t.intake.correlation()
    expect(groups).toBeLessThanOrEqual(3)
    expect(evicted).toBeGreaterThan(0)
    expect(late).toBeGreaterThan(0)
  })
})
