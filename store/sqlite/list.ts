import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Scope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { firstPresent, textOf } from '../../core/evaluate.ts'
import type { Scalar } from '../../core/event.ts'
import { ALL, covers, type Filter, or } from '../../core/filter.ts'
import type { Kind } from '../../core/model/index.ts'
import { scopeFilter } from '../../core/scope.ts'
import { viewOfJson } from '../../core/view.ts'
import { decodeCursor, encodeCursor, type Position, type SortValue } from './cursor.ts'
import { cutHidden } from './cutHidden.ts'
import { Bindings, filterSql } from './filterSql.ts'
import { COLUMNS } from './migrations.ts'

/** A question of the port with its scope, as it crosses to the reading thread. */
export interface Selection {
  readonly kind: Kind
  readonly scope: Scope
  readonly filter?: Filter | undefined
}
export interface ListQuestion extends Selection {
  readonly sort: readonly (readonly [field: string, direction: 'asc' | 'desc'])[]
  readonly first: number
  readonly after?: string | undefined
  readonly total?: boolean | undefined
}
/** Documents travel as JSON text: cheaper to hand over between threads than as objects. */
interface ListRow {
  readonly id: string
  readonly version: number
  readonly doc: string
  readonly cursor: string
  readonly hidden: readonly string[]
}
export interface ListAnswer {
  readonly rows: readonly ListRow[]
  readonly hasNext: boolean
  readonly total: number | undefined
}

