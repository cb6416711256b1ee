import type { CreateParts } from '../../app/lane/messages.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { BaseHit } from '../../core/correlation.ts'
import type { Found } from '../../core/detector.ts'
import type { StoredEvent } from '../../core/event.ts'

/** Parts of a lane for tests of what hits go through: the real normaliser, and a detector to which every event is a hit. */
export const createParts: CreateParts = (settings, lane) => {
  let hits: BaseHit[] = []
  let seq = 0
  return {
    normalise: createNormaliser({ estate: settings.estate }),
    detector: {
      feed(at: number, id: string, event: StoredEvent) {
        this.count(at, id, this.examine(event))
      },
      examine: (event: StoredEvent) => ({ event, matches: [0] }),
      count(at: number, id: string, found: Found | undefined) {
        seq = at
        const { '@timestamp': time, user } = found!.event.ecs as { '@timestamp': string; user: { name: string } }
        hits.push({
          rule: 'failed',
          lane,
          seq: at,
          id,
          time: Date.parse(time),
          unitId: 'root',
          systemId: null,
          datasetId: null,
          fields: { 'user.name': user.name },
        })
      },
      take() {
        const taken = { seq, deltas: [], hits, detected: hits.length }
        hits = []
        return taken
      },
      get pending() {
        return hits.length
      },
    },
  }
}
