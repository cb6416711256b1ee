import type { StoredEvent } from '../core/event.ts'
import type { Level, SourceCounters } from '../core/model/index.ts'
import type { Clock, DocumentStore, EventStore } from '../core/ports.ts'
import type { Tell } from '../core/telemetry.ts'
import type { Policies, SignIn } from '../policies/index.ts'
import type { IncidentHub } from './incidentHub.ts'

export type Language = 'zh' | 'en'

/** A detection rule as people read it. */
export interface RuleView {
  readonly id: string
  readonly title: string
  readonly titleZh: string
  readonly description: string
  readonly descriptionZh: string
  readonly level: Level
  readonly status: string | null
  readonly tags: readonly string[]
  /** The rule's own text (YAML). */
  readonly text: string
  /** Its file. */
  readonly source: string
  readonly condition: string
}

/** One clause of a rule beside what stands in an event. */
export interface ClauseMatch {
  readonly clause: string
  /** The event's field, and the value that decided; null where the clause names none. */
  readonly field: string | null
  readonly value: string | null
  readonly holds: boolean
}

/** The detection rules that are loaded. */
export interface RuleCatalogue {
  all(): readonly RuleView[]
  get(id: string): RuleView | undefined
  /** Why the rule matches this event, clause by clause. */
  explain(id: string, event: StoredEvent): readonly ClauseMatch[]
}

/** What the API answers from; `app/` wires it. */
export interface Services {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly clock: Clock
  readonly policies: Policies
  readonly signIn: SignIn
  readonly rules: RuleCatalogue
  /** Counters of every source since the start. */
  readonly health: () => readonly SourceCounters[]
  readonly hub: IncidentHub
  readonly tell: Tell
  /** Address of the console, for links that people open: `https://host:port`. */
  readonly address: () => string
}
