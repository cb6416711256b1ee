import { clauseOf } from '../../parts/fields.ts'

/** A search text narrowed to (or by `not` without) one value of a field. */
export function narrow(query: string, field: string, value: string, not: boolean): string {
  const clause = `${not ? 'not ' : ''}${clauseOf(field, value)}`
  const q = query.trim()
  if (q === '') return clause
  if (q.includes(clause)) return q
  return `${/\bor\b/i.test(q) ? `(${q})` : q} and ${clause}`
}

/** The values of a field in an event, as text. */
export function fieldText(ecs: unknown, field: string): string {
  let at: unknown = ecs
  for (const part of field.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return ''
    at = (at as Record<string, unknown>)[part]
  }
  return at === undefined || at === null ? '' : Array.isArray(at) ? at.join(', ') : String(at)
}
