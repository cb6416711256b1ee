import type { Scalar } from '../../core/event.ts'
import { FIELDS, type Field, fieldOf } from '../../core/fields.ts'
import { parseInstant } from '../../core/instant.ts'

/** Lines of a segment, sorted into those that can be loaded (one per event id) and those that cannot. */
export interface Screened {
  readonly good: ReadonlyMap<string, string>
  readonly rejected: readonly { readonly line: string; readonly reason: string }[]
}

/** Looks at each line of a segment that failed to load as a whole. A line whose event id came before is left out. */
export function screenLines(lines: readonly string[]): Screened {
  const good = new Map<string, string>()
  const rejected: { line: string; reason: string }[] = []
  for (const line of lines) {
    if (line.trim() === '') continue
    const found = screenLine(line)
    if ('reason' in found) rejected.push({ line, reason: found.reason })
    else if (!good.has(found.id)) good.set(found.id, line)
  }
  return { good, rejected }
}

function screenLine(line: string): { id: string } | { reason: string } {
  let event: unknown
  try {
    event = JSON.parse(line)
  } catch {
    return { reason: 'not JSON (cut off?)' }
  }
  if (!isGroup(event)) return { reason: 'not a JSON object' }
  if (!JSON.stringify(event).isWellFormed() || /\\u[dD][89a-fA-F]/.test(JSON.stringify(event)))
    return { reason: 'text is not well-formed Unicode' }
  const id = (event.event as Record<string, unknown> | undefined)?.id
  if (typeof id !== 'string' || id === '') return { reason: 'event.id is missing' }
  if (typeof event['@timestamp'] !== 'string') return { reason: '@timestamp is missing' }
  if (!isGroup(event.rest)) return { reason: 'rest is not an object' }
  const problem = problemIn(event, '')
  return problem === undefined ? { id } : { reason: problem }
}

function problemIn(group: Record<string, unknown>, prefix: string): string | undefined {
  for (const key of Object.keys(group)) {
    if (prefix === '' && key === 'rest') continue
    const name = prefix + key
    const value = group[key]
    const field = fieldOf(name)
    if (field !== undefined) {
      if (!fits(value, field)) return `${name} is not ${field.multi ? 'a list of ' : ''}${field.type}`
    } else if (!isGroup(value) || !GROUPS.has(name)) return `${name} is not a field of the catalogue`
    else {
      const problem = problemIn(value, `${name}.`)
      if (problem !== undefined) return problem
    }
  }
  return undefined
}

const GROUPS: ReadonlySet<string> = new Set(
  FIELDS.flatMap((f) => {
    const parts = f.name.split('.')
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'))
  }),
)

function fits(value: unknown, field: Field): boolean {
  if (field.multi) return Array.isArray(value) && value.every((v) => fitsOne(v as Scalar, field))
  return fitsOne(value as Scalar, field)
}

function fitsOne(value: Scalar, field: Field): boolean {
  switch (field.type) {
    case 'keyword':
    case 'ip':
      return typeof value === 'string'
    case 'long':
      return Number.isSafeInteger(value)
    case 'double':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string' && parseInstant(value) !== undefined
  }
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
