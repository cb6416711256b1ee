import type { Filter } from '../../core/filter.ts'

/** What it takes to ask each kind of leaf, roughly: a comparison is one. */
const LEAVES = {
  null: 1,
  exists: 1,
  term: 2,
  in: 2,
  prefix: 2,
  suffix: 2,
  contains: 4,
  compare: 6,
  range: 6,
  part: 6,
  wildcard: 8,
  cidr: 10,
  regex: 100,
  keyword: 1000,
} as const

/** What it takes to ask a filter in full, roughly: so that cheap questions are asked before dear ones. */
function costOf(filter: Filter): number {
  switch (filter.op) {
    case 'all':
    case 'none':
      return 0
    case 'and':
    case 'or':
      return filter.of.reduce((sum, f) => sum + costOf(f), 0)
    case 'not':
      return costOf(filter.of)
    default:
      return LEAVES[filter.op]
  }
}

/** The same filters, the cheap ones first. */
export function cheapFirst(filters: readonly Filter[]): readonly Filter[] {
  return filters
    .map((filter) => ({ filter, cost: costOf(filter) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ filter }) => filter)
}
