import { AppError } from '../../core/errors.ts'
import type { StoredEvent } from '../../core/event.ts'
import { nest } from '../../core/nest.ts'
import type { EventRow, Query } from '../../core/query.ts'
import { type ApiContext, allowed } from '../context.ts'
import { pageSize } from '../limits.ts'
import { inTurn } from '../turns.ts'
import { builder } from './builder.ts'
import { type Connection, connectionOf, type PageArgs, pageCost } from './connection.ts'
import { searchFilter } from './search.ts'

/** An event as a reader may see it, from the store or kept by a signal. */
export type EventView = Pick<EventRow, 'id' | 'timestamp' | 'original' | 'event' | 'hidden'>

const placeOf = ({ ecs }: StoredEvent, part: 'unit' | 'system'): string | undefined => {
  const suidun = ecs.suidun as { unit?: { id?: string }; system?: { id?: string } } | undefined
  return suidun?.[part]?.id
}

export const Event = builder.objectRef<EventView>('Event').implement({
  description: 'A record that came in (日志), in ECS.',
  fields: (t) => ({
    id: t.exposeID('id'),
    timestamp: t.field({ type: 'DateTime', resolve: (e) => e.timestamp }),
    original: t.string({
      nullable: true,
      description: 'The raw line; null where there is none or the reader may not see it.',
      resolve: (e) => e.original ?? null,
    }),
    ecs: t.field({ type: 'JSON', resolve: (e) => nest(e.event) }),
    hidden: t.stringList({
      description: 'Fields that stand in the event but were taken out for this reader.',
      resolve: (e) => [...e.hidden],
    }),
    unitId: t.id({ nullable: true, resolve: (e) => placeOf(e.event, 'unit') }),
    systemId: t.id({ nullable: true, resolve: (e) => placeOf(e.event, 'system') }),
  }),
})

export const EventConnection = connectionOf('Event', Event, { timed: true })

const Bucket = builder.objectRef<{ readonly from: number; readonly count: number }>('Bucket').implement({
  fields: (t) => ({ from: t.field({ type: 'DateTime', resolve: (b) => b.from }), count: t.exposeInt('count') }),
})

interface HistogramView {
  readonly step: number
  readonly buckets: readonly { readonly from: number; readonly count: number }[]
}
const Histogram = builder.objectRef<HistogramView>('Histogram').implement({
  fields: (t) => ({
    step: t.exposeInt('step', { description: 'Width of a bucket, milliseconds.' }),
    buckets: t.field({ type: [Bucket], resolve: (h) => [...h.buckets] }),
  }),
})

export const TopValue = builder.objectRef<{ readonly value: string; readonly count: number }>('TopValue').implement({
  fields: (t) => ({ value: t.exposeString('value'), count: t.exposeInt('count') }),
})

export const timeRange = (args: { from?: number | null | undefined; to?: number | null | undefined }) => ({
  ...(args.from == null ? {} : { from: args.from }),
  ...(args.to == null ? {} : { to: args.to }),
})

/** Widths of bars that people read well, milliseconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map(
  (s) => s * 1000,
)
const DAY = 86_400_000

/** What an Int can say, milliseconds. */
const LONGEST_STEP = 2 ** 31 - 1

/** The narrowest width that needs at most that many bars. */
function stepFor(from: number, to: number, buckets: number): number {
  const least = (to - from) / buckets
  return STEPS.find((s) => s >= least) ?? Math.ceil(least / DAY) * DAY
}

