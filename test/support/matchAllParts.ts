import type { CreateParts } from '../../app/lane/messages.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { Found } from '../../core/detector.ts'
import type { StoredEvent } from '../../core/event.ts'
import type { SignalDelta } from '../../core/model/index.ts'

const WINDOW = 300_000

/** Parts of a lane for tests of the intake alone: the real normaliser, and a detector whose one rule matches everything. */
export const createParts = ((settings, lane) => {
  let pending = new Map<string, { delta: SignalDelta; hits: { seq: number; time: number; id: string }[] }>()
  let seq = 0
  let detected = 0
  return {
    normalise: createNormaliser({ estate: settings.estate }),
    detector: {
      feed(at: number, id: string, event: StoredEvent) {
        this.count(at, id, this.examine(event))
      },
      examine: (event: StoredEvent) => ({ event, matches: [0] }),
      count(at: number, id: string, found: Found | undefined) {
        const { event } = found!
        seq = at
        detected++
        const time = Date.parse(event.ecs['@timestamp'] as string)
        const window = Math.floor(time / WINDOW) * WINDOW
        const suidun = event.ecs.suidun as { unit: { id: string } }
        const key = `${suidun.unit.id} ${window}`
        let p = pending.get(key)
        if (p === undefined) {
          const hits: { seq: number; time: number; id: string }[] = []
          const delta = {
            lane,
            ruleId: 'everything',
            unitId: suidun.unit.id,
            systemId: null,
            entity: '-',
            window,
            hits,
            evidence: event,
          }
          p = { delta, hits }
          pending.set(key, p)
        }
        p.hits.push({ seq: at, time, id: p.hits.length < 20 ? id : '' })
      },
      take() {
        const taken = { seq, deltas: [...pending.values()].map((p) => p.delta), hits: [], detected }
        pending = new Map()
        detected = 0
        return taken
      },
      get pending() {
        return pending.size
      },
    },
  }
}) satisfies CreateParts
