/**
 * The one case fold of the platform: lower case, code point by code point, `İ` (U+0130) to `i`. DuckDB's `lower()` and
 * Elasticsearch's lowercase filter do the same; `String.prototype.toLowerCase` does not (it looks at context for `Σ`
 * and gives two characters for `İ`).
 */
export function fold(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return foldSlowly(text)
  return text.toLowerCase()
}

function foldSlowly(text: string): string {
  let out = ''
  for (const c of text) out += c === '\u0130' ? 'i' : c.toLowerCase()
  return out
}
