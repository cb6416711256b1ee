import type { Filter } from '../../core/filter.ts'

/** A search of the event store as text or data, for people and other tools to run. */
export interface StoredSearch<Q> {
  /** Whether it finds exactly the events for which the filter holds; else candidates among which all of them are. */
  readonly exact: boolean
  readonly query: Q
}

/** Names of fields that a filter looks at; keywords look at all. */
export function fieldsAsked(filter: Filter): ReadonlySet<string> | 'all' {
  const names = new Set<string>()
  let all = false
  const visit = (f: Filter): void => {
    if (f.op === 'and' || f.op === 'or') f.of.forEach(visit)
    else if (f.op === 'not') visit(f.of)
    else if (f.op === 'keyword') all = true
    else if ('field' in f) for (const n of f.op === 'compare' ? [...f.field, ...f.with] : f.field) names.add(n)
  }
  visit(filter)
  return all ? 'all' : names
}
