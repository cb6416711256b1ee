import type { SQLInputValue } from 'node:sqlite'
import { compileFilter, compileValueTest, type Test, textOf, type ValueTest } from '../../core/evaluate.ts'
import type { Scalar } from '../../core/event.ts'
import { and, type Filter, type Leaf } from '../../core/filter.ts'
import type { Kind } from '../../core/model/index.ts'
import { COLUMNS, type ColumnType } from './migrations.ts'

/**
 * What one SQL statement needs beside its text: values bound to `?n`, and the tests that its calls of the registered
 * functions `holds(n, doc)` (a whole filter on the document) and `fits(n, value)` (one leaf on one value) refer to.
 */
export class Bindings {
  readonly values: SQLInputValue[] = []
  readonly filters: Test[] = []
  readonly leaves: ValueTest[] = []

  value(value: SQLInputValue): string {
    return `?${this.values.push(value)}`
  }
}

/**
 * A filter as an SQL condition on the rows of a kind, exact: leaves on columns become comparisons (or `fits`), everything
 * else runs in the plain evaluator through `holds`. NULL counts as false wherever the condition stands.
 */
export function filterSql(kind: Kind, filter: Filter, bind: Bindings): string {
  const parts = filter.op === 'and' && sizeOf(filter) <= MOST_NODES ? filter.of : [filter]
  const sql: string[] = []
  const rest: Filter[] = []
  for (const part of parts) {
    if (sizeOf(part) > MOST_NODES) rest.push(part)
    else if (isNative(kind, part)) sql.push(nativeSql(kind, part, bind))
    else if (part.op === 'or' && part.of.every((f) => f.op === 'and' || isNative(kind, f))) {
      sql.push(`(${part.of.map((f) => filterSql(kind, f, bind)).join(' OR ')})`)
    } else rest.push(part)
  }
  if (rest.length > 0) sql.push(`holds(${bind.filters.push(compileFilter(and(...rest))) - 1}, doc)`)
  return sql.length === 0 ? '1' : sql.length === 1 ? sql[0]! : `(${sql.join(' AND ')})`
}

/** SQLite refuses expressions deeper than 1,000; beyond this size a filter runs in the evaluator as a whole. */
const MOST_NODES = 300

function sizeOf(filter: Filter): number {
  if (filter.op === 'and' || filter.op === 'or') return filter.of.reduce((n, f) => n + sizeOf(f), 1)
  return filter.op === 'not' ? 1 + sizeOf(filter.of) : 1
}

/** A leaf that a column may answer. */
type ColumnLeaf = Exclude<Leaf, { op: 'keyword' | 'compare' }>

function isNative(kind: Kind, filter: Filter): boolean {
  switch (filter.op) {
    case 'all':
    case 'none':
      return true
    case 'and':
    case 'or':
      return filter.of.every((f) => isNative(kind, f))
    case 'not':
      return isNative(kind, filter.of)
    case 'keyword':
    case 'compare':
      return false
    default: {
      const type = columnType(kind, filter)
      if (type === undefined) return false
      return type !== 'boolean' || ['term', 'in', 'exists', 'null'].includes(filter.op)
    }
  }
}

/** The type of the leaf's column; undefined where it asks for several names or for a field without a column. */
function columnType(kind: Kind, leaf: ColumnLeaf): ColumnType | undefined {
  return leaf.field.length === 1 ? COLUMNS[kind].get(leaf.field[0]) : undefined
}

function nativeSql(kind: Kind, filter: Filter, bind: Bindings): string {
  switch (filter.op) {
    case 'all':
      return '1'
    case 'none':
      return '0'
    case 'and':
    case 'or':
      if (filter.of.length === 0) return filter.op === 'and' ? '1' : '0'
      return `(${filter.of.map((f) => nativeSql(kind, f, bind)).join(filter.op === 'and' ? ' AND ' : ' OR ')})`
    case 'not':
      return `NOT IFNULL(${nativeSql(kind, filter.of, bind)}, 0)`
    case 'keyword':
    case 'compare':
      throw new Error('it asks for more than one column')
    default:
      return leafSql(filter, columnType(kind, filter)!, bind)
  }
}

function leafSql(leaf: ColumnLeaf, type: ColumnType, bind: Bindings): string {
  const name = leaf.field[0]
  const column = `"${name}"`
  const fits = () =>
    `fits(${bind.leaves.push(compileValueTest(leaf as Parameters<typeof compileValueTest>[0])) - 1}, ${column})`
  switch (leaf.op) {
    case 'exists':
      return `json_type(doc, '$.${name}') IS NOT NULL`
    case 'null':
      return `${column} IS NULL`
    case 'term':
      return leaf.cased || type === 'boolean' || type === 'number'
        ? among([leaf.value], column, type, leaf.cased, bind)
        : fits()
    case 'in':
      return leaf.cased || type === 'boolean' || type === 'number'
        ? among(leaf.values, column, type, leaf.cased, bind)
        : fits()
    case 'prefix':
    case 'contains':
      if (!leaf.cased || type === 'number' || !leaf.value.isWellFormed()) return fits()
      return `instr(${column}, ${bind.value(leaf.value)}) ${leaf.op === 'prefix' ? '= 1' : '> 0'}`
    case 'range':
      return rangeSql(leaf, column, type, bind) ?? fits()
    default:
      return fits()
  }
}

/** Equality by text (core/filter.ts), said in the column's own type: no other value of that type has the same text. */
function among(
  values: readonly NonNullable<Scalar>[],
  column: string,
  type: ColumnType,
  cased: boolean,
  bind: Bindings,
): string {
  const own = [...new Set(values.flatMap((v) => ownValue(textOf(v), type, cased)))]
  if (own.length === 0) return '0'
  if (own.length === 1) return `${column} = ${bind.value(own[0]!)}`
  if (own.length <= 20) return `${column} IN (${own.map((v) => bind.value(v)).join(', ')})`
  return `${column} IN (SELECT value FROM json_each(${bind.value(JSON.stringify(own))}))`
}

function ownValue(text: string, type: ColumnType, cased: boolean): (string | number)[] {
  if (type === 'number') {
    const n = Number(cased ? text : text.toLowerCase())
    return String(n) === (cased ? text : text.toLowerCase()) && Number.isFinite(n) ? [n] : []
  }
  if (type === 'boolean') {
    const word = cased ? text : text.toLowerCase()
    return word === 'true' ? [1] : word === 'false' ? [0] : []
  }
  return text.isWellFormed() ? [text] : []
}

const COMPARE = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** Only where SQLite's order is the filter's: number against number, text against text (both by code points). */
function rangeSql(leaf: Leaf & { op: 'range' }, column: string, type: ColumnType, bind: Bindings): string | undefined {
  const parts: string[] = []
  for (const op of ['gt', 'gte', 'lt', 'lte'] as const) {
    const bound = leaf[op]
    if (bound === undefined) continue
    if ((typeof bound === 'number') !== (type === 'number') || type === 'boolean') return undefined
    if (typeof bound === 'string' && !bound.isWellFormed()) return undefined
    parts.push(`${column} ${COMPARE[op]} ${bind.value(bound)}`)
  }
  return parts.length === 0 ? `${column} IS NOT NULL` : `(${parts.join(' AND ')})`
}
