import { type Field, fieldOf } from '../../core/fields.ts'
import { orSql } from './cond.ts'
import type { FieldUse } from './fieldUse.ts'
import { hasKey } from './restSql.ts'
import { quoted } from './schema.ts'
import type { SqlContext } from './valueSql.ts'

export interface CompileContext extends SqlContext {
  readonly use: FieldUse
}

/** The field of that name, if any event has a value in its column. */
export function columnOf(name: string, context: CompileContext): Field | undefined {
  return context.use.hasColumn(name) ? fieldOf(name) : undefined
}

/** Whether `rest` may hold that name. */
export function inRest(name: string, context: CompileContext): boolean {
  return fieldOf(name) === undefined || context.use.isMisfit(name)
}

/** Whether the name stands in an event, also with null. */
export function presentSql(name: string, context: CompileContext): string {
  return orSql([
    columnOf(name, context) === undefined ? 'false' : `${quoted(name)} IS NOT NULL`,
    inRest(name, context) ? hasKey(name, context.params) : 'false',
  ])
}
