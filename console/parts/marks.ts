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
