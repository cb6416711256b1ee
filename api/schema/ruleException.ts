import { and, type Filter, not, term } from '../../core/filter.ts'
import type { RuleException as ExceptionModel } from '../../core/model/index.ts'
import { endOf, isActing, live, queryLooksAt } from '../../detection/index.ts'
import { HIDDEN_IN_EVENTS } from '../../policies/index.ts'
import type { Row } from '../loaders.ts'
import { builder } from './builder.ts'
import { connectionOf, pageCost, pageOf } from './connection.ts'
import { Rule } from './ruleRef.ts'
import { Unit, unitOf } from './unit.ts'

export const RuleException = builder.objectRef<Row<ExceptionModel>>('RuleException').implement({
  description:
    'An exception (例外): events of its unit and below that its search text finds raise no signal of its rule.',
  fields: (t) => ({
    id: t.exposeID('id'),
    rule: t.field({
      type: Rule,
      nullable: true,
      description: 'Null where the rule is gone, or not the reader’s to see.',
      resolve: (e, _, ctx) => {
        const rule = ctx.reader?.can('read', 'rule') === true ? ctx.services.rules.get(e.doc.ruleId) : undefined
        return rule === undefined ? null : { ...rule, whole: rule }
      },
    }),
    ruleId: t.id({ resolve: (e) => e.doc.ruleId }),
    ruleTitle: t.string({ resolve: (e) => e.doc.ruleTitle }),
    query: t.string({ resolve: (e) => e.doc.query }),
    reason: t.string({ resolve: (e) => e.doc.reason }),
    unit: t.field({ type: Unit, resolve: (e, _, ctx) => unitOf(ctx, e.doc.unitId) }),
    owner: t.string({ resolve: (e) => e.doc.ownerName }),
    createdAt: t.field({ type: 'DateTime', resolve: (e) => e.doc.createdAt }),
    until: t.field({ type: 'DateTime', resolve: (e) => e.doc.until }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, by itself or by a person; null while it acts.',
      resolve: (e, _, ctx) => (acts(e, ctx.services.clock()) ? null : endOf(e.doc)),
    }),
    endedBy: t.string({ nullable: true, resolve: (e) => e.doc.endedBy?.name }),
    active: t.boolean({ resolve: (e, _, ctx) => acts(e, ctx.services.clock()) }),
    canEnd: t.boolean({
      resolve: (e, _, ctx) =>
        acts(e, ctx.services.clock()) && ctx.reader?.can('end', 'exception', { unitId: e.doc.unitId }) === true,
    }),
    actsOnImportant: t.boolean({
      description:
        'Whether it acts on important data: not one that looks at a field which is hidden there, whoever made it.',
      resolve: (e) => !queryLooksAt(HIDDEN_IN_EVENTS, e.doc.query),
    }),
    keptBack: t.int({
      description: 'Matches that it kept back, in the reader’s scope.',
      complexity: { field: 5 },
      resolve: async (e, _, ctx) => (await ctx.load.keptBack(e.id))?.count ?? 0,
    }),
    lastKeptBack: t.field({
      type: 'DateTime',
      nullable: true,
      complexity: { field: 5 },
      resolve: async (e, _, ctx) => (await ctx.load.keptBack(e.id))?.last,
    }),
    recentEventIds: t.idList({
      description: 'Up to 20 events of its latest days.',
      complexity: { field: 5 },
      resolve: async (e, _, ctx) => [...((await ctx.load.keptBack(e.id))?.eventIds ?? [])],
    }),
  }),
})

function acts(row: Row<ExceptionModel>, now: number): boolean {
  return isActing(row.doc, new Date(now).toISOString())
}

const RuleExceptionConnection = connectionOf('RuleException', RuleException)

builder.queryField('exceptions', (t) =>
  t.field({
    type: RuleExceptionConnection,
    description: 'Newest first.',
    args: {
      ruleId: t.arg.id(),
      active: t.arg.boolean(),
      first: t.arg.int({ defaultValue: 50 }),
      after: t.arg.string(),
    },
    complexity: pageCost,
    resolve: (_, { ruleId, active, ...page }, ctx) => {
      const acting = live(new Date(ctx.services.clock()).toISOString())
      const parts: Filter[] = [
        ...(ruleId == null ? [] : [term('ruleId', ruleId)]),
        ...(active == null ? [] : [active ? acting : not(acting)]),
      ]
      return pageOf(ctx, 'exception', page, { filter: and(...parts), sort: [['createdAt', 'desc']] })
    },
  }),
)
