import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import { FIELDS } from '../../core/fields.ts'
import { Params } from './params.ts'
import { columnType, FIRST_COLUMNS } from './schema.ts'

/**
 * What the table `fields` says: which fields have a column (those of which an event came in), and which of the catalogue's
 * names may stand in some event's `rest` as well. A search reads it within its own transaction, so it fits what it sees.
 */
export class FieldUse {
  readonly #columns: ReadonlySet<string>
  readonly #misfits: ReadonlySet<string>

  constructor(rows: readonly (readonly unknown[])[]) {
    this.#columns = new Set(rows.filter((r) => r[1] === true).map((r) => r[0] as string))
    this.#misfits = new Set(rows.filter((r) => r[2] === true).map((r) => r[0] as string))
  }

  /** Whether the field has a column. */
  hasColumn(name: string): boolean {
    return this.#columns.has(name)
  }

  /** Whether that name, though of the catalogue, may stand in `rest`. */
  isMisfit(name: string): boolean {
    return this.#misfits.has(name)
  }
}

export const FIELD_USE = 'SELECT name, made, misfit FROM fields WHERE made OR misfit'

/**
 * Brings the table `fields` to the catalogue of today. A field that became typed after events were stored counts as a
 * possible misfit: what those events hold of it stands in their `rest`.
 */
export async function alignFields(c: DuckDBConnection): Promise<void> {
  const known = new Map((await c.runAndReadAll('SELECT name, type FROM fields')).getRowsJS() as [string, string][])
  for (const field of FIELDS) {
    const type = known.get(field.name)
    if (type !== undefined && type !== columnType(field))
      throw new AppError('STO-500', { problem: `column ${field.name} is ${type}, not ${columnType(field)}` })
    if (type !== undefined) continue
    const bound = new Params()
    const name = bound.text(field.name)
    const kind = bound.text(columnType(field))
    const { sql, values, types } = bound.bind(
      `INSERT INTO fields VALUES (${name}, ${kind}, ${FIRST_COLUMNS.includes(field.name)}, ${known.size > 0})`,
    )
    await c.run(sql, values, types)
  }
}
