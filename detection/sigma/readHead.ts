import type { Report } from './item.ts'
import { isMap } from './readSearch.ts'
import type { LogSource } from './types.ts'

type Top = Readonly<Record<string, unknown>>

/** The text at a key of the document; reports it where it is missing though `needed`, or no text. */
export function textAt(top: Top, key: string, report: Report, needed: boolean): string | undefined {
  const value = top[key]
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  if (typeof value === 'number') return String(value)
  if (needed && (value === undefined || value === null || value === '')) report('SIG-003', [], { key })
  else if (value !== undefined && value !== null && value !== '') report('SIG-004', [key], { key, expected: 'text' })
  return undefined
}

/** The log source, in lower case. */
export function readLogSource(value: unknown, report: Report): LogSource | undefined {
  if (value === undefined) {
    report('SIG-003', [], { key: 'logsource' })
    return undefined
  }
  if (!isMap(value)) {
    report('SIG-004', ['logsource'], { key: 'logsource', expected: 'a map' })
    return undefined
  }
  const out: Record<string, string> = {}
  for (const key of ['product', 'category', 'service']) {
    const part = value[key]
    if (part === undefined || part === null) continue
    if (typeof part === 'string') out[key] = part.toLowerCase()
    else report('SIG-004', ['logsource', key], { key, expected: 'text' })
  }
  if (Object.keys(out).length > 0) return out
  report('SIG-004', ['logsource'], { key: 'logsource', expected: 'a map with product, category or service' })
  return undefined
}
