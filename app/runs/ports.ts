import type { StoredEvent } from '../../core/event.ts'
import type { RuleEpoch } from '../../core/model/index.ts'
import type { LoadedCorrelation, LoadedRule } from '../../detection/index.ts'

/** The rules as runs need them, always as they are now. */
export interface RunRules {
  /** A rule ready to run, on or off; undefined for one that is not loaded. */
  loaded(id: string): LoadedRule | undefined
  /** A correlation, on or off, as the last after those that it is made of; undefined for a rule and one that is not loaded. */
  correlation(id: string): readonly LoadedCorrelation[] | undefined
  /** Whether its matches raise no signals of their own: a correlation is made of it. */
  isSilent(id: string): boolean
  /** The digest of what a rule asks; undefined for one that is not loaded. */
  digest(id: string): string | undefined
  /** Those that are on, by id with the digest of what each asks. */
  running(): ReadonlyMap<string, string>
  /** Whether an exception keeps the event back from that rule. */
  keptBack(ruleId: string, event: StoredEvent): boolean
  /** Values of entities that many share. */
  shared(): Iterable<string>
}

/** The intake as runs need it. */
export interface RunIntake {
  /** Brings everything taken in by now into the event store; per lane, the last `seq` of it. */
  reach(signal: AbortSignal): Promise<Readonly<Record<string, number>>>
  /** Whether it is behind, so that a run waits. */
  busy(): boolean
}

export interface Epochs {
  readonly all: readonly RuleEpoch[]
  /** Resolves when everything reported by now is written down. */
  idle(): Promise<void>
}
