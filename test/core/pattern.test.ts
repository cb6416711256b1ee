import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ANY, ONE, type Pattern } from '../../core/filter.ts'
import { compilePattern, tidyPattern } from '../../core/pattern.ts'

/** The meaning, by the simplest recursion there is. */
function means(pattern: Pattern, text: readonly string[]): boolean {
  const [first, ...more] = pattern
  if (first === undefined) return text.length === 0
  if (first === ANY) return means(more, text) || (text.length > 0 && means(pattern, text.slice(1)))
  if (first === ONE) return text.length > 0 && means(more, text.slice(1))
  const literal = [...first]
  return literal.every((c, i) => text[i] === c) && means(more, text.slice(literal.length))
}

const piece = fc.oneof(
  fc.constantFrom<Pattern[number]>('a', 'b', 'ab', '😀', '', ANY, ONE),
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 }),
)
const patterns = fc.array(piece, { maxLength: 6 })
const texts = fc.array(fc.constantFrom('a', 'b', '😀', '\n'), { maxLength: 8 })

test('a compiled pattern means what its pieces say', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      expect(compilePattern(pattern)(text.join(''))).toBe(means(pattern, text))
      expect(means(tidyPattern(pattern), text)).toBe(means(pattern, text))
    }),
    { numRuns: 3000 },
  )
})
