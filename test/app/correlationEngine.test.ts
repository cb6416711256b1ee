import { expect, test } from 'vitest'
import { CorrelationEngine } from '../../app/correlation/engine.ts'
import type { Kept } from '../../app/correlation/snapshotFile.ts'
import type { BaseHit, Firing } from '../../core/correlation.ts'
import { createHourly } from '../support/hourlyCorrelator.ts'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const LANES = 2

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let s = seed
  return () => {
    s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0
    return s / 2 ** 32
  }
}

/** Failed sign-ins of some people from some addresses over two hours, spread over lanes in order of time. */
function hitsOf(random: () => number): readonly (readonly BaseHit[])[] {
  const lanes: BaseHit[][] = Array.from({ length: LANES }, () => [])
  let time = T0
  for (let i = 0; i < 400; i++) {
    time += Math.floor(random() ** 3 * 60_000)
    const lane = Math.floor(random() * LANES)
    const seq = (lanes[lane]!.at(-1)?.seq ?? 0) + 1 + Math.floor(random() * 3)
    const fields = { 'user.name': `user-${Math.floor(random() * 3)}` }
    lanes[lane]!.push({
      rule: 'failed',
      lane,
      seq,
      id: `e${i}`,
      time,
      unitId: 'root',
      systemId: null,
      datasetId: null,
      fields,
    })
  }
  return lanes
}

/** Runs it all in steps of a random order; with `kills`, everything but the disk and the signals is lost now and then. */
async function run(
  seed: number,
  kills: number,
): Promise<{ readonly signals: readonly string[]; readonly fired: number }> {
  const random = numbers(seed)
  const hits = hitsOf(numbers(seed))
  const signals = new Map<string, Firing>()
  const committed = hits.map(() => 0)
  /** How far lanes have come in any life: up to there a next one replays. */
  const reached = hits.map(() => 0)
  let disk: string | undefined
  let fired = 0
  let now = T0 + 10 * 3_600_000
  let life = 0
  let killed = 0

  function start() {
    const mine = ++life
    const lanes = hits.map((_, lane) => ({ at: committed[lane]!, busy: false, covered: committed[lane]! }))
    const pause = async (of: number) => {
      for (let i = Math.floor(random() * of); i > 0; i--) await undefined
      if (life !== mine) await new Promise(() => undefined)
    }
    const engine = new CorrelationEngine({
      spool: 'test',
      lanes: LANES,
      create: createHourly,
      held: 0,
      kept: disk === undefined ? undefined : (JSON.parse(disk) as Kept),
      clock: () => now,
      async write(kept) {
        const json = JSON.stringify(kept)
        await pause(60)
        if (random() < 0.1) throw new Error('no room')
        disk = json
        await pause(20)
      },
      events: {
        taken: (lane) => {
          lanes[lane]!.busy = false
        },
        covered: (lane, seq) => {
          lanes[lane]!.covered = Math.max(lanes[lane]!.covered, seq)
        },
        async fire(firings) {
          for (const firing of firings) {
            await pause(5)
            fired++
            signals.set(firing.key, firing)
          }
        },
        trouble: () => undefined,
        leftOut: (error) => expect.fail(error.message),
      },
    })
    return { engine, lanes }
  }

  let { engine, lanes } = start()
  for (;;) {
    const lane = Math.floor(random() * LANES)
    const state = lanes[lane]!
    if (!state.busy && random() < 0.4) {
      const next = hits[lane]!.filter((h) => h.seq > state.at).slice(0, Math.floor(random() * 4))
      const seq = next.at(-1)?.seq ?? state.at
      state.at = seq
      state.busy = true
      const isReplay = seq < reached[lane]!
      reached[lane] = Math.max(reached[lane]!, seq)
      engine.take(lane, { seq, hits: next, asOf: isReplay ? undefined : now, urgent: random() < 0.1 })
    }
    if (random() < 0.3) engine.tick()
    if (random() < 0.4) committed[lane] = Math.max(committed[lane]!, state.covered)
    if (killed < kills && random() < 0.02) {
      // A lane alone is started again.
      engine.restarted(lane)
      lanes[lane] = { at: committed[lane]!, busy: false, covered: committed[lane]! }
    }
    now += Math.floor(random() * 200)
    await undefined
    if (killed < kills && random() < 0.02) {
      killed++
      ;({ engine, lanes } = start())
    }
    if (killed === kills && lanes.every((l, i) => l.at >= (hits[i]!.at(-1)?.seq ?? 0))) break
  }
  for (const [lane, { at }] of lanes.entries()) engine.take(lane, { seq: at, hits: [], asOf: now + 1, urgent: false })
  while (!(await engine.settle())) await undefined
  for (const [i, l] of lanes.entries()) expect(l.covered).toBeGreaterThanOrEqual(hits[i]!.at(-1)!.seq)
  return { signals: [...signals.keys()].sort(), fired }
}

