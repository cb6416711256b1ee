import type { Action, Reader } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { type AuditDraft, ROOT_UNIT } from '../../core/model/index.ts'
import type { Clock, DocumentStore } from '../../core/ports.ts'

/** Who changes what about rules. */
export interface RuleContext {
  readonly docs: DocumentStore
  readonly clock: Clock
  readonly reader: Reader
}

/** Longest reason, characters. */
const REASON_MAX = 1000

/** A reason as given, trimmed; SIG-070 where there is none or it is too long. */
export function reasonOf(text: string): string {
  const reason = text.trim()
  if (reason === '' || reason.length > REASON_MAX) throw new AppError('SIG-070', { max: REASON_MAX })
  return reason
}

/** Rules hold for the whole city: whoever changes them must be allowed to at its root. ACC-004 otherwise. */
export function demandRule({ reader }: RuleContext, action: Action): void {
  if (!reader.can(action, 'rule', { unitId: ROOT_UNIT })) throw new AppError('ACC-004')
}

export const by = ({ reader }: RuleContext) => ({ id: reader.identity.id, name: reader.identity.name })

type Said = Pick<AuditDraft, 'action' | 'target' | 'unitId' | 'reason' | 'before' | 'after'>

/** An audit entry by that reader, at that time (ISO 8601). */
export function entry({ reader }: RuleContext, at: string, said: Said): AuditDraft {
  const { kind, id, name } = reader.identity
  return { at, actor: { kind, id, name }, ...said }
}
