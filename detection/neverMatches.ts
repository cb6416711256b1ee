import { type Place, type Problem, problem } from '../core/errors.ts'
import type { Filter } from '../core/filter.ts'
import { detectionFilter } from './compile.ts'
import type { DeliveredFields } from './deliveredFields.ts'
import { type Path, readDocuments } from './sigma/document.ts'
import { isMap } from './sigma/readSearch.ts'
import type { SigmaRule } from './sigma/types.ts'

/**
 * Warns of a rule that no event can match, for whatever it matches needs a field that no source of its log source
 * delivers: at the first such field, with the name that was probably meant.
 */
export function neverMatches(rule: SigmaRule, delivered: DeliveredFields): Problem | undefined {
  const missing = new Set<string>()
  if (fateOf(detectionFilter(rule), delivered, missing) !== false) return undefined
  const at = findField(rule, missing)
  if (at === undefined) return undefined
  const near = delivered.nearest(at.field)
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  return problem('SIG-044', { field: at.field, hint }, at.place, 'warning')
}

/** What a filter says of every event, with fields that none has; undefined where it depends on the event. */
function fateOf(filter: Filter, delivered: DeliveredFields, missing: Set<string>): boolean | undefined {
  switch (filter.op) {
    case 'all':
      return true
    case 'none':
      return false
    case 'keyword':
      return undefined
    case 'not': {
      const fate = fateOf(filter.of, delivered, missing)
      return fate === undefined ? undefined : !fate
    }
    case 'and':
    case 'or': {
      const decides = filter.op === 'or'
      const fates = filter.of.map((f) => fateOf(f, delivered, missing))
      return fates.includes(decides) ? decides : fates.includes(undefined) ? undefined : !decides
    }
    default: {
      const names = filter.op === 'compare' ? [filter.field[0], filter.with[0]] : [filter.field[0]]
      const absent = names.filter((n) => !delivered.has(n))
      for (const n of absent) missing.add(n)
      return absent.length === 0 ? undefined : filter.op === 'null'
    }
  }
}

/** Where the rule names the first of the fields. */
function findField(rule: SigmaRule, fields: ReadonlySet<string>): { field: string; place: Place } | undefined {
  const documents = readDocuments(rule.text, rule.file)
  if ('code' in documents) return undefined
  for (const document of documents) {
    const { id, title, detection } = (isMap(document.value) ? document.value : {}) as Record<string, unknown>
    if (id !== rule.id && title !== rule.title) continue
    const path = pathOf(detection, fields, ['detection'])
    if (path === undefined) continue
    return { field: String(path.at(-1)).split('|')[0]!, place: document.place(path, { key: true }) }
  }
  return undefined
}

function pathOf(value: unknown, fields: ReadonlySet<string>, path: Path): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (!Array.isArray(value) && path.length > 1 && fields.has(key.split('|')[0]!)) return at
    const found = pathOf(inner, fields, at)
    if (found !== undefined) return found
  }
  return undefined
}
