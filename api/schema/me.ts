import { AppError } from '../../core/errors.ts'
import type { Account } from '../../core/model/index.ts'
import { type SignedIn, setLanguage } from '../../policies/index.ts'
import { builder } from './builder.ts'
import { LanguageEnum, RoleEnum } from './enums.ts'
import { Unit, unitOf } from './unit.ts'

interface MeView {
  readonly account: Account
  readonly signedIn: SignedIn
}

const Me = builder.objectRef<MeView>('Me').implement({
  description: 'The person who is signed in.',
  fields: (t) => ({
    id: t.id({ resolve: (m) => m.account.id }),
    name: t.string({ resolve: (m) => m.account.name }),
    displayName: t.string({ resolve: (m) => m.account.displayName }),
    role: t.field({ type: RoleEnum, resolve: (m) => m.account.role }),
    unit: t.field({ type: Unit, resolve: (m, _, ctx) => unitOf(ctx, m.account.unitId) }),
    language: t.field({ type: LanguageEnum, nullable: true, resolve: (m) => m.account.language }),
    csrf: t.string({
      description: 'Goes into the header `x-suidun-csrf` of every change.',
      resolve: (m) => m.signedIn.csrf,
    }),
    pages: t.stringList({
      description: 'Pages that the role opens.',
      resolve: (m, _, ctx) => [...ctx.services.policies.pages(m.signedIn.identity)],
    }),
  }),
})

builder.queryField('me', (t) =>
  t.field({
    type: Me,
    nullable: true,
    description: 'Null where nobody is signed in; a key is nobody.',
    resolve: (_, __, { session }) =>
      session === undefined ? null : { account: session.account.doc, signedIn: session },
  }),
)

builder.mutationField('setLanguage', (t) =>
  t.field({
    type: Me,
    args: { language: t.arg({ type: LanguageEnum, required: true }) },
    resolve: async (_, { language }, ctx) => {
      if (ctx.session === undefined) throw new AppError('ACC-003')
      const account = await setLanguage(ctx.services, ctx.session, language)
      ctx.language = language
      return { account, signedIn: ctx.session }
    },
  }),
)
