import type { AuditEntry } from './audit.ts'
import type { ItemResult } from './compliance.ts'
import type { Incident, Signal } from './detection.ts'
import type { Asset, Dataset, Party, System, Unit } from './estate.ts'
import type { Finding, ScanReport } from './finding.ts'
import type { AccessGrant, Account, ApiKey, Session } from './identity.ts'

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
  /** Small settings of the platform itself (set-up state, the last incident per key …). */
  setting: { readonly value: unknown }
  audit: AuditEntry
}
export type Kind = keyof Documents

export type * from './audit.ts'
export * from './compliance.ts'
export * from './detection.ts'
export * from './estate.ts'
export type * from './finding.ts'
export type * from './identity.ts'
export type * from './source.ts'
