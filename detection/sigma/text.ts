import { ANY, ONE, type Pattern } from '../../core/filter.ts'
import { tidyPattern } from '../../core/pattern.ts'

/**
 * Reads a Sigma string: `*` and `?` are wildcards; a backslash makes a following `*`, `?` or `\` literal and is itself
 * before anything else, and at the end. So `a\b` and `a\\b` are the same, `\\*` is a backslash and a wildcard.
 */
export function readPattern(text: string): Pattern {
  if (!/[*?\\]/.test(text)) return text === '' ? [] : [text]
  const pattern: (string | typeof ANY | typeof ONE)[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    const next = text[i + 1]
    if (c === '\\' && (next === '*' || next === '?' || next === '\\')) {
      pattern.push(next)
      i++
    } else pattern.push(c === '*' ? ANY : c === '?' ? ONE : c)
  }
  return tidyPattern(pattern)
}
