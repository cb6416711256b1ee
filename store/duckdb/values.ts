import { AppError } from '../../core/errors.ts'
import { type CompileContext, columnOf, inRest } from './places.ts'
import { textsOfKey } from './restSql.ts'
import { quoted } from './schema.ts'
import { textSql } from './valueSql.ts'

/** SQL of the values of a field: one that is NULL where there is none, or a list without null or doubles. */
export interface ValuesSql {
  readonly kind: 'one' | 'list'
  readonly sql: string
}

/** The texts of a field's values in each event. */
export function textsSql(name: string, context: CompileContext): ValuesSql {
  const field = columnOf(name, context)
  if (field?.type === 'double')
    throw new AppError('QRY-302', { problem: `values of ${name}, a field of decimal numbers, cannot be listed` })
  const column = quoted(name)
  if (!inRest(name, context))
    return field === undefined
      ? { kind: 'one', sql: 'NULL::VARCHAR' }
      : field.multi
        ? { kind: 'list', sql: distinct(`list_transform(${column}, lambda v: ${textSql('v', field)})`) }
        : { kind: 'one', sql: textSql(column, field) }
  const rest = textsOfKey(name, context.params)
  if (field === undefined) return { kind: 'list', sql: distinct(rest) }
  const typed = field.multi
    ? `coalesce(list_transform(${column}, lambda v: ${textSql('v', field)}), [])`
    : `CASE WHEN ${column} IS NULL THEN [] ELSE [${textSql(column, field)}] END`
  return { kind: 'list', sql: distinct(`list_concat(${typed}, ${rest})`) }
}

function distinct(list: string): string {
  return `list_distinct(${list})`
}
