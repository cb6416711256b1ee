import { afterEach, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import type { RuleRun } from '../../core/model/index.ts'
import { BRUTE, bursts, type Came, RunWorld, reader, ruleText, shown, T0, traffic } from '../support/runWorld.ts'
import { until } from '../support/server.ts'

const DAY = 86_400_000

const worlds: RunWorld[] = []
/** Small steps; events are searched for where that is said. */
async function world(rules: Record<string, string>, few = 200_000): Promise<RunWorld> {
  const w = await RunWorld.open({ rules, sizes: { few, perStep: 2 } })
  worlds.push(w)
  return w
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((w) => w.close()))
})

const RULES = { probe: ruleText('probe', 'probe'), login: ruleText('login', 'login') }

describe('a new rule over the past', () => {
  test.each([
    ['searched for', 0],
    ['all read', undefined],
  ])('gives the signals that it had given live, and the same incidents, with events %s', async (_, few) => {
    const [live, later] = await Promise.all([world(RULES), world(RULES, few)])
    await live.use(['probe', 'login'])
    await live.take(traffic(0, 300))
    await later.use(['login'])
    await later.take(traffic(0, 300))
    await later.use(['login', 'probe'], 300)
    const run = await later.run(['probe'])
    expect(run.doc).toMatchObject({ status: 'done', problem: null })
    expect(run.doc.matched).toBeGreaterThan(100)
    expect(shown(await later.signals())).toEqual(shown(await live.signals()))
    const keys = async (w: RunWorld) =>
      (await w.incidents()).map((i) => [i.doc.unitId, i.doc.entity, i.doc.signalCount, i.doc.first, i.doc.last]).sort()
    expect(await keys(later)).toEqual(await keys(live))
  })

  test('done twice changes nothing, not even a version', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take(traffic(0, 120))
    await w.run(['probe', 'login'])
    const [signals, incidents] = [await w.signals(), await w.incidents()]
    expect(signals.length).toBeGreaterThan(50)
    const again = await w.run(['probe', 'login'])
    expect(again.doc).toMatchObject({ status: 'done', signals: 0, incidents: 0 })
    expect(await w.signals()).toEqual(signals)
    expect(await w.incidents()).toEqual(incidents)
  })

  test('counts nothing that ran live, also within one window and for a rule that was on and off', async () => {
    const [live, w] = await Promise.all([world(RULES), world(RULES)])
    await live.use(['probe', 'login'])
    await live.take(traffic(0, 240))
    const parts = [0, 31, 62, 63, 121, 122.5, 240]
    for (const [i, from] of parts.slice(0, -1).entries()) {
      await w.use(i % 2 === 0 ? ['login'] : ['login', 'probe'], from)
      await w.take(traffic(0, 240).filter((c) => c.at >= from && c.at < parts[i + 1]!))
    }
    const before = shown(await w.signals())
    await w.run(['login'])
    expect(shown(await w.signals())).toEqual(before)
    await w.run(['probe'], 60, 100)
    await w.run(['probe', 'login'])
    const all = (signals: ReturnType<typeof shown>) => signals.map(({ ids, evidence, ...rest }) => rest)
    expect(all(shown(await w.signals()))).toEqual(all(shown(await live.signals())))
  })

  test('marks what it found, and the story of the incident names the run', async () => {
    const w = await world(RULES)
    await w.use(['login'])
    await w.take([{ at: 1, user: 'li', action: 'probe' }])
    const run = await w.run(['probe'])
    const [signal] = await w.signals()
    expect(signal!.doc).toMatchObject({ count: 1, positions: {}, retro: { count: 1, runId: run.id } })
    const [incident] = await w.incidents()
    expect(incident!.doc.timeline[0]).toMatchObject({ type: 'opened', runId: run.id })
    expect(run.doc).toMatchObject({ matched: 1, signals: 1, incidents: 1 })
    await w.use(['login', 'probe'])
    await w.take([{ at: 2, user: 'li', action: 'probe' }])
    await w.run(['probe'])
    expect((await w.signals())[0]!.doc).toMatchObject({ count: 2, positions: { 0: 2 }, retro: { count: 1 } })
  })

  test('looks only at its time, in whole windows', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take([4.9, 5, 9.9, 10, 14.9, 15].map((at) => ({ at, user: 'li', action: 'probe' })))
    const run = await w.run(['probe'], 7, 12)
    expect(run.doc.matched).toBe(4)
    expect((await w.signals()).map((s) => s.doc.window).sort()).toEqual([
      '2026-11-23T08:05:00.000Z',
      '2026-11-23T08:10:00.000Z',
    ])
  })

  test('over no event at all is done at once', async () => {
    const w = await world(RULES)
    await w.use([])
    expect((await w.run(['probe'], 0, 24 * 60 * 300)).doc).toMatchObject({ status: 'done', done: 0, total: 0 })
  })
})

