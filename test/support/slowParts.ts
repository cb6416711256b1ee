import type { CreateParts } from '../../app/lane/messages.ts'
import { createParts as matchAll } from './matchAllParts.ts'

/**
 * Parts whose detector is full with its first event, also while its deltas are being written: the lane takes in no more until
 * they are applied.
 */
export const createParts: CreateParts = (settings, lane) => {
  const { normalise, detector } = matchAll(settings, lane)
  let events = 0
  let handed = false
  return {
    normalise,
    detector: {
      feed(seq, id, event) {
        this.count(seq, id, this.examine(event))
      },
      examine: (event) => detector.examine(event),
      count(seq, id, found) {
        events++
        detector.count(seq, id, found)
      },
      take() {
        if (handed) events = 0
        handed = events > 0
        return detector.take()
      },
      get pending() {
        return events > 0 ? 1_000_000 : 0
      },
    },
  }
}
