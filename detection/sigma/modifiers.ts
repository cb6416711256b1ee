import type { DatePart } from '../../core/filter.ts'
import type { Encoding } from './encode.ts'

/** Modifiers that say what the values are, where they are not plain Sigma values. */
const KINDS = ['re', 'cidr', 'exists', 'fieldref', 'gt', 'gte', 'lt', 'lte'] as const
/** A number that a date has, for a value or a comparison with it. */
const PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const satisfies readonly DatePart[]
/** Where in the field's text the value stands. */
const SHAPES = ['contains', 'startswith', 'endswith'] as const
/** Flags of `re`. */
const FLAGS = ['i', 'm', 's'] as const
const ENCODINGS = ['utf16le', 'utf16be', 'utf16'] as const
const BASE64 = ['base64', 'base64offset'] as const

type Kind = (typeof KINDS)[number]
type Shape = (typeof SHAPES)[number]

const MODIFIERS = [
  ...KINDS,
  ...PARTS,
  ...SHAPES,
  ...FLAGS,
  ...ENCODINGS,
  ...BASE64,
  'all',
  'neq',
  'cased',
  'windash',
  'expand',
] as const
type Modifier = (typeof MODIFIERS)[number]

/** Other words for a modifier. */
const ALIASES: ReadonlyMap<string, Modifier> = new Map([
  ['ignorecase', 'i'],
  ['multiline', 'm'],
  ['dotall', 's'],
  ['wide', 'utf16le'],
])

/** A chain of modifiers that is known to make sense. */
export interface Chain {
  /** As written, for messages. */
  readonly written: readonly string[]
  readonly all: boolean
  /** `neq`: the item holds where it would not. */
  readonly negated: boolean
  readonly cased: boolean
  readonly windash: boolean
  readonly expand: boolean
  readonly encoding: Encoding | undefined
  readonly base64: (typeof BASE64)[number] | undefined
  readonly shape: Shape | undefined
  readonly kind: Kind | undefined
  /** The value is, or is compared with, this part of the field's date. */
  readonly part: DatePart | undefined
  /** Flags of `re`. */
  readonly flags: string
}

export type ChainProblem = {
  readonly code: 'SIG-014' | 'SIG-015'
  readonly details: Readonly<Record<string, string>>
  /** Which of the modifiers. */
  readonly index: number
}

/** Checks a chain of modifiers as written after the field name. */
export function readChain(written: readonly string[]): Chain | ChainProblem {
  const chain: Modifier[] = []
  for (const [index, word] of written.entries()) {
    const modifier = ALIASES.get(word) ?? MODIFIERS.find((m) => m === word)
    if (modifier === undefined) {
      const near = nearest(word)
      const hint = near === undefined ? '' : `; did you mean "${near}"?`
      return { code: 'SIG-014', details: { modifier: word, hint }, index }
    }
    const wrong = clash(chain, modifier)
    if (wrong !== undefined) return { code: 'SIG-015', details: { problem: wrong }, index }
    chain.push(modifier)
  }
  return {
    written,
    all: chain.includes('all'),
    negated: chain.includes('neq'),
    cased: chain.includes('cased'),
    windash: chain.includes('windash'),
    expand: chain.includes('expand'),
    encoding: one(ENCODINGS, chain),
    base64: one(BASE64, chain),
    shape: one(SHAPES, chain),
    kind: one(KINDS, chain),
    part: one(PARTS, chain),
    flags: FLAGS.filter((m) => chain.includes(m)).join(''),
  }
}

function one<M extends Modifier>(of: readonly M[], chain: readonly Modifier[]): M | undefined {
  return of.find((m) => chain.includes(m))
}

/** What may stand beside a kind, before or after it. Plain values take all but flags. */
const BESIDE: Readonly<Record<Kind, readonly Modifier[]>> = {
  re: ['all', 'neq', 'expand', ...FLAGS, ...SHAPES],
  cidr: ['all', 'neq', 'expand'],
  exists: [],
  fieldref: ['all', 'neq', 'cased', ...SHAPES],
  gt: ['all', ...PARTS],
  gte: ['all', ...PARTS],
  lt: ['all', ...PARTS],
  lte: ['all', ...PARTS],
}
const BESIDE_PART: readonly Modifier[] = ['all', 'neq', 'gt', 'gte', 'lt', 'lte']

/** Steps that a value goes through in this order, whatever stands between them. */
const STEPS: readonly (readonly Modifier[])[] = [['windash'], ENCODINGS, BASE64, SHAPES]
/** May stand anywhere: they do not change the text of a value, or do so before all others. */
const FREE: readonly Modifier[] = ['all', 'neq', 'cased', 'expand']

/** Why `next` cannot follow the chain; undefined if it can. */
function clash(chain: readonly Modifier[], next: Modifier): string | undefined {
  const kind = one(KINDS, chain) ?? one(KINDS, [next])
  if (chain.includes(next)) return `"${next}" stands twice`
  const part = one(PARTS, chain) ?? one(PARTS, [next])
  if (part !== undefined) {
    const other = [...chain, next].find((m) => m !== part && !BESIDE_PART.includes(m))
    if (other !== undefined) return `"${part}" and "${other}"`
    if (next === part && kind !== undefined) return `"${part}" must come before "${kind}"`
  }
  if (kind === undefined) {
    return one(FLAGS, [next]) === undefined ? disorder(chain, next) : `"${next}" is a flag of "re" and follows it`
  }
  if (kind === 'exists' && chain.length > 0) return '"exists" stands alone'
  const other = [...chain, next].find((m) => m !== kind && !BESIDE[kind].includes(m))
  if (other !== undefined) {
    return other === next ? `"${next}" cannot follow "${kind}"` : `"${next}" cannot follow "${other}"`
  }
  if (kind === next && chain.some((m) => !FREE.includes(m) && m !== part)) return `"${next}" must come first`
  return disorder(chain, next)
}

function disorder(chain: readonly Modifier[], next: Modifier): string | undefined {
  const step = STEPS.findIndex((s) => s.includes(next))
  if (step < 0) return undefined
  const same = chain.find((m) => STEPS[step]!.includes(m))
  if (same !== undefined) return `"${same}" and "${next}"`
  // "contains" adds no dash: with "windash" either order means the same.
  const later = chain.find((m) =>
    STEPS.some((s, i) => i > step && s.includes(m) && !(next === 'windash' && s === SHAPES)),
  )
  return later === undefined ? undefined : `"${next}" must come before "${later}"`
}

/** The modifier that was probably meant: the same under lower case, or at most two slips away. */
function nearest(word: string): string | undefined {
  const known: readonly string[] = [...MODIFIERS, ...ALIASES.keys()].filter((m) => m.length > 1)
  const lower = word.toLowerCase()
  return known.find((m) => m === lower) ?? known.find((m) => m.length > 3 && distance(lower, m) <= 2)
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
