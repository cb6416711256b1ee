import type { Scope } from './access.ts'
import type { FieldRef } from './event.ts'
import { ALL, and, conjunction, covers, disjunction, type Filter, NONE, not, or } from './filter.ts'

/** The filter as it reads where these fields (and their subfields) were absent from every event. */
export function substituteHidden(filter: Filter, hidden: readonly string[]): Filter {
  if (hidden.length === 0) return filter
  switch (filter.op) {
    case 'all':
    case 'none':
      return filter
    case 'and':
      return conjunction(filter.of.map((f) => substituteHidden(f, hidden)))
    case 'or':
      return disjunction(filter.of.map((f) => substituteHidden(f, hidden)))
    case 'not':
      return not(substituteHidden(filter.of, hidden))
    case 'keyword':
      return { ...filter, except: [...new Set([...(filter.except ?? []), ...hidden])] }
    case 'compare': {
      const field = visible(filter.field, hidden)
      const other = visible(filter.with, hidden)
      return field === undefined || other === undefined ? NONE : { ...filter, field, with: other }
    }
    default: {
      const field = visible(filter.field, hidden)
      return field === undefined ? (filter.op === 'null' ? ALL : NONE) : { ...filter, field }
    }
  }
}

/** The names that are not hidden, if any. */
function visible(field: FieldRef, hidden: readonly string[]): FieldRef | undefined {
  const [first, ...more] = field.filter((name) => !covers(hidden, name))
  return first === undefined ? undefined : [first, ...more]
}

/**
 * A question as one reader may ask it: rows that a grant admits, the question put to each row as if the fields hidden by
 * that grant were absent. Exact for rows, counts and buckets because grants are disjoint.
 */
export function scopeFilter(scope: Scope, filter: Filter): Filter {
  return or(...scope.grants.map((g) => and(g.rows, substituteHidden(filter, g.hidden))))
}
