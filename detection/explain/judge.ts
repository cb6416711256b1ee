import { AppError } from '../../core/errors.ts'
import { compileFilter, firstPresent, textOf } from '../../core/evaluate.ts'
import type { EventView, FieldRef, Value } from '../../core/event.ts'
import { covers, type Filter, type Leaf, NOT_SEARCHED } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { foldPattern } from '../../core/pattern.ts'
import { listOf } from '../../core/view.ts'

/** True, false, or undefined: that depends on what the reader may not see. */
export type Truth = boolean | undefined

/** An event as a reader may see it. */
export interface Seen {
  readonly view: EventView
  /** The same with every text folded: a rule may ask thousands of things of a long one. */
  readonly folded: EventView
  /** Fields that may stand in the event but not in the view. */
  readonly hidden: readonly string[]
  /** Characters that regular expressions may still read: they are the one thing whose time grows with both rule and event. */
  readonly budget: { left: number }
}

/** What the plain evaluator says of a filter, as far as it follows from what the reader may see. */
export function judge(filter: Filter, seen: Seen): Truth {
  switch (filter.op) {
    case 'all':
    case 'none':
      return filter.op === 'all'
    case 'and':
      return every(filter.of.map((f) => judge(f, seen)))
    case 'or':
      return some(filter.of.map((f) => judge(f, seen)))
    case 'not':
      return turned(judge(filter.of, seen))
    default:
      return judgeLeaf(filter, seen)
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

function judgeLeaf(leaf: Leaf, seen: Seen): Truth {
  const { view, folded, hidden, budget } = seen
  if (leaf.op === 'regex') spend([firstPresent(view, leaf.field)?.value], budget)
  if (leaf.op === 'keyword' && leaf.regex !== undefined)
    spend(
      everyValue(view).map(([, v]) => v),
      budget,
    )
  const shaped = foldedLeaf(leaf)
  const found = compileFilter(shaped)(shaped === leaf ? view : folded)
  if (hidden.length === 0) return found
  switch (leaf.op) {
    case 'keyword':
      return found ? true : seesAll(leaf, hidden) ? false : undefined
    case 'exists':
      return found ? true : leaf.field.some((name) => covers(hidden, name)) ? undefined : false
    case 'compare':
      return isDecided(leaf.field, seen) && isDecided(leaf.with, seen) ? found : undefined
    default:
      return isDecided(leaf.field, seen) ? found : undefined
  }
}

/** Whether nothing that the keyword is sought in may be hidden. */
function seesAll({ within }: Leaf & { op: 'keyword' }, hidden: readonly string[]): boolean {
  if (within !== undefined) return !within.some((name) => mayHide(hidden, name))
  return hidden.every((name) => covers(NOT_SEARCHED, name))
}

/** Whether a field or something below it may be hidden. */
function mayHide(hidden: readonly string[], name: string): boolean {
  return covers(hidden, name) || hidden.some((h) => covers([name], h))
}

function spend(values: readonly (Value | undefined)[], budget: Seen['budget']): void {
  for (const value of values)
    for (const v of value === undefined ? [] : listOf(value)) budget.left -= typeof v === 'string' ? v.length : 0
  if (budget.left < 0)
    throw new AppError('QRY-303', {
      problem: 'the regular expressions of this rule take too long on an event of this size to be explained here',
    })
}

/** Whether the first of the names that stands in the event is surely one that the reader sees (or none is). */
export function isDecided(field: FieldRef, { view, hidden }: Pick<Seen, 'view' | 'hidden'>): boolean {
  for (const name of field) {
    if (covers(hidden, name)) return false
    if (view.get(name) !== undefined) return true
  }
  return true
}

/** The leaf as it asks the same of folded text; itself where case matters to some of it, or nothing of it is text. */
function foldedLeaf(leaf: Leaf): Leaf {
  if (!('cased' in leaf) || leaf.cased || ('regex' in leaf && leaf.regex !== undefined)) return leaf
  switch (leaf.op) {
    case 'term':
      return { ...leaf, value: fold(textOf(leaf.value)), cased: true }
    case 'in':
      return { ...leaf, values: leaf.values.map((v) => fold(textOf(v))), cased: true }
    case 'prefix':
    case 'suffix':
    case 'contains':
      return { ...leaf, value: fold(leaf.value), cased: true }
    case 'wildcard':
    case 'keyword':
      return { ...leaf, pattern: foldPattern(leaf.pattern), cased: true }
    case 'compare':
      return { ...leaf, cased: true }
  }
}

/** The event with its texts folded, each once and only when it is asked for. */
export function foldedView(view: EventView): EventView {
  const values = new Map<string, Value | undefined>()
  let all: readonly (readonly [string, Value])[] | undefined
  return {
    get(name) {
      if (!values.has(name)) values.set(name, foldedValue(view.get(name)))
      return values.get(name)
    },
    some(visit) {
      all ??= everyValue(view)
      return all.some(([name, value]) => visit(name, value))
    },
  }
}

function everyValue(view: EventView): readonly (readonly [string, Value])[] {
  const found: [string, Value][] = []
  view.some((name, value) => {
    found.push([name, foldedValue(value)!])
    return false
  })
  return found
}

function foldedValue(value: Value | undefined): Value | undefined {
  if (typeof value === 'string') return fold(value)
  return Array.isArray(value) ? value.map((v) => (typeof v === 'string' ? fold(v) : v)) : value
}
