import { type Leaf, ONE, type Pattern, type ValueLeaf } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { foldPattern } from '../../core/pattern.ts'
import { patternsOf } from '../../core/patternLeaf.ts'

/** A leaf's question to one value. `patterns`: one of these texts with wildcards, folded unless `cased`. */
export type ValueAsk =
  | { readonly op: 'patterns'; readonly patterns: readonly Pattern[]; readonly cased: boolean }
  | Extract<Leaf, { op: 'regex' | 'range' | 'cidr' | 'part' }>

/** The question of a leaf on fields, in the few shapes that engines have. */
export function askOf(leaf: ValueLeaf): ValueAsk {
  switch (leaf.op) {
    case 'regex':
    case 'range':
    case 'cidr':
    case 'part':
      return leaf
    default: {
      const { cased } = leaf
      const patterns = patternsOf(leaf)
      return { op: 'patterns', patterns: cased ? patterns : patterns.map(foldPattern), cased }
    }
  }
}

/** The pattern with `?` in place of each odd character; the same pattern where there is none. */
export function relaxed(pattern: Pattern, odd: ReadonlySet<number>): Pattern {
  if (!pattern.some((p) => typeof p === 'string' && [...p].some((c) => odd.has(c.codePointAt(0)!)))) return pattern
  return pattern.flatMap((p): Pattern => {
    if (typeof p !== 'string') return [p]
    return [...p].map((c) => (odd.has(c.codePointAt(0)!) ? ONE : c))
  })
}

/** Whether all literals are whole characters: half of a surrogate pair cannot be sent to an engine. */
export function isWhole(pattern: Pattern): boolean {
  return pattern.every((piece) => typeof piece !== 'string' || piece.isWellFormed())
}

/**
 * Code points that an engine folds otherwise than `fold`, and what either makes of them: capitals of scripts that one of
 * the two Unicode versions does not have yet. `theirs` gives the engine's fold of a character.
 */
export function oddCharacters(theirs: (character: string) => string): ReadonlySet<number> {
  const odd = new Set<number>()
  for (let i = 1; i < 0x110000; i++) {
    if (i >= 0xd800 && i <= 0xdfff) continue
    const c = String.fromCodePoint(i)
    const ours = fold(c)
    const their = theirs(c)
    if (ours !== their || [...ours].length !== 1) for (const one of [c, ...ours, ...their]) odd.add(one.codePointAt(0)!)
  }
  return odd
}
