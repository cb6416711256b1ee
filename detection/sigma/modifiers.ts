/** Modifiers that run. */
type Modifier =
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'all'
  | 're'
  | 'i'
  | 'm'
  | 's'
  | 'cidr'
  | 'exists'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'base64'
  | 'cased'

/** Other words for the flags of `re`. */
const ALIASES: ReadonlyMap<string, Modifier> = new Map([
  ['ignorecase', 'i'],
  ['multiline', 'm'],
  ['dotall', 's'],
])

const SUPPORTED: readonly Modifier[] = [
  'contains',
  'startswith',
  'endswith',
  'all',
  're',
  'i',
  'm',
  's',
  'cidr',
  'exists',
  'gt',
  'gte',
  'lt',
  'lte',
  'base64',
  'cased',
]

/** Modifiers of the specification that do not run yet: refused by name, so that no rule means less than it says. */
const LATER: readonly string[] = [
  'neq',
  'windash',
  'base64offset',
  'utf16le',
  'utf16be',
  'utf16',
  'wide',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'expand',
  'fieldref',
]

/** A chain of modifiers that is known to make sense. */
export interface Chain {
  readonly all: boolean
  readonly cased: boolean
  readonly base64: boolean
  readonly shape: 'contains' | 'startswith' | 'endswith' | undefined
  /** What the values are, where they are not plain Sigma values. */
  readonly kind: 're' | 'cidr' | 'exists' | 'gt' | 'gte' | 'lt' | 'lte' | undefined
  /** Flags of `re`. */
  readonly flags: string
}

export type ChainProblem = {
  readonly code: 'SIG-013' | 'SIG-014' | 'SIG-015'
  readonly details: Readonly<Record<string, string>>
  /** Which of the modifiers. */
  readonly index: number
}

/** Checks a chain of modifiers as written after the field name. */
export function readChain(written: readonly string[]): Chain | ChainProblem {
  const chain: Modifier[] = []
  for (const [index, word] of written.entries()) {
    const modifier = ALIASES.get(word) ?? SUPPORTED.find((m) => m === word)
    if (modifier === undefined) {
      if (LATER.includes(word)) return { code: 'SIG-013', details: { modifier: word }, index }
      const near = nearest(word)
      const hint = near === undefined ? '' : `; did you mean "${near}"?`
      return { code: 'SIG-014', details: { modifier: word, hint }, index }
    }
    const wrong = clash(chain, modifier)
    if (wrong !== undefined) return { code: 'SIG-015', details: { problem: wrong }, index }
    chain.push(modifier)
  }
  return {
    all: chain.includes('all'),
    cased: chain.includes('cased'),
    base64: chain.includes('base64'),
    shape: chain.find((m) => SHAPES.includes(m)) as Chain['shape'],
    kind: chain.find((m) => KINDS.includes(m)) as Chain['kind'],
    flags: FLAGS.filter((m) => chain.includes(m)).join(''),
  }
}

const SHAPES: readonly Modifier[] = ['contains', 'startswith', 'endswith']
const KINDS: readonly Modifier[] = ['re', 'cidr', 'exists', 'gt', 'gte', 'lt', 'lte']
const FLAGS: readonly Modifier[] = ['i', 'm', 's']

/** Why `next` cannot follow these, if it cannot. `all` may stand anywhere, `cased` before or after a text modifier. */
function clash(chain: readonly Modifier[], next: Modifier): string | undefined {
  const before = chain.filter((m) => m !== 'all')
  const kind = chain.find((m) => KINDS.includes(m))
  if (chain.includes(next)) return `"${next}" stands twice`
  if (next === 'all') return chain.includes('exists') ? '"exists" stands alone' : undefined
  if (FLAGS.includes(next)) {
    return kind === 're' ? undefined : `"${next}" is a flag of "re" and follows it`
  }
  if (KINDS.includes(next)) {
    if (next === 'exists' && chain.length > 0) return '"exists" stands alone'
    return before.length > 0 ? `"${next}" must come first` : undefined
  }
  if (kind !== undefined) return `"${next}" cannot follow "${kind}"`
  if (SHAPES.includes(next)) {
    const other = chain.find((m) => SHAPES.includes(m))
    return other === undefined ? undefined : `"${other}" and "${next}"`
  }
  if (next === 'base64' && chain.some((m) => SHAPES.includes(m))) {
    return `"base64" must come before "${chain.find((m) => SHAPES.includes(m))}"`
  }
  return undefined
}

/** The modifier that was probably meant: the same under lower case, or at most two slips away. */
function nearest(word: string): string | undefined {
  const known = [...SUPPORTED.filter((m) => m.length > 1), ...ALIASES.keys(), ...LATER]
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