describe('a rule that was changed', () => {
  test('counts what the former one had not, and nothing twice', async () => {
    const w = await world({ probe: ruleText('probe', 'probe', '    user.name: li\n') })
    await w.use(['probe'])
    await w.take([
      { at: 1, user: 'li', action: 'probe', ip: '10.0.0.1' },
      { at: 2, user: 'wang', action: 'probe' },
      { at: 2, user: 'li', action: 'probe', ip: '10.0.0.2' },
    ])
    w.change('probe', ruleText('probe', '[probe, scan]'))
    await w.use(['probe'], 3)
    await w.take([
      { at: 3, user: 'li', action: 'scan' },
      { at: 7, user: 'li', action: 'scan' },
    ])
    for (let i = 0; i < 2; i++) {
      await w.run(['probe'])
      expect((await w.signals()).map((s) => [s.doc.entity, s.doc.count, s.doc.retro?.count ?? 0]).sort()).toEqual([
        ['user.name:li', 1, 0],
        ['user.name:li', 3, 0],
        ['user.name:wang', 1, 1],
      ])
    }
  })

  test('of a signal too large to list its events, takes only what cannot have been counted', async () => {
    const w = await world({ probe: ruleText('probe', 'probe') })
    await w.use(['probe'])
    const many = (n: number, action: string) => Array.from({ length: n }, () => ({ at: 1, user: 'li', action }))
    await w.take([...many(30, 'probe'), ...many(50, 'scan')])
    w.change('probe', ruleText('probe', '[probe, scan]'))
    await w.use(['probe'], 2)
    await w.run(['probe'])
    // 80 match now; the last 50 came after the last one that was counted.
    expect((await w.signals()).map((s) => s.doc.count)).toEqual([80])
    await w.run(['probe'])
    expect((await w.signals()).map((s) => s.doc.count)).toEqual([80])
  })

  test('run before and after the change counts the union', async () => {
    const w = await world({ probe: ruleText('probe', 'probe') })
    await w.use([])
    await w.take([
      { at: 1, user: 'li', action: 'probe' },
      { at: 1, user: 'li', action: 'scan' },
    ])
    await w.run(['probe'])
    w.change('probe', ruleText('probe', '[probe, scan]'))
    await w.run(['probe'])
    await w.run(['probe'])
    expect((await w.signals()).map((s) => [s.doc.count, s.doc.retro!.count, s.doc.eventIds.length])).toEqual([
      [2, 2, 2],
    ])
  })
})

describe('exceptions', () => {
  test('keep back in runs what they keep back live', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take(traffic(0, 60))
    w.keptBack = (id, event) => id === 'probe' && (event.ecs.user as { name: string }).name === 'u1'
    await w.run(['probe', 'login'])
    const of = (rule: string) =>
      shown(w0)
        .filter((s) => s.rule === rule)
        .map((s) => s.entity)
    const w0 = await w.signals()
    expect(of('probe')).not.toContain('user.name:u1')
    expect(of('login')).toContain('user.name:u1')
  })
})

describe('storming', () => {
  test('is bounded as live is', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take(Array.from({ length: 60 }, (_, i) => ({ at: i / 10, user: `user${i}`, action: 'probe' })))
    const run = await w.run(['probe'])
    expect(run.doc).toMatchObject({ matched: 60, signals: 60, incidents: 20 })
    expect((await w.signals()).filter((s) => s.doc.storming)).toHaveLength(40)
    await w.run(['probe'])
    expect(await w.incidents()).toHaveLength(20)
  })
})

