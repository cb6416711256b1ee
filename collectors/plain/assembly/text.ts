/** Where the line, written as a JSON text, goes on. */
export let to: usize = 0

/** Whether the text passed last holds an escape that JSON.stringify would not write, or may not. */
export let isSpelt: bool = false

export function begin(at: usize): void {
  to = at
}

export function byte(c: u32): void {
  store<u8>(to++, <u8>c)
}

/** Writes a key with its quotes. May write 16 bytes more. */
export function key(from: usize, length: usize): void {
  store<u16>(to, 0x225c)
  copy(from, to + 2, length)
  to += length + 4
  store<u16>(to - 2, 0x225c)
}

/** Copies by 16 bytes. */
export function copy(from: usize, at: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) v128.store(at + i, v128.load(from + i))
}

/**
 * Passes and writes the text whose opening quote stands at `p`; returns behind its closing quote, 0 if it is none of JSON or
 * holds half of a surrogate pair.
 */
export function text(p: usize): usize {
  const quotes = i8x16.splat(0x22)
  const backslashes = i8x16.splat(0x5c)
  const blanks = i8x16.splat(0x20)
  let at = to
  isSpelt = false
  store<u16>(at, 0x225c)
  at += 2
  p++
  while (true) {
    const block = v128.load(p)
    v128.store(at, block)
    const marks = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(block, quotes), i8x16.eq(block, backslashes)), i8x16.lt_u(block, blanks)),
    )
    if (marks == 0) {
      p += 16
      at += 16
      continue
    }
    const run = <usize>ctz(marks)
    p += run
    at += run
    const c = load<u8>(p)
    if (c == 0x22) {
      store<u16>(at, 0x225c)
      to = at + 2
      return p + 1
    }
    if (c != 0x5c) return 0
    const next = <u32>load<u8>(p, 1)
    if (next == 0x22 || next == 0x5c) {
      store<u32>(at, 0x5c5c5c | (next << 24))
      at += 4
    } else {
      if (next == 0x75) {
        if (!isCharacter(p + 2)) return 0
        isSpelt = true
      } else if (next == 0x2f) isSpelt = true
      else if (next != 0x6e && next != 0x74 && next != 0x72 && next != 0x62 && next != 0x66) return 0
      store<u32>(at, 0x5c5c | (next << 16))
      at += 3
    }
    p += 2
  }
}

/** Four hexadecimal digits that are a character of their own. */
function isCharacter(p: usize): bool {
  for (let i: usize = 0; i < 4; i++) {
    const c = load<u8>(p + i)
    const lower = c | 0x20
    if (!((c >= 0x30 && c <= 0x39) || (lower >= 0x61 && lower <= 0x66))) return false
  }
  // D800 to DFFF are halves.
  return (load<u8>(p) | 0x20) != 0x64 || load<u8>(p, 1) < 0x38
}
