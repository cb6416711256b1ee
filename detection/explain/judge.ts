import { compileFilter } from '../../core/evaluate.ts'
import type { EventView, FieldRef } from '../../core/event.ts'
import { covers, type Filter, type Leaf } from '../../core/filter.ts'

/** True, false, or undefined: that depends on what the reader may not see. */
export type Truth = boolean | undefined

/** An event as a reader may see it. */
export interface Seen {
  readonly view: EventView
  /** Fields that may stand in the event but not in the view. */
  readonly hidden: readonly string[]
}

/** What the plain evaluator says of a filter, as far as it follows from what the reader may see. */
export function judge(filter: Filter, { view, hidden }: Seen): Truth {
  if (hidden.length === 0) return compileFilter(filter)(view)
  switch (filter.op) {
    case 'all':
    case 'none':
      return filter.op === 'all'
    case 'and':
      return every(filter.of.map((f) => judge(f, { view, hidden })))
    case 'or':
      return some(filter.of.map((f) => judge(f, { view, hidden })))
    case 'not':
      return turned(judge(filter.of, { view, hidden }))
    default:
      return judgeLeaf(filter, { view, hidden })
  }
}

export function every(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes(undefined) ? undefined : true
}

export function some(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false
}

export function turned(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth
}

function judgeLeaf(leaf: Leaf, { view, hidden }: Seen): Truth {
  const found = compileFilter(leaf)(view)
  switch (leaf.op) {
    case 'keyword':
      return found ? true : undefined
    case 'exists':
      return found ? true : leaf.field.some((name) => covers(hidden, name)) ? undefined : false
    case 'compare':
      return isDecided(leaf.field, { view, hidden }) && isDecided(leaf.with, { view, hidden }) ? found : undefined
    default:
      return isDecided(leaf.field, { view, hidden }) ? found : undefined
  }
}

/** Whether the first of the names that stands in the event is surely one that the reader sees (or none is). */
export function isDecided(field: FieldRef, { view, hidden }: Seen): boolean {
  for (const name of field) {
    if (covers(hidden, name)) return false
    if (view.get(name) !== undefined) return true
  }
  return true
}
