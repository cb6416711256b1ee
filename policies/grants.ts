import type { Reader } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import type { AccessGrant } from '../core/model/index.ts'
import type { Stored } from '../core/ports.ts'
import { entry, type IdentityContext, newId, now } from './context.ts'

/** Longest time a grant may run, days. */
const GRANT_DAYS = 366
const REASON_MAX = 1000

interface NewGrant {
  readonly accountId: string
  /** Important data of this dataset in the clear … */
  readonly datasetId?: string | null | undefined
  /** … or this system's data beside the reader's own; exactly one of the two. */
  readonly systemId?: string | null | undefined
  readonly reason: string
  /** Milliseconds since 1970 UTC; exclusive. */
  readonly until: number
}

/**
 * Grants an account more than its role, with a reason and an end; account and data both of units that the granter answers
 * for. Nobody grants to himself.
 */
export async function createGrant(ctx: IdentityContext, by: Reader, input: NewGrant): Promise<Stored<AccessGrant>> {
  const { docs, clock } = ctx
  const account = await docs.get('account', input.accountId)
  if (account === undefined || !by.can('create', 'grant', { unitId: account.doc.unitId }))
    throw new AppError(by.can('create', 'grant') ? 'DOC-404' : 'ACC-004', { kind: 'account', id: input.accountId })
  if (by.identity.id === account.id) throw new AppError('ACC-025')
  const reason = input.reason.trim()
  if (reason === '' || reason.length > REASON_MAX) throw new AppError('ACC-026', { max: REASON_MAX })
  const at = clock()
  if (!(input.until > at) || input.until > at + GRANT_DAYS * 86_400_000)
    throw new AppError('ACC-027', { days: GRANT_DAYS })
  const what = await whatOf(ctx, by, input)
  const doc: AccessGrant = {
    kind: 'grant',
    accountId: account.id,
    unitId: account.doc.unitId,
    what,
    reason,
    from: now(ctx),
    until: new Date(input.until).toISOString(),
    grantedBy: by.identity.id,
    revokedAt: null,
  }
  const id = newId(ctx, 'g')
  const audit = entry(ctx, by, {
    action: 'grant.created',
    target: { kind: 'account', id: account.id },
    unitId: doc.unitId,
    reason,
    after: { grant: id, ...what, until: doc.until },
  })
  return docs.put('grant', id, doc, { version: 0, audit })
}

/** What is granted must be of a unit that the granter answers for: nobody opens a neighbour's data to his own people. */
async function whatOf({ docs }: IdentityContext, by: Reader, input: NewGrant): Promise<AccessGrant['what']> {
  const { datasetId, systemId } = input
  if ((datasetId == null) === (systemId == null)) throw new AppError('ACC-028')
  const [kind, id] = datasetId != null ? (['dataset', datasetId] as const) : (['system', systemId!] as const)
  const found = await docs.get(kind, id)
  if (found === undefined || !by.can('create', 'grant', { unitId: found.doc.unitId }))
    throw new AppError('DOC-404', { kind, id })
  return kind === 'dataset' ? { dataset: id } : { system: id }
}
