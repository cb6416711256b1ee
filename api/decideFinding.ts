import type { Reader } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import type { Finding, FindingStatus } from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'

const REASON_MAX = 2000

export interface FindingDecision {
  /** `accepted`, `false_positive`, or `open` to take an earlier decision back. */
  readonly status: FindingStatus
  readonly reason: string
  /** End of an accepted risk, milliseconds since 1970 UTC; none = open-ended. */
  readonly until: number | null
  readonly version: number
}

/** A person's word on a finding; it outranks scanners until it ends or is taken back. */
export async function decideFinding(
  ctx: { readonly docs: DocumentStore; readonly clock: Clock; readonly reader: Reader },
  id: string,
  decision: FindingDecision,
): Promise<Stored<Finding>> {
  const { docs, clock, reader } = ctx
  const { status, until } = decision
  const stored = await docs.get('finding', id)
  if (stored === undefined || !reader.can('read', 'finding', stored.doc))
    throw new AppError('DOC-404', { kind: 'finding', id })
  if (!reader.can('decide', 'finding', stored.doc)) throw new AppError('ACC-004')
  if (stored.version !== decision.version) throw new AppError('DOC-409', { kind: 'finding', id })
  if (status === 'fixed') throw new AppError('FND-432', { status })
  if (stored.doc.status === 'fixed') throw new AppError('FND-433')
  const reason = decision.reason.trim()
  if (reason === '' || reason.length > REASON_MAX) throw new AppError('FND-430', { max: REASON_MAX })
  const now = clock()
  if (until !== null && until <= now) throw new AppError('FND-431')
  const at = new Date(now).toISOString()
  const { identity } = reader
  const ends = until === null || status !== 'accepted' ? null : new Date(until).toISOString()
  const next: Finding = {
    ...stored.doc,
    status,
    decision: status === 'open' ? null : { status, by: identity.name, at, reason, until: ends },
  }
  return docs.put('finding', id, next, {
    version: stored.version,
    audit: {
      at,
      actor: { kind: identity.kind, id: identity.id, name: identity.name },
      action: 'finding.decided',
      target: { kind: 'finding', id },
      unitId: stored.doc.unitId,
      reason,
      before: { status: stored.doc.status },
      after: { status, ...(ends === null ? {} : { until: ends }) },
    },
  })
}
