import type { Scope } from '../../core/access.ts'
import { compileFilter } from '../../core/evaluate.ts'
import type { EcsObject, StoredEvent, Value } from '../../core/event.ts'
import { covers } from '../../core/filter.ts'
import type { EventRow } from '../../core/query.ts'
import { viewOfStored } from '../../core/view.ts'
import { encodeCursor } from './cursor.ts'

/** Turns stored events into rows as one reader sees them: cut by the grant that admits each. */
export type RowMaker = (id: string, timestamp: number, event: StoredEvent) => EventRow | undefined

/** Compiles a scope. The result is undefined for an event that no grant admits (the store had not returned it). */
export function rowMaker(scope: Scope): RowMaker {
  const grants = scope.grants.map((g) => ({ admits: compileFilter(g.rows), hidden: g.hidden }))
  return (id, timestamp, event) => {
    const view = viewOfStored(event)
    const grant = grants.find((g) => g.admits(view))
    if (grant === undefined) return undefined
    const hidden: string[] = []
    const seen = grant.hidden.length === 0 ? event : cutEvent(event, grant.hidden, hidden)
    // The line as it came; a payload's own `event.original` is in the remainder.
    const original = (seen.ecs.event as EcsObject | undefined)?.original
    return {
      id,
      timestamp,
      original: typeof original === 'string' ? original : undefined,
      event: seen,
      hidden,
      cursor: encodeCursor(timestamp, id),
    }
  }
}

/** The event without these fields; the names of those that stood in it are added to `cut`. */
function cutEvent(event: StoredEvent, hidden: readonly string[], cut: string[]): StoredEvent {
  const ecs = cutGroup(event.ecs, '', hidden, cut)
  const rest: Record<string, Value> = {}
  for (const name of Object.keys(event.rest)) {
    if (!covers(hidden, name)) define(rest, name, event.rest[name]!)
    else if (!cut.includes(name)) cut.push(name)
  }
  return { ecs, rest }
}

function cutGroup(group: EcsObject, prefix: string, hidden: readonly string[], cut: string[]): EcsObject {
  const out: Record<string, Value | EcsObject> = {}
  for (const key of Object.keys(group)) {
    const value = group[key]!
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = cutGroup(value as EcsObject, `${prefix}${key}.`, hidden, cut)
      if (Object.keys(inner).length > 0) define(out, key, inner)
    } else if (covers(hidden, prefix + key)) cut.push(prefix + key)
    else define(out, key, value)
  }
  return out
}

/** Sets a property of any name, also `__proto__`. */
function define<T>(to: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__')
    Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true })
  else to[name] = value
}
