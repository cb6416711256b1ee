import type { CreateParts } from '../../app/lane/messages.ts'
import { createParts as matchAll } from './matchAllParts.ts'

/** Parts whose detector is full with its first event: the lane takes in no more until its deltas are applied. */
export const createParts: CreateParts = (settings, lane) => {
  const { normalise, detector } = matchAll(settings, lane)
  let fed = 0
  return {
    normalise,
    detector: {
      feed(seq, id, event) {
        this.count(seq, id, this.examine(event))
      },
      examine: (event) => detector.examine(event),
      count(seq, id, found) {
        fed++
        detector.count(seq, id, found)
      },
      take: () => detector.take(),
      get pending() {
        return fed > 0 ? 1_000_000 : 0
      },
    },
  }
}
