import type { Pattern } from '../../core/filter.ts'
import { readPattern } from './text.ts'

/** Named lists that placeholders stand for; entries are Sigma strings (with wildcards and escapes), under `re` regular expressions. */
export type Lists = ReadonlyMap<string, readonly string[]>

export const NO_LISTS: Lists = new Map()

/** A stretch of an expanded value: as the rule writes it, or an entry of a list. */
export interface Part {
  readonly text: string
  readonly isEntry: boolean
}

export type Expanded = readonly (readonly Part[])[] | { readonly missing: string } | { readonly limit: number }

/** Most texts that one value may stand for. */
const MOST = 100_000

/**
 * Every text that a value with placeholders (`%name%`) stands for, in parts. `\%` is a plain percent sign, and so is one
 * without a partner. An unknown list is named in `missing`; `limit` says that there would be too many.
 */
export function expand(value: string, lists: Lists): Expanded {
  let all: readonly (readonly Part[])[] = [[]]
  for (const piece of split(value)) {
    const list = piece.list === undefined ? undefined : lists.get(piece.list)
    if (piece.list !== undefined && list === undefined) return { missing: piece.list }
    const parts: readonly Part[] =
      list === undefined ? [{ text: piece.text, isEntry: false }] : list.map((text) => ({ text, isEntry: true }))
    if (all.length * parts.length > MOST) return { limit: MOST }
    all = all.flatMap((before) => parts.map((part) => [...before, part]))
  }
  return all
}

interface Piece {
  readonly text: string
  /** Name of the list, where it is a placeholder. */
  readonly list?: string
}

function split(value: string): readonly Piece[] {
  const pieces: Piece[] = []
  let text = ''
  for (const m of value.matchAll(/\\%|\\\\|%([^%\s\\]+)%|[^\\%]+|[\\%]/g)) {
    const list = m[1]
    if (list === undefined) text += m[0] === '\\%' ? '%' : m[0]
    else {
      if (text !== '') pieces.push({ text })
      text = ''
      pieces.push({ text: m[0], list })
    }
  }
  return text === '' && pieces.length > 0 ? pieces : [...pieces, { text }]
}

/** The parts as a Sigma string. */
export function patternOf(parts: readonly Part[]): Pattern {
  return parts.flatMap((p) => readPattern(p.text))
}

/** The parts as a regular expression, which entries are part of as they are. */
export function regexOf(parts: readonly Part[]): string {
  return parts.map((p) => (p.isEntry ? `(?:${p.text})` : p.text)).join('')
}
