import { covers } from '../../core/filter.ts'

/** A document's text without the fields that its reader may not see, and the names of those that stood in it. */
export function cutHidden(doc: string, hidden: readonly string[]): { doc: string; hidden: readonly string[] } {
  if (hidden.length === 0) return { doc, hidden: [] }
  const found = new Set<string>()
  const cut = without(JSON.parse(doc), '', hidden, found)
  return found.size === 0 ? { doc, hidden: [] } : { doc: JSON.stringify(cut), hidden: [...found].sort() }
}

/** Lists of objects are gone through under the name of the list, as filters read them. */
function without(value: unknown, name: string, hidden: readonly string[], found: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((v) => without(v, name, hidden, found))
  if (typeof value !== 'object' || value === null) return value
  const kept: [string, unknown][] = []
  for (const [key, inner] of Object.entries(value)) {
    const full = name === '' ? key : `${name}.${key}`
    const by = hidden.find((h) => covers([h], full))
    if (by !== undefined) found.add(by)
    else kept.push([key, without(inner, full, hidden, found)])
  }
  return Object.fromEntries(kept)
}
