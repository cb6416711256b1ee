/** A stretch of a raw line that decided, with the numbers of the clauses it decided. */
export interface Mark {
  readonly start: number
  readonly end: number
  readonly n: number
}

/** Overlapping marks become one that carries all their numbers. */
export function mergeMarks(
  marks: readonly Mark[],
): readonly { readonly start: number; readonly end: number; readonly numbers: readonly number[] }[] {
  const out: { start: number; end: number; numbers: number[] }[] = []
  for (const m of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1)
    if (last !== undefined && m.start < last.end) {
      last.end = Math.max(last.end, m.end)
      if (!last.numbers.includes(m.n)) last.numbers.push(m.n)
    } else out.push({ start: m.start, end: m.end, numbers: [m.n] })
  }
  return out
}

/** How much stands on either side of a mark in an excerpt, characters. */
const AROUND = 48

/**
 * A long line cut down to what decided: the stretches around its marks, joined by dots; a line without marks loses its
 * end. Marks move with their text.
 */
export function excerpt(
  text: string,
  marks: readonly Mark[],
  longest = 320,
): { readonly text: string; readonly marks: readonly Mark[] } {
  if (text.length <= longest) return { text, marks }
  if (marks.length === 0) return { text: `${text.slice(0, longest)} …`, marks }
  const windows: { from: number; to: number }[] = []
  for (const m of [...marks].sort((a, b) => a.start - b.start)) {
    const from = Math.max(0, m.start - AROUND)
    const to = Math.min(text.length, m.end + AROUND)
    const last = windows.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else windows.push({ from, to })
  }
  let out = ''
  const moved: Mark[] = []
  for (const w of windows) {
    if (w.from > 0) out += out === '' ? '… ' : ' … '
    for (const m of marks)
      if (m.start >= w.from && m.end <= w.to)
        moved.push({ n: m.n, start: out.length + m.start - w.from, end: out.length + m.end - w.from })
    out += text.slice(w.from, w.to)
  }
  if (windows.at(-1)!.to < text.length) out += ' …'
  return { text: out, marks: moved }
}
