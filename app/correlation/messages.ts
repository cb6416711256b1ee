import type { MessagePort } from 'node:worker_threads'
import type { Correlator, CorrelatorSnapshot, Firing } from '../../core/correlation.ts'
import type { CorrelationRules } from './createCorrelation.ts'
import type { CorrelationCounts } from './engine.ts'

/** Bounds of correlation, from the configuration. */
export interface CorrelationLimits {
  /** Groups held at most, of all correlations. */
  readonly groups: number
  /** A hit waits for earlier ones until one of its group is so much later, or so much time has gone by; milliseconds. */
  readonly hold: number
  /** Hits may come so much later than the newest of their group, milliseconds. */
  readonly late: number
}

/** Makes the correlator; a module exports it as `createCorrelation`. */
export type CreateCorrelation = (options: {
  readonly rules: CorrelationRules
  readonly limits: CorrelationLimits
  readonly from: CorrelatorSnapshot | undefined
}) => Correlator

/** What the thread is started with. */
export interface CorrelationStart {
  readonly file: string
  /** Name of the spool that lanes read. */
  readonly spool: string
  readonly lanes: number
  readonly rules: CorrelationRules
  readonly limits: CorrelationLimits
  /** Module of `createCorrelation`. */
  readonly module: string
}

export type ToCorrelation =
  /** A lane's way to here; takes the place of its former one. */
  | { readonly type: 'lane'; readonly lane: number; readonly port: MessagePort }
  /** Other rules from now on; answers `used`. */
  | { readonly type: 'rules'; readonly ticket: number; readonly rules: CorrelationRules }
  /** What fired last is durable. */
  | { readonly type: 'fired' }
  /** Answers `settled` once nothing is held back any more and all that the lanes have handed over is covered. */
  | { readonly type: 'settle'; readonly ticket: number }
  | { readonly type: 'close' }

export type FromCorrelation =
  | { readonly type: 'ready' }
  /** The snapshot was set aside. */
  | { readonly type: 'damaged'; readonly problem: string; readonly aside: string }
  /** To be made durable, then `fired`. */
  | { readonly type: 'fire'; readonly firings: readonly Firing[] }
  | { readonly type: 'counts'; readonly counts: CorrelationCounts }
  | { readonly type: 'settled'; readonly ticket: number }
  | { readonly type: 'used'; readonly ticket: number }
  | { readonly type: 'trouble'; readonly problem: string }
  | { readonly type: 'leftOut'; readonly problem: string }
  | { readonly type: 'closed' }
