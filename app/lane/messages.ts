import type { MessagePort } from 'node:worker_threads'
import type { Normalise } from '../../collectors/contract.ts'
import type { PlainLines } from '../../collectors/index.ts'
import type { Job, Misrouted, Taken } from '../../collectors/intake/index.ts'
import type { BaseHit } from '../../core/correlation.ts'
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
  /** Name of the set of rules that these are: lanes report from where on they use another one. Not reported, unless given. */
  readonly ruleSet?: string
  /** Minutes east of UTC, for log lines that name no zone. */
  readonly zoneOffset: number
}

/** Makes a lane's normaliser and detector, one after the other; a module exports it as `createParts`. */
export type CreateParts = (settings: LaneSettings, lane: number) => Parts | Promise<Parts>

export interface Parts {
  readonly normalise: Normalise
  /** Reads the lines that need no normaliser; without it none is read so. */
  readonly plain?: PlainLines
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
  /** The way to the correlator. */
  readonly correlator: MessagePort
}

/** What a lane hands to the correlator. */
export interface HandedHits {
  /** All up to here is detected. */
  readonly seq: number
  readonly hits: readonly BaseHit[]
  /**
   * All that was acknowledged before this moment is in it or was handed over before; undefined while a lane replays, for
   * ever (infinite) when it closes.
   */
  readonly asOf: number | undefined
  /** Somebody waits for it to be covered. */
  readonly urgent: boolean
}

/** What the correlator answers a lane. */
export type FromCorrelator =
  /** It has what the lane handed over last. */
  | { readonly type: 'taken' }
  /** What it made of all up to `seq` outlives a crash. */
  | { readonly type: 'covered'; readonly seq: number }

export type ToLane =
  | { readonly type: 'job'; readonly ticket: number; readonly job: Job; readonly deadline: number }
  /** Answers `used`. */
  | { readonly type: 'settings'; readonly ticket: number; readonly settings: LaneSettings }
  /** The deltas posted last are durable. */
  | { readonly type: 'applied' }
  | { readonly type: 'loaded'; readonly seq: number }
  /** It is written down from where on the lane uses that set of rules. */
  | { readonly type: 'recorded'; readonly ruleSet: string }
  /** Seals the open segment; answers `reached`. */
  | { readonly type: 'seal'; readonly ticket: number }
  /** Answers `found` with the lines of those numbers that are not yet in the event store for good. */
  | { readonly type: 'find'; readonly ticket: number; readonly seqs: readonly number[] }
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
  /** The settings hold from the next job on. */
  | { readonly type: 'used'; readonly ticket: number }
  | ({ readonly type: 'rules' } & UsedRules)
  /** All lines up to `seq` are sealed. */
  | { readonly type: 'reached'; readonly ticket: number; readonly seq: number }
  | { readonly type: 'found'; readonly ticket: number; readonly lines: readonly SpoolLineAt[] }
  | { readonly type: 'trouble'; readonly error: WireError }
  | { readonly type: 'closed' }

/** From where on a lane uses a set of rules. */
export interface UsedRules {
  readonly ruleSet: string
  /** The first line that these rules see. */
  readonly from: number
  /** Its newest line; not before `from` where the lane was started anew. */
  readonly upTo: number
}

/** A line of the spool with its number. */
export interface SpoolLineAt {
  readonly seq: number
  readonly line: string
}

/** An AppError on its way between threads. */
export interface WireError {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>
  readonly place: Place | undefined
}
