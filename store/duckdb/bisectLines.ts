import { writeFileSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { FIELDS } from '../../core/fields.ts'
import { LINE_COLUMNS, lineField, quoted } from './schema.ts'

/** Bytes of the longest line; twice this is DuckDB's read buffer. */
const LONGEST_LINE = 16 << 20

/** Reads a segment's file. */
export function lineSource(path: string): string {
  return `read_ndjson('${path.replaceAll("'", "''")}', columns = ${LINE_COLUMNS}, maximum_object_size = ${LONGEST_LINE})`
}

export function writeLines(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.length === 0 ? '' : `${lines.join('\n')}\n`)
}

/**
 * Of these lines, the ones that DuckDB reads; the others are added to `refused` with its reason. `path` is a file of the
 * caller's for parts of them.
 */
export async function bisectLines(
  c: DuckDBConnection,
  path: string,
  lines: readonly string[],
  refused: { line: string; reason: string }[],
): Promise<readonly string[]> {
  if (lines.length === 0) return lines
  writeLines(path, lines)
  try {
    const result = await c.runAndReadAll(
      `SELECT count(*), max(hash(e)) FROM (SELECT ${EVERY_FIELD}, rest FROM ${lineSource(path)}) AS e`,
    )
    if (result.getRowsJS()[0]![0] === BigInt(lines.length)) return lines
    throw new Error('it reads as another number of lines')
  } catch (error) {
    if (lines.length === 1) {
      refused.push({ line: lines[0]!, reason: (error as Error).message.split('\n')[0]! })
      return []
    }
  }
  const half = lines.length >> 1
  const left = await bisectLines(c, path, lines.slice(0, half), refused)
  return [...left, ...(await bisectLines(c, path, lines.slice(half), refused))]
}

const EVERY_FIELD = FIELDS.map((f) => `${lineField(f.name)} AS ${quoted(f.name)}`).join(', ')
