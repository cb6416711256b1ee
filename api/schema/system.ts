import { type ChecklistSummary as Summary, summary } from '../../compliance/index.ts'
import { allowed } from '../context.ts'
import { builder } from './builder.ts'
import { ChecklistItem } from './checklist.ts'
import { System } from './systemRef.ts'
import { Unit, unitOf } from './unit.ts'

const ChecklistSummary = builder.objectRef<Summary>('ChecklistSummary').implement({
  fields: (t) => ({
    total: t.exposeInt('total'),
    compliant: t.exposeInt('compliant'),
    partly_compliant: t.exposeInt('partly_compliant'),
    not_compliant: t.exposeInt('not_compliant'),
    not_applicable: t.exposeInt('not_applicable'),
    not_assessed: t.exposeInt('not_assessed'),
    proposals: t.exposeInt('proposals', { description: 'Proposals that wait for a person.' }),
    rate: t.exposeFloat('rate', {
      nullable: true,
      description: 'compliant / (total - not_applicable), 0 to 1; null when nothing is assessed.',
    }),
  }),
})

builder.objectType(System, {
  description: 'A classified system (定级对象).',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.string({ resolve: (s) => s.doc.name }),
    level: t.int({ resolve: (s) => s.doc.level }),
    informationLevel: t.int({ resolve: (s) => s.doc.informationLevel }),
    serviceLevel: t.int({ resolve: (s) => s.doc.serviceLevel }),
    cloud: t.boolean({ resolve: (s) => s.doc.cloud }),
    unit: t.field({ type: Unit, resolve: (s, _, ctx) => unitOf(ctx, s.doc.unitId) }),
    operators: t.stringList({
      description: 'Contractors that operate it now.',
      resolve: async (s, _, ctx) => {
        const now = ctx.services.clock()
        const runs = (o: { systemId: string; from: string; until: string | null }) =>
          o.systemId === s.id && Date.parse(o.from) <= now && (o.until === null || now < Date.parse(o.until))
        return (await ctx.load.parties()).filter((p) => p.operates.some(runs)).map((p) => p.name)
      },
    }),
    checklist: t.field({
      type: [ChecklistItem],
      complexity: { field: 1, multiplier: 260 },
      resolve: async (s, _, ctx) => [...(await ctx.load.checklist(s.doc))],
    }),
    summary: t.field({
      type: ChecklistSummary,
      complexity: 20,
      resolve: async (s, _, ctx) => summary(await ctx.load.checklist(s.doc)),
    }),
    canAssess: t.boolean({
      resolve: (s, _, ctx) => ctx.reader?.can('assess', 'result', { unitId: s.doc.unitId, systemId: s.id }) === true,
    }),
  }),
})

builder.queryFields((t) => ({
  systems: t.field({
    type: [System],
    complexity: { field: 1, multiplier: 50 },
    resolve: async (_, __, ctx) => {
      allowed(ctx, 'system')
      return [...(await ctx.load.systems()).values()]
    },
  }),
  system: t.field({
    type: System,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, ctx) => {
      allowed(ctx, 'system')
      return (await ctx.load.systems()).get(id)
    },
  }),
}))
