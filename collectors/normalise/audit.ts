import type { AuditMapping } from '../parsers/mappings.ts'
import { addRest, type Building, changed, put } from './building.ts'
import { compileKeys, type Group } from './catalogue.ts'

/** The audit log of business applications, by its mapping. */
export interface Audit {
  /** The keys of the catalogue with those of the audit log above them. */
  readonly keys: Group
  recognises(object: Readonly<Record<string, unknown>>): boolean
  /** Puts outcome, category and dataset right once the keys have been read. */
  finish(b: Building): void
}

/** Compiles the mapping. Throws Error where it names a field that the catalogue lacks. */
export function compileAudit(mapping: AuditMapping): Audit {
  const { all, any } = mapping.recognise
  const outcomes = new Map<string, string>()
  for (const [outcome, words] of Object.entries(mapping.outcome)) for (const w of words) outcomes.set(w, outcome)
  const categories = new Map<string, string>()
  for (const [category, words] of Object.entries(mapping.category)) for (const w of words) categories.set(w, category)

  return {
    keys: compileKeys(mapping.keys),
    recognises(object) {
      for (const key of all) if (typeof object[key] !== 'string') return false
      return any.some((key) => object[key] !== undefined && (typeof object[key] !== 'object' || object[key] === null))
    },
    finish(b) {
      changed(b, 'event')
      const event = b.ecs.event as { outcome?: string; action?: string; category?: string[] } | undefined
      if (event?.outcome !== undefined) {
        const word = event.outcome
        const outcome = outcomes.get(word.toLowerCase()) ?? 'unknown'
        if (outcome !== word) addRest(b.rest, 'result', word)
        event.outcome = outcome
      }
      const category = event?.action === undefined ? undefined : categories.get(event.action.toLowerCase())
      if (event !== undefined && category !== undefined && event.category === undefined) event.category = [category]
      put(b, 'event.dataset', mapping.dataset)
    },
  }
}
