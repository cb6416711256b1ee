import type { Answer } from './ask.ts'
import type { PageOf } from './usePages.ts'

interface Connection<T> {
  readonly totalCount: number
  readonly edges: readonly { readonly node: T }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A connection's answer as a page of a list. */
export function pageOf<D, T>(answer: Answer<D>, connection: (data: D) => Connection<T>): Answer<PageOf<T>> {
  if (!answer.ok) return answer
  const c = connection(answer.data)
  return {
    ok: true,
    data: {
      rows: c.edges.map((e) => e.node),
      total: c.totalCount,
      next: c.pageInfo.hasNextPage ? (c.pageInfo.endCursor ?? undefined) : undefined,
    },
  }
}
