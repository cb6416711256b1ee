import type { RuleOrigin as Origin, RuleView, SampleView } from '../../detection/index.ts'
import { type ApiContext, allowed } from '../context.ts'
import { pageOfRules } from '../pageOfRules.ts'
import { builder } from './builder.ts'
import { connectionOf, pageCost } from './connection.ts'
import { Severity } from './enums.ts'
import { RuleException } from './ruleException.ts'
import { RuleProblem } from './ruleProblem.ts'
import { faceOf, Rule, type RuleFace } from './ruleRef.ts'
import { searchFilter } from './search.ts'

const RuleOrigin = builder.enumType('RuleOrigin', {
  description:
    'own: shipped with Suidun. imported: by people. configured: from the folder that the configuration names.',
  values: ['own', 'imported', 'configured'] as const satisfies readonly Origin[],
})
const RuleKind = builder.enumType('RuleKind', {
  values: ['rule', 'correlation'] as const satisfies readonly RuleView['kind'][],
})

const RuleSort = builder.enumType('RuleSort', {
  description: 'level: the worst first. hits: those with the most signals in the reader’s scope first, then the worst.',
  values: ['level', 'hits'] as const,
})

const RuleSample = builder.objectRef<SampleView>('RuleSample').implement({
  description: 'A sample that stands beside a rule, and what the rule does with it.',
  fields: (t) => ({
    name: t.exposeString('name'),
    event: t.exposeString('event', { description: 'The event as JSON, or the line as it arrives.' }),
    mustMatch: t.exposeBoolean('mustMatch'),
    matches: t.exposeBoolean('matches', { nullable: true, description: 'Null where the line cannot be read.' }),
  }),
})

export { Rule, type RuleFace } from './ruleRef.ts'

