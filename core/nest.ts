import type { EcsObject, StoredEvent, Value } from './event.ts'
import { listOf } from './view.ts'

/** Names are opened up to this many parts; what is deeper stays one dotted key. */
const DEEPEST = 32

interface Node {
  [key: string]: unknown
}

/**
 * An event as JSON for people: typed fields and remainder in one tree. Where a name holds both a value and subfields, or
 * stands in both halves, a list holds all of it (`user: ["x", {"name": "y"}]`), so nothing is lost.
 */
export function nest(event: StoredEvent): Readonly<Record<string, unknown>> {
  const root = copy(event.ecs)
  for (const name of Object.keys(event.rest)) put(root, name, event.rest[name]!)
  return root
}

function copy(ecs: EcsObject): Node {
  const out: Node = Object.create(null)
  for (const key of Object.keys(ecs)) {
    const v = ecs[key]!
    out[key] = isGroup(v) ? copy(v as EcsObject) : v
  }
  return out
}

function put(root: Node, name: string, value: Value): void {
  const parts = name.split('.')
  if (parts.length > DEEPEST) parts.splice(DEEPEST - 1, Number.POSITIVE_INFINITY, parts.slice(DEEPEST - 1).join('.'))
  let at = root
  for (const part of parts.slice(0, -1)) at = groupAt(at, part)
  const last = parts.at(-1)!
  const there = at[last]
  if (there === undefined) at[last] = value
  else if (Array.isArray(there) ? there.some(isGroup) : isGroup(there)) at[last] = [...beside(there), ...beside(value)]
  else at[last] = [...listOf(there as Value), ...listOf(value)]
}

/** What stands beside subfields in a list; an empty list stays one, else the field would be gone. */
function beside(there: unknown): readonly unknown[] {
  return Array.isArray(there) && there.length > 0 ? there : [there]
}

/** The group of subfields under a key, made where missing; a value already there moves into a list beside it. */
function groupAt(at: Node, key: string): Node {
  const there = at[key]
  if (isGroup(there)) return there as Node
  const inList = Array.isArray(there) ? there.find(isGroup) : undefined
  if (inList !== undefined) return inList
  const made: Node = Object.create(null)
  at[key] = there === undefined ? made : [...beside(there), made]
  return made
}

function isGroup(v: unknown): boolean {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}
