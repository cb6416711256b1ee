import { compileValueTest } from './evaluate.ts'
import type { FieldRef } from './event.ts'
import { ANY, disjunction, type Filter, NONE, not, type Pattern, type ValueLeaf } from './filter.ts'
import { fold } from './fold.ts'
import { tidyPattern } from './pattern.ts'
import { patternLeaf, patternsOf } from './patternLeaf.ts'

/** What a value in an event also is in the words of rules. */
export type Meaning =
  /** What it is: of a place that counts beside another one. */
  | { readonly kind: 'same' }
  /** Any of these texts (case folded) is this one. */
  | { readonly kind: 'word'; readonly of: readonly string[]; readonly is: string }
  /** The text with these around it. */
  | { readonly kind: 'text'; readonly before: string; readonly after: string }
  /** The number, which stands there decimal or as `0x…`, in so many hexadecimal digits with these around it. */
  | { readonly kind: 'hex'; readonly digits: number; readonly before: string; readonly after: string }

/** A place of a field whose values mean something else than they are. */
export interface MeantPlace {
  readonly name: string
  /** Places of the field that come before it: where one of them is present, this one does not count. */
  readonly after: readonly string[]
  /** Whether it is a place of the field for what its values mean only, not for what they are. */
  readonly only: boolean
  readonly meanings: readonly Meaning[]
}

/** What a leaf asks of what the values at a place mean: a filter on the values as they are. */
export function askMeant(leaf: ValueLeaf, { name, after, meanings }: MeantPlace): Filter {
  const asked = anyOf(
    meanings.map((m) => askMeaning(leaf, [name], m)),
    [name],
  )
  return asked.op === 'none' ? NONE : unless(after, asked)
}

/** Whether a place holds anything that has a meaning. */
export function hasMeaning({ name, after, meanings }: MeantPlace): Filter {
  const words = meanings.flatMap((m) => (m.kind === 'word' ? m.of : []))
  const all = meanings.some((m) => m.kind !== 'word')
  return unless(
    after,
    all ? not({ op: 'null', field: [name] }) : { op: 'in', field: [name], values: words, cased: false },
  )
}

function unless([first, ...more]: readonly string[], asked: Filter): Filter {
  if (first === undefined) return asked
  return { op: 'and', of: [asked, not({ op: 'exists', field: [first, ...more] })] }
}

/** Any of the filters, whole values in one look-up. */
function anyOf(filters: readonly Filter[], field: FieldRef): Filter {
  if (filters.length === 1) return filters[0]!
  const all = filters.flatMap((f) => (f.op === 'or' ? f.of : [f]))
  const values = all.flatMap((f) => (f.op === 'in' && !f.cased ? f.values : []))
  const others = all.filter((f) => f.op !== 'in' || f.cased)
  return disjunction(values.length === 0 ? others : [{ op: 'in', field, values, cased: false }, ...others])
}

function askMeaning(leaf: ValueLeaf, field: FieldRef, meaning: Meaning): Filter {
  if (meaning.kind === 'same') return { ...leaf, field }
  if (meaning.kind === 'word')
    return compileValueTest(leaf)(meaning.is, leaf.field[0])
      ? { op: 'in', field, values: meaning.of, cased: false }
      : NONE
  const cased = 'cased' in leaf && leaf.cased
  const { before, after } = meaning
  const left = patternsWithin(leaf, before, after, cased)
  if (left.length === 0) return NONE
  if (meaning.kind === 'text') return disjunction(left.map((p) => plainIn(patternLeaf(field, p, cased))))
  const values = left.flatMap((p) => numbersOf(p, meaning.digits))
  return values.length === 0 ? NONE : { op: 'in', field, values, cased: false }
}

function plainIn(f: Filter): Filter {
  return f.op === 'term' && !f.cased ? { op: 'in', field: f.field, values: [f.value], cased: false } : f
}

/** The same of a text that stands between two others. */
function patternsWithin(leaf: ValueLeaf, before: string, after: string, cased: boolean): readonly Pattern[] {
  // Rules list thousands of hashes: those are compared with what stands before them as they are.
  if (leaf.op === 'contains' && after === '')
    return cased ? behind(leaf.value, before) : behind(folded(leaf.value), folded(before))
  return patternsOf(leaf).flatMap((p) => within(p, before, after, cased))
}

/** What is left to be found of a text that is sought, where one stands before: its end may be the beginning. */
function behind(sought: string, before: string): readonly Pattern[] {
  if (sought === '') return []
  if (before.includes(sought)) return [[ANY]]
  const first = sought.charCodeAt(0)
  let found: readonly Pattern[] = NO_PATTERNS
  for (let i = 0; i < before.length; i++)
    if (before.charCodeAt(i) === first && sought.startsWith(before.slice(i)))
      found = [...found, [sought.slice(before.length - i), ANY]]
  return found
}

const NO_PATTERNS: readonly Pattern[] = []

/** Texts of one rule are asked for several meanings, one after another. */
function folded(text: string): string {
  if (text.length < 16) return fold(text)
  if (text !== last.text) last = { text, folded: fold(text) }
  return last.folded
}

let last = { text: '', folded: '' }

/**
 * What a pattern still asks of a text that stands between two others: that text fits one of the results exactly if all
 * three together fit the pattern. Left out is the pattern itself, which the text may fit without them.
 */
function within(pattern: Pattern, before: string, after: string, cased: boolean): readonly Pattern[] {
  const whole = tidyPattern(pattern)
  const front = restsOf(whole, before, cased)
  const both = front.flatMap((p) => restsOf(reversed(p), reversedText(after), cased).map(reversed))
  return both.filter((p) => !isSame(p, whole))
}

/** What may be left of a pattern once it has read a text. */
function restsOf(pattern: Pattern, text: string, cased: boolean): readonly Pattern[] {
  const pieces: Pattern = pattern.flatMap((p): Pattern => (typeof p === 'string' ? [...p] : [p]))
  const same = (a: string, b: string) => (cased ? a === b : fold(a) === fold(b))
  let at = new Set([0])
  for (const c of text) {
    const next = new Set<number>()
    for (const i of reached(at, pieces)) {
      const piece = pieces[i]
      if (piece === ANY) next.add(i)
      else if (piece !== undefined && (typeof piece !== 'string' || same(piece, c))) next.add(i + 1)
    }
    at = next
  }
  return [...at].map((i) => tidyPattern(pieces.slice(i)))
}

/** Positions, and those behind a `*` that may stand for nothing. */
function reached(at: ReadonlySet<number>, pieces: Pattern): ReadonlySet<number> {
  const all = new Set(at)
  for (const i of all) if (pieces[i] === ANY) all.add(i + 1)
  return all
}

function reversed(pattern: Pattern): Pattern {
  return pattern.toReversed().map((p) => (typeof p === 'string' ? reversedText(p) : p))
}

function reversedText(text: string): string {
  return [...text].reverse().join('')
}

function isSame(a: Pattern, b: Pattern): boolean {
  return a.length === b.length && a.every((piece, i) => piece === b[i])
}

/** The ways to write the number whose digits a pattern asks for. */
function numbersOf(pattern: Pattern, digits: number): readonly string[] {
  const [literal, ...more] = pattern.filter((p) => p !== ANY)
  if (typeof literal !== 'string' || more.length > 0 || literal.length !== digits || !/^[0-9a-f]+$/i.test(literal))
    return []
  const number = BigInt(`0x${literal}`)
  return [String(number), `0x${literal.toLowerCase()}`, `0x${number.toString(16)}`]
}
