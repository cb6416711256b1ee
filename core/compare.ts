import { type Leaf, MOST_COMPARED } from './filter.ts'

/** What a `compare` leaf asks of the texts of its two fields, shaped alike (folded or not). Linear in their length. */
export function compareTest(
  leaf: Leaf & { op: 'compare' },
): (texts: readonly string[], others: readonly string[]) => boolean {
  if (leaf.how === 'equal') {
    return (texts, others) => {
      if (texts.length * others.length < 50) return texts.some((t) => others.includes(t))
      const known = new Set(others)
      return texts.some((t) => known.has(t))
    }
  }
  const holds =
    leaf.how === 'prefix'
      ? (t: string, o: string) => t.startsWith(o)
      : leaf.how === 'suffix'
        ? (t: string, o: string) => t.endsWith(o)
        : includes
  return (texts, others) => {
    const few = others.length > MOST_COMPARED ? [...new Set(others)].slice(0, MOST_COMPARED) : others
    return few.some((o) => texts.some((t) => holds(t, o)))
  }
}

/** A needle that an event brings along can make the engine's own search quadratic; from this length on it is not used. */
const LONG = 256

function includes(text: string, needle: string): boolean {
  if (needle.length < LONG || needle.length >= text.length) return text.includes(needle)
  const back = borders(needle)
  let matched = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    while (matched > 0 && needle.charCodeAt(matched) !== c) matched = back[matched - 1]!
    if (needle.charCodeAt(matched) === c) matched++
    if (matched === needle.length) return true
  }
  return false
}

/** For each beginning of the needle, how long its longest end is that is also a beginning (Knuth, Morris, Pratt). */
function borders(needle: string): Int32Array {
  const back = new Int32Array(needle.length)
  for (let i = 1, length = 0; i < needle.length; i++) {
    while (length > 0 && needle.charCodeAt(i) !== needle.charCodeAt(length)) length = back[length - 1]!
    if (needle.charCodeAt(i) === needle.charCodeAt(length)) length++
    back[i] = length
  }
  return back
}
