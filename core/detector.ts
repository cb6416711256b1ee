import type { StoredEvent } from './event.ts'
import type { SignalDelta } from './model/index.ts'

/**
 * The detector of one lane. It is fed durable events in seq order, after a start the ones since its committed offset.
 * `feed` is synchronous and cannot throw; `take` hands over what was counted since the last `take`, through `seq`.
 * The lane applies the deltas, and only then commits `seq` as the detector's offset.
 */
export interface Detector {
  feed(seq: number, id: string, event: StoredEvent): void
  take(): { readonly seq: number; readonly deltas: readonly SignalDelta[]; readonly detected: number }
  /** Hits held, never fewer than deltas (bounded by the lane: it takes when this grows). */
  readonly pending: number
}
