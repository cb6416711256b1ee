import { AppError } from '../core/errors.ts'
import { type Account, ROOT_UNIT } from '../core/model/index.ts'
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

/** As an account counts them: misses in a row, and until when it is locked (milliseconds since 1970 UTC; 0 = not). */
interface Misses {
  count: number
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
    const { docs, clock } = this.#ctx
    const id = accountId(given.name.slice(0, 200))
    refuseUntil(this.#addresses.get(given.address)?.until ?? 0, clock())
    const account = await docs.get('account', id)
    if (account === undefined) refuseUntil(this.#unknown.get(id)?.until ?? 0, clock())
    else refuseUntil(account.doc.lockedUntil === null ? 0 : Date.parse(account.doc.lockedUntil), clock())
    const usable = account !== undefined && !account.doc.disabled
    const fits = await verifyPassword(usable ? account.doc.passwordHash : null, given.password)
    if (!fits || account === undefined) return this.#missed(account, id, given.address)
    const cleared = account.doc.failures === 0 ? account : await this.#count(account, () => 0)
    const session = await openSession(this.#ctx, cleared.doc, given.userAgent)
    return { ...session, account: cleared.doc }
  }

  async #missed(account: Stored<Account> | undefined, id: string, address: string): Promise<never> {
    this.#remember(this.#addresses, address, ADDRESS_LIMIT)
    if (account === undefined) {
      this.#remember(this.#unknown, id, LOCK_AFTER)
      // What was typed is not kept: it may be a password in the wrong field.
      await this.#ctx.docs.audit({
        at: now(this.#ctx),
        actor: { kind: 'system', id: 'suidun', name: 'Suidun' },
        action: 'session.refused',
        target: { kind: 'account', id: 'unknown' },
        unitId: ROOT_UNIT,
        after: { address },
      })
    } else await this.#count(account, (failures) => failures + 1, address)
    throw new AppError('ACC-001')
  }

  /** Counts a miss (locking at the fifth), or clears the count. */
  async #count(
    account: Stored<Account>,
    next: (failures: number) => number,
    address?: string,
  ): Promise<Stored<Account>> {
    const { docs, clock } = this.#ctx
    for (let tries = 0, seen = account; ; tries++) {
      const failures = next(seen.doc.failures)
      const locks = failures >= LOCK_AFTER
      const lockedUntil = locks ? new Date(clock() + LOCK_MINUTES * 60_000).toISOString() : null
      const doc: Account = { ...seen.doc, failures: locks ? 0 : failures, lockedUntil }
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

  #remember(misses: Map<string, Misses>, key: string, limit: number): void {
    const count = (misses.get(key)?.count ?? 0) + 1
    const locks = count >= limit
    misses.delete(key)
    misses.set(key, { count: locks ? 0 : count, until: locks ? this.#ctx.clock() + LOCK_MINUTES * 60_000 : 0 })
    if (misses.size > REMEMBERED) misses.delete(misses.keys().next().value!)
  }
}

function refuseUntil(until: number, now: number): void {
  if (until > now) throw new AppError('ACC-002', { until: new Date(until).toISOString() })
}
