/**
 * The one text of a JSON value that digests and chains are made over: keys sorted by code unit, no blanks, `undefined`
 * members left out, as JSON reads and writes it. Equal values give equal texts, whatever the order of their keys.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const own = value as { toJSON?: unknown }
  if (typeof own.toJSON === 'function') return canonicalJson(own.toJSON())
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as Record<string, unknown>
  const parts: string[] = []
  for (const key of Object.keys(object).sort()) {
    if (object[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(object[key])}`)
  }
  return `{${parts.join(',')}}`
}
