import { afterAll, expect, test } from 'vitest'
import { numberEvent } from '../../collectors/intake/index.ts'
import type { StoredEvent } from '../../core/event.ts'
import { generateDay } from '../../demo/index.ts'
import { OWN_RULES } from '../../detection/index.ts'
import { openReplay } from '../demo/replay.ts'
import { RunWorld, shown, T0 } from '../support/runWorld.ts'

const DAY = 86_400_000
const EVENTS = 50_000

const worlds: RunWorld[] = []
afterAll(() => Promise.all(worlds.map((w) => w.close())))

test('our own rules over a day of the sample city, later: the same signals and incidents as live', async () => {
  const replay = openReplay()
  const [live, later] = await Promise.all([0, 1].map(() => RunWorld.open({ roots: [OWN_RULES], lanes: 1 })))
  worlds.push(live!, later!)
  await live!.use(live!.ids)
  await later!.use([])
  let batch: { lane: number; make: (seq: number) => StoredEvent }[] = []
  const hand = async () => {
    for (const w of worlds) await w.takeEvents(batch)
    batch = []
  }
  const lines = [...generateDay({ seed: 3, end: T0 + DAY, attacks: true })].slice(-EVENTS)
  for (const line of lines) {
    // As it stands in the log: only that of what the reader of lines knows.
    const event = () => {
      const { ecs, rest } = replay.eventOf(line, line.time)
      return { ecs, rest }
    }
    batch.push({
      lane: 0,
      make(seq) {
        const made = event()
        numberEvent(made, `e0-${seq}`, 0, seq)
        return made
      },
    })
    if (batch.length === 5_000) await hand()
  }
  await hand()
  await live!.judge()
  const run = await later!.run(later!.ids)
  expect(run.doc).toMatchObject({ status: 'done', problem: null })
  const found = shown(await later!.signals())
  expect(found.length).toBeGreaterThan(10)
  expect(found).toEqual(shown(await live!.signals()))
  const incidents = async (w: RunWorld) =>
    (await w.incidents())
      .map(({ doc: i }) => JSON.stringify([i.unitId, i.systemId, i.entity, i.signalCount, i.first, i.last]))
      .sort()
  expect(await incidents(later!)).toEqual(await incidents(live!))
}, 300_000)
