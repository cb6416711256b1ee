import type { DuckDBConnection } from '@duckdb/node-api'
import { fold } from '../../core/fold.ts'

let known: Promise<ReadonlySet<number>> | undefined

/**
 * Code points on which DuckDB's `lower` and our `fold` disagree, and what either makes of them: capitals of scripts that
 * one of the two Unicode versions does not have yet. Asked of the engine once per process.
 */
export function foldDifferences(connection: DuckDBConnection): Promise<ReadonlySet<number>> {
  known ??= compare(connection)
  return known
}

async function compare(connection: DuckDBConnection): Promise<ReadonlySet<number>> {
  const result = await connection.runAndReadAll(
    `SELECT i, ord(lower(chr(i::INTEGER))), length(lower(chr(i::INTEGER))) FROM range(1, 1114112) AS t(i)
       WHERE (i < 55296 OR i > 57343) AND lower(chr(i::INTEGER)) <> chr(i::INTEGER)`,
  )
  const theirs = new Map(result.getRowsJS().map(([i, l, n]) => [Number(i), n === 1n ? Number(l) : Number.NaN]))
  const odd = new Set<number>()
  for (let i = 1; i < 0x110000; i++) {
    if (i >= 0xd800 && i <= 0xdfff) continue
    const folded = fold(String.fromCodePoint(i))
    const ours = folded.codePointAt(0)!
    const their = theirs.get(i) ?? i
    if (ours !== their || folded.length > (ours > 0xffff ? 2 : 1)) for (const c of [i, ours, their]) odd.add(c)
  }
  return odd
}
