import type { FieldRef } from './event.ts'
import { ANY, type Filter, not, type Pattern, type ValueLeaf } from './filter.ts'
import { tidyPattern } from './pattern.ts'

/** A comparison of a field with a pattern, in the plainest leaf that says the same; `*` alone wants any value but null. */
export function patternLeaf(field: FieldRef, pattern: Pattern, cased = false): Filter {
  const p = tidyPattern(pattern)
  const [a, b, c] = p
  if (p.length === 0) return { op: 'term', field, value: '', cased }
  if (p.length === 1 && a === ANY) return not({ op: 'null', field })
  if (p.length === 1 && typeof a === 'string') return { op: 'term', field, value: a, cased }
  if (p.length === 2 && typeof a === 'string' && b === ANY) return { op: 'prefix', field, value: a, cased }
  if (p.length === 2 && a === ANY && typeof b === 'string') return { op: 'suffix', field, value: b, cased }
  if (p.length === 3 && a === ANY && typeof b === 'string' && c === ANY)
    return { op: 'contains', field, value: b, cased }
  return { op: 'wildcard', field, pattern: p, cased }
}

/** What a leaf asks of a text, as patterns; none where it asks something else (regular expressions, numbers, dates). */
export function patternsOf(leaf: ValueLeaf): readonly Pattern[] {
  switch (leaf.op) {
    case 'term':
      return [[String(leaf.value)]]
    case 'in':
      return leaf.values.map((v) => [String(v)])
    case 'prefix':
      return [[leaf.value, ANY]]
    case 'suffix':
      return [[ANY, leaf.value]]
    case 'contains':
      return [[ANY, leaf.value, ANY]]
    case 'wildcard':
      return [leaf.pattern]
    default:
      return []
  }
}
