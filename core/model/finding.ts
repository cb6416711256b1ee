import type { Level } from './detection.ts'

export type FindingStatus = 'open' | 'fixed' | 'accepted' | 'false_positive'

/** A finding (扫描发现): what a scanner says is weak, over all its reports. Document id = the key of its identity at first. */
export interface Finding {
  readonly kind: 'finding'
  readonly unitId: string
  readonly systemId: string | null
  /** Tool name, lower case (`bandit`, `trivy`). */
  readonly scanner: string
  /** What was scanned, as the sender names it. */
  readonly target: string
  readonly ruleId: string
  /** Which part of the scanner found it (`vulnerability`, `misconfiguration`, `secret`, `license`), where it has several. */
  readonly group?: string
  /**
   * How a later report recognises it: digests of where and what it is (`key`; follows a file that was renamed) and of what
   * it is alone (`what`), sealed with a secret of the store. No reader sees or searches them.
   */
  readonly identity?: { readonly key: string; readonly what: string }
  readonly title: string
  readonly description: string
  readonly severity: Level
  readonly status: FindingStatus
  /** `path:line`, or the asset. */
  readonly location: string
  readonly path: string | null
  readonly line: number | null
  /** Normalised text of the place, secrets masked; null where the report carries none. */
  readonly context: string | null
  /** Advisory or weakness ids (CVE, CWE, GHSA). */
  readonly references: readonly string[]
  readonly firstSeen: string
  readonly lastSeen: string
  readonly fixedAt: string | null
  /** A person's word; outranks scanners. */
  readonly decision: {
    readonly status: 'accepted' | 'false_positive'
    readonly by: string
    readonly at: string
    readonly reason: string
    readonly until: string | null
  } | null
}

/** One report taken in: what it covered, so that "never scanned" can be told from "clean". */
export interface ScanReport {
  readonly unitId: string
  readonly systemId: string | null
  readonly scanner: string
  readonly target: string
  readonly scope: string | null
  readonly format: string
  readonly at: string
  readonly digest: string
  readonly findings: number
  readonly created: number
  readonly unchanged: number
  readonly reopened: number
  readonly closed: number
  readonly rejected: number
  /** Why it was not allowed to close anything (failed run, empty without saying what it read); null = it was. */
  readonly doubt: string | null
}
