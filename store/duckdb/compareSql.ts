import type { FieldRef } from '../../core/event.ts'
import { type Leaf, MOST_COMPARED } from '../../core/filter.ts'
import { andSql, type Cond, exactly, orSql, UNSURE } from './cond.ts'
import { type CompileContext, columnOf, presentSql } from './places.ts'
import { textsSql } from './values.ts'

/**
 * Two fields of an event compared. Exact where their texts are ASCII (of others, DuckDB may fold some otherwise than we
 * do) and no more are compared with than count.
 */
export function compareCond(leaf: Leaf & { op: 'compare' }, context: CompileContext): Cond {
  const [texts, others] = [listSql(leaf.field, context), listSql(leaf.with, context)]
  if (texts === undefined || others === undefined) return UNSURE
  const shaped = (list: string) => (leaf.cased ? list : `list_transform(${list}, lambda t: lower(t))`)
  const holds = pairSql(shaped(texts), shaped(others), leaf.how)
  const all = `array_to_string(list_concat(${texts}, ${others}), '')`
  const sure = andSql([
    leaf.cased ? 'true' : `strlen(${all}) = length(${all})`,
    leaf.how === 'equal' ? 'true' : `len(${others}) <= ${MOST_COMPARED}`,
  ])
  if (sure === 'true') return exactly(holds)
  return {
    may: orSql([holds, `(len(${texts}) > 0 AND len(${others}) > 0 AND NOT ${sure})`]),
    must: andSql([holds, sure]),
  }
}

const TESTS = { prefix: 'starts_with', suffix: 'ends_with', contains: 'contains' } as const

function pairSql(texts: string, others: string, how: (Leaf & { op: 'compare' })['how']): string {
  if (how === 'equal') return `list_has_any(${texts}, ${others})`
  const inner = `len(list_filter(${others}, lambda y: ${TESTS[how]}(x, y))) > 0`
  return `len(list_filter(${texts}, lambda x: ${inner})) > 0`
}

/** The texts of the first of the names that is present, as a list; undefined where SQL cannot print them as we do. */
function listSql([name, ...more]: FieldRef, context: CompileContext): string | undefined {
  if (columnOf(name, context)?.type === 'double') return undefined
  const { kind, sql } = textsSql(name, context)
  const here =
    kind === 'list'
      ? `coalesce(${sql}, []::VARCHAR[])`
      : `CASE WHEN ${sql} IS NULL THEN []::VARCHAR[] ELSE [${sql}] END`
  if (more[0] === undefined) return here
  const later = listSql([more[0], ...more.slice(1)], context)
  return later === undefined ? undefined : `CASE WHEN ${presentSql(name, context)} THEN ${here} ELSE ${later} END`
}
