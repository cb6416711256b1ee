import { ROOT_UNIT, type SourceCounters } from '../../core/model/index.ts'
import { type ApiContext, allowed } from '../context.ts'
import { builder } from './builder.ts'
import { TopValue } from './event.ts'

interface CollectorView extends SourceCounters {
  readonly kind: string
  /** The sender's address, or the name of the key. */
  readonly address: string
}

/** Silent for so long, a source is said to be. */
const SILENT_MS = 15 * 60_000
/** A share of lines rejected or lost, from which a source is failing. */
const FAILING = 0.05

function stateOf(c: SourceCounters, now: number): string {
  if (c.lastAt === null || now - c.lastAt > SILENT_MS) return 'silent'
  return c.received > 0 && (c.rejected + c.dropped) / c.received > FAILING ? 'failing' : 'normal'
}

/** GraphQL's Int ends at 2^31 - 1. */
const bounded = (n: number): number => Math.min(n, 2_147_483_647)

const Collector = builder.objectRef<CollectorView>('Collector').implement({
  description: 'A source of logs (数据源) and what became of its lines since the start.',
  fields: (t) => ({
    id: t.id({ resolve: (c) => c.sourceId }),
    kind: t.exposeString('kind'),
    address: t.exposeString('address'),
    received: t.int({ resolve: (c) => bounded(c.received) }),
    parsed: t.int({ resolve: (c) => bounded(c.parsed) }),
    rejected: t.int({ resolve: (c) => bounded(c.rejected) }),
    stored: t.int({ resolve: (c) => bounded(c.stored) }),
    detected: t.int({ resolve: (c) => bounded(c.detected) }),
    dropped: t.int({ resolve: (c) => bounded(c.dropped) }),
    lastEventAt: t.field({ type: 'DateTime', nullable: true, resolve: (c) => c.lastAt }),
    reasons: t.field({
      type: [TopValue],
      resolve: (c) => c.reasons.map(({ reason, count }) => ({ value: reason, count })),
    }),
    state: t.string({
      description: 'normal, failing (more than 5 % rejected or lost) or silent (nothing for 15 minutes)',
      resolve: (c, _, ctx) => stateOf(c, ctx.services.clock()),
    }),
  }),
})

/** A source belongs to the unit of its key; what comes without a key (syslog) belongs to the root unit. */
async function visible(ctx: ApiContext, counters: SourceCounters): Promise<CollectorView | undefined> {
  const colon = counters.sourceId.indexOf(':')
  const kind = counters.sourceId.slice(0, Math.max(colon, 0))
  const rest = counters.sourceId.slice(colon + 1)
  const key = kind === 'http' || kind === 'bulk' ? await ctx.services.docs.get('key', rest) : undefined
  const unitId = key?.doc.unitId ?? ROOT_UNIT
  if (ctx.reader?.can('read', 'collector', { unitId }) !== true) return undefined
  return { ...counters, kind, address: key?.doc.name ?? rest }
}

builder.queryField('collectors', (t) =>
  t.field({
    type: [Collector],
    complexity: { field: 1, multiplier: 50 },
    resolve: async (_, __, ctx) => {
      allowed(ctx, 'collector')
      const found = await Promise.all(ctx.services.health().map((c) => visible(ctx, c)))
      return found.filter((c) => c !== undefined)
    },
  }),
)
