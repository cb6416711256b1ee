/**
 * What correlations hand to each other across threads: lanes find the base rules' matches (`BaseHit`), one correlator puts
 * those of all lanes together and tells what fired (`Firing`).
 */

/** One event that a base rule of some correlation matched, with what correlations ask of it. Plain data: it crosses threads. */
export interface BaseHit {
  /** Id of the base rule. */
  readonly rule: string
  readonly lane: number
  readonly seq: number
  /** Event id. */
  readonly id: string
  /** The time that windows go by, milliseconds since 1970 UTC (an intolerable one is replaced by when it was taken in). */
  readonly time: number
  /** Correlations never look across units or systems: these belong to every group. */
  readonly unitId: string
  readonly systemId: string | null
  /** The dataset of the event, so that a reader without its grant does not see what it names. */
  readonly datasetId: string | null
  /** Per field that some correlation over this rule groups by or counts (the rule's own names): its value as text; absent where the event lacks it. */
  readonly fields: Readonly<Record<string, string>>
}

/** A correlation whose condition turned true for a group. */
export interface Firing {
  /** Id of the correlation rule. */
  readonly rule: string
  /** Of correlation, group and first event: the same firing after a crash has the same key. 32 hex digits. */
  readonly key: string
  readonly unitId: string
  readonly systemId: string | null
  /** Values by group-by field, in the rule's order. */
  readonly group: Readonly<Record<string, string>>
  /** Event time of the first and the last event, milliseconds since 1970 UTC. */
  readonly from: number
  readonly to: number
  /** Events in the window when it fired. */
  readonly count: number
  /** What the condition compared. */
  readonly value: number
  /** The first 20 of them, in order of time. */
  readonly events: readonly {
    readonly lane: number
    readonly seq: number
    readonly id: string
    readonly time: number
    readonly rule: string
  }[]
  readonly datasetIds: readonly string[]
}

/** Counters of a correlator since its start. */
export interface CorrelatorCounts {
  /** Groups held. */
  readonly groups: number
  /** Groups that left because there were too many, least recently active first. */
  readonly evicted: number
  /** Hits that came later than the bound and were not used. */
  readonly late: number
}

/**
 * Puts hits of all lanes together, on event time. Hits of one lane come in seq order; those at or below a lane's position
 * are known already (a replay) and change nothing. Never throws on any hit.
 */
export interface Correlator {
  feed(hit: BaseHit): void
  /** The lane has detected all up to `seq` (which need not be a hit), and fed the hits of it. */
  passed(lane: number, seq: number): void
  /**
   * Time goes by, also without hits: what waits for earlier ones waits no longer, windows come to their end. Milliseconds
   * since 1970 UTC; only what goes by between two calls counts. Infinity: nothing more is expected, all comes to its end.
   */
  advance(now: number): void
  /** What fired since the last `take`. */
  take(): readonly Firing[]
  readonly counts: CorrelatorCounts
  /**
   * Plain data that JSON keeps: everything needed to go on, with the position of every lane, and what fired and was not
   * taken. It is of the moment: turn it into JSON, or go on from it, before the next call. `passed` comes before it. Each of
   * its groups is an entry of its own: all of them together may be more than one text can hold.
   */
  snapshot(): CorrelatorSnapshot
}

export interface CorrelatorSnapshot {
  /** Format and rules it was made with: of another one, groups of correlations that are gone or changed are left out. */
  readonly version: number
  /** Per lane, the last `seq` taken in. */
  readonly positions: Readonly<Record<string, number>>
  readonly state: unknown
  readonly groups: readonly unknown[]
}
