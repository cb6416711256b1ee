import { EVERYTHING } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { ALL } from '../../core/filter.ts'
import { gapsTogether } from '../../core/gapsTogether.ts'
import { messageOf } from '../../core/messages/errors.ts'
import { ROOT_UNIT, type RuleRun as RuleRunModel, type RunStatus } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import type { RuleGap as RuleGapModel } from '../../core/runs.ts'
import { type ApiContext, readerOf } from '../context.ts'
import { pageSize } from '../limits.ts'
import type { Language } from '../services.ts'
import { inTurn } from '../turns.ts'
import { builder } from './builder.ts'
import { type Connection, connectionOf, pageCost } from './connection.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'
import { Rule, type RuleFace } from './rule.ts'

/** Gaps in one answer: more than a page shows. */
const MOST_GAPS = 200

const RunStatusEnum = builder.enumType('RunStatus', {
  values: ['queued', 'running', 'done', 'cancelled', 'failed'] as const satisfies readonly RunStatus[],
})
const RunPurpose = builder.enumType('RunPurpose', {
  description: 'retroactive: rules over the past. gap: over times in which they did not run.',
  values: ['retroactive', 'gap'] as const satisfies readonly RuleRunModel['purpose'][],
})

/** A rule that a run names; only its id where it is gone. */
function faceOf(ctx: ApiContext, id: string): RuleFace {
  const rule = ctx.services.rules.get(id)
  return rule === undefined
    ? { id, title: id, titleZh: id, level: 'medium', tags: [], whole: undefined }
    : { ...rule, whole: rule }
}

const FIRST_OF_THEM = 'The first of them, 20 unless said, at most 1,000.'
const firstCost = ({ first }: { readonly first?: number | null | undefined }) => ({ field: 1, multiplier: first ?? 20 })

/** As many of the rules as are asked for. */
function facesOf(ctx: ApiContext, first: number | null | undefined, ids: readonly string[]): RuleFace[] {
  return ids.slice(0, pageSize(first ?? 20)).map((id) => faceOf(ctx, id))
}

/** Why a run failed: kept as an error's code and details, told in the reader's language. */
function problemText(problem: string, language: Language): string {
  const { code, details } = JSON.parse(problem) as { code: string; details: Record<string, string | number> }
  return messageOf(code, details, language)
}

const RuleRun = builder.objectRef<Stored<RuleRunModel>>('RuleRun').implement({
  description: 'A run of rules over stored events (回溯).',
  fields: (t) => ({
    id: t.exposeID('id'),
    purpose: t.field({ type: RunPurpose, resolve: (r) => r.doc.purpose }),
    ruleCount: t.int({ resolve: (r) => r.doc.ruleIds.length }),
    rules: t.field({
      type: [Rule],
      description: FIRST_OF_THEM,
      args: { first: t.arg.int({ defaultValue: 20 }) },
      complexity: firstCost,
      resolve: (r, { first }, ctx) => facesOf(ctx, first, r.doc.ruleIds),
    }),
    from: t.field({ type: 'DateTime', resolve: (r) => r.doc.from }),
    to: t.field({ type: 'DateTime', resolve: (r) => r.doc.to }),
    status: t.field({ type: RunStatusEnum, resolve: (r) => r.doc.status }),
    done: t.int({ description: 'Steps done of `total`.', resolve: (r) => r.doc.done }),
    total: t.int({ resolve: (r) => r.doc.total }),
    matched: t.int({
      description: 'Matching events that live detection had not counted.',
      resolve: (r) => r.doc.matched,
    }),
    signals: t.int({ description: 'Signals written or grown.', resolve: (r) => r.doc.signals }),
    incidents: t.int({ description: 'Incidents opened.', resolve: (r) => r.doc.incidents }),
    problem: t.string({
      nullable: true,
      description: 'Why it failed.',
      resolve: (r, _, ctx) => (r.doc.problem === null ? null : problemText(r.doc.problem, ctx.language)),
    }),
    by: t.string({ resolve: (r) => r.doc.by.name }),
    createdAt: t.field({ type: 'DateTime', resolve: (r) => r.doc.createdAt }),
    endedAt: t.field({ type: 'DateTime', nullable: true, resolve: (r) => r.doc.endedAt }),
  }),
})

