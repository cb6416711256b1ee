interface By {
  readonly id: string
  readonly name: string
}

/**
 * A file of Sigma documents that people imported. Document id = SHA-256 of name and text, 32 hex digits: it never changes.
 * Which of them count says one setting (`rules-imported`), so that an import comes whole or not at all.
 */
export interface RuleFile {
  readonly kind: 'ruleFile'
  /** Path within what was imported, with `/`. */
  readonly name: string
  readonly text: string
  /** `sha-256:…` of the text. */
  readonly digest: string
  /** Rules hold for the whole city: always the root unit. */
  readonly unitId: string
  readonly at: string
  readonly by: By
}

/** A rule that somebody switched off (or on again). Document id = the rule's id. */
export interface RuleSwitch {
  readonly kind: 'ruleSwitch'
  readonly on: boolean
  readonly reason: string
  readonly unitId: string
  readonly at: string
  readonly by: By
}

/**
 * An exception (例外) to a rule: events of its unit and below that its search text (KQL) finds raise no signal of that
 * rule, until it ends. What it kept back is counted in `suppression` documents.
 */
export interface RuleException {
  readonly kind: 'exception'
  readonly ruleId: string
  readonly ruleTitle: string
  readonly query: string
  readonly reason: string
  readonly unitId: string
  readonly ownerId: string
  readonly ownerName: string
  readonly createdAt: string
  /** ISO 8601 UTC; it acts before that. */
  readonly until: string
  /** When somebody ended it before its time, and who. */
  readonly endedAt: string | null
  readonly endedBy: By | null
}

/** What an exception kept back: exception x unit x system x UTC day of event time, counted once per event like a signal. */
export interface Suppression {
  readonly kind: 'suppression'
  readonly exceptionId: string
  readonly ruleId: string
  readonly unitId: string
  readonly systemId: string | null
  readonly day: string
  readonly count: number
  readonly first: string
  readonly last: string
  /** The first up to 20. */
  readonly eventIds: readonly string[]
  readonly datasetIds: readonly string[]
  /** Per lane, the last `seq` counted. */
  readonly positions: Readonly<Record<string, number>>
}

export type RunStatus = 'queued' | 'running' | 'done' | 'cancelled' | 'failed'

/** A run of rules over stored events (回溯): of new rules over the past, or over times in which they did not run. */
export interface RuleRun {
  readonly kind: 'run'
  readonly purpose: 'retroactive' | 'gap'
  readonly ruleIds: readonly string[]
  /** Range of event time, ISO 8601 UTC: from <= timestamp < to. */
  readonly from: string
  readonly to: string
  readonly status: RunStatus
  /** Steps done of all. */
  readonly done: number
  readonly total: number
  /** Matching events looked at, signals written or grown, incidents opened. */
  readonly matched: number
  readonly signals: number
  readonly incidents: number
  readonly problem: string | null
  readonly unitId: string
  readonly by: By
  readonly createdAt: string
  readonly endedAt: string | null
  /** Where to go on after a restart; its shape is the runner's. */
  readonly resume: unknown
}

/**
 * Which rules ran from which position of each lane on: written whenever the set changes. What a rule has seen of the log
 * follows from these. Document id = its number, 12 digits.
 */
export interface RuleEpoch {
  readonly kind: 'epoch'
  readonly at: string
  /** Per lane, the first `seq` that these rules saw. */
  readonly from: Readonly<Record<string, number>>
  /** Per lane, up to where the rules of the epoch before may have counted too, where a crash came between. */
  readonly unsure?: Readonly<Record<string, number>>
  /** Rule id to the digest of what it asks: those added or changed since the epoch before; all, in the first. */
  readonly rules: Readonly<Record<string, string>>
  /** Ids of rules that no longer run. */
  readonly gone: readonly string[]
  /** Ids of rules that people had switched off. */
  readonly off: readonly string[]
}
