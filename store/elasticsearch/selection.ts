import { AppError } from '../../core/errors.ts'
import { compileFilter } from '../../core/evaluate.ts'
import type { Filter } from '../../core/filter.ts'
import type { TimeRange } from '../../core/query.ts'
import { viewOfStored } from '../../core/view.ts'
import { compileDsl } from './compileDsl.ts'
import { andDsl, type Dsl, type DslCond, EVERY, isExact, notDsl, orDsl } from './dsl.ts'
import { termsDsl } from './patternDsl.ts'
import type { Search } from './search.ts'

/** Events that may be told one by one to the server as passing a filter that it cannot express. */
const MOST_VERIFIED = 200_000
/** The filter and the time range as queries. */
export function conditions(filter: Filter, time: TimeRange, odd: ReadonlySet<number>): DslCond {
  const cond = compileDsl(filter, odd)
  const range = timeDsl(time)
  const may = andDsl([range, cond.may])
  return { may, must: isExact(cond) ? may : andDsl([range, cond.must]) }
}

function timeDsl({ from, to }: TimeRange): Dsl {
  if (from === undefined && to === undefined) return EVERY
  const at = (ms: number) => Math.min(253_402_300_799_999, Math.max(-62_135_596_800_000, Math.ceil(ms)))
  const bounds = { ...(from === undefined ? {} : { gte: at(from) }), ...(to === undefined ? {} : { lt: at(to) }) }
  return { range: { '@timestamp': { ...bounds, format: 'epoch_millis' } } }
}

/**
 * A query for exactly the events that a filter selects. Those of which the query language cannot tell are read and put to
 * the plain evaluator; the ones that pass are named by id. Too many of them: QRY-302.
 */
export async function select(search: Search, filter: Filter, time: TimeRange, odd: ReadonlySet<number>): Promise<Dsl> {
  const cond = conditions(filter, time, odd)
  if (isExact(cond)) return cond.must
  const test = compileFilter(filter)
  const passed: string[] = []
  for await (const batch of search.stream(andDsl([cond.may, notDsl(cond.must)]))) {
    for (const hit of batch) if (test(viewOfStored(hit.event))) passed.push(hit.id)
    if (passed.length > MOST_VERIFIED)
      throw new AppError('QRY-302', {
        problem: `Elasticsearch cannot express it, and more than ${MOST_VERIFIED} events pass; narrow the time range`,
      })
  }
  return orDsl([cond.must, termsDsl('_id', passed)])
}
