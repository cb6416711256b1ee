import { Client, type ClientOptions } from '@elastic/elasticsearch'
import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { fold } from '../../core/fold.ts'
import type { Clock, EventStore, LoadResult, Segment } from '../../core/ports.ts'
import type { Answer, Ask, EventRow, Query } from '../../core/query.ts'
import { checkFilter, checkScope } from '../events/checks.ts'
import { oddCharacters } from '../events/patterns.ts'
import { answer, answerIds } from './answers.ts'
import { loadSegment } from './loadSegment.ts'
import { explained, type Search, withSearch } from './search.ts'

export interface ElasticsearchOptions {
  /** Addresses of the nodes. */
  readonly nodes: readonly string[]
  /** Prefix of every index of ours. */
  readonly prefix: string
  /** `user:password`, or an API key. */
  readonly auth?: string
  readonly clock: Clock
  /** Seconds after which a search is stopped (QRY-301), 30 unless said. */
  readonly timeout?: number
}

/** Opens an event store on a cluster of Elasticsearch 8 or 9; any number of processes may. */
export async function openElasticsearchEvents(options: ElasticsearchOptions): Promise<EventStore> {
  const client = new Client(clientOptions(options))
  try {
    const index = `${options.prefix}-ledger`
    if (!(await client.indices.exists({ index })))
      await client.indices.create(
        { index, settings: { number_of_shards: 1, auto_expand_replicas: '0-1' }, mappings: { dynamic: false } },
        { ignore: [400] },
      )
    return new ElasticsearchEvents(client, options, await foldDifferences(client))
  } catch (error) {
    await client.close()
    throw explained(error)
  }
}

function clientOptions({ nodes, auth }: ElasticsearchOptions): ClientOptions {
  const colon = auth?.indexOf(':') ?? -1
  return {
    nodes: [...nodes],
    requestTimeout: 60_000,
    ...(auth === undefined
      ? {}
      : { auth: colon < 0 ? { apiKey: auth } : { username: auth.slice(0, colon), password: auth.slice(colon + 1) } }),
  }
}

class ElasticsearchEvents implements EventStore {
  readonly #client: Client
  readonly #options: ElasticsearchOptions
  readonly #odd: ReadonlySet<number>
  #closed = false

  constructor(client: Client, options: ElasticsearchOptions, odd: ReadonlySet<number>) {
    this.#client = client
    this.#options = options
    this.#odd = odd
  }

  async load(segment: Segment): Promise<LoadResult> {
    this.#check()
    try {
      return await loadSegment(this.#client, segment, this.#options)
    } catch (error) {
      throw explained(error)
    }
  }

  /** What was sent is durable when `load` resolves; this makes it searchable. */
  async checkpoint(): Promise<void> {
    this.#check()
    try {
      await this.#client.indices.refresh({ index: `${this.#options.prefix}-events*`, ignore_unavailable: true })
    } catch (error) {
      throw explained(error)
    }
  }

  async ask<A extends Ask>(scope: Scope, query: Query & { readonly ask: A }, signal?: AbortSignal): Promise<Answer<A>> {
    checkScope(scope)
    checkFilter(query.filter)
    return (await this.#search(signal, (search) => answer(search, scope, query, this.#odd))) as Answer<A>
  }

  async get(scope: Scope, ids: readonly string[]): Promise<readonly EventRow[]> {
    checkScope(scope)
    return await this.#search(undefined, (search) => answerIds(search, scope, ids))
  }

  async ready(): Promise<boolean> {
    if (this.#closed) return false
    return await this.#client.cluster.health({ timeout: '5s' }, { requestTimeout: 5_000 }).then(
      (h) => h.status !== 'red',
      () => false,
    )
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#client.close()
  }

  #check(): void {
    if (this.#closed) throw new AppError('STO-500', { problem: 'the event store is closed' })
  }

  async #search<T>(signal: AbortSignal | undefined, body: (search: Search) => Promise<T>): Promise<T> {
    this.#check()
    const { prefix, timeout = 30 } = this.#options
    return await withSearch(this.#client, { index: `${prefix}-events-*`, seconds: timeout, signal }, body)
  }
}

/** Code points on which the server's lower case and our `fold` disagree: asked of everything that might have another case. */
async function foldDifferences(client: Client): Promise<ReadonlySet<number>> {
  const asked: string[] = []
  for (let i = 1; i < 0x20000; i++) {
    if (i >= 0xd800 && i <= 0xdfff) continue
    const c = String.fromCodePoint(i)
    if (fold(c) !== c || /[\p{Cn}\p{Lu}\p{Lt}]/u.test(c)) asked.push(c)
  }
  const lower = new Map<string, string>()
  for (let i = 0; i < asked.length; i += 50_000) {
    const some = asked.slice(i, i + 50_000)
    const text: string[] = []
    for (let j = 0; j < some.length; j += 200) text.push(some.slice(j, j + 200).join(''))
    const { tokens } = await client.indices.analyze({ tokenizer: 'keyword', filter: ['lowercase'], text })
    const folded = [...(tokens ?? []).map((t) => t.token).join('')]
    // Not one for one: nothing is known of these.
    for (const [j, c] of some.entries()) lower.set(c, folded.length === some.length ? folded[j]! : '\u{10ffff}')
  }
  return oddCharacters((c) => lower.get(c) ?? c)
}
