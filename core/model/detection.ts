import type { StoredEvent } from '../event.ts'

export type Level = 'critical' | 'high' | 'medium' | 'low' | 'info'
/** Worst first. */
export const LEVELS: readonly Level[] = ['critical', 'high', 'medium', 'low', 'info']

/**
 * A signal (告警): a rule that matched, bounded: rule x primary entity x unit x system x five minutes of event time (UTC
 * aligned). Document id = SHA-256 of those five and a secret of the store, 32 hex digits.
 */
export interface Signal {
  readonly kind: 'signal'
  readonly ruleId: string
  readonly ruleTitle: string
  readonly ruleTitleZh: string
  readonly level: Level
  /** ATT&CK tags of the rule. */
  readonly tags: readonly string[]
  readonly unitId: string
  readonly systemId: string | null
  /** `field:value`, or `-` where the event names nobody. */
  readonly entity: string
  /** Start of the five minutes, ISO 8601 UTC. */
  readonly window: string
  readonly count: number
  /** Event time of the first and last event counted. */
  readonly first: string
  readonly last: string
  /** The first up to 20. */
  readonly eventIds: readonly string[]
  /** Copy of the first event with its digest (SHA-256 of its canonical JSON), kept beyond retention. */
  readonly evidence: StoredEvent
  readonly evidenceDigest: string
  /**
   * The dataset of the evidence, so that a reader without its grant does not see the copy. Of a correlation over several
   * datasets: the one that is not general, or, of several such, all of them in one text, which no grant names.
   */
  readonly datasetId: string | null
  /** The datasets of all its events, for one that a correlation raised. */
  readonly datasetIds?: readonly string[]
  /** What was put together, for one that a correlation raised; absent for a rule that matched single events. */
  readonly correlation?: SignalCorrelation
  /** Per lane, the last `seq` counted: a replay counts nothing twice. */
  readonly positions: Readonly<Record<string, number>>
  /** What runs over stored events counted: part of `count`, never seen by live detection. Absent where none did. */
  readonly retro?: SignalRetro
  /** The rule was over its budget: it opened no incident. */
  readonly storming: boolean
  readonly incidentId: string | null
  /** When it was first written (ISO 8601 UTC). */
  readonly createdAt: string
}

/** The part of a signal that runs over stored events counted. */
export interface SignalRetro {
  /** Sum of `parts`. */
  readonly count: number
  /** The run that changed it last. */
  readonly runId: string
  /** Events by the digest of what the rule asked: set, not added to, so that the same run twice changes nothing. */
  readonly parts: Readonly<Record<string, number>>
}

/** What a correlation put together when it fired. */
export interface SignalCorrelation {
  /** Values by group-by field, in the rule's order. */
  readonly group: readonly { readonly name: string; readonly value: string }[]
  /** Event time of the first and the last event, ISO 8601 UTC. */
  readonly from: string
  readonly to: string
  /** What the condition compared. */
  readonly value: number
  /** The rules whose events are among those named. */
  readonly rules: readonly { readonly id: string; readonly title: string; readonly titleZh: string }[]
  /** The one that the evidence matched. */
  readonly evidenceRuleId: string
}

export type IncidentStatus = 'new' | 'triage' | 'in_progress' | 'contained' | 'resolved' | 'closed' | 'false_positive'

/**
 * The status workflow: from each status, where it may go. Steps may be skipped; the last three reopen to triage.
 * The API serves the allowed transitions from this table.
 */
export const TRANSITIONS: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  new: ['triage', 'in_progress', 'contained', 'resolved', 'closed', 'false_positive'],
  triage: ['in_progress', 'contained', 'resolved', 'closed', 'false_positive'],
  in_progress: ['contained', 'resolved', 'closed', 'false_positive'],
  contained: ['resolved', 'closed', 'false_positive'],
  resolved: ['closed', 'triage'],
  closed: ['triage'],
  false_positive: ['triage'],
}

/** Statuses in which a new signal still joins; the others are done with. */
export const OPEN_STATUSES: readonly IncidentStatus[] = ['new', 'triage', 'in_progress', 'contained']

