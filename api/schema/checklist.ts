import { AppError } from '../../core/errors.ts'
import type { CheckRun, Item as ItemModel, ItemResult, System as SystemModel } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import { type ApiContext, readerOf } from '../context.ts'
import { builder } from './builder.ts'
import { CheckStateEnum, ResultValueEnum } from './enums.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'

/** One item of one system with what is known of it so far. */
export interface ChecklistItemView {
  readonly systemId: string
  readonly item: ItemModel
  /** Version 0 and no document until something was said of it. */
  readonly version: number
  readonly result: ItemResult | undefined
}

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
      resolve: (i, _, ctx) => ctx.services.checklists.hasCheck(i.id),
    }),
  }),
})

const Proposal = builder.objectRef<CheckRun>('Proposal').implement({
  description: 'What the latest check says and rests on; a person decides.',
  fields: (t) => ({
    state: t.field({ type: CheckStateEnum, resolve: (p) => p.state }),
    digest: t.exposeString('digest'),
    why: t.string({ resolve: (p, _, ctx) => ctx.services.checklists.why(p, ctx.language) }),
    at: t.field({ type: 'DateTime', resolve: (p) => p.at }),
    query: t.exposeString('query', { description: 'The question asked, as one can ask it again.' }),
    rowsSeen: t.exposeInt('rowsSeen'),
    rows: t.field({ type: ['JSON'], resolve: (p) => [...p.rows] }),
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

const Result = builder.objectRef<ItemResult | undefined>('Result').implement({
  fields: (t) => ({
    value: t.field({ type: ResultValueEnum, resolve: (r) => r?.value ?? 'not_assessed' }),
    author: t.string({ nullable: true, resolve: (r) => r?.author?.name }),
    at: t.field({ type: 'DateTime', nullable: true, resolve: (r) => r?.at }),
    reason: t.string({ nullable: true, resolve: (r) => r?.reason }),
    source: t.string({ nullable: true, resolve: (r) => r?.source }),
    evidenceDigest: t.string({ nullable: true, resolve: (r) => r?.evidenceDigest }),
    history: t.field({ type: [ResultHistory], resolve: (r) => [...(r?.history ?? [])] }),
  }),
})

export const ChecklistItem = builder.objectRef<ChecklistItemView>('ChecklistItem').implement({
  description: 'An item of one system’s checklist, its result and the proposal of its check.',
  fields: (t) => ({
    id: t.id({ resolve: (c) => `${c.systemId}/${c.item.id}` }),
    version: t.exposeInt('version'),
    item: t.field({ type: Item, resolve: (c) => c.item }),
    result: t.field({ type: Result, resolve: (c) => (c.result ?? {}) as ItemResult }),
    proposal: t.field({ type: Proposal, nullable: true, resolve: (c) => c.result?.proposal }),
  }),
})

/** The checklist of a system that the reader may see. */
export async function checklistOf(ctx: ApiContext, system: SystemModel): Promise<ChecklistItemView[]> {
  const items = ctx.services.checklists.items(system)
  if (items.length === 0) return []
  const rows = (await ctx.load.results(system.id)) ?? []
  const byItem = new Map(rows.map((r) => [r.doc.itemId, r]))
  ctx.budget.spend(items.length)
  return items.map((item) => {
    const row = byItem.get(item.id)
    return { systemId: system.id, item, version: row?.version ?? 0, result: row?.doc }
  })
}

const ChecklistItemResult = builder.unionType('ChecklistItemResult', {
  types: [ChecklistItem, ...ERROR_TYPES],
  resolveType: typeOfAnswer('ChecklistItem') as never,
})

/** Changes one item; the system must be the reader's to see. */
function change(ctx: ApiContext, at: { systemId: string; itemId: string }, make: () => Promise<Stored<ItemResult>>) {
  return answer(ctx, async (): Promise<ChecklistItemView> => {
    const reader = readerOf(ctx)
    const system = (await ctx.load.systems()).get(at.systemId)
    if (system === undefined) throw new AppError('DOC-404', { kind: 'system', id: at.systemId })
    const item = ctx.services.checklists.items(system.doc).find((i) => i.id === at.itemId)
    if (item === undefined) throw new AppError('MLP-022', { item: at.itemId })
    if (!reader.can('assess', 'result', { unitId: system.doc.unitId, systemId: at.systemId }))
      throw new AppError('ACC-004')
    const stored = await make()
    return { systemId: at.systemId, item, version: stored.version, result: stored.doc }
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
    resolve: (_, { systemId, itemId, value, reason, version }, ctx) => {
      const at = { systemId, itemId }
      const input = { value, reason: reason ?? null, version }
      return change(ctx, at, () => ctx.services.checklists.setResult(readerOf(ctx), at, input)) as never
    },
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
    resolve: (_, { systemId, itemId, digest, version }, ctx) => {
      const at = { systemId, itemId }
      return change(ctx, at, () =>
        ctx.services.checklists.acceptProposal(readerOf(ctx), at, { digest, version }),
      ) as never
    },
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
    resolve: (_, { systemId, itemId, value, reason, version }, ctx) => {
      const at = { systemId, itemId }
      return change(ctx, at, () =>
        ctx.services.checklists.overrideProposal(readerOf(ctx), at, { value, reason, version }),
      ) as never
    },
  }),
  runCheck: t.field({
    type: ChecklistItemResult,
    description: 'Runs the item’s check now.',
    args: { systemId: t.arg.id({ required: true }), itemId: t.arg.string({ required: true }) },
    resolve: (_, { systemId, itemId }, ctx) => {
      const at = { systemId, itemId }
      return change(ctx, at, () => ctx.services.checklists.runCheck(readerOf(ctx), at)) as never
    },
  }),
}))
