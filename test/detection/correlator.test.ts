import { describe, expect, test } from 'vitest'
import type { BaseHit, CorrelatorSnapshot } from '../../core/correlation.ts'
import { type CorrelatorOptions, createCorrelator, loadRules } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { correlate } from '../support/correlationModel.ts'

const counting = (threshold: number, timespan = '10s') =>
  correlate(`type: event_count\nrules: [a]\ngroup-by: [g]\ntimespan: ${timespan}\ncondition: {gte: ${threshold}}`)
let seqs = 0

function hit(time: number, fields: Record<string, string> = { g: 'x' }, more: Partial<BaseHit> = {}): BaseHit {
  const seq = ++seqs
  return {
    rule: 'a-id',
    lane: 0,
    seq,
    id: `e${seq}`,
    time,
    unitId: 'u',
    systemId: null,
    datasetId: null,
    fields,
    ...more,
  }
}

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

describe('time', () => {
  test('a hit waits until one of its group is so much later, or so much time has gone by', () => {
    const correlator = createCorrelator([counting(2)], { hold: 1000, late: 60_000 })
    correlator.advance(5_000_000)
    for (const at of [0, 900, 950]) correlator.feed(hit(at))
    expect(correlator.take()).toEqual([])
    correlator.advance(5_000_999)
    expect(correlator.take()).toEqual([])
    correlator.advance(5_001_000)
    expect(correlator.take().map((f) => [f.from, f.to])).toEqual([[0, 900]])
    const other = createCorrelator([counting(2)], { hold: 1000, late: 60_000 })
    for (const at of [0, 900, 1899]) other.feed(hit(at))
    expect(other.take()).toEqual([])
    other.feed(hit(1900))
    expect(other.take()).toHaveLength(1)
  })

  test('one that comes after that is put in its place; what is later than the bound is counted and not used', () => {
    const correlator = createCorrelator([counting(3)], { hold: 1000, late: 20_000 })
    for (const at of [0, 4000, 30_000]) correlator.feed(hit(at))
    expect(correlator.take()).toEqual([])
    correlator.feed(hit(20_000))
    correlator.feed(hit(25_000))
    expect(correlator.take()).toEqual([])
    correlator.advance(0)
    correlator.advance(1000)
    expect(correlator.take().map((f) => [f.from, f.to, f.count])).toEqual([[20_000, 30_000, 3]])
    correlator.feed(hit(9_999))
    expect(correlator.counts.late).toBe(1)
    correlator.feed(hit(10_500))
    correlator.advance(2000)
    expect([correlator.counts.late, correlator.take()]).toEqual([1, []])
  })

  test('windows that wait for their end come to it without hits, after time in which others might have come', () => {
    const few = correlate('type: event_count\nrules: [a]\ngroup-by: [g]\ntimespan: 10s\ncondition: {lt: 3}')
    const correlator = createCorrelator([few], { hold: 1000, late: 20_000 })
    correlator.advance(1)
    correlator.feed(hit(0))
    correlator.advance(1000 + 1)
    correlator.advance(29_000)
    expect(correlator.take()).toEqual([])
    correlator.advance(30_500)
    expect(correlator.take()).toHaveLength(1)
    // The next one lies in the same window, which was told already.
    correlator.feed(hit(5000))
    correlator.advance(90_000)
    expect(correlator.take()).toEqual([])
  })

  test('groups in which nothing can happen any more are forgotten', () => {
    const correlator = createCorrelator([counting(3)], { hold: 1000, late: 20_000 })
    correlator.advance(0)
    correlator.feed(hit(0))
    expect(correlator.counts.groups).toBe(1)
    correlator.advance(31_000)
    expect(correlator.counts.groups).toBe(1)
    correlator.advance(31_001)
    expect(correlator.counts).toEqual({ groups: 0, evicted: 0, late: 0 })
  })
})

