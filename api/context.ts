import type { Action, Reader, Subject } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import type { SignedIn } from '../policies/index.ts'
import { LIMITS, RowBudget } from './limits.ts'
import { createLoaders, type Loaders } from './loaders.ts'
import type { Language, Services } from './services.ts'

/** Who asks: by cookie (then with a session), by key, or nobody. */
export interface Caller {
  readonly session: SignedIn | undefined
  readonly reader: Reader | undefined
}

/** One request: who asks, in which language, and what was read for it so far. A subscription renews it (`renew`). */
export interface ApiContext {
  readonly services: Services
  session: SignedIn | undefined
  reader: Reader | undefined
  language: Language
  budget: RowBudget
  /** Until when it may begin searches, milliseconds since 1970 UTC. */
  until: number
  load: Loaders
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** Language that the browser prefers. */
  readonly preferred: Language
  /** The header that shows a change to come from our own page. */
  readonly csrf: string | null
  /** Finds out anew who asks, and what he may. */
  readonly identify: () => Promise<Caller>
}

type Request = Pick<ApiContext, 'services' | 'signal' | 'preferred' | 'csrf' | 'identify'>

export async function contextOf(request: Request): Promise<ApiContext> {
  return { ...request, ...stateOf(request, await request.identify()) }
}

/** Asks again who the caller is and forgets what was read for him; false where he may no longer ask anything. */
export async function renew(ctx: ApiContext): Promise<boolean> {
  Object.assign(ctx, stateOf(ctx, await ctx.identify()))
  return ctx.reader !== undefined
}

function stateOf({ services, signal, preferred }: Request, caller: Caller) {
  const budget = new RowBudget()
  return {
    ...caller,
    language: caller.session?.account.doc.language ?? preferred,
    budget,
    until: services.clock() + LIMITS.seconds * 1000,
    load: createLoaders(services, caller.reader, budget, signal),
  }
}

/** The reader; ACC-003 where nobody is signed in. */
export function readerOf(ctx: ApiContext): Reader {
  if (ctx.reader === undefined) throw new AppError('ACC-003')
  return ctx.reader
}

/** The reader, who may do that at all; ACC-004 where his policy has no word of it. */
export function allowed(ctx: ApiContext, subject: Subject, action: Action = 'read'): Reader {
  const reader = readerOf(ctx)
  if (!reader.can(action, subject)) throw new AppError('ACC-004')
  return reader
}
