import type { estypes } from '@elastic/elasticsearch'
import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { compileFilter } from '../../core/evaluate.ts'
import { fieldOf } from '../../core/fields.ts'
import type { Filter } from '../../core/filter.ts'
import type { Answer, Ask, EventRow, Query } from '../../core/query.ts'
import { scopeFilter } from '../../core/scope.ts'
import { viewOfStored } from '../../core/view.ts'
import { limited, MOST_IDS, MOST_ROWS, MOST_VALUES } from '../events/checks.ts'
import { decodeCursor, type Position } from '../events/cursor.ts'
import { rowMaker } from '../events/eventRow.ts'
import { type Part, partShowing, partsShowing } from '../events/parts.ts'
import { Extent, numbersOf, Tally } from '../events/tally.ts'
import { named } from './compileDsl.ts'
import { andDsl, type Dsl, EVERY, isExact, notDsl, orDsl } from './dsl.ts'
import type { Hit, Search } from './search.ts'
import { conditions, select } from './selection.ts'

type Ask1<K extends Ask['kind']> = Extract<Ask, { kind: K }>

/** Different values, or combinations of them, that are counted for one answer. */
const MOST_COUNTED = 200_000
/** Events read at once while a filter that the server cannot express is verified. */
const PAGE = 1_000

/** Answers a question within one point in time. */
export async function answer(
  search: Search,
  scope: Scope,
  query: Query,
  odd: ReadonlySet<number>,
): Promise<Answer<Ask>> {
  const { ask, filter, time } = query
  switch (ask.kind) {
    case 'rows':
      return rows(search, scope, { ...query, ask }, odd)
    case 'count':
      return { count: await countOf(search, await select(search, scopeFilter(scope, filter), time, odd)) }
    case 'histogram':
      return histogram(search, await select(search, scopeFilter(scope, filter), time, odd), ask)
    case 'top': {
      const size = limited('top values', ask.size, MOST_VALUES)
      const tally = new Tally()
      const part = { filter: partShowing(scope, filter, ask.field), shown: [true] }
      await countGroups(search, await select(search, part.filter, time, odd), [ask.field], part, tally)
      const groups = tally.most(size + 1, 1).filter((g) => g.key[0] !== null)
      return { values: groups.slice(0, size).map((g) => ({ value: g.key[0]!, count: g.count })) }
    }
    case 'minmax':
      return minmax(search, await select(search, partShowing(scope, filter, ask.field), time, odd), ask.field)
    case 'groups': {
      const size = limited('groups', ask.size, MOST_VALUES)
      if (ask.by.length === 0 || ask.by.length > 4)
        throw new AppError('QRY-303', { problem: 'groups go by 1 to 4 fields' })
      const tally = new Tally()
      for (const part of partsShowing(scope, filter, ask.by))
        await countGroups(search, await select(search, part.filter, time, odd), ask.by, part, tally)
      return { groups: tally.most(size, ask.atLeast) }
    }
  }
}

async function countOf(search: Search, query: Dsl): Promise<number> {
  const { hits } = await search.run({ query, size: 0, track_total_hits: true })
  return (hits.total as estypes.SearchTotalHits).value
}

async function rows(
  search: Search,
  scope: Scope,
  query: Query & { readonly ask: Ask1<'rows'> },
  odd: ReadonlySet<number>,
): Promise<Answer<Ask1<'rows'>>> {
  const { ask, time } = query
  const first = limited('events of a page', ask.first, MOST_ROWS)
  const filter = scopeFilter(scope, query.filter)
  const cond = conditions(filter, time, odd)
  const exact = isExact(cond)
  const found = new Finder(scope, exact ? undefined : filter)
  let after = ask.after === undefined ? undefined : decodeCursor(ask.after)
  while (found.rows.length <= first) {
    const size = Math.min(10_000, exact ? first + 1 - found.rows.length : Math.max(PAGE, first + 1))
    const page = await search.newest(after === undefined ? cond.may : andDsl([cond.may, afterDsl(after)]), size)
    found.take(page)
    if (page.length < size) break
    after = page.at(-1)!
  }
  return {
    rows: found.rows.slice(0, first),
    hasNext: found.rows.length > first,
    total: ask.total === true ? await countOf(search, await select(search, filter, time, odd)) : undefined,
  }
}

/** Collects rows of those events that pass the filter (if one is given) and the scope. */
class Finder {
  readonly rows: EventRow[] = []
  readonly #make: ReturnType<typeof rowMaker>
  readonly #test: ReturnType<typeof compileFilter> | undefined

  constructor(scope: Scope, filter: Filter | undefined) {
    this.#make = rowMaker(scope)
    this.#test = filter === undefined ? undefined : compileFilter(filter)
  }