const MOST_ROWS = 100_000
const FIELD = /^[\p{L}\p{N}_@#-]+(\.[\p{L}\p{N}_@#-]+)*$/u

/** Answers lists, counts and top values on one connection. Synchronous: belongs in a thread that only reads. */
export class Lister {
  readonly #db: DatabaseSync
  readonly #seconds: number
  readonly #statements = new Map<string, StatementSync>()
  #bind = new Bindings()
  #calls = 0
  #deadline = 0

  constructor(db: DatabaseSync, seconds = 20) {
    this.#db = db
    this.#seconds = seconds
    db.function('holds', { deterministic: true }, (n, doc) => {
      this.#watch()
      return this.#bind.filters[Number(n)]!(viewOfJson(JSON.parse(String(doc)) as object)) ? 1 : 0
    })
    db.function('fits', { deterministic: true }, (n, value) => {
      this.#watch()
      if (value === null) return 0
      const plain = typeof value === 'number' ? value : String(value)
      return this.#bind.leaves[Number(n)]!(plain, '') ? 1 : 0
    })
    db.function('pick', { deterministic: true }, (field, doc) => pick(String(doc), String(field)))
  }

  list(question: ListQuestion): ListAnswer {
    const { kind, scope, sort, first, after } = question
    if (sort.length > 2) throw new AppError('QRY-303', { problem: 'a list is sorted by at most 2 fields' })
    if (!Number.isInteger(first) || first < 0 || first > MOST_ROWS) {
      throw new AppError('QRY-303', { problem: `a page has 0 to ${MOST_ROWS} rows` })
    }
    const bind = new Bindings()
    const where = filterSql(kind, scopeFilter(scope, question.filter ?? ALL), bind)
    const keys = sort.map(([field, direction]) => ({ sql: this.#sortSql(kind, scope, field, bind), direction }))
    const byId = keys.at(-1)?.direction ?? 'asc'
    const order = [...keys.map((k) => `${k.sql} ${k.direction}`), `id ${byId}`].join(', ')
    const name = `${kind} ${sort.map((s) => s.join(' ')).join(', ')}`
    const start = after === undefined ? undefined : decodeCursor(name, keys.length, after)
    const beyond = start === undefined ? '' : ` AND ${beyondSql(keys, byId, start, bind)}`
    const values = keys.map((k, i) => `, ${k.sql} AS "#${i}"`).join('')
    const grant = this.#grantSql(kind, scope, bind)
    const limit = bind.value(first + 1)
    const sql = `SELECT id, version, doc, ${grant} AS "#grant"${values} FROM "${kind}" WHERE ${where}${beyond} ORDER BY ${order} LIMIT ${limit}`

    this.#db.exec('BEGIN')
    try {
      const found = this.#run(sql, bind, (s, v) => s.all(...v))
      const total = question.total === true ? this.count(question) : undefined
      const rows = found.slice(0, first).map((row): ListRow => {
        const position: Position = {
          id: String(row.id),
          values: keys.map((_, i) => row[`#${i}`] as SortValue),
        }
        const cut = cutHidden(String(row.doc), scope.grants[Number(row['#grant'])]?.hidden ?? [])
        return { id: position.id, version: Number(row.version), ...cut, cursor: encodeCursor(name, position) }
      })
      return { rows, hasNext: found.length > first, total }
    } finally {
      this.#db.exec('COMMIT')
    }
  }

  count({ kind, scope, filter = ALL }: Selection): number {
    const bind = new Bindings()
    const sql = `SELECT count(*) AS n FROM "${kind}" WHERE ${filterSql(kind, scopeFilter(scope, filter), bind)}`
    return Number(this.#run(sql, bind, (s, v) => s.get(...v))?.n)
  }

  top(question: Selection & { readonly field: string; readonly size: number }): { value: string; count: number }[] {
    const { kind, scope, field, filter = ALL } = question
    const counts = new Map<string, number>()
    const bind = new Bindings()
    const where = filterSql(kind, scopeFilter(scope, filter), bind)
    const type = COLUMNS[kind].get(field)
    if (type !== undefined) {
      const value = this.#visibleSql(kind, scope, field, `"${field}"`, bind)
      const sql = `SELECT ${value} AS v, count(*) AS n FROM "${kind}" WHERE ${where} GROUP BY 1`
      for (const row of this.#run(sql, bind, (s, v) => s.all(...v))) {
        if (row.v === null) continue
        counts.set(type === 'boolean' ? String(row.v === 1) : textOf(row.v as string | number), Number(row.n))
      }
    } else {
      const sql = `SELECT doc, ${this.#grantSql(kind, scope, bind)} AS g FROM "${kind}" WHERE ${where}`
      for (const row of this.#run(sql, bind, (s, v) => s.all(...v))) {
        if (covers(scope.grants[Number(row.g)]?.hidden ?? [], field)) continue
        for (const text of new Set(textsOf(String(row.doc), field))) counts.set(text, (counts.get(text) ?? 0) + 1)
      }
    }
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)))
      .slice(0, question.size)
  }

  #run<T>(sql: string, bind: Bindings, call: (s: StatementSync, values: Bindings['values']) => T): T {
    const outer = this.#bind
    this.#bind = bind
    this.#deadline = Date.now() + this.#seconds * 1_000
    try {
      return call(this.#statement(sql), bind.values)
    } finally {
      this.#bind = outer
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      if (this.#statements.size >= 200) this.#statements.delete(this.#statements.keys().next().value!)
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #watch(): void {
    if ((++this.#calls & 255) === 0 && Date.now() > this.#deadline) {
      throw new AppError('QRY-301', { seconds: this.#seconds })
    }
  }

  /** What a field sorts by: a severity by its rank (critical first when ascending), others by their value. */
  #sortSql(kind: Kind, scope: Scope, field: string, bind: Bindings): string {
    const type = COLUMNS[kind].get(field)
    if (type === undefined && !FIELD.test(field)) throw new AppError('QRY-303', { problem: `no field "${field}"` })
    const sql =
      type === 'level' ? `"${field}#rank"` : type === undefined ? `pick(${bind.value(field)}, doc)` : `"${field}"`
    return this.#visibleSql(kind, scope, field, sql, bind)
  }

  /** The expression, but NULL in rows whose grant hides the field. */
  #visibleSql(kind: Kind, scope: Scope, field: string, sql: string, bind: Bindings): string {
    const hiding = scope.grants.filter((g) => covers(g.hidden, field))
    if (hiding.length === 0) return sql
    if (hiding.length === scope.grants.length) return 'NULL'
    return `CASE WHEN ${filterSql(kind, or(...hiding.map((g) => g.rows)), bind)} THEN NULL ELSE ${sql} END`
  }

  /** Which grant admits the row, as an index; where all hide alike, the first will do. */
  #grantSql(kind: Kind, scope: Scope, bind: Bindings): string {
    const hidden = new Set(scope.grants.map((g) => [...g.hidden].sort().join('\n')))
    if (hidden.size <= 1) return '0'
    const cases = scope.grants.map((g, i) => `WHEN ${filterSql(kind, g.rows, bind)} THEN ${i}`)
    return `CASE ${cases.join(' ')} END`
  }
}

/** The condition of standing after a position; NULL sorts before everything, as SQLite has it. */
function beyondSql(
  keys: readonly { readonly sql: string; readonly direction: 'asc' | 'desc' }[],
  byId: 'asc' | 'desc',
  start: Position,
  bind: Bindings,
): string {
  const id = bind.value(start.id)
  let sql = `id ${byId === 'asc' ? '>' : '<'} ${id}`
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i]!
    const value = start.values[i]!
    if (value === null) {
      sql = key.direction === 'asc' ? `(${key.sql} IS NOT NULL OR (${sql}))` : `(${key.sql} IS NULL AND (${sql}))`
    } else {
      const at = bind.value(value)
      const after = key.direction === 'asc' ? `${key.sql} > ${at}` : `(${key.sql} < ${at} OR ${key.sql} IS NULL)`
      sql = `(${after} OR (${key.sql} = ${at} AND ${sql}))`
    }
  }
  return sql
}

function pick(doc: string, field: string): SQLOutputValue {
  const value = firstPresent(viewOfJson(JSON.parse(doc) as object), [field])?.value
  const one = Array.isArray(value)
    ? (value as readonly Scalar[]).find((v) => v !== null)
    : (value as Scalar | undefined)
  return one === undefined || one === null ? null : typeof one === 'boolean' ? String(one) : one
}

function textsOf(doc: string, field: string): string[] {
  const value = viewOfJson(JSON.parse(doc) as object).get(field)
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]).flatMap((v: Scalar) => (v === null ? [] : [textOf(v)]))
}
