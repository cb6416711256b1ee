import { isMap } from './readSearch.ts'
import type { About } from './types.ts'

/** What a document says of itself for people; whatever is not as expected is left out, for nothing depends on it. */
export function readAbout(top: unknown): About {
  const map = isMap(top) ? top : {}
  return {
    author: textOf(map.author),
    date: textOf(map.date),
    references: listOf(map.references),
    falsepositives: listOf(map.falsepositives),
  }
}

function listOf(value: unknown): readonly string[] {
  return [value].flat().flatMap((v) => textOf(v) ?? [])
}

function textOf(value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString().slice(0, 10)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}
