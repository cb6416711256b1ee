import { loadPipelines, loadRules, OWN_PIPELINES, OWN_RULES } from '../../detection/index.ts'
import { leavesOf } from '../../detection/matcher/foldLeaves.ts'
import { backgroundLines, PUBLIC_RULES } from '../eventLines.ts'

/** Rules, with the filters that they and their log sources are. */
export function someRules() {
  return loadRules([PUBLIC_RULES ?? OWN_RULES], loadPipelines(OWN_PIPELINES).pipelines).rules
}

/** Texts, folded, that rules seek in that way, at least so long: the most that are sought in one field. */
export function soughtTexts(op: 'suffix' | 'contains' | 'prefix' | 'term', shortest: number): readonly string[] {
  const byField = new Map<string, Set<string>>()
  for (const { filter } of someRules()) {
    for (const leaf of leavesOf(filter)) {
      if (leaf.op !== op || typeof leaf.value !== 'string' || leaf.value.length < shortest) continue
      const key = leaf.field.join('\n')
      const texts = byField.get(key) ?? new Set()
      byField.set(key, texts.add(leaf.value.toLowerCase()))
    }
  }
  const most = [...byField.values()].reduce((a, b) => (b.size > a.size ? b : a), new Set<string>())
  return [...most].filter((t) => /^[\x20-\x7e]*$/.test(t))
}

/** Texts of ASCII that stand in fields of background lines, of some lengths. */
export function someValues(shortest: number, longest: number): readonly string[] {
  const values: string[] = []
  for (const line of backgroundLines()) {
    for (const value of Object.values(JSON.parse(line) as object)) {
      if (typeof value !== 'string' || value.length < shortest || value.length > longest) continue
      if (/^[\x00-\x7e]*$/.test(value)) values.push(value)
    }
    if (values.length >= 20_000) break
  }
  return values
}
