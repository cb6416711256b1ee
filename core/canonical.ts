import { createHash } from 'node:crypto'

/**
 * Canonical JSON: keys sorted by UTF-16 code units, no blanks, numbers as JavaScript prints them; members that are
 * `undefined` are left out. The same value always gives the same text, so its digest can be compared.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v === undefined ? null : v)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const from = value as Readonly<Record<string, unknown>>
    const members = Object.keys(from)
      .filter((k) => from[k] !== undefined)
      .sort()
      .map((k) => `${JSON.stringify(k)}:${canonicalJson(from[k])}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** SHA-256 as 64 hex digits; text counts as UTF-8. */
export function sha256hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The digest of a value with the name of its algorithm: `sha-256:<hex of its canonical JSON>`. */
export function digestOf(value: unknown): string {
  return `sha-256:${sha256hex(canonicalJson(value))}`
}
