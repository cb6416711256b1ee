import { compileFilter, firstPresent, type Test, textOf } from '../../core/evaluate.ts'
import type { EventView, FieldRef, Scalar } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import { listOf } from '../../core/view.ts'

/** What a comparison looked at. */
export interface SeenValue {
  /** Name in the event. */
  readonly name: string
  readonly text: string
  /** Whether it is a single value that stands somewhere, not several of which none decided. */
  readonly single: boolean
  /** Whether the filter holds for it. */
  readonly decided: boolean
}

/** So many of several values are told where none of them decided. */
const TOLD = 5

/** The field's value in the event: of several, the one for which the filter holds. */
export function seenIn(field: FieldRef, filter: Filter | undefined, view: EventView): SeenValue | undefined {
  const found = firstPresent(view, field)
  if (found === undefined) return undefined
  const { name } = found
  const values = listOf(found.value).filter((v) => v !== null)
  const holds = filter === undefined ? undefined : compileFilter(filter)
  const decided = holds && values.find((v) => holdsAlone(holds, name, v))
  if (decided !== undefined) return { name, text: textOf(decided), single: true, decided: true }
  if (values.length <= 1)
    return { name, text: values.length === 0 ? 'null' : textOf(values[0]!), single: true, decided: false }
  const told = values.slice(0, TOLD).map(textOf).join(', ')
  return { name, text: values.length > TOLD ? `${told}, … (${values.length})` : told, single: false, decided: false }
}

/** The first value anywhere in the event for which a keyword holds. */
export function seenAnywhere(filter: Filter, view: EventView): SeenValue | undefined {
  let seen: SeenValue | undefined
  const holds = compileFilter(filter)
  view.some((name, value) => {
    const text = listOf(value).find((v) => v !== null && holdsAlone(holds, name, v))
    if (text === undefined || text === null) return false
    seen = { name, text: textOf(text), single: true, decided: true }
    return true
  })
  return seen
}

function holdsAlone(holds: Test, name: string, value: Scalar): boolean {
  return holds({
    get: (asked) => (asked === name ? value : undefined),
    some: (visit) => visit(name, value),
  })
}