describe('a run that is cut off', () => {
  test('goes on after a crash anywhere, as if nothing had happened', async () => {
    const undisturbed = await world(RULES)
    const came = traffic(0, 60)
    await undisturbed.use([])
    await undisturbed.take(came)
    const whole = await undisturbed.run(['probe', 'login'])
    const numbers = ({ matched, signals, incidents, total }: RuleRun) => ({ matched, signals, incidents, total })
    for (const puts of [0, 1, 3, 5, 17, 77]) {
      const w = await world(RULES)
      await w.use([])
      await w.take(came)
      w.puts = puts
      const asked = w.runner.start(reader, { purpose: 'gap', ruleIds: ['probe', 'login'], from: T0, to: T0 + DAY })
      await until('the crash', () => w.puts < 0)
      w.restart()
      w.runner.resume()
      // Where even the order was lost, it is given again.
      const id = puts === 0 ? (await w.run(['probe', 'login'])).id : (await asked).id
      const run = await w.ended(id)
      expect(numbers(run.doc), `${puts}`).toEqual(numbers(whole.doc))
      expect(shown(await w.signals()), `${puts}`).toEqual(shown(await undisturbed.signals()))
      expect(await w.incidents(), `${puts}`).toHaveLength((await undisturbed.incidents()).length)
    }
  })

  test('by closing goes on at the next start', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take(traffic(0, 60))
    let asks = 0
    w.onAsk = () => {
      if (++asks === 12) void w.runner.close()
    }
    const { id } = await w.runner.start(reader, { purpose: 'gap', ruleIds: ['probe'], from: T0, to: T0 + DAY })
    await until('the close', () => asks >= 12)
    await w.runner.close()
    expect((await w.docs.get('run', id))!.doc.status).toBe('running')
    w.restart()
    w.runner.resume()
    expect((await w.ended(id)).doc.status).toBe('done')
    const signals = await w.signals()
    await w.run(['probe'])
    expect(await w.signals()).toEqual(signals)
  })

  test('does not look at what came in after it began', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take(traffic(0, 60))
    let asks = 0
    w.onAsk = async () => {
      if (++asks !== 4) return
      // On from now: what comes is live's, though its time is long past.
      await w.use(['probe'], 60)
      await w.take([{ at: 59, user: 'late', action: 'probe' }])
      await w.load()
    }
    const run = await w.run(['probe'])
    const late = (await w.signals()).filter((s) => s.doc.entity === 'user.name:late')
    expect(late.map((s) => [s.doc.count, s.doc.retro])).toEqual([[1, undefined]])
    expect(run.doc.status).toBe('done')
  })
})

describe('cancelling', () => {
  test('a run under way is quick, and leaves whole windows', async () => {
    const [whole, w] = await Promise.all([world(RULES), world(RULES)])
    for (const one of [whole, w]) {
      await one.use([])
      await one.take(traffic(0, 120))
    }
    await whole.run(['probe'])
    let asks = 0
    const half = Promise.withResolvers<void>()
    w.onAsk = () => {
      if (++asks === 20) half.resolve()
    }
    const { id } = await w.runner.start(reader, { purpose: 'gap', ruleIds: ['probe'], from: T0, to: T0 + DAY })
    await half.promise
    const cancelled = await w.runner.cancel(reader, id)
    expect(cancelled.doc).toMatchObject({ status: 'cancelled', endedAt: expect.any(String) })
    expect(cancelled.doc.done).toBeLessThan(cancelled.doc.total)
    const left = shown(await w.signals())
    expect(left.length).toBeGreaterThan(0)
    const all = shown(await whole.signals())
    for (const signal of left) expect(all).toContainEqual(signal)
    await expect(w.runner.cancel(reader, id)).rejects.toMatchObject({ code: 'SIG-093' })
    await w.run(['probe'])
    expect(shown(await w.signals())).toEqual(all)
  })

  test('one that waits ends it at once, and the next goes on', async () => {
    const w = await world(RULES)
    await w.use([])
    await w.take(traffic(0, 30))
    w.busy = true
    const request = { purpose: 'retroactive', from: T0, to: T0 + DAY } as const
    const first = await w.runner.start(reader, { ...request, ruleIds: ['probe'] })
    w.now += 1
    const second = await w.runner.start(reader, { ...request, ruleIds: ['probe', 'login'] })
    w.now += 1
    const third = await w.runner.start(reader, { ...request, ruleIds: ['login'] })
    expect((await w.runner.cancel(reader, second.id)).doc.status).toBe('cancelled')
    await until('the first to run', async () => (await w.docs.get('run', first.id))!.doc.status === 'running')
    expect((await w.docs.get('run', third.id))!.doc.status).toBe('queued')
    expect((await w.signals()).length).toBe(0)
    w.busy = false
    expect((await w.ended(first.id)).doc.status).toBe('done')
    expect((await w.ended(third.id)).doc.status).toBe('done')
    await expect(w.runner.cancel(reader, 'none')).rejects.toMatchObject({ code: 'DOC-404' })
  })
})

