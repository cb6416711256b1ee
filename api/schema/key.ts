import type { ApiKey } from '../../core/model/index.ts'
import { createKey, revokeKey } from '../../policies/index.ts'
import { allowed, readerOf } from '../context.ts'
import { builder } from './builder.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'

const KeyInfo = builder.objectRef<ApiKey>('KeyInfo').implement({
  description: 'An API key, without its secret.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    unitId: t.exposeID('unitId'),
    systemId: t.exposeID('systemId', { nullable: true }),
    scopes: t.stringList({ resolve: (k) => [...k.scopes] }),
    createdAt: t.field({ type: 'DateTime', resolve: (k) => k.createdAt }),
    revokedAt: t.field({ type: 'DateTime', nullable: true, resolve: (k) => k.revokedAt }),
  }),
})

interface Created {
  readonly key: ApiKey
  readonly secret: string
}
const KeyCreated = builder.objectRef<Created>('KeyCreated').implement({
  fields: (t) => ({
    key: t.field({ type: KeyInfo, resolve: (c) => c.key }),
    secret: t.exposeString('secret', { description: 'Shown this once.' }),
  }),
})

const CreateKeyResult = builder.unionType('CreateKeyResult', {
  types: [KeyCreated, ...ERROR_TYPES],
  resolveType: typeOfAnswer('KeyCreated') as never,
})
const KeyResult = builder.unionType('KeyResult', {
  types: [KeyInfo, ...ERROR_TYPES],
  resolveType: typeOfAnswer('KeyInfo') as never,
})

builder.queryField('keys', (t) =>
  t.field({
    type: [KeyInfo],
    complexity: { field: 1, multiplier: 100 },
    resolve: async (_, __, ctx) => {
      const scope = allowed(ctx, 'key').scope('key')
      const page = await ctx.services.docs.list('key', { scope, sort: [['createdAt', 'desc']], first: 10_000 })
      ctx.budget.spend(page.rows.length)
      return page.rows.map((row) => row.doc)
    },
  }),
)

builder.mutationFields((t) => ({
  createKey: t.field({
    type: CreateKeyResult,
    args: {
      name: t.arg.string({ required: true }),
      unitId: t.arg.id({ description: 'The root unit unless told otherwise.' }),
      systemId: t.arg.id(),
      scopes: t.arg.stringList({ required: true, description: 'ingest, read, findings' }),
    },
    resolve: (_, args, ctx) =>
      answer(ctx, async (): Promise<Created> => {
        const { key, secret } = await createKey(ctx.services, readerOf(ctx), args)
        return { key: key.doc, secret }
      }) as never,
  }),
  revokeKey: t.field({
    type: KeyResult,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, ctx) =>
      answer(ctx, async () => (await revokeKey(ctx.services, readerOf(ctx), id)).doc) as never,
  }),
}))
