import { BIGINT, DOUBLE, type DuckDBType, VARCHAR } from '@duckdb/node-api'

/** A value bound to a statement. */
export type Bound = string | number | bigint

/** Collects the bound values of a statement; each method returns the SQL that stands for the value. */
export class Params {
  readonly #values: { readonly value: Bound; readonly type: DuckDBType }[] = []
  readonly #seen = new Map<string, string>()

  text(value: string): string {
    return this.#bind(value, VARCHAR)
  }

  double(value: number): string {
    return this.#bind(value, DOUBLE)
  }

  long(value: bigint): string {
    return this.#bind(value, BIGINT)
  }

  /** Milliseconds since 1970 UTC as a timestamp. */
  instant(ms: number): string {
    return `make_timestamp_ms(${this.long(BigInt(Math.trunc(ms)))})`
  }

  /** The statement and the values it uses: conditions that turned out superfluous leave theirs behind. */
  bind(sql: string): { readonly sql: string; readonly values: Bound[]; readonly types: DuckDBType[] } {
    const order: string[] = []
    const text = sql.replace(/\$([0-9]+)/g, (_, n: string) => {
      let at = order.indexOf(n)
      if (at < 0) at = order.push(n) - 1
      return `$${at + 1}`
    })
    const used = order.map((n) => this.#values[Number(n) - 1]!)
    return { sql: text, values: used.map((u) => u.value), types: used.map((u) => u.type) }
  }

  #bind(value: Bound, type: DuckDBType): string {
    const key = `${type.typeId} ${String(value)}`
    const seen = this.#seen.get(key)
    if (seen !== undefined) return seen
    const sql = `$${this.#values.push({ value, type })}`
    this.#seen.set(key, sql)
    return sql
  }
}
