import { and, term } from '../../core/filter.ts'
import { allowed } from '../context.ts'
import { builder } from './builder.ts'

interface PersonView {
  readonly id: string
  readonly name: string
  readonly displayName: string
}

export const Person = builder.objectRef<PersonView>('Person').implement({
  description: 'Somebody who handles incidents.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    displayName: t.exposeString('displayName'),
  }),
})

builder.queryField('people', (t) =>
  t.field({
    type: [Person],
    description: 'Whom the reader can give an incident to.',
    complexity: { field: 1, multiplier: 50 },
    resolve: async (_, __, ctx) => {
      const scope = allowed(ctx, 'incident').scope('account', 'assign')
      const filter = and(term('disabled', false), { op: 'not', of: { op: 'null', field: ['passwordHash'] } })
      const page = await ctx.services.docs.list('account', {
        scope,
        filter,
        sort: [['displayName', 'asc']],
        first: 1000,
      })
      return page.rows.map(({ doc }) => ({ id: doc.id, name: doc.name, displayName: doc.displayName }))
    },
  }),
)
