/**
 * The one case fold of the platform: lower case, code point by code point, `İ` (U+0130) to `i`. DuckDB's `lower()` and
 * Elasticsearch's lowercase filter do the same; `String.prototype.toLowerCase` does not (it looks at context for `Σ`
 * and gives two characters for `İ`).
 */
export function fold(text: string): string {
  return BEYOND_LATIN1.test(text) ? foldSlowly(text) : text.toLowerCase()
}

/**
 * In Latin-1 `toLowerCase` goes character by character. V8 keeps such text with one byte a character and knows without a
 * look at it that this cannot match: that is why it is a regular expression.
 */
const BEYOND_LATIN1 = /[\u0100-\uffff]/

function foldSlowly(text: string): string {
  let out = ''
  for (const c of text) out += c === '\u0130' ? 'i' : c.toLowerCase()
  return out
}
