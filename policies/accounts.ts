import type { Reader, Role } from '../core/access.ts'
import { EVERYTHING } from '../core/access.ts'
import { sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import { and, not, term } from '../core/filter.ts'
import { fold } from '../core/fold.ts'
import { type Account, ROOT_UNIT } from '../core/model/index.ts'
import type { DocumentStore, Stored } from '../core/ports.ts'
import { entry, type IdentityContext, newSecret, now } from './context.ts'

/** The three offices that no two of which one person may hold (三员分立). */
export const OFFICES = ['system_admin', 'security_admin', 'audit_admin'] as const satisfies readonly Role[]
export type Office = (typeof OFFICES)[number]

export function isOffice(role: Role): role is Office {
  return (OFFICES as readonly Role[]).includes(role)
}

/** How long a one-time set-up link can be used. */
export const SETUP_HOURS = 24

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u
/** Letters that nothing is seen of (Hangul fillers): two names that look alike would be two people. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u

/** A name as it is kept: letters, digits and `._@-`, at most 64. ACC-010 for anything else. */
export function accountName(text: string): string {
  const name = text.normalize('NFKC').trim()
  if (!NAME.test(name) || INVISIBLE.test(name)) throw new AppError('ACC-010')
  return name
}

/** The document id of the account of a name, whatever its case: so a name is there once. */
export function accountId(name: string): string {
  return `a${sha256hex(`account:${fold(name.normalize('NFKC').trim())}`).slice(0, 20)}`
}

export function displayNameOf(text: string | undefined, name: string): string {
  const shown = (text ?? '').normalize('NFC').trim()
  if ([...shown].length > 64 || /\p{C}/u.test(shown) || INVISIBLE.test(shown)) throw new AppError('ACC-011')
  return shown === '' ? name : shown
}

/** Refuses a name that is taken: ACC-033 where one of the three offices would come together with another, else ACC-008. */
export async function refuseTaken(docs: DocumentStore, name: string, role: Role): Promise<void> {
  const holder = await docs.get('account', accountId(name))
  if (holder === undefined) return
  throw new AppError(isOffice(role) && isOffice(holder.doc.role) ? 'ACC-033' : 'ACC-008')
}

/** Whether somebody who can sign in holds this office. */
export async function isHeld(docs: DocumentStore, office: Office): Promise<boolean> {
  const filter = and(term('role', office), term('disabled', false), not({ op: 'null', field: ['passwordHash'] }))
  return (await docs.count('account', { scope: EVERYTHING, filter })) > 0
}

interface NewAccount {
  readonly name: string
  readonly displayName?: string | undefined
  readonly role: Role
  readonly unitId: string
  readonly partyId?: string | null | undefined
}

/**
 * Creates an account without a password and answers the token of its one-time set-up link (the link is
 * `<address>/set-up/<token>`). An account of the same name, role, unit and party that was never set up gets a new link
 * instead.
 */
export async function createAccount(
  ctx: IdentityContext,
  by: Reader,
  input: NewAccount,
): Promise<{ readonly account: Stored<Account>; readonly token: string }> {
  const { docs } = ctx
  const name = accountName(input.name)
  const { role, unitId } = input
  if (!by.can('create', 'account', { unitId, role })) throw new AppError('ACC-004')
  if ((await docs.get('unit', unitId)) === undefined) throw new AppError('DOC-404', { kind: 'unit', id: unitId })
  const partyId = input.partyId ?? null
  if (role === 'contractor' && partyId === null) throw new AppError('ACC-013')
  // A party works for several units: its people see systems of all of them.
  if (partyId !== null && !by.can('create', 'account', { unitId: ROOT_UNIT, role })) throw new AppError('ACC-004')
  if (partyId !== null && (await docs.get('party', partyId)) === undefined)
    throw new AppError('DOC-404', { kind: 'party', id: partyId })
  const id = accountId(name)
  const before = await docs.get('account', id)
  const again = before !== undefined && isRenewable(before.doc, by, { role, unitId, partyId })
  if (!again) await refuseTaken(docs, name, role)
  const secret = newSecret(ctx)
  const account: Account = {
    kind: 'account',
    id,
    name,
    displayName: displayNameOf(input.displayName, name),
    role,
    unitId,
    partyId,
    passwordHash: null,
    setup: { digest: sha256hex(secret), expires: new Date(ctx.clock() + SETUP_HOURS * 3_600_000).toISOString() },
    disabled: false,
    language: null,
    failures: 0,
    lockedUntil: null,
    createdAt: before?.doc.createdAt ?? now(ctx),
  }
  const audit = entry(ctx, by, {
    action: again ? 'account.link_renewed' : 'account.created',
    target: { kind: 'account', id },
    unitId,
    after: { name, role, ...(partyId === null ? {} : { partyId }) },
  })
  try {
    const stored = await docs.put('account', id, account, { version: before?.version ?? 0, audit })
    return { account: stored, token: `a.${id}.${secret}` }
  } catch (e) {
    if (e instanceof AppError && e.code === 'DOC-409') throw new AppError('ACC-008')
    throw e
  }
}

/** Whether a new link may go to that account: not set up yet, and asked for just as it stands by who may create it. */
function isRenewable(account: Account, by: Reader, asked: Pick<Account, 'role' | 'unitId' | 'partyId'>): boolean {
  if (account.passwordHash !== null || !by.can('create', 'account', account)) return false
  return account.role === asked.role && account.unitId === asked.unitId && account.partyId === asked.partyId
}
