import { AppError } from '../../core/errors.ts'
import { and } from '../../core/filter.ts'
import { allowed } from '../context.ts'
import { builder } from './builder.ts'
import { pageCost } from './connection.ts'
import { EventConnection, eventPage, timeRange } from './event.ts'
import { searchFilter } from './search.ts'

/** A hunt without bounds would look at every event there is. */
const LONGEST = 32 * 86_400_000

builder.queryField('huntRule', (t) =>
  t.field({
    type: EventConnection,
    description:
      'Stored events that a rule, on or off, matches, newest first; raises nothing. Fields that the reader may not see count as absent. At most 32 days.',
    args: {
      ruleId: t.arg.id({ required: true }),
      query: t.arg.string({ description: 'KQL, beside the rule' }),
      from: t.arg({ type: 'DateTime', required: true }),
      to: t.arg({ type: 'DateTime', required: true }),
      first: t.arg.int({ defaultValue: 50 }),
      after: t.arg.string(),
    },
    complexity: pageCost,
    resolve: async (_, { ruleId, query, from, to, ...page }, ctx) => {
      allowed(ctx, 'rule')
      const { rules, runs } = ctx.services
      const asks = runs.asks(ruleId)
      if (asks === undefined) {
        const known = rules.get(ruleId)
        if (known === undefined) throw new AppError('DOC-404', { kind: 'rule', id: ruleId })
        throw new AppError('SIG-094', { rule: known.title, ruleZh: known.titleZh })
      }
      if (!(from < to) || to - from > LONGEST)
        throw new AppError('QRY-303', { problem: '"from" is before "to", at most 32 days' })
      return eventPage(ctx, { filter: and(asks, searchFilter(ctx, query)), time: timeRange({ from, to }) }, page)
    },
  }),
)
