/** Texts of which any match of a regular expression contains at least one. */
export interface RequiredTexts {
  readonly texts: readonly string[]
  /** They must be sought folded, in folded text. */
  readonly folded: boolean
}

const MOST_TEXTS = 64
const DEEPEST = 50

/**
 * Texts of which every match contains one, as far as a look at the pattern tells: `a(bc|de+)[f]` gives `bc` and `de`.
 * `undefined` if nothing is certain.
 */
export function requiredTexts(pattern: string, flags: string): RequiredTexts | undefined {
  const folded = flags.includes('i') || /\(\?[a-zA-Z]*i/.test(pattern)
  const reader: Reader = { chars: [...pattern], at: 0, folded }
  const texts = readBranches(reader, 0)
  return texts === undefined || reader.at < reader.chars.length ? undefined : { texts, folded }
}

interface Reader {
  readonly chars: readonly string[]
  at: number
  readonly folded: boolean
}

/** What a part of a pattern requires: one of the texts; `undefined` for nothing. */
type Texts = readonly string[] | undefined

/** Stands at the end of a pattern that is not understood. */
function giveUp(r: Reader): undefined {
  r.at = Number.POSITIVE_INFINITY
  return undefined
}

/** Branches up to the bracket that closes them, or the end. */
function readBranches(r: Reader, depth: number): Texts {
  if (depth > DEEPEST) return giveUp(r)
  const all: string[] = []
  let certain = true
  for (;;) {
    const texts = readBranch(r, depth)
    if (texts === undefined) certain = false
    else all.push(...texts)
    if (r.chars[r.at] !== '|') break
    r.at++
  }
  if (r.at > r.chars.length) return undefined
  return certain && all.length <= MOST_TEXTS ? all : undefined
}

function readBranch(r: Reader, depth: number): Texts {
  let best: Texts
  let run: string[] = []
  const consider = (texts: Texts) => {
    if (texts !== undefined && (best === undefined || cost(texts) < cost(best))) best = texts
  }
  const end = () => {
    if (run.length > 0) consider([run.join('')])
    run = []
  }
  while (r.at < r.chars.length) {
    const c = r.chars[r.at]!
    if (c === '|' || c === ')') break
    const inner = readPiece(r, depth)
    const least = readCount(r)
    if (typeof inner === 'string') {
      // Only what stands there once goes on into the next character.
      if (least === undefined || least > 0) run.push(inner)
      if (least !== undefined) end()
    } else {
      end()
      if (least !== 0) consider(inner)
    }
  }
  end()
  return best
}

/** One character that must stand there, or what anything else requires. */
function readPiece(r: Reader, depth: number): string | Texts {
  const c = r.chars[r.at++]!
  switch (c) {
    case '(':
      return readGroup(r, depth)
    case '[': {
      const close = classEnd(r.chars, r.at - 1)
      if (close < 0) return giveUp(r)
      r.at = close + 1
      return undefined
    }
    case '\\': {
      const next = r.chars[r.at++]
      if (next !== undefined && /^[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e ]$/.test(next)) return next
      return next !== undefined && 'dwsDWSbBAznrtfva'.includes(next) ? undefined : giveUp(r)
    }
    case '.':
    case '^':
    case '$':
      return undefined
    case '*':
    case '+':
    case '?':
      return giveUp(r)
    default:
      // Ignoring case, RE2 takes the long s for s and the Kelvin sign for k; our fold need not agree beyond ASCII.
      return r.folded && (c > '\x7f' || 'sSkK'.includes(c)) ? undefined : c
  }
}

function readGroup(r: Reader, depth: number): Texts {
  const start = r.at - 1
  if (r.chars[r.at] === '?') {
    const head = /^\?(?:([a-zA-Z-]*)([:)])|P?<\w+>)/.exec(r.chars.slice(r.at, r.at + 40).join(''))
    if (head === null) return giveUp(r)
    r.at += head[0].length
    const plain = head[2] === undefined || (head[1] === '' && head[2] === ':')
    // Flags elsewhere than at the start: what they hold for is not followed.
    if (!plain && (start > 0 || head[2] !== ')')) return giveUp(r)
    if (head[2] === ')') return undefined
  }
  const texts = readBranches(r, depth + 1)
  if (r.chars[r.at] !== ')') return giveUp(r)
  r.at++
  return texts
}

/** How often at least what stands before is repeated; `undefined` where nothing is said. */
function readCount(r: Reader): number | undefined {
  const c = r.chars[r.at]
  if (c !== '*' && c !== '+' && c !== '?' && c !== '{') return undefined
  r.at++
  let least = c === '+' ? 1 : 0
  if (c === '{') {
    const counted = /^(\d+)(,\d*)?\}/.exec(r.chars.slice(r.at, r.at + 12).join(''))
    if (counted === null) return giveUp(r) ?? 0
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
