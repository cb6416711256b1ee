import { textOf } from '../../core/evaluate.ts'
import type { Filter, Leaf } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import type { TextTest } from '../../core/pattern.ts'

type TextLeaf = Leaf & { readonly op: 'term' | 'prefix' | 'suffix' | 'contains' }

/** Alternatives that ask the same of one field, but for another text each. */
export interface ManyTexts {
  /** Any of the leaves: its field and case. */
  readonly leaf: TextLeaf
  readonly test: TextTest
}

/** From so many on, texts are tried together. */
const MANY = 4

/** Takes from alternatives those that one test can answer; the rest stays. */
export function joinTexts(alternatives: readonly Filter[]): { joined: readonly ManyTexts[]; rest: readonly Filter[] } {
  const groups = new Map<string, TextLeaf[]>()
  for (const f of alternatives) {
    if (f.op !== 'term' && f.op !== 'prefix' && f.op !== 'suffix' && f.op !== 'contains') continue
    const key = `${f.op} ${f.cased} ${f.field.join('\n')}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [f])
    else group.push(f)
  }
  const many = [...groups.values()].filter((g) => g.length >= MANY)
  if (many.length === 0) return { joined: [], rest: alternatives }
  const taken = new Set<Filter>(many.flat())
  return {
    joined: many.map((leaves) => ({ leaf: leaves[0]!, test: testOfMany(leaves) })),
    rest: alternatives.filter((f) => !taken.has(f)),
  }
}

function testOfMany(leaves: readonly TextLeaf[]): TextTest {
  const { op, cased } = leaves[0]!
  const texts = leaves.map((l) => textOf(l.value)).map((t) => (cased ? t : fold(t)))
  if (op === 'contains') {
    return (t) => {
      for (const text of texts) if (t.includes(text)) return true
      return false
    }
  }
  if (op === 'term') {
    const known = new Set(texts)
    return (t) => known.has(t)
  }
  const lengths = new Map<number, Set<string>>()
  for (const text of texts) lengths.set(text.length, (lengths.get(text.length) ?? new Set()).add(text))
  const sets = [...lengths]
  return op === 'prefix'
    ? (t) => sets.some(([length, known]) => length <= t.length && known.has(t.slice(0, length)))
    : (t) => sets.some(([length, known]) => length <= t.length && known.has(t.slice(t.length - length)))
}
