import { AppError, type Problem } from '../../core/errors.ts'
import type { Unit as UnitModel } from '../../core/model/index.ts'
import { addUnits, nameRoot } from '../../inventory/index.ts'
import { type SetupLink as LinkModel, setupComplete, setupLink } from '../../policies/index.ts'
import { type ApiContext, readerOf, renew } from '../context.ts'
import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { answer, ERROR_TYPES, ProblemsError, typeOfAnswer } from './errors.ts'
import { Unit } from './unit.ts'

const SetupLink = builder.objectRef<LinkModel>('SetupLink').implement({
  description: 'What a one-time link is for; an empty name is for its user to choose.',
  fields: (t) => ({
    name: t.exposeString('name'),
    displayName: t.exposeString('displayName'),
    role: t.field({ type: RoleEnum, resolve: (l) => l.role }),
  }),
})

interface SetupView {
  readonly complete: boolean
  readonly link: LinkModel | undefined
}
const Setup = builder.objectRef<SetupView>('Setup').implement({
  fields: (t) => ({
    complete: t.exposeBoolean('complete', { description: 'Whether the three administrators are set up.' }),
    link: t.field({ type: SetupLink, nullable: true, resolve: (s) => s.link }),
  }),
})

builder.queryField('setup', (t) =>
  t.field({
    type: Setup,
    description:
      'For everyone: whether set-up is complete, and what a one-time link is for (null where it is not valid).',
    args: { token: t.arg.string() },
    complexity: 20,
    resolve: async (_, { token }, { services }): Promise<SetupView> => {
      const [complete, link] = await Promise.all([
        setupComplete(services),
        token == null ? undefined : setupLink(services, token),
      ])
      return { complete, link }
    },
  }),
)

interface UnitsView {
  readonly units: readonly UnitModel[]
}
const Units = builder.objectRef<UnitsView>('Units').implement({
  fields: (t) => ({ units: t.field({ type: [Unit], resolve: (u) => [...u.units] }) }),
})
const UnitsResult = builder.unionType('UnitsResult', {
  types: [Units, ...ERROR_TYPES],
  resolveType: typeOfAnswer('Units') as never,
})

/** Changes the tree of units; only for whoever may apply it as a whole. */
function change(ctx: ApiContext, make: (by: { actor: ReturnType<typeof readerOf>['identity'] }) => Promise<void>) {
  return answer(ctx, async (): Promise<UnitsView> => {
    const reader = readerOf(ctx)
    if (!reader.can('apply', 'unit', { id: 'root' })) throw new AppError('ACC-004')
    await make({ actor: reader.identity })
    // A new unit is in the reader's subtree only from now on.
    await renew(ctx)
    const [units, visible] = await Promise.all([ctx.load.units(), ctx.load.visibleUnits()])
    return { units: [...units.values()].filter((u) => visible.has(u.id)) }
  })
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ProblemsError(problems)
}

builder.mutationFields((t) => ({
  nameCity: t.field({
    type: UnitsResult,
    description: 'First set-up: names the root unit.',
    args: { cityName: t.arg.string({ required: true }), cityCode: t.arg.string({ required: true }) },
    resolve: (_, { cityName, cityCode }, ctx) =>
      change(ctx, async (by) => {
        const { docs, clock } = ctx.services
        await nameRoot(docs, { name: cityName, code: cityCode, kind: 'city' }, { ...by, clock })
      }) as never,
  }),
  addUnits: t.field({
    type: UnitsResult,
    description: 'First set-up: lines of "name,kind,code,parent code"; nothing is written where one is wrong.',
    args: { lines: t.arg.string({ required: true }) },
    resolve: (_, { lines }, ctx) =>
      change(ctx, async (by) => {
        const { docs, clock } = ctx.services
        refuse((await addUnits(docs, lines, { ...by, clock })).problems)
      }) as never,
  }),
}))
