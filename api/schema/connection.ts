import type { SchemaTypes as AnyTypes, ObjectRef } from '@pothos/core'
import type { Subject } from '../../core/access.ts'
import type { Filter } from '../../core/filter.ts'
import type { Documents } from '../../core/model/index.ts'
import type { ListOptions } from '../../core/ports.ts'
import { type ApiContext, allowed } from '../context.ts'
import { LIMITS, pageSize } from '../limits.ts'
import type { Row } from '../loaders.ts'
import { inTurn } from '../turns.ts'
import { builder } from './builder.ts'

/** A page of a list (Relay's connection); the total is counted only where it is asked for. */
export interface Connection<N> {
  readonly edges: readonly { readonly cursor: string; readonly node: N }[]
  readonly hasNext: boolean
  readonly hasPrevious: boolean
  readonly total: () => Promise<number>
  /** How long the page took, where that is told. */
  readonly tookMs?: number
}

type Ref<N> = ObjectRef<(typeof builder)['$inferSchemaTypes'] & AnyTypes, N, N>

const PageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.boolean({ resolve: (c) => c.hasNext }),
    hasPreviousPage: t.boolean({ resolve: (c) => c.hasPrevious }),
    startCursor: t.string({ nullable: true, resolve: (c) => c.edges[0]?.cursor }),
    endCursor: t.string({ nullable: true, resolve: (c) => c.edges.at(-1)?.cursor }),
  }),
})

/** `<Noun>Connection` and `<Noun>Edge` of a node; `timed` adds `tookMs`. */
export function connectionOf<N>(noun: string, node: Ref<N>, options: { readonly timed?: boolean } = {}) {
  const edge = builder.objectRef<{ readonly cursor: string; readonly node: N }>(`${noun}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (e) => e.node as never }),
    }),
  })
  return builder.objectRef<Connection<N>>(`${noun}Connection`).implement({
    fields: (t) => ({
      totalCount: t.int({ resolve: (c) => c.total() }),
      edges: t.field({ type: [edge], resolve: (c) => c.edges as never }),
      pageInfo: t.field({ type: PageInfo, resolve: (c) => c }),
      ...(options.timed === true ? { tookMs: t.int({ resolve: (c) => c.tookMs ?? 0 }) } : {}),
    }),
  })
}

/** What a page costs: its rows; a page inside another row counts as few. */
export const pageCost = (args: { first?: number | null | undefined }) => ({ field: 1, multiplier: args.first ?? 50 })
export const nestedCost = (args: { first?: number | null | undefined }) => ({
  field: 1,
  multiplier: Math.min(args.first ?? 50, LIMITS.nested),
})

export interface PageArgs {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

/** A page of documents within the reader's scope. */
export async function pageOf<K extends keyof Documents & Subject>(
  ctx: ApiContext,
  kind: K,
  args: PageArgs,
  question: { readonly filter: Filter; readonly sort: ListOptions['sort'] },
): Promise<Connection<Row<Documents[K]>>> {
  const scope = allowed(ctx, kind).scope(kind)
  const first = pageSize(args.first)
  const { docs } = ctx.services
  const after = args.after ?? undefined
  const asked = { scope, ...question, first, ...(after === undefined ? {} : { after }) }
  const page = await inTurn(ctx, () => docs.list(kind, asked))
  ctx.budget.spend(page.rows.length)
  return {
    edges: page.rows.map((node) => ({ cursor: node.cursor, node })),
    hasNext: page.hasNext,
    hasPrevious: after !== undefined,
    total: () => inTurn(ctx, () => docs.count(kind, { scope, filter: question.filter })),
  }
}
