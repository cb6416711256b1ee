import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BaseHit, Correlator, CorrelatorSnapshot, Firing } from '../../core/correlation.ts'
import { fold } from '../../core/fold.ts'
import { type CorrelatorOptions, createCorrelator, type LoadedCorrelation, loadRules } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { correlate, model } from '../support/correlationModel.ts'

const HOLD = 8
const SPAN = 20
/** Correlations of every type; times in the tests are milliseconds, so a second is a long time. */
const CORRELATIONS = [
  'type: event_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {gte: 3}',
  'type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gt: 2}',
  'type: event_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {lt: 3}',
  'type: event_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {gt: 1, lte: 3}',
  'type: value_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: v, gte: 3}',
  'type: value_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: [v, w], gte: 4}',
  'type: value_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: v, eq: 2}',
  'type: temporal\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s',
  'type: temporal\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s\ncondition: {gte: 2}',
  'type: temporal\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s\ncondition: a and (b or c)',
  'type: temporal\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s\ncondition: a and (b or not c)',
  'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s',
  'type: temporal_ordered\nrules: [c, a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {gte: 2}',
  'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s\ncondition: a and (b or c)',
  'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 1s\ncondition: a and b and not c',
  'type: value_sum\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: n, gt: 3}',
  'type: value_avg\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: n, gte: 2}',
  'type: value_avg\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: n, lt: 1}',
  'type: value_median\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: n, gt: 1}',
  'type: value_percentile\nrules: [a, b]\ngroup-by: [g]\ntimespan: 1s\ncondition: {field: n, percentile: 70, gte: 3}',
  'type: event_count\nrules: [a, b]\ngroup-by: [who]\ntimespan: 1s\ncondition: {gte: 3}\naliases: {who: {a: g, b: w}}',
].map((text) => ({ text, loaded: shortened(correlate(text)) }))

/** The same with a timespan of a few milliseconds, so that windows meet and part. */
function shortened(loaded: LoadedCorrelation, timespan = SPAN): LoadedCorrelation {
  return { ...loaded, correlation: { ...loaded.correlation, timespan } }
}

const values = (list: readonly string[]) => fc.option(fc.constantFrom(...list), { freq: 12, nil: undefined })
const hit = fc.record({
  rule: fc.constantFrom('a-id', 'b-id', 'c-id'),
  lane: fc.constantFrom(0, 1),
  time: fc.integer({ min: 0, max: 120 }),
  systemId: fc.constantFrom(null, null, 's'),
  jitter: fc.integer({ min: 0, max: HOLD - 1 }),
  g: values(['x', 'X', 'y']),
  v: values(['1', '2', '3', 'a', 'A']),
  w: values(['x', 'y']),
  n: values(['0', '1', '2.5', '4', '-1', 'no number']),
})

interface Sent extends BaseHit {
  /** In this order they are handed over. */
  readonly arrives: number
}

/** Hits as lanes hand them over: in seq order each, times out of order by less than `disorder`. */
const feeds = (disorder: (jitter: number) => number) =>
  fc.array(hit, { maxLength: 40, size: 'max' }).map((list): readonly Sent[] => {
    const seqs = new Map<number, number>()
    return list
      .map((h) => ({ ...h, arrives: h.time + disorder(h.jitter) }))
      .toSorted((a, b) => a.arrives - b.arrives)
      .map(({ rule, lane, time, systemId, arrives, g, v, w, n }) => {
        const seq = (seqs.get(lane) ?? 0) + 1
        seqs.set(lane, seq)
        const fields = Object.fromEntries(Object.entries({ g, v, w, n }).filter(([, text]) => text !== undefined))
        const id = `${lane}-${seq}`
        return { rule, lane, seq, id, time, unitId: 'u', systemId, datasetId: null, fields, arrives } as Sent
      })
  })

const feed = (correlator: Correlator, { arrives: _, ...sent }: Sent) => {
  correlator.feed(sent)
  correlator.passed(sent.lane, sent.seq)
}

