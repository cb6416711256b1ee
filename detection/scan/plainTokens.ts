import * as at from './layout.ts'

/** Where a token of JSON ends (at the quote of a string), 0 if it is none; how it is written: flags of spans. */
export interface Token {
  end: number
  flags: number
}

/** Reads a string from behind its first quote. */
export function readString(bytes: Uint8Array, from: number, token: Token): void {
  token.end = 0
  token.flags = 0
  let high = false
  for (let p = from; ; p++) {
    const c = bytes[p]!
    if (c === 0x22) {
      if (high) token.flags |= lookAtHigh(bytes, from, p)
      token.end = p
      return
    }
    if (c < 0x20) return
    if (c >= 0x80) high = true
    if (c !== 0x5c) continue
    const odd = readEscape(bytes, p + 1)
    if (odd < 0) return
    token.flags |= at.ESCAPED | odd
    p++
  }
}

/** What an escape means for comparing; -1 if it is none of JSON. */
function readEscape(bytes: Uint8Array, from: number): number {
  const c = String.fromCharCode(bytes[from]!)
  if (c === '/') return at.ODD_ASCII
  if (c !== 'u') return '\\"bfnrt'.includes(c) ? 0 : -1
  const digits = String.fromCharCode(...bytes.subarray(from + 1, from + 5))
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) return -1
  const code = Number.parseInt(digits, 16)
  // The Kelvin sign folds to k, the dotted capital I to i.
  if (code === 0x212a || code === 0x130) return at.ODD_ASCII | at.ODD_OTHER
  if (code >= 0x80) return at.ODD_OTHER
  // Control characters have no other way to be written, but for five.
  return code >= 0x20 || '\b\t\n\f\r'.includes(String.fromCharCode(code)) ? at.ODD_ASCII : 0
}

function lookAtHigh(bytes: Uint8Array, from: number, to: number): number {
  let odd = at.HIGH
  for (let p = from; p < to; ) {
    const length = plainLength(bytes, p)
    if (length === 0) {
      odd |= at.ODD_OTHER
      const [a, b, c] = bytes.subarray(p, p + 3)
      if ((a === 0xe2 && b === 0x84 && c === 0xaa) || (a === 0xc4 && b === 0xb0)) odd |= at.ODD_ASCII
    }
    p += length || 1
  }
  return odd
}

/** The length of a character that has no other case: of scripts from China to Japan, punctuation, symbols; else 0. */
function plainLength(bytes: Uint8Array, p: number): number {
  const first = bytes[p]!
  const second = bytes[p + 1]!
  const third = bytes[p + 2]!
  if (first < 0x80) return 1
  if (!follows(second)) return 0
  if (first === 0xc2) return 2
  if (!follows(third)) return 0
  if (first >= 0xe3 && first <= 0xe9) return 3
  if (first === 0xe2) return second <= 0x83 ? 3 : 0
  if (first === 0xef) {
    const capital = second === 0xbc && third >= 0xa1 && third <= 0xba
    return (second === 0xbc || second === 0xbd) && !capital ? 3 : 0
  }
  return first === 0xf0 && second === 0x9f && follows(bytes[p + 3]!) ? 4 : 0
}

function follows(c: number): boolean {
  return (c & 0xc0) === 0x80
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
/** Numbers that are printed as they are written. */
const USUAL = /^(?:0|-?[1-9][0-9]{0,14})$/

/** Reads a number; flagged if it is not printed as it is written. */
export function readNumber(bytes: Buffer, from: number, token: Token): void {
  token.end = 0
  token.flags = 0
  let end = from
  while (NUMERIC.has(bytes[end]!)) end++
  NUMBER.lastIndex = 0
  const text = bytes.toString('latin1', from, end)
  if (NUMBER.exec(text)?.[0].length !== text.length || text === '') return
  if (!USUAL.test(text)) token.flags = at.ODD_ASCII
  token.end = end
}

const NUMERIC = new Set(Buffer.from('0123456789+-.eE'))
