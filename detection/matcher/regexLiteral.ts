/** Sets of texts: any match of a regular expression contains at least one of each set. */
export interface RequiredTexts {
  readonly sets: readonly Texts[]
  /** They must be sought folded, in folded text. */
  readonly folded: boolean
}

type Texts = readonly string[]

const MOST_TEXTS = 64
const MOST_SETS = 8
const DEEPEST = 50

/**
 * Texts that every match contains, as far as a look at the pattern tells: `ab(cd|ef+)[g]` gives `ab`, and `cd` or `ef`.
 * `undefined` if nothing is certain.
 */
export function requiredTexts(pattern: string, flags: string): RequiredTexts | undefined {
  const folded = flags.includes('i') || /\(\?[a-zA-Z]*i/.test(pattern)
  const reader: Reader = { chars: [...pattern], at: 0, folded }
  const sets = readBranches(reader, 0)
  return sets.length === 0 || reader.at !== reader.chars.length ? undefined : { sets, folded }
}

interface Reader {
  readonly chars: readonly string[]
  at: number
  readonly folded: boolean
}

/** What a part of a pattern requires: one text of each set. */
type Sets = readonly Texts[]
const NOTHING: Sets = []

/** Stands at the end of a pattern that is not understood. */
function giveUp(r: Reader): Sets {
  r.at = Number.POSITIVE_INFINITY
  return NOTHING
}

/** Branches up to the bracket that closes them, or the end. */
function readBranches(r: Reader, depth: number): Sets {
  if (depth > DEEPEST) return giveUp(r)
  const first = readBranch(r, depth)
  if (r.chars[r.at] !== '|') return first
  const all = [best(first)]
  while (r.chars[r.at] === '|') {
    r.at++
    all.push(best(readBranch(r, depth)))
  }
  const texts = all.flatMap((t) => t ?? [])
  return all.includes(undefined) || texts.length > MOST_TEXTS ? NOTHING : [texts]
}

function readBranch(r: Reader, depth: number): Sets {
  const sets: Texts[] = []
  let run = ''
  const end = () => {
    if (run !== '') sets.push([run])
    run = ''
  }
  while (r.at < r.chars.length) {
    const c = r.chars[r.at]!
    if (c === '|' || c === ')') break
    const inner = readPiece(r, depth)
    const least = readCount(r)
    if (typeof inner === 'string') {
      // Only what stands there once goes on into the next character.
      if (least === undefined || least > 0) run += inner
      if (least !== undefined) end()
    } else {
      end()
      if (least !== 0) sets.push(...inner)
    }
  }
  end()
  return sets.length > MOST_SETS ? sets.sort((a, b) => cost(a) - cost(b)).slice(0, MOST_SETS) : sets
}

function best(sets: Sets): Texts | undefined {
  return sets.reduce<Texts | undefined>((a, b) => (a === undefined || cost(b) < cost(a) ? b : a), undefined)
}

/** One character that must stand there, or what anything else requires. */
function readPiece(r: Reader, depth: number): string | Sets {
  const c = r.chars[r.at++]!
  switch (c) {
    case '(':
      return readGroup(r, depth)
    case '[': {
      const close = classEnd(r.chars, r.at - 1)
      if (close < 0) return giveUp(r)
      r.at = close + 1
      return NOTHING
    }
    case '\\': {
      const next = r.chars[r.at++]
      if (next !== undefined && /^[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e ]$/.test(next)) return next
      return next !== undefined && 'dwsDWSbBAznrtfva'.includes(next) ? NOTHING : giveUp(r)
    }
    case '.':
    case '^':
    case '$':
      return NOTHING
    case '*':
    case '+':
    case '?':
      return giveUp(r)
    default:
      // Ignoring case, RE2 takes the long s for s and the Kelvin sign for k; our fold need not agree beyond ASCII.
      return r.folded && (c > '\x7f' || 'sSkK'.includes(c)) ? NOTHING : c
  }
}

function readGroup(r: Reader, depth: number): Sets {
  const start = r.at - 1
  if (r.chars[r.at] === '?') {
    const head = /^\?(?:([a-zA-Z-]*)([:)])|P?<\w+>)/.exec(r.chars.slice(r.at, r.at + 40).join(''))
    if (head === null) return giveUp(r)
    r.at += head[0].length
    const plain = head[2] === undefined || (head[1] === '' && head[2] === ':')
    // Flags elsewhere than at the start: what they hold for is not followed.
    if (!plain && (start > 0 || head[2] !== ')')) return giveUp(r)
    if (head[2] === ')') return NOTHING
  }
  const sets = readBranches(r, depth + 1)
  if (r.chars[r.at] !== ')') return giveUp(r)
  r.at++
  return sets
}

/** How often at least what stands before is repeated; `undefined` where nothing is said. */
function readCount(r: Reader): number | undefined {
  const c = r.chars[r.at]
  if (c !== '*' && c !== '+' && c !== '?' && c !== '{') return undefined
  r.at++
  let least = c === '+' ? 1 : 0
  if (c === '{') {
    const counted = /^(\d+)(,\d*)?\}/.exec(r.chars.slice(r.at, r.at + 12).join(''))
    if (counted === null) {
      giveUp(r)
      return 0
    }
    r.at += counted[0].length
    least = Number(counted[1])
  }
  if (r.chars[r.at] === '?') r.at++
  return least
}

/** How little the texts tell: short ones stand in many places. */
function cost(texts: readonly string[]): number {
  let sum = 0
  for (const text of texts) sum += 1 / text.length ** 2
  return sum
}

function classEnd(chars: readonly string[], open: number): number {
  let i = open + 1
  if (chars[i] === '^') i++
  if (chars[i] === ']') i++
  for (; i < chars.length; i++) {
    const c = chars[i]
    if (c === '\\') i++
    else if (c === '[' && chars[i + 1] === ':') {
      const close = chars.indexOf(']', i + 2)
      if (close < 0) return -1
      i = close
    } else if (c === ']') return i
  }
  return -1
}
