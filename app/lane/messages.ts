import type { Normalise } from '../../collectors/contract.ts'
import type { Job, Misrouted, Taken } from '../../collectors/intake/index.ts'
import type { Detector } from '../../core/detector.ts'
import type { ErrorCode, Place } from '../../core/errors.ts'
import type { EstateSnapshot, SignalDelta, SourceCounters } from '../../core/model/index.ts'
import type { Segment } from '../../core/ports.ts'
import type { ExceptionSetting } from '../../detection/index.ts'

/** What a lane needs to know to read and to detect; handed over anew whenever something of it changes. */
export interface LaneSettings {
  readonly estate: EstateSnapshot
  /** Folders and files of Sigma rules. */
  readonly rules: readonly string[]
  /** Folders of lists for their placeholders; none, unless given. */
  readonly lists?: readonly string[]
  /** Ids of rules that are switched off; none, unless given. */
  readonly off?: readonly string[]
  readonly exceptions?: readonly ExceptionSetting[]
  /** Minutes east of UTC, for log lines that name no zone. */
  readonly zoneOffset: number
}

/** Makes a lane's normaliser and detector; a module exports it as `createParts`. */
export type CreateParts = (settings: LaneSettings, lane: number) => Parts

export interface Parts {
  readonly normalise: Normalise
  readonly detector: Detector
}

/** What a worker is started with. */
export interface LaneStart {
  readonly folder: string
  readonly lane: number
  readonly receiver: string
  readonly settings: LaneSettings
  /** Module of `createParts`. */
  readonly parts: string
}

export type ToLane =
  | { readonly type: 'job'; readonly ticket: number; readonly job: Job; readonly deadline: number }
  | { readonly type: 'settings'; readonly settings: LaneSettings }
  /** The deltas posted last are durable. */
  | { readonly type: 'applied' }
  | { readonly type: 'loaded'; readonly seq: number }
  /** Answers `settled` once all accepted so far is detected and its offset committed; seals the open segment. */
  | { readonly type: 'settle'; readonly ticket: number }
  | { readonly type: 'close' }

export type FromLane =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly ticket: number; readonly result: Taken | Misrouted }
  | { readonly type: 'failed'; readonly ticket: number; readonly error: WireError }
  | { readonly type: 'deltas'; readonly deltas: readonly SignalDelta[] }
  | { readonly type: 'counters'; readonly sources: readonly SourceCounters[] }
  | { readonly type: 'sealed'; readonly segments: readonly Segment[] }
  | { readonly type: 'settled'; readonly ticket: number }
  | { readonly type: 'trouble'; readonly error: WireError }
  | { readonly type: 'closed' }

/** An AppError on its way between threads. */
export interface WireError {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>
  readonly place: Place | undefined
}
