import type { EcsObject, EventView, Scalar, StoredEvent, Value } from './event.ts'
import type { JsonObject } from './jsonObject.ts'

/** A stored event as filters see it: typed fields and remainder; where both hold a name, both values count. */
export function viewOfStored(event: StoredEvent): EventView {
  return {
    get(name) {
      const typed = typedValue(event.ecs, name)
      const rest = Object.hasOwn(event.rest, name) ? event.rest[name] : undefined
      return typed === undefined ? rest : rest === undefined ? typed : [...listOf(typed), ...listOf(rest)]
    },
    some(visit) {
      if (someTyped(event.ecs, '', visit)) return true
      for (const name of Object.keys(event.rest)) if (visit(name, event.rest[name]!)) return true
      return false
    },
  }
}

/** Any parsed JSON object as filters see it (see `EventView`). Reads on demand; never throws, however odd the object. */
export function viewOfJson(object: object): EventView {
  return {
    get: (name) => lookUp(object as JsonObject, name),
    some: (visit) => walk(object as JsonObject, visit),
  }
}

/** The value(s) of a field as a list. */
export function listOf(value: Value): readonly Scalar[] {
  return Array.isArray(value) ? value : [value as Scalar]
}

function typedValue(ecs: EcsObject, name: string): Value | undefined {
  let at: EcsObject = ecs
  let from = 0
  for (;;) {
    const dot = name.indexOf('.', from)
    const key = dot < 0 ? (from === 0 ? name : name.slice(from)) : name.slice(from, dot)
    if (!Object.hasOwn(at, key)) return undefined
    const next = at[key]!
    const inner = typeof next === 'object' && next !== null && !Array.isArray(next)
    if (dot < 0) return inner ? undefined : (next as Value)
    if (!inner) return undefined
    at = next as EcsObject
    from = dot + 1
  }
}

/** Typed groups are as deep as the catalogue's names: recursion is safe. */
function someTyped(ecs: EcsObject, prefix: string, visit: (name: string, value: Value) => boolean): boolean {
  for (const key of Object.keys(ecs)) {
    const value = ecs[key]!
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (inner ? someTyped(value as EcsObject, `${prefix}${key}.`, visit) : visit(prefix + key, value as Value))
      return true
  }
  return false
}

/**
 * Finds every place where `name` may stand: each prefix of it that ends at a dot can be a key. A node of the object is
 * reached by one way only, so this is linear in the object.
 */
function lookUp(object: JsonObject, name: string): Value | undefined {
  if (name.indexOf('.') < 0) return Object.hasOwn(object, name) ? leafValue(object[name]) : undefined
  const found: Scalar[] = []
  let places = 0
  let single = true
  const stack: [unknown, number][] = [[object, 0]]
  while (stack.length > 0) {
    const [node, from] = stack.pop()!
    if (Array.isArray(node)) {
      single = false
      for (let i = node.length - 1; i >= 0; i--) if (isObject(node[i])) stack.push([node[i], from])
      continue
    }
    const inside: [unknown, number][] = []
    for (let dot = name.indexOf('.', from); ; dot = name.indexOf('.', dot + 1)) {
      const key = name.slice(from, dot < 0 ? undefined : dot)
      if (Object.hasOwn(node as JsonObject, key)) {
        const next = (node as JsonObject)[key]
        if (dot >= 0) {
          if (isObject(next)) inside.push([next, dot + 1])
        } else {
          const value = leafValue(next)
          if (value !== undefined) {
            places++
            if (Array.isArray(value)) single = false
            for (const v of listOf(value)) found.push(v)
          }
        }
      }
      if (dot < 0) break
    }
    for (let i = inside.length - 1; i >= 0; i--) stack.push(inside[i]!)
  }
  return places === 0 ? undefined : single && found.length === 1 ? found[0] : found
}

/** The scalars of a node: itself, or those in a list (lists in lists flattened); `undefined` where it holds objects only. */
export function leafValue(node: unknown): Value | undefined {
  if (!isObject(node)) return node as Scalar
  if (!Array.isArray(node)) return undefined
  if (node.length === 0 || node.every((v) => !isObject(v))) return node as Scalar[]
  const out: Scalar[] = []
  const stack: unknown[] = [node]
  let empty = false
  while (stack.length > 0) {
    const next = stack.pop()
    if (Array.isArray(next)) {
      if (next.length === 0) empty = true
      for (let i = next.length - 1; i >= 0; i--) stack.push(next[i])
    } else if (!isObject(next)) out.push(next as Scalar)
  }
  return out.length > 0 || empty ? out : undefined
}

function walk(object: JsonObject, visit: (name: string, value: Value) => boolean): boolean {
  const stack: [JsonObject, string][] = [[object, '']]
  while (stack.length > 0) {
    const [node, prefix] = stack.pop()!
    for (const key of Object.keys(node)) {
      const name = prefix + key
      const next = node[key]
      const value = leafValue(next)
      if (value !== undefined && visit(name, value)) return true
      if (Array.isArray(next)) for (const o of objectsIn(next)) stack.push([o, `${name}.`])
      else if (isObject(next)) stack.push([next as JsonObject, `${name}.`])
    }
  }
  return false
}

/** The objects that stand in a list, also in lists within it. */
export function objectsIn(list: readonly unknown[]): JsonObject[] {
  const out: JsonObject[] = []
  const stack: unknown[] = [list]
  while (stack.length > 0) {
    const next = stack.pop()
    if (Array.isArray(next)) for (let i = next.length - 1; i >= 0; i--) stack.push(next[i])
    else if (isObject(next)) out.push(next as JsonObject)
  }
  return out
}

function isObject(v: unknown): boolean {
  return typeof v === 'object' && v !== null
}
