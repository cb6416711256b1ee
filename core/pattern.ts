import { ANY, ONE, type Pattern } from './filter.ts'
import { fold } from './fold.ts'

/** A test of text against something compiled. */
export type TextTest = (text: string) => boolean

/**
 * Joins neighbouring literals, drops empty ones, and orders runs of wildcards (`*?*` is `?*`): two patterns that mean the
 * same mostly become the same.
 */
export function tidyPattern(pattern: Pattern): Pattern {
  const out: (string | typeof ANY | typeof ONE)[] = []
  for (const piece of pattern) {
    const last = out.at(-1)
    if (typeof piece === 'string') {
      if (piece === '') continue
      if (typeof last === 'string') out[out.length - 1] = last + piece
      else out.push(piece)
    } else if (last === ANY) {
      if (piece === ONE) out.splice(out.length - 1, 1, ONE, ANY)
    } else out.push(piece)
  }
  return out
}

/** The pattern's literal text if it has no wildcard, else undefined. */
export function literalOf(pattern: Pattern): string | undefined {
  const p = tidyPattern(pattern)
  return p.length === 0 ? '' : p.length === 1 && typeof p[0] === 'string' ? p[0] : undefined
}

export function foldPattern(pattern: Pattern): Pattern {
  return pattern.map((p) => (typeof p === 'string' ? fold(p) : p))
}

/** The pattern with `*` on both ends: what a keyword compares a value with. */
export function anywhere(pattern: Pattern): Pattern {
  return tidyPattern([ANY, ...pattern, ANY])
}

/**
 * Compiles to a test of the whole text; the caller has folded pattern and text alike, or neither. No backtracking beyond
 * the last `*`: at worst length of text times length of pattern.
 */
export function compilePattern(pattern: Pattern): TextTest {
  const p = tidyPattern(pattern)
  const first = p[0]
  if (first === undefined) return (t) => t === ''
  if (p.length === 1) return first === ANY ? () => true : first === ONE ? isOneCharacter : (t) => t === first
  if (p.length === 2 && typeof first === 'string' && p[1] === ANY) return (t) => t.startsWith(first)
  if (p.length === 2 && first === ANY && typeof p[1] === 'string') {
    const end = p[1]
    return (t) => t.endsWith(end)
  }
  if (p.length === 3 && first === ANY && typeof p[1] === 'string' && p[2] === ANY) {
    const middle = p[1]
    return (t) => t.includes(middle)
  }
  return p.includes(ONE) ? (t) => matchPieces(p, t) : compileChunks(p)
}

/** Only `*` and literals: first literal anchored, last anchored, the others found from left to right. */
function compileChunks(p: Pattern): TextTest {
  const parts = p.filter((x) => typeof x === 'string')
  const head = typeof p[0] === 'string' ? parts.shift()! : ''
  const tail = typeof p.at(-1) === 'string' ? parts.pop()! : ''
  return (t) => {
    const end = t.length - tail.length
    if (end < head.length || !t.startsWith(head) || !t.endsWith(tail)) return false
    let at = head.length
    for (const part of parts) {
      const found = t.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
      if (at > end) return false
    }
    return true
  }
}

function isOneCharacter(t: string): boolean {
  return t.length > 0 && t.length === widthAt(t, 0)
}

/** Code units of the character at `i`: 2 for a surrogate pair. */
function widthAt(t: string, i: number): number {
  return t.codePointAt(i)! > 0xffff ? 2 : 1
}

function matchPieces(p: Pattern, t: string): boolean {
  let i = 0
  let at = 0
  let starPiece = -1
  let starAt = 0
  for (;;) {
    const piece = p[i]
    if (piece === undefined && at === t.length) return true
    if (piece === ANY) {
      starPiece = i++
      starAt = at
      continue
    }
    if (piece === ONE && at < t.length) {
      at += widthAt(t, at)
      i++
      continue
    }
    if (typeof piece === 'string' && t.startsWith(piece, at)) {
      at += piece.length
      i++
      continue
    }
    if (starPiece < 0 || starAt >= t.length) return false
    starAt += widthAt(t, starAt)
    at = starAt
    i = starPiece + 1
  }
}