Rule.implement({
  description: 'A detection rule (Sigma). Its text is empty for readers who may not study the rules.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.field({ type: RuleKind, resolve: (r) => r.whole?.kind ?? 'rule' }),
    origin: t.field({ type: RuleOrigin, nullable: true, resolve: (r) => r.whole?.origin }),
    title: t.exposeString('title'),
    titleZh: t.exposeString('titleZh'),
    description: t.string({ resolve: (r) => r.whole?.description ?? '' }),
    descriptionZh: t.string({ resolve: (r) => r.whole?.descriptionZh ?? '' }),
    level: t.field({ type: Severity, resolve: (r) => r.level }),
    status: t.string({ nullable: true, resolve: (r) => r.whole?.status }),
    tags: t.stringList({ resolve: (r) => [...r.tags] }),
    enabled: t.boolean({
      description: 'Whether it runs: there, and not switched off.',
      resolve: (r, _, ctx) => r.whole !== undefined && ctx.services.rules.runs(r.id),
    }),
    switchedBy: t.string({ nullable: true, resolve: (r, _, ctx) => switchOf(ctx, r)?.by.name }),
    switchedAt: t.field({ type: 'DateTime', nullable: true, resolve: (r, _, ctx) => switchOf(ctx, r)?.at }),
    switchReason: t.string({ nullable: true, resolve: (r, _, ctx) => switchOf(ctx, r)?.reason }),
    logsource: t.string({
      description: '`product: windows, category: process_creation`',
      resolve: (r) => r.whole?.logsource ?? '',
    }),
    author: t.string({ nullable: true, resolve: (r) => r.whole?.author }),
    date: t.string({ nullable: true, resolve: (r) => r.whole?.date }),
    references: t.stringList({ resolve: (r) => [...(r.whole?.references ?? [])] }),
    falsepositives: t.stringList({ resolve: (r) => [...(r.whole?.falsepositives ?? [])] }),
    text: t.string({ resolve: (r) => r.whole?.text ?? '' }),
    source: t.string({ description: 'Its file.', resolve: (r) => r.whole?.source ?? '' }),
    file: t.string({ description: 'The same.', resolve: (r) => r.whole?.source ?? '' }),
    condition: t.string({
      description: 'Of a correlation: `value_count(user.name) gte 10, timespan 10m, group-by source.ip`.',
      resolve: ({ whole }, _, ctx) =>
        whole === undefined ? '' : (ctx.services.rules.correlationText(whole.id) ?? whole.condition),
    }),
    problems: t.field({
      type: [RuleProblem],
      description: 'Warnings of its file.',
      resolve: (r, _, ctx) =>
        r.whole === undefined ? [] : ctx.services.rules.problems().filter((p) => p.file === r.whole?.path),
    }),
    samples: t.field({ type: [RuleSample], resolve: (r) => [...(r.whole?.samples ?? [])] }),
    hits: t.int({
      description: 'Signals of this rule in the reader’s scope.',
      resolve: async (r, _, ctx) => (await ctx.load.hits()).get(r.id) ?? 0,
    }),
    lastSignal: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Event time of the newest event that a signal of it counts, in the reader’s scope.',
      complexity: { field: 5 },
      resolve: async (r, _, ctx) => ((await ctx.load.hits()).has(r.id) ? ctx.load.lastSignal(r.id) : null),
    }),
    exceptions: t.field({
      type: [RuleException],
      description: 'The newest 100 that the reader may see.',
      complexity: { field: 5, multiplier: 5 },
      resolve: async (r, _, ctx) => [...((await ctx.load.exceptionsOf(r.id)) ?? [])],
    }),
    correlates: t.field({
      type: [Rule],
      description: 'The rules that a correlation is made of.',
      complexity: { field: 1, multiplier: 5 },
      resolve: (r, _, ctx) =>
        (r.whole?.correlates ?? []).flatMap((id) => {
          const base = ctx.services.rules.get(id)
          return base === undefined ? [] : [faceOf(base)]
        }),
    }),
    countedBy: t.field({
      type: [Rule],
      description: 'The correlations that are made of it.',
      complexity: { field: 1, multiplier: 5 },
      resolve: (r, _, ctx) => (r.whole === undefined ? [] : ctx.services.rules.countedBy(r.id).map(faceOf)),
    }),
    silent: t.boolean({
      description: 'Whether its matches raise no signals of their own: a correlation without `generate` is made of it.',
      resolve: (r, _, ctx) => r.whole !== undefined && ctx.services.rules.isSilent(r.id),
    }),
    canExcept: t.boolean({
      description: 'Whether the reader may make an exception to it for his unit; none is made to a correlation.',
      resolve: (r, _, ctx) =>
        r.whole?.kind === 'rule' &&
        ctx.reader?.can('create', 'exception', { unitId: ctx.reader.identity.unitId }) === true,
    }),
    filters: t.stringList({
      description: 'Titles of the Sigma filters that act on it.',
      resolve: (r) => [...(r.whole?.filters ?? [])],
    }),
  }),
})

function switchOf(ctx: ApiContext, rule: RuleFace) {
  return rule.whole === undefined ? undefined : ctx.services.rules.switchOf(rule.id)
}

const RuleConnection = connectionOf('Rule', Rule)

/** Names of the schema by which rules are searched, as views of rules know them. */
const NAMES = { file: 'source' }

builder.queryFields((t) => ({
  rules: t.field({
    type: RuleConnection,
    description: 'By `sort`, then by title. `query` is search text: words, or tags, logsource, status, author …',
    args: {
      query: t.arg.string(),
      origin: t.arg({ type: RuleOrigin }),
      level: t.arg({ type: [Severity] }),
      enabled: t.arg.boolean(),
      sort: t.arg({ type: RuleSort, defaultValue: 'level' }),
      first: t.arg.int({ defaultValue: 50 }),
      after: t.arg.string(),
    },
    complexity: pageCost,
    resolve: async (_, args, ctx) => {
      allowed(ctx, 'rule')
      const filter = searchFilter(ctx, args.query, NAMES)
      const hits = args.sort === 'hits' ? await ctx.load.hits() : undefined
      const page = pageOfRules(ctx.services.rules, { ...args, filter, hits })
      ctx.budget.spend(page.rows.length)
      return {
        edges: page.rows.map(({ rule, cursor }) => ({ cursor, node: faceOf(rule) })),
        hasNext: page.hasNext,
        hasPrevious: args.after != null,
        total: async () => page.total,
      }
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
