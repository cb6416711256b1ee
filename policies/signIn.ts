import { AppError } from '../core/errors.ts'
import { type Account, ROOT_UNIT, SUIDUN } from '../core/model/index.ts'
import type { Stored } from '../core/ports.ts'
import { accountId } from './accounts.ts'
import { type IdentityContext, now } from './context.ts'
import { verifyPassword } from './passwords.ts'
import { actorEntry, openSession } from './sessions.ts'

/** Wrong passwords in a row that lock a name, and for how long. */
const LOCK_AFTER = 5
const LOCK_MINUTES = 15
/** Wrong passwords from one address, whatever the names, before it has to wait as long. */
const ADDRESS_LIMIT = 100
const REMEMBERED = 10_000

interface Credentials {
  readonly name: string
  readonly password: string
  readonly userAgent: string
  /** Of the browser. */
  readonly address: string
}

interface Opened {
  readonly cookie: string
  readonly csrf: string
  /** Milliseconds since 1970 UTC. */
  readonly expires: number
  readonly account: Account
}

/** Misses as an account counts them; times in milliseconds since 1970 UTC. */
interface Misses {
  count: number
  /** The first of them. */
  since: number
  /** Until when it is locked; 0 = not. */
  until: number
}

/**
 * Signs people in by name and password. ACC-001 for a wrong name and a wrong password alike, after the same work; ACC-002
 * with the end time once a name (whether or not an account has it) or an address has missed too often.
 */
export class SignIn {
  readonly #ctx: IdentityContext
  /** Names that no account has, so that a lock does not tell which names exist; lost at a restart. */
  readonly #unknown = new Map<string, Misses>()
  readonly #addresses = new Map<string, Misses>()

  constructor(ctx: IdentityContext) {
    this.#ctx = ctx
  }

  async signIn(given: Credentials): Promise<Opened> {
    const id = accountId(given.name.slice(0, 200))
    const before = await this.#unlocked(id, given.address)
    const usable = before !== undefined && !before.doc.disabled
    const fits = await verifyPassword(usable ? before.doc.passwordHash : null, given.password)
    // Passwords are tried side by side: what the others have locked meanwhile is locked for this one too.
    const account = await this.#unlocked(id, given.address)
    if (!fits || account === undefined || account.doc.disabled) return this.#missed(account, id, given.address)
    const cleared = account.doc.failures === 0 ? account : await this.#count(account, () => 0)
    const session = await openSession(this.#ctx, cleared.doc, given.userAgent)
    return { ...session, account: cleared.doc }
  }

  /** The account of that id, if there is one; ACC-002 while it, its name or the address is locked. */
  async #unlocked(id: string, address: string): Promise<Stored<Account> | undefined> {
    const { docs, clock } = this.#ctx
    const account = await docs.get('account', id)
    refuseUntil(this.#addresses.get(address)?.until ?? 0, clock())
    refuseUntil(account === undefined ? (this.#unknown.get(id)?.until ?? 0) : lockedUntil(account.doc), clock())
    return account
  }

  async #missed(account: Stored<Account> | undefined, id: string, address: string): Promise<never> {
    this.#remember(this.#addresses, address, { limit: ADDRESS_LIMIT, within: LOCK_MINUTES * 60_000 })
    if (account === undefined) {
      this.#remember(this.#unknown, id, { limit: LOCK_AFTER, within: Number.POSITIVE_INFINITY })
      // What was typed is not kept: it may be a password in the wrong field.
      await this.#ctx.docs.audit({
        at: now(this.#ctx),
        actor: SUIDUN,
        action: 'session.refused',
        target: { kind: 'account', id: 'unknown' },
        unitId: ROOT_UNIT,
        after: { address },
      })
    } else await this.#count(account, (failures) => failures + 1, address)
    throw new AppError('ACC-001')
  }

  /** Counts a miss (locking at the fifth), or clears the count; ACC-002 where another miss has locked it meanwhile. */
  async #count(
    account: Stored<Account>,
    next: (failures: number) => number,
    address?: string,
  ): Promise<Stored<Account>> {
    const { docs, clock } = this.#ctx
    for (let tries = 0, seen = account; ; tries++) {
      refuseUntil(lockedUntil(seen.doc), clock())
      const failures = next(seen.doc.failures)
      const locks = failures >= LOCK_AFTER
      const until = locks ? new Date(clock() + LOCK_MINUTES * 60_000).toISOString() : null
      const doc: Account = { ...seen.doc, failures: locks ? 0 : failures, lockedUntil: until }
      const action = failures === 0 ? undefined : locks ? 'session.locked' : 'session.refused'
      const audit = action === undefined ? {} : { audit: actorEntry(this.#ctx, doc, action, { address }) }
      try {
        return await docs.put('account', seen.id, doc, { version: seen.version, ...audit })
      } catch (e) {
        if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 20) throw e
        const again = await docs.get('account', account.id)
        if (again === undefined) throw e
        seen = again
      }
    }
  }

  /** Counts a miss in memory; those older than `within` (milliseconds) no longer count. */
  #remember(misses: Map<string, Misses>, key: string, { limit, within }: { limit: number; within: number }): void {
    const at = this.#ctx.clock()
    const known = misses.get(key)
    if (known !== undefined && known.until > at) return
    const { count, since } = known !== undefined && at - known.since < within ? known : { count: 0, since: at }
    const locks = count + 1 >= limit
    misses.delete(key)
    misses.set(key, { count: locks ? 0 : count + 1, since, until: locks ? at + LOCK_MINUTES * 60_000 : 0 })
    if (misses.size > REMEMBERED) misses.delete(misses.keys().next().value!)
  }
}

function lockedUntil(account: Account): number {
  return account.lockedUntil === null ? 0 : Date.parse(account.lockedUntil)
}

function refuseUntil(until: number, now: number): void {
  if (until > now) throw new AppError('ACC-002', { until: new Date(until).toISOString() })
}
