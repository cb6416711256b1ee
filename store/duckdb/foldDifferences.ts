import type { DuckDBConnection } from '@duckdb/node-api'
import { oddCharacters } from '../events/patterns.ts'

let known: Promise<ReadonlySet<number>> | undefined

/** Code points on which DuckDB's `lower` and our `fold` disagree. Asked of the engine once per process. */
export function foldDifferences(connection: DuckDBConnection): Promise<ReadonlySet<number>> {
  known ??= compare(connection)
  return known
}

async function compare(connection: DuckDBConnection): Promise<ReadonlySet<number>> {
  const result = await connection.runAndReadAll(
    `SELECT i, lower(chr(i::INTEGER)) FROM range(1, 1114112) AS t(i)
       WHERE (i < 55296 OR i > 57343) AND lower(chr(i::INTEGER)) <> chr(i::INTEGER)`,
  )
  const lower = new Map(result.getRowsJS().map(([i, l]) => [String.fromCodePoint(Number(i)), l as string]))
  return oddCharacters((c) => lower.get(c) ?? c)
}