describe('limits', () => {
  test('a run names rules that are loaded, and a time', async () => {
    const w = await world(RULES)
    const start = (ruleIds: readonly string[], from: number, to: number) =>
      w.runner.start(reader, { purpose: 'retroactive', ruleIds, from, to })
    await expect(start(['gone'], T0, T0 + 1)).rejects.toMatchObject({ code: 'DOC-404' })
    await expect(start([], T0, T0 + 1)).rejects.toMatchObject({ code: 'SIG-090' })
    await expect(start(['probe'], T0, T0)).rejects.toMatchObject({ code: 'SIG-091' })
    await expect(start(['probe'], T0, T0 + 500 * DAY)).rejects.toMatchObject({ code: 'SIG-091' })
    expect(await w.docs.count('run', { scope: EVERYTHING })).toBe(0)
  })
})

describe('gaps', () => {
  test('are the times in which a rule that is on did not ask what it asks now, until a run fills them', async () => {
    const w = await world({ ...RULES, old: ruleText('old', 'other') })
    await w.use(['probe', 'login', 'old'], 0)
    await w.use(['old'], 10)
    await w.use(['old', 'login'], 20, ['probe'])
    await w.use(['old', 'login', 'probe'], 30)
    w.change('old', ruleText('old', 'others'))
    await w.use(['old', 'login', 'probe'], 40)
    const gaps = async () =>
      (await w.runner.gaps()).map((g) => [g.ruleId, (g.from - T0) / 60_000, (g.to - T0) / 60_000, g.interrupted])
    expect(await gaps()).toEqual([
      ['login', 10, 20, true],
      ['old', 0, 40, false],
      ['probe', 10, 30, false],
    ])
    await w.take([{ at: 15, user: 'li', action: 'login' }])
    await w.run(['login', 'old'], 10, 15)
    expect(await gaps()).toEqual([
      ['login', 15, 20, true],
      ['old', 0, 10, false],
      ['old', 15, 40, false],
      ['probe', 10, 30, false],
    ])
  })

  test('of rules that were interrupted are told and filled, once, with what had happened before', async () => {
    const [w, live] = await Promise.all([world(RULES), world(RULES)])
    // What comes in late happened some time before.
    const came = traffic(0, 60).map(
      ({ intolerable, taken, at, ...c }): Came =>
        taken === undefined ? { ...c, at } : { ...c, at: at - 12, taken: at },
    )
    const between = (from: number, to: number) =>
      came.filter((c) => (c.taken ?? c.at) >= from && (c.taken ?? c.at) < to)
    await live.use(['probe', 'login'])
    await live.take(came)
    await w.use(['probe', 'login'], 0)
    await w.take(between(0, 20))
    await w.use(['login'], 20)
    await w.take(between(20, 40))
    await w.use(['login', 'probe'], 40)
    await w.take(between(40, 60))
    await w.load()
    await w.runner.lookAtGaps(reader, false)
    expect(w.told.filter((t) => t.what === 'rule_gap').map((t) => t.details)).toMatchObject([{ rules: 1 }])
    expect(await w.docs.count('run', { scope: EVERYTHING })).toBe(0)
    for (let i = 0; i < 2; i++) await w.runner.lookAtGaps(reader, true)
    const runs = await w.docs.list('run', { scope: EVERYTHING, sort: [], first: 10 })
    expect(runs.rows.map((r) => [r.doc.purpose, r.doc.ruleIds])).toEqual([['gap', ['probe']]])
    await w.ended(runs.rows[0]!.id)
    // Also what came in then with a time of before is in it.
    const counts = (one: RunWorld) => one.signals().then((all) => shown(all).map(({ ids, evidence, ...rest }) => rest))
    expect(await counts(w)).toEqual(await counts(live))
    await w.runner.lookAtGaps(reader, true)
    expect(await w.runner.gaps()).toEqual([])
    expect(await w.docs.count('run', { scope: EVERYTHING })).toBe(1)
  })
})

