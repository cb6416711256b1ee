import type { Path } from './document.ts'
import type { Report } from './item.ts'

/** A list of texts (or one), none twice. */
export function readNames(value: unknown, path: Path, what: string, report: Report): readonly string[] {
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value : [value]
  const wrong = list.findIndex((v) => !((typeof v === 'string' && v !== '') || typeof v === 'number'))
  if (wrong >= 0) {
    const at = Array.isArray(value) ? [...path, wrong] : path
    report('SIG-004', at, { key: String(path.at(-1)), expected: `a list of ${what}` })
    return []
  }
  return [...new Set(list.map(String))]
}