  take(hits: readonly Hit[]): void {
    for (const { id, timestamp, event } of hits) {
      if (this.#test !== undefined && !this.#test(viewOfStored(event))) continue
      const row = this.#make(id, timestamp, event)
      if (row !== undefined) this.rows.push(row)
    }
  }
}

function afterDsl({ timestamp, id }: Position): Dsl {
  const at = (bounds: object): Dsl => ({ range: { '@timestamp': { ...bounds, format: 'epoch_millis' } } })
  const same = andDsl([at({ gte: timestamp, lte: timestamp }), { range: { 'event.id': { lt: id } } }])
  return orDsl([at({ lt: timestamp }), same])
}

/** Events by id, as far as the scope admits them. */
export async function answerIds(search: Search, scope: Scope, ids: readonly string[]): Promise<readonly EventRow[]> {
  if (ids.length === 0) return []
  limited('events by id', ids.length, MOST_IDS)
  const found = new Finder(scope, undefined)
  for await (const batch of search.stream({ ids: { values: [...ids] } })) found.take(batch)
  return found.rows
}

async function histogram(search: Search, query: Dsl, ask: Ask1<'histogram'>): Promise<Answer<Ask1<'histogram'>>> {
  const step = limited('the step of a histogram', ask.step, Number.MAX_SAFE_INTEGER)
  const { aggregations } = await search.run({
    query,
    size: 0,
    track_total_hits: false,
    aggs: { buckets: { date_histogram: { field: '@timestamp', fixed_interval: `${step}ms`, min_doc_count: 1 } } },
  })
  const found = aggregations?.buckets as estypes.AggregationsDateHistogramAggregate | undefined
  const list = (found?.buckets ?? []) as readonly estypes.AggregationsDateHistogramBucketKeys[]
  if (list.length > MOST_VALUES)
    throw new AppError('QRY-303', { problem: `more than ${MOST_VALUES} buckets; take a longer step` })
  return { buckets: list.map((b) => ({ from: b.key, count: b.doc_count })) }
}

/** Events of which some field's values cannot all be told by its column: in `rest`, too long, or of no column at all. */
function unevenDsl(by: readonly string[], shown: readonly boolean[]): Dsl {
  const names = by.filter((_, i) => shown[i] === true)
  if (names.some((n) => fieldOf(n) === undefined || fieldOf(n)?.type === 'double')) return EVERY
  return orDsl(names.flatMap((n) => [named('misfit', n), named('long', n)]))
}

/** Counts per combination of values: by the server where its columns hold them all, else event by event. */
async function countGroups(
  search: Search,
  query: Dsl,
  by: readonly string[],
  { shown }: Part,
  tally: Tally,
): Promise<void> {
  const limit = () => {
    if (tally.size > MOST_COUNTED)
      throw new AppError('QRY-303', { problem: `more than ${MOST_COUNTED} different values; narrow the time range` })
  }
  const uneven = unevenDsl(by, shown)
  for await (const batch of search.stream(andDsl([query, uneven]))) {
    for (const hit of batch) tally.addEvent(hit.event, by, shown)
    limit()
  }
  const names = by.filter((_, i) => shown[i] === true)
  const even = andDsl([query, notDsl(uneven)])
  if (names.length === 0) {
    const count = await countOf(search, even)
    if (count > 0)
      tally.add(
        by.map(() => null),
        count,
      )
    return
  }
  let after: Record<string, unknown> | undefined
  for (;;) {
    const { aggregations } = await search.run({
      query: even,
      size: 0,
      track_total_hits: false,
      aggs: {
        groups: {
          composite: {
            size: 1_000,
            sources: names.map((field, i) => ({ [`k${i}`]: { terms: { field, missing_bucket: true } } })),
            ...(after === undefined ? {} : { after: after as estypes.AggregationsCompositeAggregateKey }),
          },
        },
      },
    })
    // Without any index there is nothing to aggregate.
    if (aggregations === undefined) return
    const groups = aggregations.groups as estypes.AggregationsCompositeAggregate
    for (const bucket of groups.buckets as readonly estypes.AggregationsCompositeBucket[]) {
      let i = 0
      const key = by.map((name, at) => (shown[at] === true ? keyText(name, bucket.key[`k${i++}`]) : null))
      tally.add(key, bucket.doc_count)
    }
    limit()
    after = groups.after_key
    if (after === undefined) return
  }
}

/** The text of a column's value as an event has it. */
function keyText(name: string, value: unknown): string | null {
  if (value === null || value === undefined) return null
  return fieldOf(name)?.type === 'date' ? new Date(value as number).toISOString() : String(value)
}

async function minmax(search: Search, query: Dsl, field: string): Promise<Answer<Ask1<'minmax'>>> {
  const extent = new Extent()
  const type = fieldOf(field)?.type
  const isColumn = type === 'long' || type === 'double' || type === 'date'
  const others = isColumn ? named('misfit', field) : named('filled', field)
  for await (const batch of search.stream(andDsl([query, others])))
    for (const hit of batch) for (const n of numbersOf(hit.event, field)) extent.take(n)
  if (isColumn) {
    const { aggregations } = await search.run({
      query,
      size: 0,
      track_total_hits: false,
      aggs: { least: { min: { field } }, most: { max: { field } } },
    })
    for (const name of ['least', 'most']) {
      const found = aggregations?.[name] as estypes.AggregationsMinAggregate | undefined
      if (found?.value !== null && found?.value !== undefined) extent.take(found.value)
    }
  }
  return { min: extent.min, max: extent.max }
}
