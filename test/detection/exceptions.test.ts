import { expect, test } from 'vitest'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import {
  compileExceptions,
  createDetector,
  type ExceptionSetting,
  loadRules,
  NO_EXCEPTIONS,
  type RuleRoot,
} from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { HIDDEN_IN_EVENTS } from '../../policies/index.ts'

const T = Date.parse('2026-11-24T06:00:00.000Z')
const RULE = 'aaaaaaaa-0000-4000-8000-000000000001'
const root: RuleRoot = [
  {
    path: 'probe.yml',
    name: 'probe.yml',
    text: `title: Probe
id: ${RULE}
level: high
logsource: { product: any }
detection: { a: { event.action: probe }, condition: a }
`,
  },
]
const { rules } = loadRules([root], NO_PIPELINES)

interface Made {
  readonly unit?: string
  readonly dataset?: string
  readonly user?: string
  readonly ip?: string
  /** Milliseconds after T: of the event itself and when it was taken in. */
  readonly at?: number
  readonly taken?: number
}

function eventOf({ unit = 'th', dataset, user = 'zhang', ip = '10.0.0.1', at = 0, taken = 1_000 }: Made): StoredEvent {
  const ecs: EcsObject = {
    '@timestamp': new Date(T + at).toISOString(),
    event: { action: 'probe', ingested: new Date(T + taken).toISOString() },
    user: { name: user },
    source: { ip },
    suidun: { unit: { id: unit }, ...(dataset === undefined ? {} : { dataset: { id: dataset } }) },
  }
  return { ecs, rest: {} }
}

const exception = (query: string, more: Partial<ExceptionSetting> = {}): ExceptionSetting => ({
  id: 'x1',
  ruleId: RULE,
  query,
  units: ['th', 'th1'],
  from: T,
  until: T + 60_000,
  ...more,
})

function acts(query: string, made: Made, more: Partial<ExceptionSetting> = {}): boolean {
  const compiled = compileExceptions({
    exceptions: [exception(query, more)],
    hidden: HIDDEN_IN_EVENTS,
    openDatasets: ['open'],
  })
  return compiled.acting(RULE, eventOf(made)) !== undefined
}

test('an exception acts on events of its unit and below that its text finds, and on no other rule', () => {
  expect(acts('user.name: zhang', {})).toBe(true)
  expect(acts('user.name: zhang', { unit: 'th1' })).toBe(true)
  expect(acts('user.name: zhang', { unit: 'hz' })).toBe(false)
  expect(acts('user.name: zhang', { user: 'li' })).toBe(false)
  expect(acts('user.name: zhang', {}, { ruleId: 'another' })).toBe(false)
})

test('it acts on what was taken in from its beginning to before its end, whatever the events say of their time', () => {
  expect(acts('user.name: zhang', { taken: 0 })).toBe(true)
  expect(acts('user.name: zhang', { taken: -1 })).toBe(false)
  expect(acts('user.name: zhang', { taken: 59_999 })).toBe(true)
  expect(acts('user.name: zhang', { taken: 60_000 })).toBe(false)
  expect(acts('user.name: zhang', { taken: 1, at: -86_400_000 })).toBe(true)
})

test('one that looks at a field which is hidden in important data does not act there, whatever the value', () => {
  for (const query of [
    'user.name: zhang',
    'not user.name: li',
    'zhang',
    'unlisted.field: x',
    'not unlisted.field: x',
    'source.ip: 10.0.0.1 and not user.name: li',
  ]) {
    expect([query, acts(query, { dataset: 'vip' })]).toEqual([query, false])
    // A dataset that nobody classified counts as important.
    expect([query, acts(query, { dataset: 'unheard-of' })]).toEqual([query, false])
  }
  expect(acts('user.name: zhang', { dataset: 'open' })).toBe(true)
  expect(acts('source.ip: 10.0.0.1', { dataset: 'vip' })).toBe(true)
})

test('a match that is kept back raises no signal and is counted once, by exception, unit, system and day', () => {
  const detector = createDetector({
    rules,
    lane: 3,
    shared: [],
    exceptions: { ...NO_EXCEPTIONS, exceptions: [exception('user.name: zhang')] },
  })
  detector.feed(1, 'e1', eventOf({}))
  detector.feed(2, 'e2', eventOf({ user: 'li' }))
  detector.feed(3, 'e3', eventOf({ at: 1_000 }))
  detector.feed(4, 'e4', eventOf({ unit: 'th1' }))
  detector.feed(5, 'e5', eventOf({ at: 86_400_000 }))
  detector.feed(6, 'e6', eventOf({ taken: 60_000 }))
  const { deltas } = detector.take()
  expect(
    deltas
      .map(({ keptBy, unitId, window, hits }) => [
        keptBy ?? 'signal',
        unitId,
        new Date(window).toISOString(),
        hits.map((h) => h.id),
      ])
      .sort(),
  ).toEqual([
    ['signal', 'th', '2026-11-24T06:00:00.000Z', ['e2']],
    ['signal', 'th', '2026-11-24T06:00:00.000Z', ['e6']],
    ['x1', 'th', '2026-11-24T00:00:00.000Z', ['e1', 'e3']],
    ['x1', 'th', '2026-11-25T00:00:00.000Z', ['e5']],
    ['x1', 'th1', '2026-11-24T00:00:00.000Z', ['e4']],
  ])
})
