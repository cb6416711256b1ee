import type { FieldRef } from '../../core/event.ts'
import { ALL, conjunction, disjunction, type Filter, type Leaf, NONE, not } from '../../core/filter.ts'

/** The filter with leaves of known truth put in as constants; the same object where none is known. */
export function foldLeaves(filter: Filter, truth: (leaf: Leaf) => boolean | undefined): Filter {
  switch (filter.op) {
    case 'all':
    case 'none':
      return filter
    case 'and':
    case 'or': {
      const of = filter.of.map((f) => foldLeaves(f, truth))
      if (of.every((f, i) => f === filter.of[i])) return filter
      return filter.op === 'and' ? conjunction(of) : disjunction(of)
    }
    case 'not': {
      const of = foldLeaves(filter.of, truth)
      return of === filter.of ? filter : not(of)
    }
    default: {
      const known = truth(filter)
      return known === undefined ? filter : known ? ALL : NONE
    }
  }
}

/** What is known of a filter by what is known of its leaves: `foldLeaves` without the filter. */
export function judge(filter: Filter, truth: (leaf: Leaf) => boolean | undefined): boolean | undefined {
  switch (filter.op) {
    case 'all':
      return true
    case 'none':
      return false
    case 'and':
    case 'or': {
      const decisive = filter.op === 'or'
      let verdict: boolean | undefined = !decisive
      for (const f of filter.of) {
        const one = judge(f, truth)
        if (one === decisive) return decisive
        if (one === undefined) verdict = undefined
      }
      return verdict
    }
    case 'not': {
      const inside = judge(filter.of, truth)
      return inside === undefined ? undefined : !inside
    }
    default:
      return truth(filter)
  }
}

/** Calls `visit` for every leaf of a filter. */
export function eachLeaf(filter: Filter, visit: (leaf: Leaf) => void): void {
  switch (filter.op) {
    case 'all':
    case 'none':
      return
    case 'and':
    case 'or':
      for (const f of filter.of) eachLeaf(f, visit)
      return
    case 'not':
      eachLeaf(filter.of, visit)
      return
    default:
      visit(filter)
  }
}

/** Every leaf of a filter. */
export function leavesOf(filter: Filter): readonly Leaf[] {
  const leaves: Leaf[] = []
  eachLeaf(filter, (leaf) => leaves.push(leaf))
  return leaves
}

/** Every name of a field that filters ask about. */
export function namesIn(filters: Iterable<Filter>): ReadonlySet<string> {
  // Leaves mostly share their field with others.
  const fields = new Set<FieldRef>()
  for (const filter of new Set(filters)) {
    eachLeaf(filter, (leaf) => {
      if (leaf.op === 'keyword') return
      fields.add(leaf.field)
      if (leaf.op === 'compare') fields.add(leaf.with)
    })
  }
  const names = new Set<string>()
  for (const field of fields) for (const name of field) names.add(name)
  return names
}
