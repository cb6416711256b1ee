import type { Action, Reader, Subject } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import type { SignedIn } from '../policies/index.ts'
import { RowBudget } from './limits.ts'
import { createLoaders, type Loaders } from './loaders.ts'
import type { Language, Services } from './services.ts'

/** One request: who asks, in which language, and what was read for it so far. */
export interface ApiContext {
  readonly services: Services
  /** How he came: by cookie, by key, or not at all. */
  readonly session: SignedIn | undefined
  readonly reader: Reader | undefined
  readonly language: Language
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  readonly budget: RowBudget
  readonly load: Loaders
  /** The same caller asked again, as of now; undefined where he may no longer ask anything. */
  readonly again: () => Promise<ApiContext | undefined>
}

export interface Caller {
  readonly session: SignedIn | undefined
  readonly reader: Reader | undefined
}

/** The context of a caller; `identify` finds out anew who that is. */
export function contextOf(
  services: Services,
  caller: Caller,
  request: { readonly language: Language; readonly signal: AbortSignal; readonly identify: () => Promise<Caller> },
): ApiContext {
  const budget = new RowBudget()
  return {
    services,
    ...caller,
    language: caller.session?.account.doc.language ?? request.language,
    signal: request.signal,
    budget,
    load: createLoaders(services, caller.reader, budget, request.signal),
    again: async () => {
      const now = await request.identify()
      return now.reader === undefined ? undefined : contextOf(services, now, request)
    },
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