/** One step of an incident's story (经过); append-only. */
export type TimelineEntry = { readonly at: string; readonly by: { readonly id: string; readonly name: string } } & (
  | {
      readonly type: 'opened' | 'signal'
      readonly signalId: string
      readonly ruleTitle: string
      readonly ruleTitleZh: string
      /** The run over stored events that it comes from; absent where it was detected live. */
      readonly runId?: string
    }
  | {
      readonly type: 'status'
      readonly from: IncidentStatus
      readonly to: IncidentStatus
      readonly reason: string | null
    }
  | { readonly type: 'assigned'; readonly to: string | null; readonly toName: string | null }
  | { readonly type: 'severity'; readonly from: Level; readonly to: Level }
  | { readonly type: 'comment'; readonly text: string }
)

/** An incident (安全事件): what people handle. Key: unit, system (or none), primary entity. Id comes from its first signal. */
export interface Incident {
  readonly kind: 'incident'
  /** `<unit code>-<year>-<4 digits or more>`. */
  readonly number: string
  readonly title: string
  readonly titleZh: string
  readonly severity: Level
  /** The sum: rule level and what raised it. */
  readonly severityWhy: { readonly ruleLevel: Level; readonly ruleId: string; readonly raisedByLevel: number | null }
  readonly status: IncidentStatus
  readonly statusReason: string | null
  readonly unitId: string
  readonly systemId: string | null
  readonly entity: string
  readonly assigneeId: string | null
  readonly assigneeName: string | null
  readonly signalIds: readonly string[]
  readonly signalCount: number
  /** Datasets of its signals' evidence: a reader without their grants does not see whom it names. */
  readonly datasetIds: readonly string[]
  /** Event time of its first and last signal. */
  readonly first: string
  readonly last: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly timeline: readonly TimelineEntry[]
}

/** Sortable rank of a severity: 0 = critical. Stored beside it as `severityRank` by the store's sort on `severity`. */
export function rank(level: Level): number {
  return LEVELS.indexOf(level)
}

/**
 * What a lane's detector has counted since its last flush for one signal. `position` is the last `seq` of that lane in
 * it; whoever applies it must ignore what the stored signal has already counted: a delta is made of events in seq order,
 * and on replay the same events come again, perhaps cut into other deltas. Hence `counts` by seq, not one sum.
 */
export interface SignalDelta {
  readonly lane: number
  readonly ruleId: string
  readonly unitId: string
  readonly systemId: string | null
  readonly entity: string
  /** Start of the five minutes of event time, milliseconds since 1970 UTC. */
  readonly window: number
  /** The matching events in seq order; ids beyond the first 20 are dropped (empty text). */
  readonly hits: readonly { readonly seq: number; readonly time: number; readonly id: string }[]
  /** The first event, whole. */
  readonly evidence: StoredEvent
  /** The exception that kept these events back: no signal; counted as what it did, its `window` a day. */
  readonly keptBy?: string
  /** With `keptBy`: the datasets of these events. */
  readonly datasetIds?: readonly string[]
}

/** An event that a run over stored events found for a rule. */
export interface RetroHit {
  readonly lane: number
  readonly seq: number
  readonly id: string
  /** Event time, and when it was taken in, milliseconds since 1970 UTC. */
  readonly time: number
  readonly at: number
  /** It is not certain that live detection has not counted it. */
  readonly maybe?: boolean
}

/** What a run found for one signal: of its window everything that live detection has not certainly counted. */
export interface RetroGroup {
  readonly ruleId: string
  /** Of what the rule asks. */
  readonly digest: string
  readonly unitId: string
  readonly systemId: string | null
  readonly entity: string
  /** Start of the five minutes of event time, milliseconds since 1970 UTC. */
  readonly window: number
  /** Events certainly not counted yet, and those that may be. */
  readonly fresh: number
  readonly maybe: number
  /** Event time of the first and the last, milliseconds since 1970 UTC. */
  readonly first: number
  readonly last: number
  /** The earliest of them, in the order in which they came in; not all where there are many. */
  readonly hits: readonly RetroHit[]
  /** The first event, whole. */
  readonly evidence: StoredEvent
}
