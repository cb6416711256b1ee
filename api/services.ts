import type { SourceCounters } from '../core/model/index.ts'
import type { Clock, DocumentStore, EventStore } from '../core/ports.ts'
import type { Runs } from '../core/runs.ts'
import type { Tell } from '../core/telemetry.ts'
import type { ReadArchive } from '../detection/index.ts'
import type { Policies, SignIn } from '../policies/index.ts'
import type { IncidentHub } from './incidentHub.ts'
import type { RuleCatalogue } from './ruleCatalogue.ts'
import type { Turns } from './turns.ts'

export type Language = 'zh' | 'en'

/** What the API answers from; `app/` wires it. */
export interface Services {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly clock: Clock
  readonly policies: Policies
  readonly signIn: SignIn
  readonly rules: RuleCatalogue
  /** Unpacks an archive of rules, off this thread; the bytes are gone. `name` is that of a single file. */
  readonly unpack: (bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<ReadArchive>
  readonly runs: Runs
  /** Counters of every source since the start. */
  readonly health: () => readonly SourceCounters[]
  readonly hub: IncidentHub
  readonly turns: Turns
  readonly tell: Tell
  /** Address of the console, for links that people open: `https://host:port`. */
  readonly address: () => string
}
