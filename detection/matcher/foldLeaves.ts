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

/** Every leaf of a filter. */
export function leavesOf(filter: Filter): readonly Leaf[] {
  switch (filter.op) {
    case 'all':
    case 'none':
      return []
    case 'and':
    case 'or':
      return filter.of.flatMap(leavesOf)
    case 'not':
      return leavesOf(filter.of)
    default:
      return [filter]
  }
}

/** Every name of a field that a filter asks about. */
export function namesOf(filter: Filter): readonly string[] {
  return leavesOf(filter).flatMap((leaf) =>
    leaf.op === 'keyword' ? [] : leaf.op === 'compare' ? [...leaf.field, ...leaf.with] : leaf.field,
  )
}
