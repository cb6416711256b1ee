/**
 * What SQL can say of a filter: `must` selects only events for which it holds, `may` all for which it holds. Where both are
 * the same text, SQL says it exactly. Inside either, NULL counts as false.
 */
export interface Cond {
  readonly may: string
  readonly must: string
}

const TRUE = 'true'
const FALSE = 'false'

export const YES: Cond = { may: TRUE, must: TRUE }
export const NO: Cond = { may: FALSE, must: FALSE }
/** SQL cannot tell. */
export const UNSURE: Cond = { may: TRUE, must: FALSE }

export function exactly(sql: string): Cond {
  return { may: sql, must: sql }
}

export function isExact(cond: Cond): boolean {
  return cond.may === cond.must
}

export function allOf(...conds: readonly Cond[]): Cond {
  return { may: andSql(conds.map((c) => c.may)), must: andSql(conds.map((c) => c.must)) }
}

export function anyOf(...conds: readonly Cond[]): Cond {
  return { may: orSql(conds.map((c) => c.may)), must: orSql(conds.map((c) => c.must)) }
}

export function noneOf(cond: Cond): Cond {
  return { may: notSql(cond.must), must: notSql(cond.may) }
}

/** Both halves put through the same shape; `false` stays `false`. */
export function within(cond: Cond, shape: (sql: string) => string): Cond {
  const put = (sql: string) => (sql === FALSE ? FALSE : shape(sql))
  const may = put(cond.may)
  return { may, must: isExact(cond) ? may : put(cond.must) }
}

export function andSql(parts: readonly string[]): string {
  const real = [...new Set(parts)].filter((p) => p !== TRUE)
  if (real.includes(FALSE)) return FALSE
  return real.length === 0 ? TRUE : real.length === 1 ? real[0]! : `(${real.join(' AND ')})`
}

export function orSql(parts: readonly string[]): string {
  const real = [...new Set(parts)].filter((p) => p !== FALSE)
  if (real.includes(TRUE)) return TRUE
  return real.length === 0 ? FALSE : real.length === 1 ? real[0]! : `(${real.join(' OR ')})`
}

function notSql(sql: string): string {
  return sql === TRUE ? FALSE : sql === FALSE ? TRUE : `NOT coalesce(${sql}, false)`
}
