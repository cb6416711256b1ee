import type { BaseHit } from './correlation.ts'
import type { StoredEvent } from './event.ts'
import type { SignalDelta } from './model/index.ts'

/** An event that rules match, on its way to being counted by the detector that found it. */
export interface Found {
  readonly event: StoredEvent
  /** The detector's numbers of the rules. */
  readonly matches: readonly number[]
}

/**
 * Looks at lines of JSON as they came in, before they are events: what it says holds where an event says just what its line
 * says, beside what keywords pass over (`NOT_SEARCHED`).
 */
export interface LineExaminer {
  /** Tells for each line of the block that rules match where it ends (its line feed, or the block's end), in order. */
  examine(block: Uint8Array, found: (end: number, matches: readonly number[]) => void): void
}

/**
 * The detector of one lane. It is fed durable events in seq order, after a start the ones since its committed offset.
 * `feed` is synchronous and cannot throw; `take` hands over what was counted since the last `take`, through `seq`.
 * The lane applies the deltas, and only then commits `seq` as the detector's offset.
 */
export interface Detector {
  feed(seq: number, id: string, event: StoredEvent): void
  /**
   * The halves of `feed`, for a lane that looks at an event before it is durable and keeps only those that match:
   * `examine` counts nothing; `count`, once the event is durable and in seq order, counts what was found (undefined: the
   * event was seen and matched nothing). The event's id, lane and seq need not be in it before `count`.
   */
  examine(event: StoredEvent): Found | undefined
  /** Finds the same in lines. Undefined where some rule asks for what the platform alone knows of an event. */
  readonly lines?: LineExaminer | undefined
  count(seq: number, id: string, found: Found | undefined): void
  take(): {
    readonly seq: number
    readonly deltas: readonly SignalDelta[]
    /** Matches of rules that some correlation is made of, in seq order. */
    readonly hits: readonly BaseHit[]
    readonly detected: number
  }
  /** Hits held, never fewer than deltas (bounded by the lane: it takes when this grows). */
  readonly pending: number
}
