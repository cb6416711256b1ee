import type { AccessGrant } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import { createGrant } from '../../policies/index.ts'
import { readerOf } from '../context.ts'
import { builder } from './builder.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'

const GrantInfo = builder.objectRef<Stored<AccessGrant>>('GrantInfo').implement({
  description: 'A permission beside the role, with a reason and an end (授权).',
  fields: (t) => ({
    id: t.exposeID('id'),
    accountId: t.id({ resolve: (g) => g.doc.accountId }),
    reason: t.string({ resolve: (g) => g.doc.reason }),
    until: t.field({ type: 'DateTime', resolve: (g) => g.doc.until }),
  }),
})

const GrantResult = builder.unionType('GrantResult', {
  types: [GrantInfo, ...ERROR_TYPES],
  resolveType: typeOfAnswer('GrantInfo') as never,
})

builder.mutationField('createGrant', (t) =>
  t.field({
    type: GrantResult,
    description: 'Opens important data of one dataset, or one system of another unit, to an account until a time.',
    args: {
      accountId: t.arg.id({ required: true }),
      datasetId: t.arg.id(),
      systemId: t.arg.id(),
      reason: t.arg.string({ required: true }),
      until: t.arg({ type: 'DateTime', required: true }),
    },
    resolve: (_, args, ctx) => answer(ctx, () => createGrant(ctx.services, readerOf(ctx), args)) as never,
  }),
)
