/** Where something stands in a text, in UTF-16 units; `end` exclusive. */
export interface Offsets {
  readonly start: number
  readonly end: number
}

const WORD = /[\p{L}\p{N}_]/u

/**
 * Where a field's value stands in a raw line: as a whole word rather than inside one, in its own case rather than in
 * another, at a place not yet used rather than one that is. Undefined where it does not stand there as it is.
 */
export function placeIn(
  text: string | undefined,
  value: string | null,
  used: readonly Offsets[] = [],
): Offsets | undefined {
  if (text === undefined || value === null || value === '' || text.length > 200_000) return undefined
  const forms = [value, JSON.stringify(value).slice(1, -1)]
  let best: { place: Offsets; score: number } | undefined
  for (const form of new Set(forms)) {
    for (const [hay, needle, cased] of [
      [text, form, 1],
      [lower(text), lower(form), 0],
    ] as const) {
      for (let at = hay.indexOf(needle), n = 0; at >= 0 && n < 100; at = hay.indexOf(needle, at + 1), n++) {
        const place = { start: at, end: at + needle.length }
        const free = used.every((u) => u.start !== place.start || u.end !== place.end) ? 1 : 0
        const score = (isWhole(text, place) ? 4 : 0) + 2 * cased + free
        if (best === undefined || score > best.score) best = { place, score }
      }
    }
  }
  return best?.place
}

/** Lower case without changing any offset. */
function lower(text: string): string {
  const low = text.toLowerCase()
  return low.length === text.length ? low : text
}

function isWhole(text: string, { start, end }: Offsets): boolean {
  const before = text[start - 1]
  const after = text[end]
  const inner = (edge: string | undefined, own: string | undefined) =>
    edge !== undefined && own !== undefined && WORD.test(edge) && WORD.test(own)
  return !inner(before, text[start]) && !inner(after, text[end - 1])
}