const RuleRunConnection = connectionOf('RuleRun', RuleRun)
const RuleRunResult = builder.unionType('RuleRunResult', {
  types: [RuleRun, ...ERROR_TYPES],
  resolveType: typeOfAnswer('RuleRun') as never,
})

/** Gaps of one time, at least one. */
type GapsOfTime = readonly RuleGapModel[]

const RuleGap = builder.objectRef<GapsOfTime>('RuleGap').implement({
  description: 'A time in which rules that are on did not run as they read now; not more than a run may take.',
  fields: (t) => ({
    ruleCount: t.int({ resolve: (gaps) => gaps.length }),
    ruleIds: t.idList({
      description: 'What `startRun` fills it with.',
      resolve: (gaps) => gaps.map((g) => g.ruleId),
    }),
    rules: t.field({
      type: [Rule],
      description: FIRST_OF_THEM,
      args: { first: t.arg.int({ defaultValue: 20 }) },
      complexity: firstCost,
      resolve: (gaps, { first }, ctx) =>
        facesOf(
          ctx,
          first,
          gaps.map((g) => g.ruleId),
        ),
    }),
    from: t.field({ type: 'DateTime', resolve: ([gap]) => gap!.from }),
    to: t.field({ type: 'DateTime', resolve: ([gap]) => gap!.to }),
    interrupted: t.boolean({
      description: 'They ran before and after, and nobody had switched them off: the platform may fill it by itself.',
      resolve: ([gap]) => gap!.interrupted,
    }),
  }),
})

/** Runs count events of the whole city: they are for who may start them. */
function runner(ctx: ApiContext) {
  const reader = readerOf(ctx)
  if (!reader.can('run', 'rule', { unitId: ROOT_UNIT })) throw new AppError('ACC-004')
  return reader
}

builder.queryFields((t) => ({
  runs: t.field({
    type: RuleRunConnection,
    description: 'Newest first; for who may start them.',
    args: { first: t.arg.int({ defaultValue: 50 }), after: t.arg.string() },
    complexity: pageCost,
    resolve: async (_, args, ctx): Promise<Connection<Stored<RuleRunModel>>> => {
      runner(ctx)
      const { docs } = ctx.services
      const after = args.after ?? undefined
      const asked = {
        scope: EVERYTHING,
        filter: ALL,
        sort: [['createdAt', 'desc']],
        first: pageSize(args.first),
        ...(after === undefined ? {} : { after }),
      } as const
      const page = await inTurn(ctx, () => docs.list('run', asked))
      ctx.budget.spend(page.rows.length)
      return {
        edges: page.rows.map((node) => ({ cursor: node.cursor, node })),
        hasNext: page.hasNext,
        hasPrevious: after !== undefined,
        total: () => inTurn(ctx, () => docs.count('run', { scope: EVERYTHING })),
      }
    },
  }),
  run: t.field({
    type: RuleRun,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, ctx) => {
      runner(ctx)
      return ctx.services.docs.get('run', id)
    },
  }),
  ruleGaps: t.field({
    type: [RuleGap],
    description: `Times in which rules that are on did not run, at most ${MOST_GAPS}; those first that the platform may fill by itself. For who may start runs.`,
    complexity: { field: 1, multiplier: MOST_GAPS },
    resolve: async (_, __, ctx) => {
      runner(ctx)
      return gapsTogether(await inTurn(ctx, () => ctx.services.runs.gaps())).slice(0, MOST_GAPS)
    },
  }),
}))

builder.mutationFields((t) => ({
  startRun: t.field({
    type: RuleRunResult,
    description: 'Runs rules, on or off, over stored events: from <= timestamp < to, widened to whole five minutes.',
    args: {
      ruleIds: t.arg.idList({ required: true }),
      from: t.arg({ type: 'DateTime', required: true }),
      to: t.arg({ type: 'DateTime', required: true }),
      purpose: t.arg({ type: RunPurpose, defaultValue: 'retroactive' }),
    },
    resolve: (_, { ruleIds, from, to, purpose }, ctx) =>
      answer(ctx, () =>
        ctx.services.runs.start(runner(ctx), { ruleIds, from, to, purpose: purpose ?? 'retroactive' }),
      ) as never,
  }),
  cancelRun: t.field({
    type: RuleRunResult,
    description: 'Ends a run; what it has written stays, and is whole.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, ctx) => answer(ctx, () => ctx.services.runs.cancel(runner(ctx), id)) as never,
  }),
}))