describe('a correlation', () => {
  test('over the past tells what it had told live, and nothing that it told', async () => {
    const [live, later] = await Promise.all([world({ brute: BRUTE() }), world({ brute: BRUTE() }, 0)])
    await live.use(['failed', 'brute'])
    await live.take(bursts(0, 100))
    await live.judge()
    await later.use([])
    await later.take(bursts(0, 100))
    const run = await later.run(['brute'])
    expect(run.doc).toMatchObject({ status: 'done', problem: null, matched: 4, signals: 4 })
    const told = shown(await live.signals())
    expect(told.map((s) => s.entity)).toEqual(['user.name:li', 'user.name:li', 'user.name:wang', 'user.name:wu'])
    expect(shown(await later.signals())).toEqual(told)
    // Its own rule raises none, also when it is run.
    expect((await later.run(['failed', 'brute'])).doc).toMatchObject({ status: 'done', signals: 0 })
    expect((await live.run(['brute'])).doc).toMatchObject({ status: 'done', matched: 0, signals: 0 })
    expect(shown(await live.signals())).toEqual(told)
    expect(shown(await later.signals())).toEqual(told)
  })

  test('in parts, and cut off anywhere, tells the same', async () => {
    const [whole, parts] = await Promise.all([world({ brute: BRUTE() }), world({ brute: BRUTE() })])
    for (const w of [whole, parts]) {
      await w.use([])
      await w.take(bursts(0, 100))
    }
    await whole.run(['brute'])
    for (const [from, to] of [
      [0, 15],
      [15, 45],
      [45, 120],
    ] as const)
      await parts.run(['brute'], from, to)
    expect(shown(await parts.signals())).toEqual(shown(await whole.signals()))
    const cut = await world({ brute: BRUTE() })
    await cut.use([])
    await cut.take(bursts(0, 100))
    const { id } = await cut.runner.start(reader, { purpose: 'gap', ruleIds: ['brute'], from: T0, to: T0 + DAY })
    // A little later each time, so that it comes to an end.
    let cuts = 0
    cut.puts = 0
    for (;;) {
      await until('the crash, or the end', async () => {
        return cut.puts < 0 || (await cut.docs.get('run', id))!.doc.status === 'done'
      })
      if (cut.puts >= 0) break
      cut.restart()
      cut.puts = ++cuts
      cut.runner.resume()
    }
    expect(cuts).toBeGreaterThan(4)
    expect((await cut.ended(id)).doc.status).toBe('done')
    expect(shown(await cut.signals())).toEqual(shown(await whole.signals()))
  })

  test('tells a burst once that began before it ran live', async () => {
    const w = await world({ brute: BRUTE() })
    const failed = (user: string, at: number) => ({ at, user, action: 'login_failed' })
    await w.use([])
    // Of li's seven the last five are enough by themselves; of wang's only both parts together.
    await w.take([1, 2].map((at) => failed('li', at)))
    await w.take([1, 2, 2.5].map((at) => failed('wang', at)))
    await w.use(['failed', 'brute'], 3)
    await w.take([3, 4, 5, 6, 7].map((at) => failed('li', at)))
    await w.take([3, 4].map((at) => failed('wang', at)))
    await w.judge()
    expect((await w.signals()).map((s) => s.doc.entity)).toEqual(['user.name:li'])
    for (let i = 0; i < 2; i++) {
      await w.run(['brute'])
      expect((await w.signals()).map((s) => [s.doc.entity, s.doc.count]).sort()).toEqual([
        ['user.name:li', 5],
        ['user.name:wang', 5],
      ])
    }
  })

  test('with generate, and its rule: both', async () => {
    const w = await world({ brute: BRUTE('generate: true') })
    await w.use([])
    await w.take(bursts(0, 30))
    const run = await w.run(['brute', 'failed'])
    expect(run.doc.status).toBe('done')
    const rules = new Set((await w.signals()).map((s) => s.doc.ruleId))
    expect([...rules].sort()).toEqual(['brute', 'failed'])
    expect((await w.signals()).every((s) => s.doc.retro?.runId === run.id)).toBe(true)
  })
})
