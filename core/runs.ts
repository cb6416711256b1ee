import type { Reader } from './access.ts'
import type { Filter } from './filter.ts'
import type { RuleRun } from './model/index.ts'
import type { Stored } from './ports.ts'

/** What a person asks for: these rules over stored events of that time (event time, milliseconds since 1970 UTC, from <= t < to). */
export interface RunRequest {
  readonly purpose: RuleRun['purpose']
  readonly ruleIds: readonly string[]
  readonly from: number
  readonly to: number
}

/** A time in which a rule that is on did not run as it reads now, milliseconds since 1970 UTC. */
export interface RuleGap {
  readonly ruleId: string
  readonly from: number
  readonly to: number
  /** Whether it ran before and after: then the platform may fill it by itself. */
  readonly interrupted: boolean
}

/** Rules a run may take, days it may reach over, runs that may wait. */
export const RUN_LIMITS = { rules: 5_000, days: 400, waiting: 100 } as const

/** Runs of rules over stored events, and what is known of times in which rules did not run. */
export interface Runs {
  /** Writes the run down and lets it wait its turn. DOC-404 for a rule that is not loaded, SIG-090 to SIG-092 beyond the limits. */
  start(reader: Reader, request: RunRequest): Promise<Stored<RuleRun>>
  /** Ends it: at once while it waits, else after the step it is in. DOC-404, or SIG-093 where it has ended. */
  cancel(reader: Reader, id: string): Promise<Stored<RuleRun>>
  /** By rule, then time; times that a finished run filled are left out. */
  gaps(): Promise<readonly RuleGap[]>
  /** What a rule, on or off, asks of an event, log source included; undefined for a correlation and one that is not loaded. */
  asks(ruleId: string): Filter | undefined
}
