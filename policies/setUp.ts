import { timingSafeEqual } from 'node:crypto'
import type { Role } from '../core/access.ts'
import { sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import { type Account, ROOT_UNIT } from '../core/model/index.ts'
import type { Stored } from '../core/ports.ts'
import {
  accountId,
  accountName,
  displayNameOf,
  isHeld,
  isOffice,
  OFFICES,
  type Office,
  refuseTaken,
  SETUP_HOURS,
} from './accounts.ts'
import { platformReader } from './compileReader.ts'
import { entry, type IdentityContext, newSecret, now } from './context.ts'
import { hashPassword } from './passwords.ts'

/** The one-time link of an office before anybody holds it; document `setting` `office:<role>`. */
interface Invitation {
  readonly digest: string
  readonly expires: string
  readonly usedBy: string | null
}

/** What a one-time link is for. `name` is empty where its user chooses it (the three offices). */
export interface SetupLink {
  readonly name: string
  readonly displayName: string
  readonly role: Role
}

const officeSetting = (office: Office): string => `office:${office}`

/**
 * Answers the token of a fresh one-time link for each of the three offices that nobody holds yet (none once all three are
 * set up). Earlier links of those offices stop working. The root unit must be there (`ensureRoot` of the inventory).
 */
export async function bootstrap(
  ctx: IdentityContext,
): Promise<readonly { readonly role: Office; readonly token: string; readonly expires: string }[]> {
  const by = platformReader('Suidun')
  const links: { role: Office; token: string; expires: string }[] = []
  for (const role of OFFICES) {
    if (await isHeld(ctx.docs, role)) continue
    const secret = newSecret(ctx)
    const expires = new Date(ctx.clock() + SETUP_HOURS * 3_600_000).toISOString()
    const id = officeSetting(role)
    const before = await ctx.docs.get('setting', id)
    const value: Invitation = { digest: sha256hex(secret), expires, usedBy: null }
    const audit = entry(ctx, by, { action: 'office.invited', target: { kind: 'office', id: role }, unitId: ROOT_UNIT })
    await ctx.docs.put('setting', id, { value }, { version: before?.version ?? 0, audit })
    links.push({ role, token: `o.${role}.${secret}`, expires })
  }
  return links
}

type Found =
  | { readonly kind: 'account'; readonly account: Stored<Account> }
  | { readonly kind: 'office'; readonly office: Office; readonly setting: Stored<{ readonly value: unknown }> }

async function find(ctx: IdentityContext, token: string): Promise<Found | undefined> {
  const [kind, id, secret] = token.split('.')
  if (id === undefined || secret === undefined || token.length > 200) return undefined
  const fits = (kept: { digest: string; expires: string } | null | undefined) =>
    kept != null && same(kept.digest, sha256hex(secret)) && ctx.clock() < Date.parse(kept.expires)
  if (kind === 'a') {
    const account = await ctx.docs.get('account', id)
    if (account === undefined || account.doc.disabled) return undefined
    return fits(account.doc.setup) ? { kind: 'account', account } : undefined
  }
  const office = OFFICES.find((o) => o === id)
  if (kind !== 'o' || office === undefined) return undefined
  const setting = await ctx.docs.get('setting', officeSetting(office))
  const invitation = setting?.doc.value as Invitation | undefined
  return setting !== undefined && invitation?.usedBy === null && fits(invitation)
    ? { kind: 'office', office, setting }
    : undefined
}

/** What a link is for; undefined where it was used, has expired or never was. */
export async function setupLink(ctx: IdentityContext, token: string): Promise<SetupLink | undefined> {
  const found = await find(ctx, token)
  if (found === undefined) return undefined
  if (found.kind === 'office') return { name: '', displayName: '', role: found.office }
  const { name, displayName, role } = found.account.doc
  return { name, displayName, role }
}

/** Whether all three offices are held. */
export async function setupComplete(ctx: IdentityContext): Promise<boolean> {
  const held = await Promise.all(OFFICES.map((o) => isHeld(ctx.docs, o)))
  return held.every((h) => h)
}

interface SetUpInput {
  readonly token: string
  readonly password: string
  readonly name?: string | undefined
  readonly displayName?: string | undefined
  /** The account that the same browser is signed in as, if any. */
  readonly browser?: Account | undefined
}

/**
 * Uses a one-time link: gives its account a password, for an office also the name that its holder chooses. ACC-005 where
 * the link is not valid, ACC-006 for a short password, ACC-033 where one person would hold two of the three offices (by
 * name, or by the browser), ACC-008 for a name that is taken.
 */
export async function setUp(ctx: IdentityContext, input: SetUpInput): Promise<{ readonly name: string }> {
  const found = await find(ctx, input.token)
  if (found === undefined) throw new AppError('ACC-005')
  const role = found.kind === 'office' ? found.office : found.account.doc.role
  if (isOffice(role) && input.browser !== undefined && isOffice(input.browser.role)) throw new AppError('ACC-033')
  if (found.kind === 'account') return setUpAccount(ctx, found.account, input)
  return setUpOffice(ctx, found.office, found.setting, input)
}

async function setUpAccount(ctx: IdentityContext, { id, version, doc }: Stored<Account>, input: SetUpInput) {
  if (input.name !== undefined && accountId(input.name) !== id) throw new AppError('ACC-014', { name: doc.name })
  const passwordHash = await hashPassword(input.password)
  const displayName = input.displayName === undefined ? doc.displayName : displayNameOf(input.displayName, doc.name)
  const next: Account = { ...doc, displayName, passwordHash, setup: null, failures: 0, lockedUntil: null }
  try {
    await ctx.docs.put('account', id, next, { version, audit: setUpEntry(ctx, next) })
  } catch (e) {
    throw e instanceof AppError && e.code === 'DOC-409' ? new AppError('ACC-005') : e
  }
  return { name: doc.name }
}

async function setUpOffice(
  ctx: IdentityContext,
  office: Office,
  setting: Stored<{ readonly value: unknown }>,
  input: SetUpInput,
) {
  if (input.name === undefined || input.name.trim() === '') throw new AppError('ACC-015')
  const name = accountName(input.name)
  const displayName = displayNameOf(input.displayName, name)
  await refuseTaken(ctx.docs, name, office)
  const passwordHash = await hashPassword(input.password)
  const account: Account = {
    kind: 'account',
    id: accountId(name),
    name,
    displayName,
    role: office,
    unitId: ROOT_UNIT,
    partyId: null,
    passwordHash,
    setup: null,
    disabled: false,
    language: null,
    failures: 0,
    lockedUntil: null,
    createdAt: now(ctx),
  }
  const invitation = setting.doc.value as Invitation
  let used: Stored<{ readonly value: unknown }>
  try {
    const value: Invitation = { ...invitation, usedBy: account.id }
    used = await ctx.docs.put('setting', setting.id, { value }, { version: setting.version })
  } catch (e) {
    throw e instanceof AppError && e.code === 'DOC-409' ? new AppError('ACC-005') : e
  }
  try {
    await ctx.docs.put('account', account.id, account, { version: 0, audit: setUpEntry(ctx, account) })
  } catch (e) {
    // The name was taken in between: the link is given back, it was not used.
    await ctx.docs.put('setting', setting.id, { value: invitation }, { version: used.version })
    if (e instanceof AppError && e.code === 'DOC-409') await refuseTaken(ctx.docs, name, office)
    throw e
  }
  return { name }
}

/** The person who sets up is the actor: nobody else was there. */
function setUpEntry(ctx: IdentityContext, account: Account) {
  return {
    at: now(ctx),
    actor: { kind: 'account', id: account.id, name: account.name },
    action: 'account.set_up',
    target: { kind: 'account', id: account.id },
    unitId: account.unitId,
    after: { name: account.name, role: account.role },
  } as const
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
