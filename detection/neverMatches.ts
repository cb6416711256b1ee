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
  const fate = fateOf(detectionFilter(rule), delivered)
  if (fate?.holds !== false) return undefined
  const at = findField(rule, new Set(fate.because))
  if (at === undefined) return undefined
  const near = delivered.nearest(at.field)
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  return problem('SIG-044', { field: at.field, hint }, at.place, 'warning')
}

/** What a filter says of every event, and which fields that none has decide it. */
interface Fate {
  readonly holds: boolean
  readonly because: readonly string[]
}

/** Undefined where it depends on the event. */
function fateOf(filter: Filter, delivered: DeliveredFields): Fate | undefined {
  switch (filter.op) {
    case 'all':
      return { holds: true, because: [] }
    case 'none':
      return { holds: false, because: [] }
    case 'keyword':
      return undefined
    case 'not': {
      const fate = fateOf(filter.of, delivered)
      return fate === undefined ? undefined : { holds: !fate.holds, because: fate.because }
    }
    case 'and':
    case 'or': {
      const decides = filter.op === 'or'
      const fates = filter.of.map((f) => fateOf(f, delivered))
      const decided = fates.find((f) => f?.holds === decides)
      if (decided !== undefined) return decided
      const all = fates.filter((f) => f !== undefined)
      return all.length < fates.length ? undefined : { holds: !decides, because: all.flatMap((f) => f.because) }
    }
    default: {
      const names = filter.op === 'compare' ? [filter.field[0], filter.with[0]] : [filter.field[0]]
      const absent = names.filter((n) => !delivered.has(n))
      return absent.length === 0 ? undefined : { holds: filter.op === 'null', because: absent }
    }
  }
}

interface Found {
  readonly field: string
  readonly place: Place
}

/** Where the rule names the first of the fields. */
function findField(rule: SigmaRule, fields: ReadonlySet<string>): Found | undefined {
  for (const document of readDocuments(rule.text, rule.file)) {
    if ('code' in document) continue
    const { id, title, detection } = (isMap(document.value) ? document.value : {}) as Record<string, unknown>
    if (id !== rule.id && title !== rule.title) continue
    const found = pathOf(detection, fields, ['detection'])
    if (found !== undefined) return { field: found.field, place: document.place(found.path, { key: true }) }
  }
  return undefined
}

function pathOf(value: unknown, fields: ReadonlySet<string>, path: Path): { field: string; path: Path } | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (!Array.isArray(value) && path.length > 1) {
      const [name = '', ...modifiers] = key.split('|')
      const others = modifiers.includes('fieldref') ? [inner].flat().map(String) : []
      const field = [name, ...others].find((n) => fields.has(n))
      if (field !== undefined) return { field, path: at }
    }
    const found = pathOf(inner, fields, at)
    if (found !== undefined) return found
  }
  return undefined
}
