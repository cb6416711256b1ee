import type { Scalar, Value } from '../../core/event.ts'
import type { MutableEcs, WholeMember } from '../contract.ts'
import type { Zone } from '../parsers/time.ts'
import { LEAVES, type Leaf } from './catalogue.ts'

/** A draft while it is being put together. */
export interface Building {
  /** The JSON text, or the line. */
  readonly line: string
  readonly ecs: MutableEcs
  readonly rest: Record<string, Value>
  /** Names of typed fields whose values stand in `rest`. */
  misfit: string[] | undefined
  readonly zone: Zone
  /** Characters of flattened names that this line may still cost (see shape.ts). */
  budget: number
  /** The line may hold halves of surrogate pairs, which no store reads. */
  readonly unclean: boolean
  /** A number was met that JavaScript cannot hold: the line is read again with numbers as text. */
  unsafe: boolean
  /** Members of the payload that stand in the event as they were parsed. */
  readonly whole: WholeMember[]
  /** How many members the payload has. */
  members: number
  /** The audit event that its record belongs to. */
  record: string | undefined
}

/**
 * An object without any inherited name, so that `__proto__` and `constructor` are names like others. Made by a class, for V8
 * then keeps it as objects are kept, not as the hash table that `Object.create(null)` gives: twice as fast to write out.
 */
class Rest {
  [name: string]: Value
}
Reflect.deleteProperty(Rest.prototype, 'constructor')
Object.setPrototypeOf(Rest.prototype, null)

export function begin(line: string, zone: Zone, unclean: boolean): Building {
  return {
    line,
    ecs: {},
    rest: new Rest(),
    misfit: undefined,
    zone,
    budget: 4 * line.length + 16_384,
    unclean,
    unsafe: false,
    whole: [],
    members: 0,
    record: undefined,
  }
}

/** Adds values to the remainder under a name; what stands there already is kept, as a list. */
export function addRest(rest: Record<string, Value>, name: string, value: Value): void {
  const old = rest[name]
  if (old === undefined) rest[name] = value
  else if (Array.isArray(old)) {
    if (Array.isArray(value)) for (const v of value as readonly Scalar[]) (old as Scalar[]).push(v)
    else (old as Scalar[]).push(value as Scalar)
  } else
    rest[name] = Array.isArray(value)
      ? [old as Scalar, ...(value as readonly Scalar[])]
      : [old as Scalar, value as Scalar]
}

/** Keeps what does not fit its typed field, and says so. */
export function addMisfit(b: Building, name: string, value: Value): void {
  noteMisfit(b, name)
  addRest(b.rest, name, value)
}

export function noteMisfit(b: Building, name: string): void {
  if (b.misfit === undefined) b.misfit = [name]
  else if (!b.misfit.includes(name)) b.misfit.push(name)
}

/** What stands in a typed field, or undefined. */
export function typed(ecs: MutableEcs, leaf: Leaf): Value | undefined {
  const { path } = leaf
  let at: MutableEcs | undefined = ecs
  for (let i = 0; i < path.length - 1 && at !== undefined; i++) at = at[path[i]!] as MutableEcs | undefined
  return at?.[path[path.length - 1]!] as Value | undefined
}

/** Puts a value of exactly the field's type where it belongs. */
export function setTyped(b: Building, leaf: Leaf, value: Value): void {
  const { path } = leaf
  if (b.whole.length > 0) changed(b, path[0]!)
  let at = b.ecs
  for (let i = 0; i < path.length - 1; i++) {
    const key = path[i]!
    const next = at[key] as MutableEcs | undefined
    if (next === undefined) {
      const made: MutableEcs = {}
      at[key] = made
      at = made
    } else at = next
  }
  at[path[path.length - 1]!] = value
}

/** A member of the event's top level is no longer as it was parsed. */
export function changed({ whole }: Building, name: string): void {
  for (let i = 0; i < whole.length; i++) {
    if (whole[i]!.name !== name) continue
    whole.splice(i, 1)
    return
  }
}

/**
 * A parser's word on a field by its dotted name: typed where the catalogue has it, else remainder. What the payload said
 * itself stands; a value that does not fit goes to the remainder. Nothing for an empty text.
 */
export function put(b: Building, name: string, value: Scalar): void {
  if (value === '') return
  const leaf = LEAVES.get(name)
  if (leaf === undefined) {
    if (b.rest[name] === undefined) b.rest[name] = value
    return
  }
  if (typed(b.ecs, leaf) !== undefined) return
  const v = leaf.coerce(value, b.zone)
  if (v === undefined) addMisfit(b, name, value)
  else setTyped(b, leaf, leaf.multi ? [v] : v)
}
