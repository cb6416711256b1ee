import type { Account } from '../../core/model/index.ts'
import { ROOT_UNIT } from '../../core/model/index.ts'
import { createAccount } from '../../policies/index.ts'
import { allowed, readerOf } from '../context.ts'
import type { Row } from '../loaders.ts'
import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'
import { Unit, unitOf } from './unit.ts'

const AccountInfo = builder.objectRef<Account>('AccountInfo').implement({
  description: 'An account, without any of its secrets.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    displayName: t.exposeString('displayName'),
    role: t.field({ type: RoleEnum, resolve: (a) => a.role }),
    unit: t.field({ type: Unit, resolve: (a, _, ctx) => unitOf(ctx, a.unitId) }),
    partyId: t.id({ nullable: true, resolve: (a) => a.partyId }),
    disabled: t.exposeBoolean('disabled'),
    setUp: t.boolean({ description: 'Whether it has a password.', resolve: (a) => a.passwordHash !== null }),
  }),
})

interface Created {
  readonly account: Account
  readonly link: string
}
const AccountCreated = builder.objectRef<Created>('AccountCreated').implement({
  fields: (t) => ({
    account: t.field({ type: AccountInfo, resolve: (c) => c.account }),
    link: t.exposeString('link', { description: 'One-time set-up link, valid for 24 hours; shown this once.' }),
  }),
})

const CreateAccountResult = builder.unionType('CreateAccountResult', {
  types: [AccountCreated, ...ERROR_TYPES],
  resolveType: typeOfAnswer('AccountCreated') as never,
})

builder.queryField('accounts', (t) =>
  t.field({
    type: [AccountInfo],
    complexity: { field: 1, multiplier: 100 },
    resolve: async (_, __, ctx) => {
      const scope = allowed(ctx, 'account').scope('account')
      const page = await ctx.services.docs.list('account', { scope, sort: [['name', 'asc']], first: 10_000 })
      ctx.budget.spend(page.rows.length)
      return page.rows.map((row: Row<Account>) => row.doc)
    },
  }),
)

builder.mutationField('createAccount', (t) =>
  t.field({
    type: CreateAccountResult,
    args: {
      name: t.arg.string({ required: true }),
      displayName: t.arg.string({ required: true }),
      role: t.arg({ type: RoleEnum, required: true }),
      unitId: t.arg.id({ description: 'The root unit unless told otherwise.' }),
      partyId: t.arg.id({ description: 'The contractor that the person works for.' }),
    },
    resolve: (_, { name, displayName, role, unitId, partyId }, ctx) =>
      answer(ctx, async (): Promise<Created> => {
        const input = { name, displayName, role, unitId: unitId ?? ROOT_UNIT, partyId: partyId ?? null }
        const { account, token } = await createAccount(ctx.services, readerOf(ctx), input)
        return { account: account.doc, link: `${ctx.services.address()}/set-up/${token}` }
      }) as never,
  }),
)