describe('bounds', () => {
  test('least recently active groups leave first, are counted, and what waited in them is judged', () => {
    const correlator = createCorrelator([counting(2)], { groups: 3 })
    for (const g of ['a', 'b', 'c', 'a', 'd']) correlator.feed(hit(0, { g }))
    expect(correlator.counts).toMatchObject({ groups: 3, evicted: 1 })
    // b has left: its first hit is forgotten.
    correlator.feed(hit(1, { g: 'b' }))
    expect(correlator.counts).toMatchObject({ groups: 3, evicted: 2 })
    correlator.advance(Number.POSITIVE_INFINITY)
    expect(correlator.take().map((f) => f.group.g)).toEqual(['a'])
    const leaving = createCorrelator([counting(2)], { groups: 1 })
    for (const g of ['a', 'a', 'b']) leaving.feed(hit(0, { g }))
    expect(leaving.take().map((f) => f.group.g)).toEqual(['a'])
  })

  test('a group whose own firing makes one too many leaves when all that was to be judged in it is', () => {
    const lines = (name: string, rules: string, more: string) =>
      `title: ${name}\nid: ${name}\nname: ${name}\ncorrelation:\n  type: event_count\n  rules: [${rules}]\n  group-by: [g]\n${more}\n`
    const text = [
      'title: a\nid: a-id\nname: a\nlogsource: {category: c}\ndetection: {s: {is: a}, condition: s}\n',
      lines('few', 'a', '  timespan: 10s\n  condition: {lt: 3}'),
      lines('any', 'few', '  timespan: 1h\n  condition: {gte: 1}\n  generate: true'),
    ].join('---\n')
    const { correlations } = loadRules([[{ path: 'c.yml', name: 'c.yml', text }]], NO_PIPELINES)
    const correlator = createCorrelator(correlations, { groups: 2, hold: 60_000 })
    correlator.advance(0)
    for (const at of [0, 20_000, 40_000]) correlator.feed(hit(at, { g: 'old' }))
    correlator.feed(hit(0, { g: 'new' }))
    for (let now = 0; now < 3_600_000; now += 10_000) correlator.advance(now)
    const few = correlator.take().filter((f) => f.rule === 'few' && f.group.g === 'old')
    expect(few.map((f) => [f.from, f.count])).toEqual([
      [0, 1],
      [20_000, 1],
    ])
    expect(correlator.counts.evicted).toBeGreaterThan(0)
  })

  test('all groups together hold no more hits than ten a group; the one that is fed stays', () => {
    const correlator = createCorrelator([counting(1000, '1h')], { groups: 10, hits: 50 })
    for (let i = 0; i < 500; i++) correlator.feed(hit(i * 10_000, { g: `g${i % 5}` }))
    const groups = json(correlator.snapshot()).groups as [number, { waiting: unknown[]; judge: { hits: unknown[] } }][]
    const held = groups.reduce((sum, [, g]) => sum + g.waiting.length + g.judge.hits.length, 0)
    expect(correlator.counts.evicted).toBeGreaterThan(0)
    // A threshold of a thousand needs a thousand hits of one group: it may hold them.
    expect(held).toBeLessThanOrEqual(1500 + 100)
  })

  test.each([
    ['event_count', 'condition: {gte: 100}', 1],
    ['event_count', 'condition: {lt: 100}', 0],
    ['value_count', 'condition: {field: v, gte: 100}', 1],
    ['value_sum', 'condition: {field: n, gt: 1000}', 1],
    ['value_median', 'condition: {field: n, gt: 100}', 1],
    ['temporal_ordered', 'condition: {gte: 1}', 1],
  ])('a flood in one group of %s {%s} is held no longer than a hundredth of it', (type, condition, firings) => {
    const loaded = correlate(`type: ${type}\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1h\n${condition}`)
    const correlator = createCorrelator([loaded], { hits: 1000 })
    for (let i = 0; i < 100_000; i++) correlator.feed(hit(i, { g: 'x', v: `v${i % 3000}`, n: String(i % 500) }))
    const size = JSON.stringify(correlator.snapshot()).length
    expect(size).toBeLessThan(100_000 * 10)
    correlator.advance(Number.POSITIVE_INFINITY)
    expect(correlator.take()).toHaveLength(firings)
  })

  test('a million hits of one group cost a few times what a tenth of them costs', () => {
    const run = (count: number) => {
      const correlator = createCorrelator([counting(100, '1h')])
      const began = performance.now()
      for (let i = 0; i < count; i++) correlator.feed(hit(i))
      correlator.advance(Number.POSITIVE_INFINITY)
      expect(correlator.take()).toHaveLength(1)
      return performance.now() - began
    }
    run(20_000)
    const tenth = run(100_000)
    // Ten times, were it linear; a hundred times, were it not. The machine is not ours alone.
    expect(run(1_000_000)).toBeLessThan(tenth * 40 + 1000)
  }, 60_000)

  test('a hit that takes no part costs no group', () => {
    const correlator = createCorrelator([counting(2)])
    correlator.feed(hit(0, {}))
    correlator.feed(hit(0, { g: 'x' }, { rule: 'another' }))
    expect(correlator.counts.groups).toBe(0)
  })
})

