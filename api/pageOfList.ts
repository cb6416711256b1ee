import { AppError } from '../core/errors.ts'
import type { ApiContext } from './context.ts'
import { pageSize } from './limits.ts'
import type { Connection, PageArgs } from './schema/connection.ts'

/** A page of a list that is at hand, by place. QRY-304 for a cursor that is none of ours. */
export function pageOfList<N>(ctx: ApiContext, list: readonly N[], args: PageArgs): Connection<N> {
  const first = pageSize(args.first)
  if (args.after != null && !/^\d{1,9}$/.test(args.after)) throw new AppError('QRY-304')
  const from = args.after == null ? 0 : Number(args.after) + 1
  const nodes = list.slice(from, from + first)
  ctx.budget.spend(nodes.length)
  return {
    edges: nodes.map((node, i) => ({ cursor: String(from + i), node })),
    hasNext: from + first < list.length,
    hasPrevious: from > 0,
    total: async () => list.length,
  }
}
