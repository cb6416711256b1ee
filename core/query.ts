import type { StoredEvent } from './event.ts'
import type { Filter } from './filter.ts'

/** A half-open range of `@timestamp`: from <= t < to, milliseconds since 1970 UTC; an absent end is unbounded. */
export interface TimeRange {
  readonly from?: number
  readonly to?: number
}

/** What one may ask of an event store: a filter, a time range, and exactly one question about what they select. */
export interface Query {
  readonly filter: Filter
  readonly time: TimeRange
  readonly ask: Ask
}

export type Ask =
  /** Events, newest first (ties by event id, descending), `first` of them after an opaque cursor; total exact if asked. */
  | { readonly kind: 'rows'; readonly first: number; readonly after?: string; readonly total?: boolean }
  | { readonly kind: 'count' }
  /** Counts per bucket of `step` milliseconds, aligned to UTC; only buckets that are not empty, ascending. */
  | { readonly kind: 'histogram'; readonly step: number }
  /** The `size` most frequent values of a field with their counts of events (ties by value, ascending). */
  | { readonly kind: 'top'; readonly field: string; readonly size: number }
  /** Least and greatest value of a date or number field. */
  | { readonly kind: 'minmax'; readonly field: string }
  /** Groups by the values of fields (absent counts as null), with counts, that have at least `atLeast` events. */
  | { readonly kind: 'groups'; readonly by: readonly string[]; readonly atLeast: number; readonly size: number }

export interface EventRow {
  readonly id: string
  /** `@timestamp`, milliseconds since 1970 UTC. */
  readonly timestamp: number
  /** The raw line; absent where the reader may not see it. */
  readonly original: string | undefined
  readonly event: StoredEvent
  /** Fields that stand in the event but were taken out for this reader. */
  readonly hidden: readonly string[]
  readonly cursor: string
}

export type Answer<A extends Ask> = A extends { kind: 'rows' }
  ? { readonly rows: readonly EventRow[]; readonly hasNext: boolean; readonly total: number | undefined }
  : A extends { kind: 'count' }
    ? { readonly count: number }
    : A extends { kind: 'histogram' }
      ? { readonly buckets: readonly { readonly from: number; readonly count: number }[] }
      : A extends { kind: 'top' }
        ? { readonly values: readonly { readonly value: string; readonly count: number }[] }
        : A extends { kind: 'minmax' }
          ? { readonly min: number | undefined; readonly max: number | undefined }
          : A extends { kind: 'groups' }
            ? { readonly groups: readonly { readonly key: readonly (string | null)[]; readonly count: number }[] }
            : never
