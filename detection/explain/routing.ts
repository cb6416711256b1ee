import type { FieldRef } from '../../core/event.ts'
import type { Filter, Leaf } from '../../core/filter.ts'
import { type Branch, costOfLine, joined } from './branch.ts'
import { type ItemContext, keyed, seenAmong, shown } from './items.ts'
import { judge } from './judge.ts'
import { alternativesText } from './leafText.ts'

/** A filter as a tree: alternatives on one field are one line. */
export function filterBranch(filter: Filter, context: ItemContext): Branch {
  switch (filter.op) {
    case 'all':
      return joined('and', 'all', '', [])
    case 'none':
      return joined('or', 'any', '', [])
    case 'not':
      return joined('not', 'none', '', [filterBranch(filter.of, context)])
    case 'and':
      return joined(
        'and',
        'all',
        '',
        filter.of.map((f) => filterBranch(f, context)),
      )
    case 'or': {
      const of = flat(filter.of)
      const line = alternativesText(of)
      if (line !== undefined) return lineBranch(filter, of as readonly Leaf[], line, context)
      return joined(
        'or',
        'any',
        '',
        filter.of.map((f) => filterBranch(f, context)),
      )
    }
    default:
      return lineBranch(filter, [filter], alternativesText([filter])!, context)
  }
}

function lineBranch(
  filter: Filter,
  leaves: readonly Leaf[],
  { key, values }: { readonly key: string; readonly values: readonly string[] },
  context: ItemContext,
): Branch {
  const holds = judge(filter, context)
  const [first] = leaves
  const field: FieldRef | undefined = first === undefined || first.op === 'keyword' ? undefined : first.field
  const held = leaves.find((l) => judge(l, context) === true)
  const seen = field === undefined ? undefined : seenAmong([field], held, context)
  return {
    kind: 'item',
    join: undefined,
    text: keyed(key, values, values.length),
    holds,
    ...shown(seen, undefined, context.locate),
    field: seen?.name ?? field?.at(-1),
    of: [],
    more: 0,
    cost: costOfLine(holds),
  }
}

function flat(of: readonly Filter[]): readonly Filter[] {
  return of.flatMap((f) => (f.op === 'or' ? flat(f.of) : [f]))
}
