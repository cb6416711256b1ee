import { compileFilter, firstPresent, textOf } from '../core/evaluate.ts'
import type { EventView, FieldRef, Scalar } from '../core/event.ts'
import type { Filter } from '../core/filter.ts'
import { mapFields } from '../core/mapFields.ts'
import { listOf } from '../core/view.ts'
import type { CompiledRule } from './compile.ts'
import { type Span, spanIn } from './locate.ts'
import type { Condition, Item, ItemValue, Search } from './sigma/types.ts'

/** One clause of a rule against one event: whether it holds as it stands in the condition, and what it saw. */
export interface ClauseMatch {
  /** In Sigma's words: `selection: user.name|startswith: 'adm'`; with `not` before where the condition turns it over. */
  readonly clause: string
  /** The field it found, by its name in the event; the rule's name where it found none. */
  readonly field: string | undefined
  /** The value seen that decided. */
  readonly value: string | undefined
  readonly holds: boolean
  /** Where what matched stands in the raw line, UTF-16 offsets. */
  readonly start: number | undefined
  readonly end: number | undefined
}

/** Values shown of a clause that has more. */
const SHOWN = 3

/** Goes through every clause that the conditions of rule and filters use, in order, and tells what it made of the event. */
export function explainMatch(
  rule: Pick<CompiledRule, 'rule' | 'filters' | 'field'>,
  view: EventView,
  original?: string,
): readonly ClauseMatch[] {
  const sources = [{ ...rule.rule, prefix: '' }, ...rule.filters.map((f) => ({ ...f, prefix: `filter "${f.title}" ` }))]
  return sources.flatMap(({ conditions, searches, prefix }) => {
    const uses = new Map<string, { name: string; negated: boolean }>()
    for (const condition of conditions) collectUses(condition, false, uses)
    return [...uses.values()].flatMap(({ name, negated }) =>
      itemsOf(searches.get(name)!).map((item) =>
        explainItem(item, { name: prefix + name, negated, view, field: rule.field, original }),
      ),
    )
  })
}

function collectUses(
  condition: Condition,
  negated: boolean,
  uses: Map<string, { name: string; negated: boolean }>,
): void {
  if (condition.op === 'search') uses.set(`${negated} ${condition.name}`, { name: condition.name, negated })
  else if (condition.op === 'not') collectUses(condition.of, !negated, uses)
  else for (const c of condition.of) collectUses(c, negated, uses)
}

function itemsOf(search: Search): readonly Item[] {
  return search.kind === 'item' ? [search] : search.of.flatMap(itemsOf)
}

interface Context {
  readonly name: string
  readonly negated: boolean
  readonly view: EventView
  readonly field: (name: string) => FieldRef
  readonly original: string | undefined
}

function explainItem(item: Item, context: Context): ClauseMatch {
  const { view, negated, original } = context
  const filters = item.values.map((v) => ({ value: v, filter: mapFields(v.filter, context.field) }))
  const held = filters.filter(({ filter }) => compileFilter(filter)(view))
  const found = item.all ? held.length === filters.length : held.length > 0
  const truth = found !== item.negated
  const seen =
    item.field === undefined
      ? seenKeyword(held[0]?.filter, view)
      : seenIn(context.field(item.field), held[0]?.filter, view)
  const span =
    found && !item.negated && !negated && original !== undefined && seen !== undefined && held.length > 0
      ? spanIn(original, seen.name, seen.text, held[0]!.filter)
      : undefined
  return {
    clause: wording(item, found && !item.all ? held.map((h) => h.value) : item.values, context),
    field: seen?.name ?? item.field,
    value: seen?.text,
    holds: truth !== negated,
    ...both(span),
  }
}

function both(span: Span | undefined): { start: number | undefined; end: number | undefined } {
  return { start: span?.start, end: span?.end }
}

function wording(item: Item, values: readonly ItemValue[], { name, negated }: Context): string {
  const shown = values.slice(0, SHOWN).map((v) => v.shown)
  const more = values.length > SHOWN ? `, … (${values.length})` : ''
  const key = item.key === '' ? '' : `${item.key}: `
  return `${negated ? 'not ' : ''}${name}: ${key}${shown.join(', ')}${more}`
}

/** The field's value in the event: of several, the one for which the filter holds. */
function seenIn(
  field: FieldRef,
  filter: Filter | undefined,
  view: EventView,
): { name: string; text: string } | undefined {
  const found = firstPresent(view, field)
  if (found === undefined) return undefined
  const values = listOf(found.value).filter((v) => v !== null)
  const decided = filter === undefined ? undefined : values.find((v) => holdsAlone(filter, found.name, v))
  const value = decided ?? values[0]
  return value === undefined ? { name: found.name, text: 'null' } : { name: found.name, text: textOf(value) }
}

function seenKeyword(filter: Filter | undefined, view: EventView): { name: string; text: string } | undefined {
  if (filter === undefined) return undefined
  let seen: { name: string; text: string } | undefined
  view.some((name, value) => {
    const text = listOf(value).find((v) => v !== null && holdsAlone(filter, name, v))
    if (text === undefined || text === null) return false
    seen = { name, text: textOf(text) }
    return true
  })
  return seen
}

function holdsAlone(filter: Filter, name: string, value: Scalar): boolean {
  return compileFilter(filter)({
    get: (asked) => (asked === name ? value : undefined),
    some: (visit) => visit(name, value),
  })
}
