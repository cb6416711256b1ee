import type { Place } from '../../core/errors.ts'
import type { Level } from '../../core/model/index.ts'
import type { Condition, RuleHead } from './types.ts'

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const
export type CorrelationType = (typeof CORRELATION_TYPES)[number]

export const COMPARISONS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const
/** One comparison of what a correlation counts; of several, all hold. */
export interface Bound {
  readonly op: (typeof COMPARISONS)[number]
  readonly value: number
}

/** When a correlation holds. */
export type CorrelationCondition =
  /** By a number: of events, of values, of rules, or what values come to. */
  | {
      readonly kind: 'number'
      readonly bounds: readonly Bound[]
      /** Fields (or aliases) that are counted; several make tuples. */
      readonly fields: readonly string[]
      /** 0 to 100, of `value_percentile`. */
      readonly percentile: number
    }
  /** By which rules match in the window: names in it are references of `rules`. */
  | { readonly kind: 'rules'; readonly condition: Condition; readonly text: string }

/** A Sigma correlation as read: valid in itself, what it refers to not yet looked up. */
export interface SigmaCorrelation extends Omit<RuleHead, 'level'> {
  /** Undefined: the highest of its rules. */
  readonly level: Level | undefined
  readonly type: CorrelationType
  /** Ids and names of rules and correlations, in order. */
  readonly rules: readonly string[]
  /** Fields or aliases whose values tell groups apart, in order. */
  readonly groupBy: readonly string[]
  /** Alias to reference of a rule to field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Milliseconds. */
  readonly timespan: number
  readonly condition: CorrelationCondition
  /** Whether its rules raise signals of their own as well. */
  readonly generate: boolean
  /** Where each of `rules` is named. */
  readonly places: readonly Place[]
  /** Where each alias stands. */
  readonly aliasPlaces: ReadonlyMap<string, Place>
}
