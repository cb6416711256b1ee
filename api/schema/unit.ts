import type { Unit as UnitModel } from '../../core/model/index.ts'
import { type ApiContext, allowed } from '../context.ts'
import { builder } from './builder.ts'

export const Unit = builder.objectRef<UnitModel>('Unit').implement({
  description: 'A unit (单位) of the tree province > city > district / department > sub-unit.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    kind: t.exposeString('kind'),
    code: t.exposeString('code'),
    parentId: t.id({
      nullable: true,
      description: 'Null for the root, and for the topmost unit that the reader may see.',
      resolve: async (unit, _, ctx) =>
        unit.parentId !== null && (await ctx.load.visibleUnits()).has(unit.parentId) ? unit.parentId : null,
    }),
  }),
})

/** The unit of something the reader may see; one that is gone goes by its id. */
export async function unitOf(ctx: ApiContext, id: string): Promise<UnitModel> {
  return (await ctx.load.units()).get(id) ?? { id, name: id, kind: 'subunit', parentId: null, code: '' }
}

builder.queryField('units', (t) =>
  t.field({
    type: [Unit],
    complexity: { field: 1, multiplier: 50 },
    resolve: async (_, __, ctx) => {
      allowed(ctx, 'unit')
      const [all, visible] = await Promise.all([ctx.load.units(), ctx.load.visibleUnits()])
      return [...all.values()].filter((u) => visible.has(u.id))
    },
  }),
)
