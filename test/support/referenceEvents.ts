import type { Scope } from '../../core/access.ts'
import { compareText, compileFilter, isNull, textOf } from '../../core/evaluate.ts'
import type { EcsObject, Scalar, StoredEvent, Value } from '../../core/event.ts'
import { fieldOf } from '../../core/fields.ts'
import { covers, DECIMAL } from '../../core/filter.ts'
import { parseInstant } from '../../core/instant.ts'
import type { Ask, Query } from '../../core/query.ts'
import { listOf, viewOfStored } from '../../core/view.ts'

/**
 * What an event store must answer, computed the plain way: each event is cut to what its grant leaves, then the filter is
 * put to what is left. Independent of `scopeFilter`, which it thereby tests as well.
 */
export interface Seen {
  readonly id: string
  readonly timestamp: number
  readonly event: StoredEvent
  readonly hidden: readonly string[]
}

export function referenceRows(
  events: readonly StoredEvent[],
  scope: Scope,
  query: Omit<Query, 'ask'>,
): readonly Seen[] {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query.time
  const grants = scope.grants.map((g) => ({ admits: compileFilter(g.rows), hidden: g.hidden }))
  const test = compileFilter(query.filter)
  return events
    .flatMap((whole) => {
      const grant = grants.find((g) => g.admits(viewOfStored(whole)))
      const timestamp = parseInstant(whole.ecs['@timestamp'] as string)!
      if (grant === undefined || timestamp < from || timestamp >= to) return []
      const hidden: string[] = []
      const event = cut(whole, grant.hidden, hidden)
      return test(viewOfStored(event))
        ? [{ id: (whole.ecs.event as EcsObject).id as string, timestamp, event, hidden }]
        : []
    })
    .sort((a, b) => b.timestamp - a.timestamp || compareText(b.id, a.id))
}

function cut(event: StoredEvent, names: readonly string[], hidden: string[]): StoredEvent {
  const ecs: Record<string, unknown> = {}
  for (const [name, value] of typedOf(event.ecs)) {
    if (covers(names, name)) hidden.push(name)
    else {
      const parts = name.split('.')
      let at = ecs
      for (const part of parts.slice(0, -1)) {
        at[part] ??= {}
        at = at[part] as Record<string, unknown>
      }
      at[parts.at(-1)!] = value
    }
  }
  const kept = Object.entries(event.rest).filter(([name]) => !covers(names, name))
  for (const name of Object.keys(event.rest)) if (covers(names, name) && !hidden.includes(name)) hidden.push(name)
  return { ecs: ecs as EcsObject, rest: Object.fromEntries(kept) }
}

function* typedOf(group: EcsObject, prefix = ''): Generator<[string, Value]> {
  for (const [key, value] of Object.entries(group)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      yield* typedOf(value as EcsObject, `${prefix}${key}.`)
    else yield [prefix + key, value as Value]
  }
}

/** The answer to anything but rows. */
export function referenceAnswer(seen: readonly Seen[], ask: Exclude<Ask, { kind: 'rows' }>): unknown {
  switch (ask.kind) {
    case 'count':
      return { count: seen.length }
    case 'histogram': {
      const counts = new Map<number, number>()
      for (const s of seen) add(counts, Math.floor(s.timestamp / ask.step) * ask.step)
      return { buckets: [...counts].sort(([a], [b]) => a - b).map(([from, count]) => ({ from, count })) }
    }
    case 'top': {
      const counts = new Map<string, number>()
      for (const s of seen) for (const text of textsIn(s, ask.field)) add(counts, text)
      const values = [...counts].map(([value, count]) => ({ value, count }))
      return { values: values.sort((a, b) => b.count - a.count || compareText(a.value, b.value)).slice(0, ask.size) }
    }
    case 'minmax': {
      const numbers = seen.flatMap((s) => numbersIn(s, ask.field))
      return numbers.length === 0
        ? { min: undefined, max: undefined }
        : { min: Math.min(...numbers), max: Math.max(...numbers) }
    }
    case 'groups': {
      const counts = new Map<string, number>()
      for (const s of seen) {
        let keys: (string | null)[][] = [[]]
        for (const field of ask.by) {
          const texts: (string | null)[] = textsIn(s, field)
          keys = keys.flatMap((key) => (texts.length === 0 ? [null] : texts).map((t) => [...key, t]))
        }
        for (const key of keys) add(counts, JSON.stringify(key))
      }
      const groups = [...counts]
        .filter(([, count]) => count >= ask.atLeast)
        .map(([key, count]) => ({ key: JSON.parse(key) as (string | null)[], count }))
      return { groups: groups.sort((a, b) => b.count - a.count || compareKeys(a.key, b.key)).slice(0, ask.size) }
    }
  }
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Null last. */
function compareKeys(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i]!
    const order = x === y ? 0 : x === null ? 1 : y === null ? -1 : compareText(x, y)
    if (order !== 0) return order
  }
  return 0
}

function textsIn(s: Seen, field: string): string[] {
  const value = viewOfStored(s.event).get(field)
  if (value === undefined || isNull(value)) return []
  return [...new Set(listOf(value).flatMap((v) => (v === null ? [] : [textOf(v)])))]
}

/** Instants of a date field; of any other, numbers and text that is wholly a decimal number. */
function numbersIn(s: Seen, field: string): number[] {
  const value = viewOfStored(s.event).get(field)
  if (value === undefined) return []
  const number = (v: Scalar): number | undefined => {
    if (fieldOf(field)?.type === 'date') return v === null ? undefined : parseInstant(textOf(v))
    return typeof v === 'number' ? v : typeof v === 'string' && DECIMAL.test(v) ? Number(v) : undefined
  }
  return listOf(value).flatMap((v) => number(v) ?? [])
}
