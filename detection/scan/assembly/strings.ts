import { ESCAPED, HIGH, ODD_ASCII, ODD_OTHER } from '../layout'

/** How the string that was last passed is written: flags of spans. */
export let flags: u32 = 0

/** Finds the quote that ends a string, from behind the one that begins it; 0 if it is none of JSON. */
export function endOfString(from: usize): usize {
  const quote = i8x16.splat(0x22)
  const backslash = i8x16.splat(0x5c)
  const space = i8x16.splat(0x20)
  let seen: u32 = 0
  let all = i8x16.splat(0)
  let p = from
  while (true) {
    const block = v128.load(p)
    let marks = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(block, quote), i8x16.eq(block, backslash)), i8x16.lt_u(block, space)),
    )
    all = v128.or(all, block)
    let next: usize = 16
    while (marks != 0) {
      const i = ctz(marks)
      const c = load<u8>(p + i)
      if (c == 0x22) {
        flags = i8x16.bitmask(all) == 0 ? seen : seen | lookAtHigh(from, p + i)
        return p + i
      }
      if (c != 0x5c) return 0
      const escape = load<u8>(p + i, 1)
      seen |= ESCAPED
      if (escape != 0x5c && escape != 0x22 && escape != 0x72 && escape != 0x6e && escape != 0x74) {
        if (escape == 0x75) {
          const odd = unicodeEscape(p + i + 2)
          if (odd < 0) return 0
          seen |= odd
        } else if (escape == 0x2f) seen |= ODD_ASCII
        else if (escape != 0x62 && escape != 0x66) return 0
      }
      if (i == 15) next = 17
      marks &= ~(3 << i)
    }
    p += next
  }
}

/** What four hexadecimal digits behind `\u` mean for comparing; -1 if they are none. */
function unicodeEscape(at: usize): i32 {
  let code: i32 = 0
  for (let i: usize = 0; i < 4; i++) {
    const c = load<u8>(at + i)
    const lower = c | 0x20
    const digit: i32 = c >= 0x30 && c <= 0x39 ? c - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
    if (digit < 0) return -1
    code = (code << 4) | digit
  }
  if (code == 0x212a || code == 0x130) return ODD_ASCII | ODD_OTHER
  if (code >= 0x80) return ODD_OTHER
  // Control characters have no other way to be written, but for five.
  return code >= 0x20 || (code >= 0x8 && code <= 0xd && code != 0xb) ? ODD_ASCII : 0
}

/** Looks at what goes beyond ASCII: most of it has one case and one way to be written raw. */
function lookAtHigh(from: usize, to: usize): u32 {
  let odd: u32 = 0
  for (let p = from; p < to; ) {
    if (load<u8>(p) < 0x80) {
      p++
      continue
    }
    odd |= HIGH
    const length = plainLength(p)
    if (length == 0) {
      odd |= ODD_OTHER
      // The Kelvin sign folds to k, the dotted capital I to i.
      const c = load<u8>(p)
      if ((c == 0xe2 && load<u8>(p, 1) == 0x84 && load<u8>(p, 2) == 0xaa) || (c == 0xc4 && load<u8>(p, 1) == 0xb0))
        odd |= ODD_ASCII
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
