import type { estypes } from '@elastic/elasticsearch'

export type Dsl = estypes.QueryDslQueryContainer

export const EVERY: Dsl = { match_all: {} }
export const NO_ONE: Dsl = { match_none: {} }

/**
 * What the query language can say of a filter: `must` selects only events for which it holds, `may` all for which it
 * holds. Where both are the same object, it is said exactly.
 */
export interface DslCond {
  readonly may: Dsl
  readonly must: Dsl
}

export const YES: DslCond = { may: EVERY, must: EVERY }
export const NO: DslCond = { may: NO_ONE, must: NO_ONE }

export function exactly(query: Dsl): DslCond {
  return { may: query, must: query }
}

/** At most these; which of them is for the evaluator to say. */
export function atMost(query: Dsl): DslCond {
  return { may: query, must: NO_ONE }
}

export function isExact(cond: DslCond): boolean {
  return cond.may === cond.must
}

export function allOf(...conds: readonly DslCond[]): DslCond {
  return both(conds, andDsl)
}

export function anyOf(...conds: readonly DslCond[]): DslCond {
  return both(conds, orDsl)
}

export function noneOf(cond: DslCond): DslCond {
  const may = notDsl(cond.must)
  return { may, must: isExact(cond) ? may : notDsl(cond.may) }
}

function both(conds: readonly DslCond[], join: (queries: readonly Dsl[]) => Dsl): DslCond {
  const may = join(conds.map((c) => c.may))
  return { may, must: conds.every(isExact) ? may : join(conds.map((c) => c.must)) }
}

export function andDsl(queries: readonly Dsl[]): Dsl {
  const real = queries.filter((q) => q !== EVERY)
  if (real.includes(NO_ONE)) return NO_ONE
  return real.length === 0 ? EVERY : real.length === 1 ? real[0]! : { bool: { filter: real } }
}

export function orDsl(queries: readonly Dsl[]): Dsl {
  const real = queries.filter((q) => q !== NO_ONE)
  if (real.includes(EVERY)) return EVERY
  return real.length === 0 ? NO_ONE : real.length === 1 ? real[0]! : { bool: { should: real, minimum_should_match: 1 } }
}

export function notDsl(query: Dsl): Dsl {
  return query === EVERY ? NO_ONE : query === NO_ONE ? EVERY : { bool: { must_not: [query] } }
}
