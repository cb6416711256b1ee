import { AppError } from '../core/errors.ts'
import type { Account } from '../core/model/index.ts'
import type { IdentityContext } from './context.ts'
import { actorEntry, type SignedIn } from './sessions.ts'

/** Keeps the language that a person chose; counts from the next request on. */
export async function setLanguage(
  ctx: IdentityContext,
  { account }: SignedIn,
  language: 'zh' | 'en',
): Promise<Account> {
  for (let tries = 0, seen = account; ; tries++) {
    if (seen.doc.language === language) return seen.doc
    const doc: Account = { ...seen.doc, language }
    const audit = actorEntry(ctx, doc, 'account.language_changed', { language })
    try {
      return (await ctx.docs.put('account', seen.id, doc, { version: seen.version, audit })).doc
    } catch (e) {
      const again = e instanceof AppError && e.code === 'DOC-409' ? await ctx.docs.get('account', seen.id) : undefined
      if (again === undefined || tries >= 5) throw e
      seen = again
    }
  }
}