describe('snapshots', () => {
  const options: CorrelatorOptions = { hold: 1000, late: 20_000 }

  test('what was known at the snapshot changes nothing when it is replayed; what fired and was not taken is in it', () => {
    const hits = [0, 1, 2, 3, 10_000].map((at) => hit(at))
    const correlator = createCorrelator([counting(3)], options)
    for (const h of hits) {
      correlator.feed(h)
      correlator.passed(0, h.seq)
    }
    const snapshot = json(correlator.snapshot())
    expect(snapshot.positions).toEqual({ 0: hits.at(-1)!.seq })
    const again = createCorrelator([counting(3)], { ...options, snapshot })
    for (const h of hits) again.feed(h)
    expect(again.take()).toEqual(correlator.take())
    expect(again.take()).toEqual([])
    again.advance(Number.POSITIVE_INFINITY)
    expect(again.take()).toEqual([])
  })

  test('what one correlator has counted, the next that goes on from its snapshot does not count again', () => {
    const correlator = createCorrelator([counting(2)], { ...options, groups: 1 })
    for (const [at, g] of [
      [0, 'a'],
      [0, 'b'],
      [60_000, 'b'],
      [0, 'b'],
    ] as const)
      correlator.feed(hit(at, { g }))
    expect(correlator.counts).toEqual({ groups: 1, evicted: 1, late: 1 })
    const again = createCorrelator([counting(2)], { ...options, snapshot: json(correlator.snapshot()) })
    expect(again.counts).toEqual({ groups: 1, evicted: 0, late: 0 })
  })

  test('a correlation that is gone or changed loses its groups, others keep theirs', () => {
    const two = { ...counting(2), correlation: { ...counting(2).correlation, id: 'two' } }
    const correlator = createCorrelator([counting(3), two], options)
    correlator.feed(hit(0))
    expect(correlator.counts.groups).toBe(2)
    const snapshot = json(correlator.snapshot())
    const groups = (correlations: Parameters<typeof createCorrelator>[0], from: CorrelatorSnapshot = snapshot) =>
      createCorrelator(correlations, { ...options, snapshot: from }).counts.groups
    expect(groups([counting(3), two])).toBe(2)
    expect(groups([counting(4), two])).toBe(1)
    expect(groups([two])).toBe(1)
    expect(groups([counting(3, '11s')])).toBe(0)
    expect(groups([two], { ...snapshot, version: 0 })).toBe(0)
  })

  test('time that a crash took does not count as gone by', () => {
    const few = correlate('type: event_count\nrules: [a]\ngroup-by: [g]\ntimespan: 10s\ncondition: {lt: 3}')
    const correlator = createCorrelator([few], options)
    correlator.advance(1_000)
    correlator.feed(hit(0))
    correlator.advance(3_000)
    const again = createCorrelator([few], { ...options, snapshot: json(correlator.snapshot()) })
    again.advance(9_000_000)
    for (const at of [1, 2, 3]) again.feed(hit(at))
    again.advance(9_100_000)
    expect(again.take()).toEqual([])
  })
})
