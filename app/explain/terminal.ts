import type { Shell } from '../command.ts'

/** The language that the environment asks for: Chinese where the locale is, else English. */
export function languageOf({ env }: Shell): 'zh' | 'en' {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

// Events come from attackers: what would steer a terminal or hide what a line says is shown by its code point.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text that is safe to print on one line. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Columns that a text takes on a terminal. */
function widthOf(text: string): number {
  let width = 0
  for (const c of text) width += /\p{M}/u.test(c) ? 0 : WIDE.test(c) ? 2 : 1
  return width
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** What is shown of a line on either side of a stretch, characters. */
const AROUND = 40
/** What is shown of the stretch itself. */
const LONGEST = 120

/** A stretch of a line with what stands around it, and below it marks of where it is. */
export function pointAt(line: string, start: number, end: number): readonly [string, string] {
  const shownEnd = Math.min(end, start + LONGEST)
  const from = Math.max(0, start - AROUND)
  const to = Math.min(line.length, shownEnd + AROUND)
  const before = `${from > 0 ? '…' : ''}${visible(line.slice(from, start))}`
  const stretch = visible(line.slice(start, shownEnd))
  const after = `${visible(line.slice(shownEnd, to))}${to < line.length ? '…' : ''}`
  return [before + stretch + after, ' '.repeat(widthOf(before)) + '^'.repeat(Math.max(1, widthOf(stretch)))]
}
