import * as at from '../layout'

/** How the string that was last passed is written: flags of spans. */
export let flags: u32 = 0

/** In memory, for vectors that are constants are made anew wherever they are used. */
const VECTORS: usize = at.CONTROL_END - 256
const QUOTE: usize = VECTORS
const BACKSLASH: usize = VECTORS + 16
const CONTROL: usize = VECTORS + 32
const LOW: usize = VECTORS + 48
/** For each half of a byte a set of bits; a byte of which both halves share one ends a usual escape: `\` or " or one of `bfnrt`. */
const BY_LOW: usize = VECTORS + 64
const BY_HIGH: usize = VECTORS + 80
const ZERO: usize = VECTORS + 96

export function keepVectors(): void {
  v128.store(QUOTE, i8x16.splat(0x22))
  v128.store(BACKSLASH, i8x16.splat(0x5c))
  v128.store(CONTROL, i8x16.splat(0x1f))
  v128.store(LOW, i8x16.splat(0xf))
  v128.store(BY_LOW, i8x16(0, 0, 13, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 0))
  v128.store(BY_HIGH, i8x16(0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0))
}

/** Finds the quote that ends a string, from behind the one that begins it; 0 if it is none of JSON. */
export function endOfString(from: usize): usize {
  const quote = v128.load(QUOTE)
  const backslash = v128.load(BACKSLASH)
  const control = v128.load(CONTROL)
  let high: u32 = 0
  let p = from
  while (true) {
    const block = v128.load(p)
    const marks = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(block, quote), i8x16.eq(block, backslash)),
        i8x16.eq(i8x16.min_u(block, control), block),
      ),
    )
    high |= i8x16.bitmask(block)
    if (marks != 0) {
      const end = p + ctz(marks)
      const c = load<u8>(end)
      if (c == 0x5c) return endOfEscaped(from, p, high)
      if (c != 0x22) return 0
      flags = high == 0 ? 0 : lookAtHigh(from, end)
      return end
    }
    p += 16
  }
}

/** The same for a string that has escapes, from the block on that holds the first. */
function endOfEscaped(from: usize, first: usize, before: u32): usize {
  const quote = v128.load(QUOTE)
  const backslash = v128.load(BACKSLASH)
  const control = v128.load(CONTROL)
  const low = v128.load(LOW)
  const byLow = v128.load(BY_LOW)
  const byHigh = v128.load(BY_HIGH)
  const zero = v128.load(ZERO)
  let high = before
  let seen: u32 = at.ESCAPED
  // Whether the block begins with a character that is escaped.
  let carried: u32 = 0
  let p = first
  while (true) {
    const a = v128.load(p)
    const b = v128.load(p, 16)
    high |= i8x16.bitmask(v128.or(a, b))
    const slashes = both(i8x16.eq(a, backslash), i8x16.eq(b, backslash)) & ~carried
    // Every second of the backslashes that stand in a row escapes what follows.
    const behind = (slashes << 1) | carried
    const sums = slashes + (slashes & ~0x55555555 & ~behind)
    const escaped = (0x55555555 ^ (sums << 1)) & behind
    carried = sums < slashes ? 1 : 0
    const quotes = both(i8x16.eq(a, quote), i8x16.eq(b, quote))
    const controls = both(i8x16.eq(i8x16.min_u(a, control), a), i8x16.eq(i8x16.min_u(b, control), b))
    const classA = v128.and(
      i8x16.swizzle(byLow, v128.and(a, low)),
      i8x16.swizzle(byHigh, v128.and(i16x8.shr_u(a, 4), low)),
    )
    const classB = v128.and(
      i8x16.swizzle(byLow, v128.and(b, low)),
      i8x16.swizzle(byHigh, v128.and(i16x8.shr_u(b, 4), low)),
    )
    const unusual = both(i8x16.eq(classA, zero), i8x16.eq(classB, zero))
    let marks = (quotes & ~escaped) | controls | (escaped & unusual)
    while (marks != 0) {
      const i = ctz(marks)
      const c = load<u8>(p + i)
      if ((escaped >> i) & 1) {
        if (c == 0x75) {
          const odd = unicodeEscape(p + i + 1)
          if (odd < 0) return 0
          seen |= odd
        } else if (c == 0x2f) seen |= at.ODD_ASCII
        else return 0
      } else if (c != 0x22) return 0
      else {
        flags = high == 0 ? seen : seen | lookAtHigh(from, p + i)
        return p + i
      }
      marks &= marks - 1
    }
    p += 32
  }
}

/** The marks of two blocks. */
function both(a: v128, b: v128): u32 {
  return <u32>i8x16.bitmask(a) | ((<u32>i8x16.bitmask(b)) << 16)
}

/** What four hexadecimal digits behind `\u` mean for comparing; -1 if they are none. */
function unicodeEscape(from: usize): i32 {
  let code: i32 = 0
  for (let i: usize = 0; i < 4; i++) {
    const c = load<u8>(from + i)
    const lower = c | 0x20
    const digit: i32 = c >= 0x30 && c <= 0x39 ? c - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
    if (digit < 0) return -1
    code = (code << 4) | digit
  }
  if (code == 0x212a || code == 0x130) return at.ODD_ASCII | at.ODD_OTHER
  if (code >= 0x80) return at.ODD_OTHER
  // Control characters have no other way to be written, but for five.
  return code >= 0x20 || (code >= 0x8 && code <= 0xd && code != 0xb) ? at.ODD_ASCII : 0
}

/** Looks at what goes beyond ASCII: most of it has one case and one way to be written raw. */
function lookAtHigh(from: usize, to: usize): u32 {
  let odd: u32 = 0
  for (let p = from; p < to; ) {
    if (load<u8>(p) < 0x80) {
      p++
      continue
    }
    odd |= at.HIGH
    const length = plainLength(p)
    if (length == 0) {
      odd |= at.ODD_OTHER
      // The Kelvin sign folds to k, the dotted capital I to i.
      const c = load<u8>(p)
      if ((c == 0xe2 && load<u8>(p, 1) == 0x84 && load<u8>(p, 2) == 0xaa) || (c == 0xc4 && load<u8>(p, 1) == 0xb0))
        odd |= at.ODD_ASCII
      p++
    } else p += length
  }
  return odd
}

/** The length of a character that has no other case: of scripts from China to Japan, punctuation, symbols; else 0. */
function plainLength(p: usize): u32 {
  const c = load<u8>(p)
  const second = load<u8>(p, 1)
  if (!follows(second)) return 0
  if (c == 0xc2) return 2
  if (!follows(load<u8>(p, 2))) return 0
  if (c >= 0xe3 && c <= 0xe9) return 3
  if (c == 0xe2) return second <= 0x83 ? 3 : 0
  if (c == 0xef) return second == 0xbc || second == 0xbd ? (fullwidthCapital(second, load<u8>(p, 2)) ? 0 : 3) : 0
  return c == 0xf0 && second == 0x9f && follows(load<u8>(p, 3)) ? 4 : 0
}

function follows(c: u8): bool {
  return (c & 0xc0) == 0x80
}

function fullwidthCapital(second: u8, third: u8): bool {
  return second == 0xbc && third >= 0xa1 && third <= 0xba
}
