import type { Level } from '../../core/model/index.ts'

/** One thing a report says is weak, before it meets what is stored. */
export interface Reported {
  readonly ruleId: string
  readonly title: string
  readonly description: string
  readonly severity: Level
  /** Which part of the scanner found it (vulnerability, misconfiguration, secret, license), where it has several. */
  readonly group: string | undefined
  /** The normalised path of its file; null where it is about something else. */
  readonly path: string | null
  /** What it is about where that is no file: an address, an image, a logical name; '' = the target itself. */
  readonly asset: string
  readonly line: number | null
  /** What stands at the place, normalised; recognises the finding when lines move. Never stored: it may hold a secret. */
  readonly text: string
  /** The text of the place for people; null where the report carries none. Not masked yet. */
  readonly context: string | null
  /** Whether it is about a secret: then whatever is quoted or assigned at its place is masked. */
  readonly secret: boolean
  readonly references: readonly string[]
}

/** All that one scanner says in a report. */
export interface Scan {
  /** Lower case. */
  readonly scanner: string
  readonly findings: readonly Reported[]
  /** The files that the report says were read; undefined where it does not say. */
  readonly read: ReadonlySet<string> | undefined
  /** `read` is only what the report mentions, which may be all: it gives way to what the sender says. */
  readonly readIsGuess: boolean
  /** Parts of the scanner that ran, as far as the report shows; undefined = one part. */
  readonly groups: ReadonlySet<string> | undefined
  /** Why it may close nothing; null = it may. */
  readonly doubt: string | null
  /** What tells this run from another with the same findings: its own times and ids. */
  readonly stamp: string
}

export interface Rejected {
  /** Such as `runs[0].results[5]`. */
  readonly place: string
  readonly reason: string
}

/** A report as read: its format, one scan per scanner, and what could not be used. */
export interface Report {
  readonly format: 'sarif' | 'trivy'
  readonly scans: readonly Scan[]
  readonly rejected: readonly Rejected[]
}

/** A report may hold so many results. */
export const MOST_RESULTS = 100_000
