import { expect, test } from 'vitest'
import { openFiring } from '../../app/correlation/openFiring.ts'
import type { Firing } from '../../core/correlation.ts'
import type { EventRow } from '../../core/query.ts'
import type { Fired } from '../../response/index.ts'

const T0 = Date.parse('2026-11-24T08:00:00Z')

function firing(lane: number, seq: number): Firing {
  const id = `e${lane}-${seq}`
  return {
    rule: 'guessing',
    key: id.padStart(32, '0'),
    unitId: 'root',
    systemId: null,
    group: {},
    from: T0,
    to: T0,
    count: 5,
    value: 5,
    events: [{ lane, seq, id, time: T0, rule: 'failed' }],
    datasetIds: [],
  }
}

const event = (id: string) => ({ ecs: { event: { id } }, rest: {} })
const line = (id: string) => JSON.stringify({ event: { id }, rest: {} })

/** The spool holds the even numbers, the event store the odd ones. */
function open() {
  const state = { now: T0, storeIsAway: false, asked: [] as (readonly string[])[] }
  const fired: Fired[] = []
  const fireAll = openFiring({
    clock: () => state.now,
    estate: () => ({ assets: [], datasets: [] }),
    entityField: () => undefined,
    events: {
      async get(_, ids) {
        if (state.storeIsAway) throw new Error('away')
        state.asked.push(ids)
        return ids.map((id) => ({ id, event: event(id) }) as unknown as EventRow)
      },
    },
    responder: { fire: async (all) => void fired.push(...all) },
  })
  const fire = (firings: readonly Firing[]) =>
    fireAll(firings, async (lane, seqs) =>
      seqs.filter((s) => s % 2 === 0).map((seq) => ({ seq, line: line(`e${lane}-${seq}`) })),
    )
  return { state, fired, fire }
}

const evidence = (fired: readonly Fired[]) => fired.map((f) => (f.evidence.ecs.event as { id: string }).id)

test('the first event of what fires is found in the spool, else in the event store', async () => {
  const { state, fired, fire } = open()
  await fire([firing(0, 2), firing(1, 3), firing(0, 5), firing(1, 4)])
  expect(evidence(fired)).toEqual(['e0-2', 'e1-3', 'e0-5', 'e1-4'])
  expect(fired.map((f) => f.evidence)).toEqual(['e0-2', 'e1-3', 'e0-5', 'e1-4'].map(event))
  expect(state.asked).toEqual([['e1-3', 'e0-5']])
})

test('an event store that is away for long keeps no signal back', async () => {
  const { state, fired, fire } = open()
  state.storeIsAway = true
  await expect(fire([firing(0, 2), firing(0, 3)])).rejects.toThrow('away')
  expect(fired).toEqual([])
  state.now += 31_000
  await fire([firing(0, 2), firing(0, 3)])
  expect(fired.map((f) => f.evidence)).toEqual([
    event('e0-2'),
    {
      ecs: { '@timestamp': '2026-11-24T08:00:00.000Z', event: { id: 'e0-3' }, suidun: { unit: { id: 'root' } } },
      rest: {},
    },
  ])
  state.storeIsAway = false
  await fire([firing(0, 5)])
  state.storeIsAway = true
  await expect(fire([firing(0, 7)])).rejects.toThrow('away')
})
