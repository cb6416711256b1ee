import type { Path } from './document.ts'
import { type Reading, readItem } from './item.ts'
import type { Search } from './types.ts'

const DEEPEST = 20

/**
 * Reads what stands under a search identifier: a map is AND of its items, a list of maps OR, scalars are keywords (a list
 * of them OR), lists may mix and nest. Reports every problem; `undefined` if there was one.
 */
export function readSearch(value: unknown, path: Path, reading: Reading, depth = 0): Search | undefined {
  if (depth > DEEPEST) {
    reading.report('SIG-022', path, { limit: DEEPEST })
    return undefined
  }
  if (Array.isArray(value)) return readList(value, path, reading, depth)
  if (isMap(value)) return readMap(value, path, reading)
  if (value === null || value === undefined) {
    reading.report('SIG-004', path, { key: String(path.at(-1)), expected: 'a map, a list or a keyword' })
    return undefined
  }
  return readItem('', value, path, reading)
}

function readList(list: readonly unknown[], path: Path, reading: Reading, depth: number): Search | undefined {
  if (list.length === 0) {
    reading.report('SIG-004', path, { key: String(path.at(-1)), expected: 'a list that is not empty' })
    return undefined
  }
  if (list.every((v) => !isMap(v) && !Array.isArray(v))) return readItem('', list, path, reading)
  return gather(
    'any',
    list.map((v, i) => readSearch(v, [...path, i], reading, depth + 1)),
  )
}

function readMap(map: Readonly<Record<string, unknown>>, path: Path, reading: Reading): Search | undefined {
  const keys = Object.keys(map)
  if (keys.length === 0) {
    reading.report('SIG-004', path, { key: String(path.at(-1)), expected: 'a map that is not empty' })
    return undefined
  }
  return gather(
    'every',
    keys.map((key) => readItem(key, map[key], [...path, key], reading)),
  )
}

function gather(kind: 'every' | 'any', of: readonly (Search | undefined)[]): Search | undefined {
  const read = of.filter((s) => s !== undefined)
  if (read.length < of.length) return undefined
  return read.length === 1 ? read[0] : { kind, of: read }
}

/** Whether it is a YAML map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
