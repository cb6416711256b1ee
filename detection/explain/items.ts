import type { FieldRef } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import { type FieldMap, mapFields } from '../../core/mapFields.ts'
import type { Locate } from '../locate.ts'
import type { Item, ItemValue } from '../sigma/types.ts'
import { type Branch, costOfLine, holdsOf } from './branch.ts'
import { isDecided, judge, type Seen, type Truth } from './judge.ts'
import { type SeenValue, seenAnywhere, seenIn } from './seen.ts'

/** What items are judged on. */
export interface ItemContext extends Seen {
  readonly field: FieldMap
  /** Finds values in the raw line; absent where the reader sees none. */
  readonly locate: Locate | undefined
}

/** Values of a line that are named in its text. */
const NAMED = 3
/** Values of a line that get a node each. */
const VALUES = 10
/** Characters of a seen value that are told. */
const LONGEST = 1000

/** One line of a search against the event, its values below it where there are several. */
export function itemBranch(item: Item, context: ItemContext): Branch {
  const judged = item.values.map((value) => {
    const filter = mapFields(value.filter, context.field)
    return { value, filter, holds: judge(filter, context) }
  })
  const join = item.all ? (item.negated ? 'notAll' : 'all') : item.negated ? 'none' : 'any'
  const holds = holdsOf(join, judged)
  const held = judged.find((j) => j.holds === true)
  const seen = seenBy(item.field, held?.filter, context)
  const branches = shownOf(judged).map((j) => valueBranch(j, context))
  const isAny = !item.all && held !== undefined
  return {
    kind: 'item',
    join: branches.length === 0 ? undefined : join,
    text: lineText(item.key, isAny ? judged.filter((j) => j.holds === true).map((j) => j.value) : item.values),
    holds,
    ...shown(seen, held?.filter, context.locate),
    field: seen?.name ?? item.field,
    of: branches,
    more: branches.length === 0 ? 0 : judged.length - branches.length,
    cost: costOfLine(holds),
  }
}

interface Judged {
  readonly value: ItemValue
  readonly filter: Filter
  readonly holds: Truth
}

/** The values that get a node: none where there is only one, else those that hold and the first others, in order. */
function shownOf(judged: readonly Judged[]): readonly Judged[] {
  if (judged.length === 1 && judged[0]!.value.filter.op !== 'compare') return []
  if (judged.length <= VALUES) return judged
  const held = judged.filter((j) => j.holds === true).slice(0, VALUES)
  const chosen = new Set([...held, ...judged.filter((j) => j.holds !== true).slice(0, VALUES - held.length)])
  return judged.filter((j) => chosen.has(j))
}

/** A value; where it names another field, what stands in that one. */
function valueBranch({ value, holds }: Judged, context: ItemContext): Branch {
  const other = value.filter.op === 'compare' ? seenBy(value.filter.with[0], undefined, context) : undefined
  const found = shown(other, undefined, context.locate)
  return {
    kind: 'value',
    join: undefined,
    text: value.shown,
    holds,
    ...found,
    of: [],
    more: 0,
    cost: costOfLine(holds),
  }
}

function seenBy(name: string | undefined, filter: Filter | undefined, context: ItemContext): SeenValue | undefined {
  const anywhere = () => (filter === undefined ? undefined : seenAnywhere(filter, context.view))
  if (name === undefined) return anywhere()
  const seen = seenAmong(placesOf(name, context.field), filter, context)
  return seen?.decided || (context.field.also?.(name) ?? []).length === 0 ? seen : (anywhere() ?? seen)
}

/** Where a field of the rule may stand: the ordered names for it, and further places of which each counts. */
export function placesOf(name: string, field: FieldMap): readonly FieldRef[] {
  const only = (field.meant?.(name) ?? []).flatMap((m): FieldRef[] => (m.only ? [[m.name]] : []))
  const also = (field.also?.(name) ?? []).flatMap((path): FieldRef[] => (path.endsWith('.*') ? [] : [[path]]))
  return [field(name), ...(field.each?.(name) ?? []), ...only, ...also]
}

/** What the reader sees in these places: the value that decided, else the first. */
export function seenAmong(
  places: readonly FieldRef[],
  filter: Filter | undefined,
  context: Seen,
): SeenValue | undefined {
  const seen = places.flatMap((p) => (isDecided(p, context) ? (seenIn(p, filter, context.view) ?? []) : []))
  return seen.find((s) => s.decided) ?? seen[0]
}

/** What is told of a value: its text and its place. */
export function shown(seen: SeenValue | undefined, filter: Filter | undefined, locate: Locate | undefined) {
  if (seen === undefined) return { field: undefined, value: undefined, span: undefined }
  const { name, text, single } = seen
  return {
    field: name,
    value: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
    // A long text that nothing was found in is not sought: whole, it marks nothing.
    span: single && (filter !== undefined || text.length <= LONGEST) ? () => locate?.(name, text, filter) : undefined,
  }
}

/** `key: values`, the first few of them. */
function lineText(key: string, values: readonly ItemValue[]): string {
  return keyed(
    key,
    values.slice(0, NAMED).map((v) => v.shown),
    values.length,
  )
}

export function keyed(key: string, values: readonly string[], count: number): string {
  const more = count > NAMED ? `, … (${count})` : ''
  return `${key === '' ? '' : `${key}: `}${values.slice(0, NAMED).join(', ')}${more}`
}
