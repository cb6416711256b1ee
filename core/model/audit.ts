/** Every act that the audit log may tell of: a verb in the past, dotted. */
export const AUDIT_ACTIONS = [
  'session.opened',
  'session.closed',
  'session.refused',
  'session.locked',
  'account.created',
  'account.link_renewed',
  'account.set_up',
  'account.language_changed',
  'office.invited',
  'key.created',
  'key.revoked',
  'grant.created',
  'incident.opened',
  'incident.assigned',
  'incident.status_changed',
  'incident.commented',
  'findings.imported',
  'finding.decided',
  'finding.reopened',
  'result.checked',
  'result.set',
  'result.accepted',
  'result.overridden',
  'checklist.exported',
  'unit.created',
  'unit.changed',
  'party.created',
  'party.changed',
  'system.created',
  'system.changed',
  'asset.created',
  'asset.changed',
  'dataset.created',
  'dataset.changed',
  'rules.imported',
  'rules.removed',
  'rule.switched_on',
  'rule.switched_off',
  'exception.created',
  'exception.ended',
  'run.started',
  'run.cancelled',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/** Who acts where nobody does: the program itself. */
export const SUIDUN = { kind: 'system', id: 'suidun', name: 'Suidun' } as const

/** What a caller says of a change; the store adds sequence, time order and the chain. */
export interface AuditDraft {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly actor: { readonly kind: 'account' | 'key' | 'system'; readonly id: string; readonly name: string }
  readonly action: AuditAction
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