/** A page of the events that a question selects, within the reader's scope. */
export async function eventPage(
  ctx: ApiContext,
  question: Pick<Query, 'filter' | 'time'>,
  args: PageArgs,
): Promise<Connection<EventView>> {
  const scope = allowed(ctx, 'event').scope('event')
  const first = pageSize(args.first)
  const { events } = ctx.services
  const after = args.after ?? undefined
  const started = performance.now()
  // A store's page holds at least one row; whoever asks for none wants to know whether there are any, and how many.
  const rows = { kind: 'rows', first: Math.max(first, 1), ...(after === undefined ? {} : { after }) } as const
  const page = await inTurn(ctx, () => events.ask(scope, { ...question, ask: rows }, ctx.signal))
  ctx.budget.spend(page.rows.length)
  return {
    edges: page.rows.slice(0, first).map((node) => ({ cursor: node.cursor, node })),
    hasNext: page.hasNext || page.rows.length > first,
    hasPrevious: after !== undefined,
    tookMs: Math.round(performance.now() - started),
    total: async () => {
      const count = { ...question, ask: { kind: 'count' } } as const
      return (await inTurn(ctx, () => events.ask(scope, count, ctx.signal))).count
    },
  }
}

builder.queryFields((t) => ({
  events: t.field({
    type: EventConnection,
    description: 'Events in the reader’s scope, newest first; from <= timestamp < to.',
    args: {
      query: t.arg.string({ description: 'KQL' }),
      from: t.arg({ type: 'DateTime' }),
      to: t.arg({ type: 'DateTime' }),
      first: t.arg.int({ defaultValue: 50 }),
      after: t.arg.string(),
    },
    complexity: pageCost,
    resolve: (_, args, ctx) => eventPage(ctx, { filter: searchFilter(ctx, args.query), time: timeRange(args) }, args),
  }),
  event: t.field({
    type: Event,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, ctx) => {
      allowed(ctx, 'event')
      return ctx.load.event(id)
    },
  }),
  eventHistogram: t.field({
    type: Histogram,
    description: 'Counts over time, buckets aligned to UTC; empty buckets are left out.',
    args: {
      query: t.arg.string(),
      from: t.arg({ type: 'DateTime', required: true }),
      to: t.arg({ type: 'DateTime', required: true }),
      buckets: t.arg.int({ defaultValue: 60 }),
    },
    complexity: { field: 1, multiplier: 60 },
    resolve: async (_, { query, from, to, buckets }, ctx) => {
      const scope = allowed(ctx, 'event').scope('event')
      if (!(from < to)) throw new AppError('QRY-303', { problem: '"from" must be before "to"' })
      const most = buckets ?? 60
      if (most < 1 || most > 500) throw new AppError('QRY-303', { problem: `"buckets" is 1 to 500, not ${most}` })
      const step = stepFor(from, to, most)
      if (step > LONGEST_STEP)
        throw new AppError('QRY-303', {
          problem: 'buckets would be longer than 24 days; ask for a shorter time or more buckets',
        })
      const ask = { kind: 'histogram', step } as const
      const filter = searchFilter(ctx, query)
      const question = { filter, time: { from, to }, ask }
      const found = await inTurn(ctx, () => ctx.services.events.ask(scope, question, ctx.signal))
      return { step, buckets: found.buckets }
    },
  }),
  eventTop: t.field({
    type: [TopValue],
    description: 'The most frequent values of a field, as the reader may see them.',
    args: {
      query: t.arg.string(),
      from: t.arg({ type: 'DateTime' }),
      to: t.arg({ type: 'DateTime' }),
      field: t.arg.string({ required: true }),
      size: t.arg.int({ defaultValue: 5 }),
    },
    complexity: { field: 1, multiplier: 5 },
    resolve: async (_, args, ctx) => {
      const scope = allowed(ctx, 'event').scope('event')
      const size = args.size ?? 5
      if (size < 1 || size > 100) throw new AppError('QRY-303', { problem: `"size" is 1 to 100, not ${size}` })
      if (args.field.length > 200) throw new AppError('QRY-303', { problem: 'a field name has at most 200 characters' })
      const ask = { kind: 'top', field: args.field, size } as const
      const question = { filter: searchFilter(ctx, args.query), time: timeRange(args), ask }
      return [...(await inTurn(ctx, () => ctx.services.events.ask(scope, question, ctx.signal))).values]
    },
  }),
}))
