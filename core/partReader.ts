import type { Filter } from './filter.ts'

/** An event that several lines of a file are parts of. */
export interface JoinedEvent {
  /** Numbers of the lines it was made of, ascending: those that they were handed over with. */
  readonly lines: readonly number[]
  readonly event: object
}

/** Joins several lines of a file, such as audit records, into the events that they are parts of. */
export interface PartReader {
  /** Takes a line that is no JSON object; false where it is no part of anything. */
  text(text: string, line: number): boolean
  /** Holds for every event that `object` takes; others it is not asked about. */
  readonly objects: Filter
  /** Takes an event that may be a part of a larger one as well; false where it is no part of anything. */
  object(object: object, line: number): boolean
  /** Events that became whole since the last time. */
  take(): readonly JoinedEvent[]
  /** Those that are left, at the end of the file. */
  end(): readonly JoinedEvent[]
}
