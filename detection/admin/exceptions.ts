import { randomBytes } from 'node:crypto'
import { EVERYTHING } from '../../core/access.ts'
import { AppError, type Problem } from '../../core/errors.ts'
import { and, type Filter, term } from '../../core/filter.ts'
import { parseKql } from '../../core/kql.ts'
import type { RuleException } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import type { RuleView } from '../describe.ts'
import { by, entry, type RuleContext, reasonOf } from './context.ts'

/** Longest time an exception may act, days. */
const MOST_DAYS = 366
/** Exceptions of one rule that act at a time: each is asked per match. */
const MOST_PER_RULE = 100

export interface NewException {
  readonly query: string
  readonly reason: string
  /** Milliseconds since 1970 UTC; exclusive. */
  readonly until: number
  /** The unit whose events, and those of all units below, it is about; the owner's own unless told otherwise. */
  readonly unitId?: string | null | undefined
}

/**
 * Search text of an exception as a filter. It must say something (SIG-072); times in it are fixed, not `now`: what an
 * exception keeps back must not depend on when it is asked. Problems with their places, as for any search text.
 */
export function readExceptionQuery(query: string): {
  readonly filter: Filter | undefined
  readonly problems: readonly Problem[]
} {
  const read = parseKql(query)
  if (read.filter?.op === 'all') throw new AppError('SIG-072')
  return read
}

/** Makes an exception to a rule. Its text must have been read without problem (`readExceptionQuery`). */
export async function createException(
  ctx: RuleContext,
  rule: RuleView,
  input: NewException,
): Promise<Stored<RuleException>> {
  const { docs, clock, reader } = ctx
  const unitId = input.unitId ?? reader.identity.unitId
  if (!reader.can('create', 'exception', { unitId })) throw new AppError('ACC-004')
  if ((await docs.get('unit', unitId)) === undefined) throw new AppError('DOC-404', { kind: 'unit', id: unitId })
  if (rule.kind === 'correlation') throw new AppError('SIG-073', { rule: rule.title, ruleZh: rule.titleZh })
  const reason = reasonOf(input.reason)
  const query = input.query.trim()
  if (readExceptionQuery(query).filter === undefined) throw new AppError('SIG-072')
  const now = clock()
  if (!(input.until > now) || input.until > now + MOST_DAYS * 86_400_000)
    throw new AppError('SIG-071', { days: MOST_DAYS })
  const at = new Date(now).toISOString()
  const acting = await docs.count('exception', { scope: EVERYTHING, filter: and(term('ruleId', rule.id), live(at)) })
  if (acting >= MOST_PER_RULE) throw new AppError('SIG-074', { limit: MOST_PER_RULE })
  const { id: ownerId, name: ownerName } = by(ctx)
  const doc: RuleException = {
    kind: 'exception',
    ruleId: rule.id,
    ruleTitle: rule.title,
    query,
    reason,
    unitId,
    ownerId,
    ownerName,
    createdAt: at,
    until: new Date(input.until).toISOString(),
    endedAt: null,
    endedBy: null,
  }
  const id = `x${randomBytes(10).toString('hex')}`
  const audit = entry(ctx, at, {
    action: 'exception.created',
    target: { kind: 'exception', id },
    unitId,
    reason,
    after: { ruleId: rule.id, ruleTitle: rule.title, query, until: doc.until },
  })
  return docs.put('exception', id, doc, { version: 0, audit })
}

/** Ends an exception before its time. SIG-075 where it has ended. */
export async function endException(ctx: RuleContext, id: string): Promise<Stored<RuleException>> {
  const { docs, clock, reader } = ctx
  const stored = await docs.get('exception', id)
  if (stored === undefined || !reader.can('read', 'exception', stored.doc))
    throw new AppError('DOC-404', { kind: 'exception', id })
  if (!reader.can('end', 'exception', stored.doc)) throw new AppError('ACC-004')
  const at = new Date(clock()).toISOString()
  if (!isActing(stored.doc, at)) throw new AppError('SIG-075')
  const audit = entry(ctx, at, {
    action: 'exception.ended',
    target: { kind: 'exception', id },
    unitId: stored.doc.unitId,
    before: { ruleId: stored.doc.ruleId, ruleTitle: stored.doc.ruleTitle, until: stored.doc.until },
    after: { ruleId: stored.doc.ruleId, ruleTitle: stored.doc.ruleTitle, endedAt: at },
  })
  return docs.put('exception', id, { ...stored.doc, endedAt: at, endedBy: by(ctx) }, { version: stored.version, audit })
}

/** Whether it acts on what is taken in at that time (ISO 8601 UTC). */
export function isActing(exception: RuleException, at: string): boolean {
  return endOf(exception) > at
}

/** When it ends or ended (ISO 8601 UTC). */
export function endOf({ until, endedAt }: RuleException): string {
  return endedAt !== null && endedAt < until ? endedAt : until
}

/** Exceptions that act then, as a filter on their documents. */
export function live(at: string): Filter {
  return and({ op: 'range', field: ['until'], gt: at }, { op: 'null', field: ['endedAt'] })
}
