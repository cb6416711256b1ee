import { compareText, isNull, textOf } from '../../core/evaluate.ts'
import type { Scalar, StoredEvent } from '../../core/event.ts'
import { fieldOf } from '../../core/fields.ts'
import { DECIMAL } from '../../core/filter.ts'
import { parseInstant } from '../../core/instant.ts'
import { listOf, viewOfStored } from '../../core/view.ts'

export type GroupKey = readonly (string | null)[]

/** Counts events per combination of the values of some fields; an absent field counts as null. */
export class Tally {
  readonly #counts = new Map<string, number>()

  get size(): number {
    return this.#counts.size
  }

  add(key: GroupKey, count: number): void {
    const text = JSON.stringify(key)
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + count)
  }

  /** Adds one event: to each combination of its values once. */
  addEvent(event: StoredEvent, by: readonly string[], shown: readonly boolean[]): void {
    let keys: (string | null)[][] = [[]]
    for (const [i, name] of by.entries()) {
      const texts = shown[i] === true ? textsOf(event, name) : []
      keys = keys.flatMap((key) => (texts.length === 0 ? [null] : texts).map((t) => [...key, t]))
    }
    for (const key of keys) this.add(key, 1)
  }

  /** The `size` most frequent with at least `atLeast` events; ties by key, null last. */
  most(size: number, atLeast: number): readonly { readonly key: GroupKey; readonly count: number }[] {
    return [...this.#counts]
      .filter(([, count]) => count >= atLeast)
      .map(([text, count]) => ({ key: JSON.parse(text) as GroupKey, count }))
      .sort((a, b) => b.count - a.count || compareKeys(a.key, b.key))
      .slice(0, size)
  }
}

function compareKeys(a: GroupKey, b: GroupKey): number {
  for (const [i, x] of a.entries()) {
    const y = b[i]!
    const order = x === y ? 0 : x === null ? 1 : y === null ? -1 : compareText(x, y)
    if (order !== 0) return order
  }
  return 0
}

/** The different texts of a field's values. */
function textsOf(event: StoredEvent, name: string): readonly string[] {
  const value = viewOfStored(event).get(name)
  if (value === undefined || isNull(value)) return []
  return [...new Set(listOf(value).flatMap((v) => (v === null ? [] : [textOf(v)])))]
}

/** The values of a field that least and greatest are taken of: instants of a date field, else numbers and decimal text. */
export function numbersOf(event: StoredEvent, name: string): readonly number[] {
  const value = viewOfStored(event).get(name)
  if (value === undefined) return []
  const isDate = fieldOf(name)?.type === 'date'
  const number = (v: Scalar): number | undefined => {
    if (v === null) return undefined
    if (isDate) return parseInstant(textOf(v))
    return typeof v === 'number' ? v : typeof v === 'string' && DECIMAL.test(v) ? Number(v) : undefined
  }
  return listOf(value).flatMap((v) => number(v) ?? [])
}

/** Least and greatest of what was taken. */
export class Extent {
  min: number | undefined
  max: number | undefined

  take(n: number): void {
    if (this.min === undefined || n < this.min) this.min = n
    if (this.max === undefined || n > this.max) this.max = n
  }
}
