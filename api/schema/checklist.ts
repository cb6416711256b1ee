import {
  acceptProposal,
  type ChecklistEntry,
  type DecisionContext,
  hasCheck,
  itemOf,
  overrideProposal,
  runCheck,
  setResult,
} from '../../compliance/index.ts'
import { AppError } from '../../core/errors.ts'
import { checkText } from '../../core/messages/checks.ts'
import type { CheckRun, Item as ItemModel, ItemResult, System as SystemModel } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import { type ApiContext, readerOf } from '../context.ts'
import { builder } from './builder.ts'
import { CheckStateEnum, ResultValueEnum } from './enums.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'

const Item = builder.objectRef<ItemModel>('Item').implement({
  description: 'An item (测评项) of a framework; statements are paraphrases.',
  fields: (t) => ({
    id: t.exposeID('id'),
    level: t.exposeInt('level'),
    part: t.exposeString('part'),
    categoryZh: t.exposeString('categoryZh'),
    categoryEn: t.exposeString('categoryEn'),
    controlPointZh: t.exposeString('controlPointZh'),
    controlPointEn: t.exposeString('controlPointEn'),
    statementZh: t.exposeString('statementZh'),
    statementEn: t.exposeString('statementEn'),
    confidence: t.exposeString('confidence'),
    hasCheck: t.boolean({
      description: 'Whether an automatic check gathers evidence for it.',
      resolve: (i) => hasCheck(i.id),
    }),
  }),
})

const Proposal = builder.objectRef<CheckRun>('Proposal').implement({
  description: 'What the latest check says and rests on; a person decides.',
  fields: (t) => ({
    state: t.field({ type: CheckStateEnum, resolve: (p) => p.state }),
    digest: t.exposeString('digest'),
    why: t.string({ resolve: (p, _, ctx) => checkText(p.why, ctx.language) }),
    at: t.field({ type: 'DateTime', resolve: (p) => p.at }),
    query: t.exposeString('query', { description: 'The question asked, as one can ask it again.' }),
    rowsSeen: t.exposeInt('rowsSeen'),
    rows: t.field({
      type: ['JSON'],
      description: 'What was looked at; names nobody.',
      complexity: { field: 1, multiplier: 50 },
      resolve: (p) => [...p.rows],
    }),
  }),
})

const ResultHistory = builder.objectRef<ItemResult['history'][number]>('ResultHistory').implement({
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: (h) => h.at }),
    author: t.string({ resolve: (h) => h.author.name }),
    value: t.field({ type: ResultValueEnum, resolve: (h) => h.value }),
    reason: t.exposeString('reason', { nullable: true }),
    source: t.exposeString('source'),
    evidence: t.field({ type: Proposal, nullable: true, resolve: (h) => h.evidence }),
  }),
})

const Result = builder.objectRef<ItemResult>('Result').implement({
  description: 'What stands of an item: not_assessed until somebody says otherwise.',
  fields: (t) => ({
    value: t.field({ type: ResultValueEnum, resolve: (r) => r.value }),
    author: t.string({ nullable: true, resolve: (r) => r.author?.name }),
    at: t.field({ type: 'DateTime', nullable: true, resolve: (r) => r.at }),
    reason: t.exposeString('reason', { nullable: true }),
    source: t.exposeString('source', { nullable: true }),
    evidenceDigest: t.exposeString('evidenceDigest', { nullable: true }),
    history: t.field({ type: [ResultHistory], resolve: (r) => [...r.history] }),
  }),
})

export const ChecklistItem = builder.objectRef<ChecklistEntry>('ChecklistItem').implement({
  description: 'An item of one system’s checklist, its result and the proposal of its check.',
  fields: (t) => ({
    id: t.id({ resolve: (c) => c.result.id }),
    version: t.int({ description: '0 until something was written of it.', resolve: (c) => c.result.version }),
    item: t.field({ type: Item, resolve: (c) => c.item }),
    result: t.field({ type: Result, resolve: (c) => c.result.doc }),
    proposal: t.field({ type: Proposal, nullable: true, resolve: (c) => c.result.doc.proposal }),
  }),
})

const ChecklistItemResult = builder.unionType('ChecklistItemResult', {
  types: [ChecklistItem, ...ERROR_TYPES],
  resolveType: typeOfAnswer('ChecklistItem') as never,
})

type Changed = Promise<Stored<ItemResult>>

/** Changes one item of a system that the reader may see, if he may do that to it. */
function change(
  ctx: ApiContext,
  action: 'assess' | 'check',
  { systemId, itemId }: { readonly systemId: string; readonly itemId: string },
  make: (system: SystemModel, context: DecisionContext) => Changed,
) {
  return answer(ctx, async (): Promise<ChecklistEntry> => {
    const reader = readerOf(ctx)
    const system = (await ctx.load.systems()).get(systemId)?.doc
    if (system === undefined) throw new AppError('DOC-404', { kind: 'system', id: systemId })
    const item = itemOf(system, itemId)
    if (item === undefined) throw new AppError('MLP-022', { item: itemId })
    if (!reader.can(action, 'result', { unitId: system.unitId, systemId })) throw new AppError('ACC-004')
    return { item, result: await make(system, { actor: reader.identity, clock: ctx.services.clock }) }
  })
}

builder.mutationFields((t) => ({
  setResult: t.field({
    type: ChecklistItemResult,
    args: {
      systemId: t.arg.id({ required: true }),
      itemId: t.arg.string({ required: true }),
      value: t.arg({ type: ResultValueEnum, required: true }),
      reason: t.arg.string(),
      version: t.arg.int({ required: true }),
    },
    resolve: (_, { reason, ...decision }, ctx) =>
      change(ctx, 'assess', decision, (system, by) =>
        setResult(ctx.services.docs, { ...decision, system, reason: reason ?? null }, by),
      ) as never,
  }),
  acceptProposal: t.field({
    type: ChecklistItemResult,
    description: 'Takes over what the check proposes; `digest` is that of the evidence which was looked at.',
    args: {
      systemId: t.arg.id({ required: true }),
      itemId: t.arg.string({ required: true }),
      digest: t.arg.string({ required: true }),
      version: t.arg.int({ required: true }),
    },
    resolve: (_, decision, ctx) =>
      change(ctx, 'assess', decision, (system, by) =>
        acceptProposal(ctx.services.docs, { ...decision, system }, by),
      ) as never,
  }),
  overrideProposal: t.field({
    type: ChecklistItemResult,
    args: {
      systemId: t.arg.id({ required: true }),
      itemId: t.arg.string({ required: true }),
      value: t.arg({ type: ResultValueEnum, required: true }),
      reason: t.arg.string({ required: true }),
      version: t.arg.int({ required: true }),
    },
    resolve: (_, decision, ctx) =>
      change(ctx, 'assess', decision, (system, by) =>
        overrideProposal(ctx.services.docs, { ...decision, system }, by),
      ) as never,
  }),
  runCheck: t.field({
    type: ChecklistItemResult,
    description: 'Runs the item’s check now.',
    args: { systemId: t.arg.id({ required: true }), itemId: t.arg.string({ required: true }) },
    resolve: (_, at, ctx) =>
      change(ctx, 'check', at, (system, { actor, clock }) => {
        const { docs, events } = ctx.services
        return runCheck(system, at.itemId, { docs, events, clock, actor })
      }) as never,
  }),
}))
