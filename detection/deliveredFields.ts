import { FIELDS } from '../core/fields.ts'

/** The fields that events of a log source have. */
export interface DeliveredFields {
  has(name: string): boolean
  /** The one that is written most like it, where one is: for "did you mean". */
  nearest(name: string): string | undefined
}

/** First parts of names of events as they are, which mappings do not have to know. */
const ROOTS = new Set([
  ...FIELDS.filter((f) => f.name.includes('.')).map((f) => f.name.slice(0, f.name.indexOf('.'))),
  ...'auditd aws azure code_signature data device dll Event event_data gcp geo kubernetes labels log o365 okta package powershell rule threat tls vulnerability winlog x509'.split(
    ' ',
  ),
])
const PLAIN = new Set(FIELDS.map((f) => f.name))

/** `names` as rules write them; `name.*` is that name and all below it. */
export function deliveredFields(names: readonly string[]): DeliveredFields {
  const whole = new Set(names.map((n) => (n.endsWith('.*') ? n.slice(0, -2) : n)))
  const below = new Set(names.filter((n) => n.endsWith('.*')).map((n) => n.slice(0, -2)))
  return {
    has(name) {
      if (whole.has(name) || PLAIN.has(name)) return true
      const dot = name.indexOf('.')
      if (dot < 0) return false
      if (ROOTS.has(name.slice(0, dot))) return true
      for (let at = dot; at >= 0; at = name.indexOf('.', at + 1)) if (below.has(name.slice(0, at))) return true
      return false
    },
    nearest(name) {
      let best: string | undefined
      let least = Math.min(3, Math.ceil(name.length / 4)) + 1
      for (const n of whole) {
        const d = distance(plain(n), plain(name), least)
        if (d < least) {
          best = n
          least = d
        }
      }
      return best
    },
  }
}

/** Case and separators are what is most often written otherwise. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_\-. ]/g, '')
}

/** How many letters must be put in, taken out or changed; `most` or more counts as `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return Math.min(row[b.length]!, most)
}
