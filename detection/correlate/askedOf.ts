import { DECIMAL } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import type { Hit } from './hit.ts'
import type { Part, Plan } from './plan.ts'

const NONE: readonly string[] = []

/** Names of fields are a rule's: `constructor` may be one. */
export function ownOf(fields: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** What a correlation asks of a hit; undefined where it has not all of it and takes no part. */
export function askedOf(
  plan: Plan,
  asked: Part,
  fieldOf: (name: string) => string | undefined,
): Pick<Hit, 'texts' | 'value' | 'carried'> | undefined {
  const texts = allOf(asked.group, fieldOf)
  const values = allOf(asked.values, fieldOf)
  if (texts === undefined || values === undefined) return undefined
  const carried = asked.carried.length === 0 ? NONE : asked.carried.map(fieldOf)
  if (plan.type === 'value_count') {
    const value = values.length === 1 ? fold(values[0]!) : JSON.stringify(values.map(fold))
    return { texts, value, carried }
  }
  if (!plan.type.startsWith('value_')) return { texts, value: '', carried }
  const text = values[0]!.trim()
  return DECIMAL.test(text) ? { texts, value: Number(text), carried } : undefined
}

function allOf(names: readonly string[], fieldOf: (name: string) => string | undefined): readonly string[] | undefined {
  if (names.length === 0) return NONE
  const texts: string[] = []
  for (const name of names) {
    const text = fieldOf(name)
    if (text === undefined) return undefined
    texts.push(text)
  }
  return texts
}
