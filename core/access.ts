import type { Filter } from './filter.ts'

/**
 * What a reader may see of one subject, ready to be and-ed into a query: rows that some grant admits, each row with the
 * fields that grant leaves. Grants are disjoint (the compiler of policies makes them so). A hidden field counts as absent
 * everywhere: in predicates, keyword search, sorting, top values and output. No grant: nothing.
 */
export interface Scope {
  readonly grants: readonly Grant[]
}

export interface Grant {
  readonly rows: Filter
  /**
   * Dotted names; a name hides its subfields too (`user` hides `user.name`). `event.original` is the raw line. `UNLISTED`
   * (core/filter.ts) among them hides every field of an event that the catalogue does not list. Ask with `covers`.
   */
  readonly hidden: readonly string[]
}

export const EVERYTHING: Scope = { grants: [{ rows: { op: 'all' }, hidden: [] }] }
export const NOTHING: Scope = { grants: [] }

/** What a policy speaks about; documents carry the same word as their `kind`. */
export type Subject =
  | 'event'
  | 'signal'
  | 'incident'
  | 'finding'
  | 'system'
  | 'result'
  | 'unit'
  | 'account'
  | 'key'
  | 'grant'
  | 'audit'
  | 'rule'
  | 'exception'
  | 'collector'

/** What one may do: `read` and the verbs of mutations. */
export type Action =
  | 'read'
  | 'assign'
  | 'transition'
  | 'comment'
  | 'decide'
  | 'assess'
  | 'check'
  | 'export'
  | 'create'
  | 'revoke'
  | 'apply'
  | 'import'
  | 'switch'
  | 'run'
  | 'end'

/** Roles of people; key scopes act as roles of their own. `policies/roles/<role>.yaml` holds each. */
export type Role =
  | 'analyst'
  | 'compliance_officer'
  | 'unit_user'
  | 'contractor'
  | 'system_admin'
  | 'security_admin'
  | 'audit_admin'

export type KeyScope = 'ingest' | 'read' | 'findings'

/** Who asks: a signed-in person, a key, or the platform itself (checks, detection). */
export interface Identity {
  readonly kind: 'account' | 'key' | 'system'
  readonly id: string
  /** As shown in audit and timelines. */
  readonly name: string
  readonly role: Role | undefined
  readonly scopes: readonly KeyScope[]
  readonly unitId: string
  /** The contractor a person works for. */
  readonly partyId: string | undefined
}

/** A compiled policy of one identity, valid for one request. */
export interface Reader {
  readonly identity: Identity
  /** Rows and fields of a subject that this reader may read (or do that other action to). */
  scope(subject: Subject, action?: Action): Scope
  /** Whether this reader may do that, to this document (or at all, where none is given). */
  can(action: Action, subject: Subject, document?: object): boolean
}
