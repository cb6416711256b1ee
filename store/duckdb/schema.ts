import { FIELDS, type Field, type FieldType } from '../../core/fields.ts'

/** Columns of the table `events`: fields of the catalogue under their dotted names, and `rest`. */

const TYPES: Record<FieldType, string> = {
  keyword: 'VARCHAR',
  ip: 'VARCHAR',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'TIMESTAMP',
}

/** An identifier or struct key, quoted. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function columnType(field: Field): string {
  return TYPES[field.type] + (field.multi ? '[]' : '')
}

type Tree = ReadonlyMap<string, Tree | Field>

const TREE: Tree = grow()

function grow(): Tree {
  const root = new Map<string, Map<string, unknown> | Field>()
  for (const field of FIELDS) {
    const parts = field.name.split('.')
    let at = root
    for (const part of parts.slice(0, -1)) {
      if (!at.has(part)) at.set(part, new Map())
      at = at.get(part) as typeof root
    }
    at.set(parts.at(-1)!, field)
  }
  return root as Tree
}

function structType(node: Tree | Field): string {
  if (!(node instanceof Map)) return columnType(node as Field)
  return `STRUCT(${[...(node as Tree)].map(([key, inner]) => `${quoted(key)} ${structType(inner)}`).join(', ')})`
}

/**
 * Statements that make the tables. A column of `events` is made when the first event with that field comes in: with all
 * columns of the catalogue from the start, most of them empty, loading took half as long again. `more` is true of no row
 * that stands. `fields` has a row per field of the catalogue: whether its column was made, and whether its name stands in
 * any `rest`. `ledger` has a row per loaded segment.
 */
export const TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS meta (key VARCHAR PRIMARY KEY, value BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS ledger (segment VARCHAR PRIMARY KEY, lane BIGINT NOT NULL, loaded BIGINT NOT NULL,
     rejected VARCHAR, oldest TIMESTAMP, newest TIMESTAMP, catalogue BIGINT NOT NULL, loaded_at TIMESTAMP NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS fields (name VARCHAR PRIMARY KEY, type VARCHAR NOT NULL, made BOOLEAN NOT NULL,
     misfit BOOLEAN NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS events ("@timestamp" TIMESTAMP, "event.id" VARCHAR, rest JSON, more BOOLEAN)`,
]

/** Columns that are there from the start. */
export const FIRST_COLUMNS: readonly string[] = ['@timestamp', 'event.id']

/** How read_ndjson reads a line: nested typed groups and `rest` beside them. */
export const LINE_COLUMNS = `{${[...TREE]
  .map(([key, node]) => `'${key}': '${structType(node)}'`)
  .join(', ')}, 'rest': 'JSON'}`

/** A field as `LINE_COLUMNS` reads it. */
export function lineField(name: string): string {
  return name.split('.').map(quoted).join('.')
}

/** An event as JSON text in the line's shape, nulls included; only these fields, `rest` if asked. */
export function eventJson(wanted: (name: string) => boolean, rest: boolean): string {
  const inner = structOf(TREE, wanted)
  const parts = [...(inner === undefined ? [] : [inner]), ...(rest ? [`'rest': rest`] : [])]
  return parts.length === 0 ? `'{}'` : `to_json({${parts.join(', ')}})`
}

function structOf(tree: Tree, wanted: (name: string) => boolean): string | undefined {
  const parts: string[] = []
  for (const [key, node] of tree) {
    if (node instanceof Map) {
      const inner = structOf(node as Tree, wanted)
      if (inner !== undefined) parts.push(`'${key}': {${inner}}`)
    } else if (wanted((node as Field).name)) parts.push(`'${key}': ${jsonValue(node as Field)}`)
  }
  return parts.length === 0 ? undefined : parts.join(', ')
}

function jsonValue(field: Field): string {
  const column = quoted(field.name)
  if (field.type !== 'date') return column
  return field.multi ? `list_transform(${column}, lambda d: ${instantText('d')})` : instantText(column)
}

/** A timestamp as events write it: ISO 8601 UTC with milliseconds. */
export function instantText(sql: string): string {
  return `strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%gZ')`
}
