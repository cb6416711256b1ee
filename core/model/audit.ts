/** What a caller says of a change; the store adds sequence, time order and the chain. */
export interface AuditDraft {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly actor: { readonly kind: 'account' | 'key' | 'system'; readonly id: string; readonly name: string }
  /** Verb in the past, dotted: `incident.assigned`, `session.opened`, `session.refused`, `inventory.applied`. */
  readonly action: string
  readonly target: { readonly kind: string; readonly id: string }
  readonly unitId: string
  readonly reason?: string
  /** Changed fields only, short; never secrets. */
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

/**
 * An entry of the audit log: `hash` = SHA-256 over the canonical JSON (keys sorted, no blanks) of the entry without
 * `hash`; `prev` is the hash of entry `seq` - 1 (64 zeros for the first).
 */
export interface AuditEntry extends AuditDraft {
  readonly kind: 'audit'
  readonly seq: number
  readonly prev: string
  readonly hash: string
  readonly algorithm: 'sha-256'
}
