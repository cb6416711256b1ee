import { type Client, errors, type estypes } from '@elastic/elasticsearch'
import { AppError } from '../../core/errors.ts'
import type { EcsObject, StoredEvent, Value } from '../../core/event.ts'
import type { Dsl } from './dsl.ts'

/** An event as a search returns it. */
export interface Hit {
  readonly id: string
  readonly timestamp: number
  readonly event: StoredEvent
}

type Body = Omit<estypes.SearchRequest, 'index' | 'pit'>

/** One question's view of the indices: all its searches see the same events (a point in time). */
export interface Search {
  /** Runs one search. */
  run(body: Body): Promise<estypes.SearchResponse<Record<string, unknown>>>
  /** The newest `size` events that a query selects, in order. */
  newest(query: Dsl, size: number): Promise<readonly Hit[]>
  /** All events that a query selects, newest first, in batches. */
  stream(query: Dsl): AsyncGenerator<readonly Hit[]>
}

/** Events read at once. */
const BATCH = 1_000

export interface SearchOptions {
  readonly index: string
  readonly seconds: number
  readonly signal: AbortSignal | undefined
}

/** Opens a point in time, asks, and closes it. QRY-301 when it takes too long. */
export async function withSearch<T>(
  client: Client,
  options: SearchOptions,
  body: (search: Search) => Promise<T>,
): Promise<T> {
  const { index, seconds, signal } = options
  signal?.throwIfAborted()
  const late = AbortSignal.timeout(seconds * 1000)
  const transport = { signal: signal === undefined ? late : AbortSignal.any([signal, late]), maxRetries: 2 }
  let pit: string | undefined
  try {
    const opened = await client.openPointInTime({ index, keep_alive: '2m', ignore_unavailable: true }, transport)
    pit = opened.id
    return await body(searchIn(client, opened.id, transport))
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    if (late.aborted) throw new AppError('QRY-301', { seconds })
    throw explained(error)
  } finally {
    if (pit !== undefined) await client.closePointInTime({ id: pit }).catch(() => undefined)
  }
}

function searchIn(client: Client, id: string, transport: { signal: AbortSignal }): Search {
  const run = (body: Body) =>
    client.search<Record<string, unknown>>({ ...body, pit: { id, keep_alive: '2m' } }, transport)
  const page = async (query: Dsl, size: number, after: estypes.SortResults | undefined) => {
    const response = await run({
      query,
      size,
      track_total_hits: false,
      sort: [{ '@timestamp': 'desc' }, { 'event.id': 'desc' }, { _shard_doc: 'asc' }],
      ...(after === undefined ? {} : { search_after: after }),
    })
    return response.hits.hits
  }
  const hit = (h: estypes.SearchHit<Record<string, unknown>>): Hit => ({
    id: h._id!,
    timestamp: Number(h.sort![0]),
    event: sourceEvent(h._source!),
  })
  return {
    run,
    async newest(query, size) {
      return (await page(query, size, undefined)).map(hit)
    },
    async *stream(query) {
      let after: estypes.SortResults | undefined
      for (;;) {
        const hits = await page(query, BATCH, after)
        if (hits.length > 0) yield hits.map(hit)
        if (hits.length < BATCH) return
        after = hits.at(-1)!.sort
      }
    },
  }
}

/** The event that an indexed document is of. */
function sourceEvent(source: Readonly<Record<string, unknown>>): StoredEvent {
  const { rest, find: _, ...ecs } = source
  return { ecs: ecs as EcsObject, rest: JSON.parse(rest as string) as Readonly<Record<string, Value>> }
}

/** The server's error as one of ours. */
export function explained(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof errors.ElasticsearchClientError)) return error
  if (error instanceof errors.ResponseError) {
    const cause = error.body?.error?.root_cause?.[0] ?? error.body?.error
    const problem = `Elasticsearch: ${cause?.reason ?? cause?.type ?? error.message}`
    if (/too_many|too_complex|maxClauseCount|\[index\.max_/.test(`${cause?.type} ${problem}`))
      return new AppError('QRY-302', { problem })
    return new AppError('STO-500', { problem })
  }
  return new AppError('STO-500', { problem: `Elasticsearch cannot be reached: ${error.message}` })
}
