import type { Level } from '../../core/model/index.ts'
import { allowed } from '../context.ts'
import type { RuleView } from '../ruleCatalogue.ts'
import { builder } from './builder.ts'
import { Severity } from './enums.ts'

/** A rule, or what a signal kept of one: the rule itself may be gone, or not be the reader's to see. */
export interface RuleFace {
  readonly id: string
  readonly title: string
  readonly titleZh: string
  readonly level: Level
  readonly tags: readonly string[]
  readonly whole: RuleView | undefined
}

const faceOf = (rule: RuleView): RuleFace => ({ ...rule, whole: rule })

export const Rule = builder.objectRef<RuleFace>('Rule').implement({
  description: 'A detection rule (Sigma). Its text is empty for readers who may not study the rules.',
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    titleZh: t.exposeString('titleZh'),
    description: t.string({ resolve: (r) => r.whole?.description ?? '' }),
    descriptionZh: t.string({ resolve: (r) => r.whole?.descriptionZh ?? '' }),
    level: t.field({ type: Severity, resolve: (r) => r.level }),
    status: t.string({ nullable: true, resolve: (r) => r.whole?.status }),
    tags: t.stringList({ resolve: (r) => [...r.tags] }),
    text: t.string({ resolve: (r) => r.whole?.text ?? '' }),
    source: t.string({ resolve: (r) => r.whole?.source ?? '' }),
    condition: t.string({ resolve: (r) => r.whole?.condition ?? '' }),
    hits: t.int({
      description: 'Signals of this rule in the reader’s scope.',
      resolve: async (r, _, ctx) => (await ctx.load.hits()).get(r.id) ?? 0,
    }),
  }),
})

builder.queryFields((t) => ({
  rules: t.field({
    type: [Rule],
    complexity: { field: 1, multiplier: 100 },
    resolve: (_, __, ctx) => {
      allowed(ctx, 'rule')
      return ctx.services.rules.all().map(faceOf)
    },
  }),
  rule: t.field({
    type: Rule,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, ctx) => {
      allowed(ctx, 'rule')
      const rule = ctx.services.rules.get(id)
      return rule === undefined ? null : faceOf(rule)
    },
  }),
}))
