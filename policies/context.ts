import { randomBytes } from 'node:crypto'
import type { Reader } from '../core/access.ts'
import type { AuditDraft } from '../core/model/index.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'

/** What identities, keys and grants are kept with. */
export interface IdentityContext {
  readonly docs: DocumentStore
  readonly clock: Clock
  /** That many random bytes, unguessable. */
  readonly random?: (bytes: number) => Uint8Array
}

/** Unguessable text of 256 bits, 43 characters that may stand in an address or a cookie. */
export function newSecret(ctx: IdentityContext): string {
  return Buffer.from((ctx.random ?? randomBytes)(32)).toString('base64url')
}

/** An id that nothing else has: a letter for the kind and 20 hex digits. */
export function newId(ctx: IdentityContext, letter: string): string {
  return letter + Buffer.from((ctx.random ?? randomBytes)(10)).toString('hex')
}

export const now = (ctx: IdentityContext): string => new Date(ctx.clock()).toISOString()

type Said = Pick<AuditDraft, 'action' | 'target' | 'unitId' | 'reason' | 'before' | 'after'>

/** An audit entry by that reader, now. */
export function entry(ctx: IdentityContext, by: Reader, said: Said): AuditDraft {
  const { kind, id, name } = by.identity
  return { at: now(ctx), actor: { kind, id, name }, ...said }
}
