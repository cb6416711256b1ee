import type { Reader } from '../core/access.ts'
import type { StoredEvent } from '../core/event.ts'
import type { CheckRun, Item, ItemResult, Level, ResultValue, SourceCounters, System } from '../core/model/index.ts'
import type { Clock, DocumentStore, EventStore, Stored } from '../core/ports.ts'
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

export interface ChecklistSummary {
  readonly total: number
  readonly compliant: number
  readonly partly_compliant: number
  readonly not_compliant: number
  readonly not_applicable: number
  readonly not_assessed: number
  /** Proposals that wait for a person. */
  readonly proposals: number
  /** compliant / (total - not_applicable); null when nothing is assessed. */
  readonly rate: number | null
}

/** Checklists of systems: their items, results and checks. What changes something asks the reader's policy itself. */
export interface Checklists {
  /** The items that apply to a system, in the order of the framework; none where its level has no framework. */
  items(system: System): readonly Item[]
  hasCheck(itemId: string): boolean
  summary(system: System, results: readonly ItemResult[]): ChecklistSummary
  /** Why a check says what it says, for people. */
  why(run: CheckRun, language: Language): string
  setResult(by: Reader, at: ItemAt, input: { value: ResultValue; reason: string | null; version: number }): Put
  acceptProposal(by: Reader, at: ItemAt, input: { digest: string; version: number }): Put
  overrideProposal(by: Reader, at: ItemAt, input: { value: ResultValue; reason: string; version: number }): Put
  runCheck(by: Reader, at: ItemAt): Put
  /** The gap list of a system as CSV. */
  gapCsv(by: Reader, systemId: string, language: Language): Promise<string>
}

interface ItemAt {
  readonly systemId: string
  readonly itemId: string
}
type Put = Promise<Stored<ItemResult>>

/** What the API answers from; `app/` wires it. */
export interface Services {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly clock: Clock
  readonly policies: Policies
  readonly signIn: SignIn
  readonly rules: RuleCatalogue
  readonly checklists: Checklists
  /** Counters of every source since the start. */
  readonly health: () => readonly SourceCounters[]
  readonly hub: IncidentHub
  readonly tell: Tell
  /** Address of the console, for links that people open: `https://host:port`. */
  readonly address: () => string
}