test('what fires is the same, killed 20 times or never: nothing is lost and nothing doubled', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const undisturbed = await run(seed, 0)
    expect(undisturbed.signals.length).toBeGreaterThan(2)
    expect(undisturbed.fired).toBe(undisturbed.signals.length)
    const killed = await run(seed, 20)
    expect(killed.signals, `seed ${seed}`).toEqual(undisturbed.signals)
  }
})

test('a lane waits while too much of what fired is no signal yet', async () => {
  const taken: number[] = []
  let done: () => void = () => undefined
  const engine = new CorrelationEngine({
    spool: 'test',
    lanes: 1,
    create: createHourly,
    held: 0,
    kept: undefined,
    clock: () => T0,
    write: async () => undefined,
    events: {
      taken: () => taken.push(taken.length),
      covered: () => undefined,
      fire: () =>
        new Promise((resolve) => {
          done = resolve
        }),
      trouble: (error) => expect.fail(error.message),
      leftOut: (error) => expect.fail(error.message),
    },
  })
  const hit = hitsOf(numbers(1))[0]![0]!
  const hits = Array.from({ length: 51_000 }, (_, i) => ({ ...hit, lane: 0, seq: i + 1 }))
  engine.take(0, { seq: 49_000, hits: hits.slice(0, 49_000), asOf: T0, urgent: false })
  expect(taken).toHaveLength(1)
  engine.take(0, { seq: 51_000, hits: hits.slice(49_000), asOf: T0, urgent: false })
  expect(taken).toHaveLength(1)
  const written = engine.write()
  await Promise.resolve()
  expect(taken).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve))
  done()
  await written
  expect(taken).toHaveLength(2)
})

test('lanes that are not equally fast: what they hand over is merged by event time', () => {
  const order: string[] = []
  const create = () => ({ ...createHourly(undefined), feed: (hit: BaseHit) => void order.push(hit.id) })
  const nothing = () => undefined
  const events = { taken: nothing, covered: nothing, fire: async () => undefined, trouble: nothing, leftOut: nothing }
  const engine = new CorrelationEngine({
    spool: 'test',
    lanes: 2,
    create,
    held: 0,
    kept: undefined,
    clock: () => T0,
    write: async () => undefined,
    events,
  })
  const hit = hitsOf(numbers(1))[0]![0]!
  let seq = 0
  const at = (lane: number, ...minutes: number[]) =>
    minutes.map((m) => ({ ...hit, lane, seq: ++seq, id: `${lane}:${m}`, time: T0 + m * 60_000 }))
  const hand = (lane: number, hits: BaseHit[], asOf: number | undefined) =>
    engine.take(lane, { seq, hits, asOf, urgent: false })
  // While one replays, and until the other has come as far, what is handed over waits.
  hand(0, at(0, 1, 4), undefined)
  hand(1, at(1, 2, 3), undefined)
  hand(0, at(0, 7), 1_000)
  expect(order).toEqual([])
  hand(1, at(1, 5), 900)
  expect(order).toEqual(['0:1', '1:2', '1:3', '0:4', '1:5'])
  hand(1, at(1, 6), 1_000)
  expect(order.slice(5)).toEqual(['1:6', '0:7'])
  // A lane that is started again hands over anew.
  hand(0, at(0, 9), 1_200)
  engine.restarted(0)
  hand(0, at(0, 9), undefined)
  hand(0, [], 1_300)
  hand(1, at(1, 8), 1_250)
  expect(order.slice(7)).toEqual(['0:9', '1:8'])
  // One that closes holds nobody up.
  hand(1, [], Number.POSITIVE_INFINITY)
  hand(0, at(0, 10), 1_400)
  expect(order.slice(9)).toEqual(['0:10'])
})
