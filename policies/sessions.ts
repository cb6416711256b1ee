import type { Identity } from '../core/access.ts'
import { EVERYTHING } from '../core/access.ts'
import { sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import { and, term } from '../core/filter.ts'
import type { Account, AuditAction, Session } from '../core/model/index.ts'
import type { Stored } from '../core/ports.ts'
import { type IdentityContext, newSecret, now } from './context.ts'

/** How long a session lasts, whatever is done in it. */
const SESSION_HOURS = 12

/** A browser that is signed in. */
export interface SignedIn {
  readonly sessionId: string
  readonly csrf: string
  readonly account: Stored<Account>
  readonly identity: Identity
}

/** The identity of an account's holder. */
export function identityOf(account: Account): Identity {
  return {
    kind: 'account',
    id: account.id,
    name: account.displayName,
    role: account.role,
    scopes: [],
    unitId: account.unitId,
    partyId: account.partyId ?? undefined,
  }
}

/**
 * Opens a session of an account. `cookie` is the browser's secret, known to nobody else: the session is kept under its
 * SHA-256. Sessions of the account that are over are cleared away.
 */
export async function openSession(
  ctx: IdentityContext,
  account: Account,
  userAgent: string,
): Promise<{ readonly cookie: string; readonly csrf: string; readonly expires: number }> {
  const cookie = newSecret(ctx)
  const expires = ctx.clock() + SESSION_HOURS * 3_600_000
  const session: Session = {
    accountId: account.id,
    csrf: newSecret(ctx),
    createdAt: now(ctx),
    expiresAt: new Date(expires).toISOString(),
    userAgent: userAgent.slice(0, 200),
  }
  const audit = actorEntry(ctx, account, 'session.opened')
  await ctx.docs.put('session', sha256hex(cookie), session, { version: 0, audit })
  const over = and(term('accountId', account.id), { op: 'range', field: ['expiresAt'], lte: now(ctx) })
  const old = await ctx.docs.list('session', { scope: EVERYTHING, filter: over, sort: [], first: 50 })
  for (const s of old.rows) await ctx.docs.remove('session', s.id, { version: s.version }).catch(() => undefined)
  return { cookie, csrf: session.csrf, expires }
}

/** The session of a cookie's value: undefined where it is over or unknown, or its account was disabled. */
export async function readSession(ctx: IdentityContext, cookie: string): Promise<SignedIn | undefined> {
  if (!/^[\w-]{43}$/.test(cookie)) return undefined
  const session = await ctx.docs.get('session', sha256hex(cookie))
  if (session === undefined || Date.parse(session.doc.expiresAt) <= ctx.clock()) return undefined
  const account = await ctx.docs.get('account', session.doc.accountId)
  if (account === undefined || account.doc.disabled) return undefined
  return { sessionId: session.id, csrf: session.doc.csrf, account, identity: identityOf(account.doc) }
}

/** Ends a session; the cookie is worth nothing from now on. */
export async function closeSession(ctx: IdentityContext, signedIn: SignedIn): Promise<void> {
  const session = await ctx.docs.get('session', signedIn.sessionId)
  if (session === undefined) return
  const audit = actorEntry(ctx, signedIn.account.doc, 'session.closed')
  try {
    await ctx.docs.remove('session', session.id, { version: session.version, audit })
  } catch (e) {
    if (!(e instanceof AppError) || !['DOC-409', 'DOC-404'].includes(e.code)) throw e
  }
}

/** An entry of what an account's holder did to that account. */
export function actorEntry(
  ctx: IdentityContext,
  account: Account,
  action: AuditAction,
  after?: Record<string, unknown>,
) {
  return {
    at: now(ctx),
    actor: { kind: 'account', id: account.id, name: account.name },
    action,
    target: { kind: 'account', id: account.id },
    unitId: account.unitId,
    ...(after === undefined ? {} : { after }),
  } as const
}
