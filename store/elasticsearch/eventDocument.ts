import { createHash } from 'node:crypto'
import { textOf } from '../../core/evaluate.ts'
import type { EcsObject, StoredEvent, Value } from '../../core/event.ts'
import { fieldOf } from '../../core/fields.ts'
import { covers, NOT_SEARCHED } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { listOf } from '../../core/view.ts'
import { LONGEST } from './mapping.ts'

/** An event as it is indexed (see mapping.ts). */
export function eventDocument(event: StoredEvent): Readonly<Record<string, unknown>> {
  const has = new Set<string>()
  const filled = new Set<string>()
  const misfit: string[] = []
  const long = new Set<string>()
  const all = new Set<string>()
  const rest: Record<string, string[]> = {}
  const lower: Record<string, string[]> = {}

  const note = (name: string, value: Value): string[] => {
    const token = nameToken(name)
    has.add(token)
    const texts = listOf(value).flatMap((v) => (v === null ? [] : [textOf(v)]))
    if (texts.length > 0) filled.add(token)
    if (texts.some((t) => t.length > LONGEST)) long.add(token)
    const short = texts.filter((t) => t.length <= LONGEST)
    if (!covers(NOT_SEARCHED, name)) for (const t of short) all.add(fold(t))
    return short
  }
  for (const [name, value] of typedValues(event.ecs)) note(name, value)
  for (const name of Object.keys(event.rest)) {
    const texts = note(name, event.rest[name]!)
    if (fieldOf(name) !== undefined) misfit.push(name)
    if (!isFlatKey(name) || texts.length === 0) continue
    rest[name] = texts
    lower[name] = texts.map(fold)
  }
  const find = { has: [...has], filled: [...filled], misfit, long: [...long], all: [...all], rest, lower }
  return { ...event.ecs, rest: JSON.stringify(event.rest), find }
}

/** A name as a term; long ones by their digest. */
export function nameToken(name: string): string {
  return name.length <= 500 ? name : `sha256:${createHash('sha256').update(name).digest('hex')}`
}

/** Whether a name can be a key of a `flattened` field that a query may name as well. */
export function isFlatKey(name: string): boolean {
  return name.length <= 500 && /^[\p{L}\p{N}_@-]+(\.[\p{L}\p{N}_@-]+)*$/u.test(name) && name !== '__proto__'
}

function* typedValues(group: EcsObject, prefix = ''): Generator<[string, Value]> {
  for (const key of Object.keys(group)) {
    const value = group[key]!
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      yield* typedValues(value as EcsObject, `${prefix}${key}.`)
    else yield [prefix + key, value as Value]
  }
}