function summary(firings: readonly Firing[]) {
  return firings
    .map(({ unitId, systemId, group, events, count, value, from, to }) => ({
      group: JSON.stringify([unitId, systemId, ...Object.values(group).map(fold)]),
      first: events[0]!.id,
      last: events.at(-1)!.id,
      count,
      value,
      span: to - from,
    }))
    .map(({ span, ...rest }) => (span >= 0 ? rest : { ...rest, span }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const expectedOf = (loaded: LoadedCorrelation, hits: readonly BaseHit[]) =>
  model(loaded, hits).told.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const OPTIONS: CorrelatorOptions = { hold: HOLD, late: 1000, events: 1000 }

describe.each(CORRELATIONS)('$text', ({ loaded }) => {
  test('fires as the model says, in whatever order hits come within the bound', () => {
    fc.assert(
      fc.property(
        feeds((jitter) => jitter),
        (hits) => {
          const correlator = createCorrelator([loaded], OPTIONS)
          for (const h of hits) feed(correlator, h)
          correlator.advance(Number.POSITIVE_INFINITY)
          expect(summary(correlator.take())).toEqual(expectedOf(loaded, hits))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('fires as the model says while time goes by as hits come', () => {
    fc.assert(
      fc.property(
        feeds((jitter) => jitter),
        (hits) => {
          const correlator = createCorrelator([loaded], OPTIONS)
          for (const h of hits) {
            correlator.advance(h.arrives)
            feed(correlator, h)
          }
          for (let now = 130; now < 1300; now += 65) correlator.advance(now)
          expect(summary(correlator.take())).toEqual(expectedOf(loaded, hits))
          for (let now = 1300; now < 4000; now += 300) correlator.advance(now)
          expect(correlator.counts.groups).toBe(0)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('fires the same when it goes on from snapshots, however much is replayed', () => {
    fc.assert(
      fc.property(
        feeds((jitter) => jitter),
        fc.array(fc.tuple(fc.nat(39), fc.nat(20)), { maxLength: 4 }),
        (hits, crashes) => {
          const firings: Firing[] = []
          let correlator = createCorrelator([loaded], OPTIONS)
          let at = 0
          for (const [until, replay] of crashes.toSorted((a, b) => a[0] - b[0])) {
            for (; at < Math.min(until, hits.length); at++) feed(correlator, hits[at]!)
            const snapshot = JSON.parse(JSON.stringify(correlator.snapshot())) as CorrelatorSnapshot
            correlator = createCorrelator([loaded], { ...OPTIONS, snapshot })
            for (const known of hits.slice(Math.max(0, at - replay), at)) feed(correlator, known)
          }
          for (; at < hits.length; at++) feed(correlator, hits[at]!)
          correlator.advance(Number.POSITIVE_INFINITY)
          firings.push(...correlator.take())
          expect(summary(firings)).toEqual(expectedOf(loaded, hits))
          expect(new Set(firings.map((f) => f.key)).size).toBe(firings.length)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('hits that come too late are put in their place: what then holds is told, once', () => {
    fc.assert(
      fc.property(
        feeds((jitter) => jitter * 10),
        (hits) => {
          const correlator = createCorrelator([loaded], OPTIONS)
          for (const h of hits) feed(correlator, h)
          correlator.advance(Number.POSITIVE_INFINITY)
          const firings = correlator.take()
          expect(correlator.counts.late).toBe(0)
          expect(new Set(firings.map((f) => f.key)).size).toBe(firings.length)
          // What such values come to may have been true before they came.
          if (/value_(sum|avg|median|percentile)/.test(loaded.correlation.type)) return
          const { told, stretches } = model(loaded, hits)
          const at = new Map(hits.map((h) => [h.id, h.time]))
          if (stretches.length === 0) {
            // Windows with an end: each that holds has an event of one that was told.
            for (const { first, last, group } of told)
              expect(
                firings.some((f) => groupOf(f) === group && f.from <= at.get(last)! && f.to >= at.get(first)!),
                `${first} ${last}`,
              ).toBe(true)
            return
          }
          for (const { group, times } of stretches) {
            const [from, to] = times
            expect(firings.some((f) => groupOf(f) === group && f.to >= from && f.to <= to)).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('a run that goes on from snapshots does all that an undisturbed one does, also where bounds bite', () => {
  const all = CORRELATIONS.map(({ loaded }, i) => ({ ...loaded, correlation: { ...loaded.correlation, id: `c${i}` } }))
  const bounds = fc.constantFrom({}, { hits: 6 }, { groups: 5 }, { hits: 4, groups: 9 })
  const disorder = fc.constantFrom(1, 10)
  fc.assert(
    fc.property(
      disorder.chain((d) => feeds((jitter) => jitter * d)),
      bounds,
      fc.array(fc.nat(39), { maxLength: 5 }),
      fc.boolean(),
      (hits, bound, crashes, isLive) => {
        const run = (snapshots: ReadonlySet<number>) => {
          const options = { ...OPTIONS, late: 60, ...bound }
          let correlator = createCorrelator(all, options)
          const told: Firing[] = []
          const counted = { evicted: 0, late: 0 }
          const count = () => {
            counted.evicted += correlator.counts.evicted
            counted.late += correlator.counts.late
          }
          for (const [i, h] of hits.entries()) {
            if (isLive) correlator.advance(h.arrives)
            feed(correlator, h)
            if (!snapshots.has(i)) continue
            count()
            const snapshot = JSON.parse(JSON.stringify(correlator.snapshot())) as CorrelatorSnapshot
            correlator = createCorrelator(all, { ...options, snapshot })
            if (isLive) correlator.advance(h.arrives)
          }
          correlator.advance(Number.POSITIVE_INFINITY)
          told.push(...correlator.take())
          count()
          const { groups } = correlator.counts
          return { told: told.toSorted((a, b) => (a.key < b.key ? -1 : 1)), groups, counted }
        }
        expect(run(new Set(crashes))).toEqual(run(new Set()))
      },
    ),
    { numRuns: 300 },
  )
})

test('many late hits of one group are put in their places in batches', () => {
  const loaded = shortened(correlate('type: event_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 4}'), 40)
  const times = fc.array(fc.tuple(fc.nat(5000), fc.nat(400)), { minLength: 200, maxLength: 300, size: 'max' })
  fc.assert(
    fc.property(times, (list) => {
      const hits = list
        .toSorted(([a, b], [c, d]) => a + b - c - d)
        .map(([time], i): BaseHit => {
          const of = { unitId: 'u', systemId: null, datasetId: null, fields: {} }
          return { rule: 'a-id', lane: 0, seq: i, id: `e${i}`, time, ...of }
        })
      const correlator = createCorrelator([loaded], { hold: HOLD, late: 1000, events: 1000 })
      for (const h of hits) correlator.feed(h)
      correlator.advance(Number.POSITIVE_INFINITY)
      const firings = correlator.take()
      const { stretches } = model(loaded, hits)
      for (const { times } of stretches) expect(firings.some((f) => f.to >= times[0] && f.to <= times[1])).toBe(true)
      for (const f of firings) expect(stretches.some(({ times }) => f.to >= times[0] && f.to <= times[1])).toBe(true)
    }),
    { numRuns: 30 },
  )
})

describe('correlations of correlations', () => {
  const bases = ['a', 'b', 'c'].map(
    (r) =>
      `title: ${r}\nid: ${r}-id\nname: ${r}\nlevel: low\nlogsource: {category: c}\ndetection: {s: {is: ${r}}, condition: s}\n`,
  )
  const chained = (...texts: readonly string[]) => {
    const text = [...bases, ...texts.map((t, i) => `title: t\nid: c${i}\nname: c${i}\ncorrelation: ${t}\n`)].join(
      '---\n',
    )
    const { correlations, problems } = loadRules([[{ path: 'c.yml', name: 'c.yml', text }]], NO_PIPELINES)
    expect(problems.filter((p) => p.severity === 'error')).toEqual([])
    return correlations.map((c) => shortened(c, 4 * SPAN))
  }
  const CHAINS = [
    [
      '{type: event_count, rules: [a], group-by: [g], timespan: 1s, condition: {gte: 2}}',
      '{type: temporal_ordered, rules: [c0, b], group-by: [g], timespan: 1s}',
    ],
    [
      '{type: event_count, rules: [a], group-by: [g, v], timespan: 1s, condition: {gte: 2}}',
      '{type: temporal, rules: [c0, b], group-by: [w], timespan: 1s}',
    ],
    [
      '{type: value_count, rules: [a, b], group-by: [g], timespan: 1s, condition: {field: v, gte: 2}}',
      '{type: event_count, rules: [c0], group-by: [g], timespan: 1s, condition: {gte: 1}}',
      '{type: temporal, rules: [c1, c], group-by: [g], timespan: 1s}',
    ],
    [
      '{type: event_count, rules: [a], group-by: [g], timespan: 1s, condition: {lt: 3}}',
      '{type: temporal, rules: [c0, b], group-by: [g], timespan: 1s}',
    ],
  ]
  const ran = (correlations: readonly LoadedCorrelation[], hits: readonly Sent[], options: CorrelatorOptions) => {
    const correlator = createCorrelator(correlations, options)
    for (const { arrives: _, ...h } of hits) correlator.feed(h)
    correlator.advance(Number.POSITIVE_INFINITY)
    return summary(correlator.take())
  }

  test.each(CHAINS)('%s: the order of a file does not matter', (...texts) => {
    const correlations = chained(...texts)
    const never = { hold: Number.POSITIVE_INFINITY, late: Number.POSITIVE_INFINITY, events: 1000 }
    let fired = 0
    fc.assert(
      fc.property(
        feeds((jitter) => jitter * 50),
        (hits) => {
          const inOrder = ran(
            correlations,
            hits.toSorted((a, b) => a.time - b.time),
            never,
          )
          fired += inOrder.length
          expect(ran(correlations, hits, never)).toEqual(inOrder)
        },
      ),
      { numRuns: 300 },
    )
    expect(fired).toBeGreaterThan(10)
  })

  test.each(CHAINS.slice(0, 3))(
    '%s: lanes that hand over as time goes by, and a backlog, come to the same',
    (...texts) => {
      const correlations = chained(...texts)
      const never = { hold: Number.POSITIVE_INFINITY, late: Number.POSITIVE_INFINITY, events: 1000 }
      fc.assert(
        fc.property(
          feeds((jitter) => jitter),
          fc.boolean(),
          (hits, isBacklog) => {
            const correlator = createCorrelator(correlations, OPTIONS)
            for (const h of hits) {
              if (!isBacklog) correlator.advance(h.arrives)
              feed(correlator, h)
            }
            for (let now = 130; now < 5000; now += 65) correlator.advance(now)
            const told = summary(correlator.take())
            const expected = ran(correlations, hits, never)
            if (!isBacklog) expect(told).toEqual(expected)
            // What is told below may come after more has come above.
            const groups = (list: typeof told) => [...new Set(list.map((f) => f.group))].sort()
            expect(groups(told)).toEqual(groups(expected))
          },
        ),
        { numRuns: 300 },
      )
    },
  )
})

function groupOf({ unitId, systemId, group }: Firing): string {
  return JSON.stringify([unitId, systemId, ...Object.values(group).map(fold)])
}
