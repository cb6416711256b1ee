import type { AuditEntry } from './audit.ts'
import type { ItemResult } from './compliance.ts'
import type { Incident, Signal } from './detection.ts'
import type { Asset, Dataset, Party, System, Unit } from './estate.ts'
import type { Finding, ScanReport } from './finding.ts'
import type { AccessGrant, Account, ApiKey, Session } from './identity.ts'
import type { RuleEpoch, RuleException, RuleFile, RuleRun, RuleSwitch, Suppression } from './rules.ts'

/** Every kind of document and its shape. `audit` is an append-only log that lists like documents (id = seq, 12 digits). */
export interface Documents {
  unit: Unit
  party: Party
  system: System
  asset: Asset
  dataset: Dataset
  account: Account
  key: ApiKey
  session: Session
  grant: AccessGrant
  signal: Signal
  incident: Incident
  finding: Finding
  scan: ScanReport
  result: ItemResult
  ruleFile: RuleFile
  ruleSwitch: RuleSwitch
  exception: RuleException
  suppression: Suppression
  run: RuleRun
  epoch: RuleEpoch
  /** Small settings of the platform itself (set-up state, the last incident per key …). */
  setting: { readonly value: unknown }
  audit: AuditEntry
}
export type Kind = keyof Documents

export type * from './audit.ts'
export { AUDIT_ACTIONS, SUIDUN } from './audit.ts'
export * from './compliance.ts'
export * from './detection.ts'
export * from './estate.ts'
export type * from './finding.ts'
export type * from './identity.ts'
export type * from './rules.ts'
export type * from './source.ts'
