// AssemblyScript, compiled to `../lineScan.wasm` (see `../lineScan.ts` for what it is for and how it is called).

const QUOTE: u8 = 0x22
const BACKSLASH: u8 = 0x5c
const COMMA: u8 = 0x2c
const COLON: u8 = 0x3a
const OPEN: u8 = 0x7b
const CLOSE: u8 = 0x7d
const OPEN_LIST: u8 = 0x5b
const CLOSE_LIST: u8 = 0x5d

/** Members of the top level that are noted. */
const MOST: i32 = 128
/** Words of a member in the table: key, value, end, keys within, odd. */
const WORDS: usize = 5 * 4

/** How many members the line read last has; -1 where they cannot be told from the order of their keys. */
export let members: i32 = 0

/** Writes a character that JSON writes escaped within a text. */
function escape(c: u8, to: usize): usize {
  if (c == QUOTE || c == BACKSLASH) {
    store<u8>(to, BACKSLASH)
    store<u8>(to + 1, c)
    return to + 2
  }
  return control(c, to)
}

function control(c: u8, to: usize): usize {
  let short: u8 = 0
  if (c == 8) short = 0x62
  else if (c == 9) short = 0x74
  else if (c == 10) short = 0x6e
  else if (c == 12) short = 0x66
  else if (c == 13) short = 0x72
  store<u8>(to, BACKSLASH)
  if (short != 0) {
    store<u8>(to + 1, short)
    return to + 2
  }
  // "u00" and two digits
  store<u8>(to + 1, 0x75)
  store<u8>(to + 2, 0x30)
  store<u8>(to + 3, 0x30)
  store<u8>(to + 4, 0x30 + (c >> 4))
  const low: u8 = c & 15
  store<u8>(to + 5, low < 10 ? 0x30 + low : 0x57 + low)
  return to + 6
}

/**
 * Reads the line at `at` … `end`; writes it to `to` as the rest of a JSON text behind its first quote, and the members of its
 * top level into the table. Returns where the text ends. May read and write 16 bytes beyond either end.
 */
export function scan(at: usize, end: usize, to: usize, table: usize): usize {
  const quotes = i8x16.splat(QUOTE)
  const backslashes = i8x16.splat(BACKSLASH)
  const blanks = i8x16.splat(0x20)
  let depth: i32 = 0
  let count: i32 = 0
  let ordered = true
  let entry = table
  // Of the text read last, and of the value that is being read.
  let text: usize = 0
  let escaped = false
  let key: usize = 0
  let value: usize = 0
  let valueEnd: usize = 0
  let keys: u32 = 0
  let odd: u32 = 0
  let before: u8 = 0
  while (at < end) {
    const c = load<u8>(at)
    if (c == QUOTE) {
      text = at
      escaped = false
      to = escape(c, to)
      at++
      while (at < end) {
        const block = v128.load(at)
        v128.store(to, block)
        const special = v128.or(
          v128.or(i8x16.eq(block, quotes), i8x16.eq(block, backslashes)),
          i8x16.lt_u(block, blanks),
        )
        const mask = i8x16.bitmask(special)
        let run: usize = mask == 0 ? 16 : <usize>ctz(mask)
        if (run > end - at) run = end - at
        at += run
        to += run
        if (mask == 0 || at >= end) continue
        const s = load<u8>(at)
        to = escape(s, to)
        at++
        if (s == QUOTE) break
        escaped = true
        if (s != BACKSLASH) odd = 1
        else if (at < end) {
          const next = load<u8>(at)
          if (next == QUOTE || next == BACKSLASH || next < 0x20) to = escape(next, to)
          else store<u8>(to++, next)
          at++
        }
      }
      if (depth == 1 && value != 0 && valueEnd == 0) valueEnd = at
      before = QUOTE
      continue
    }
    at++
    if (c < 0x20) {
      to = control(c, to)
      odd = 1
      ordered = false
      continue
    }
    if (c == BACKSLASH) {
      to = escape(c, to)
      ordered = false
      continue
    }
    store<u8>(to++, c)
    if (c == COLON) {
      if (escaped) odd = 1
      if (depth == 1) {
        key = text
        const first = load<u8>(text + 1)
        if (escaped || (first >= 0x30 && first <= 0x39)) ordered = false
        value = at
        while (value < end && load<u8>(value) == 0x20) value++
        valueEnd = 0
        keys = 0
        odd = 0
      } else keys++
    } else if (c == COMMA || c == CLOSE || c == CLOSE_LIST) {
      if (c != COMMA) {
        depth--
        if (depth == 1 && value != 0) valueEnd = at
      }
      if (value != 0 && (depth == 0 || (depth == 1 && c == COMMA))) {
        if (count == MOST) ordered = false
        else {
          store<u32>(entry, <u32>key)
          store<u32>(entry, <u32>value, 4)
          store<u32>(entry, <u32>valueEnd, 8)
          store<u32>(entry, keys, 12)
          store<u32>(entry, odd, 16)
          entry += WORDS
          count++
        }
        value = 0
      }
    } else if (c == OPEN || c == OPEN_LIST) depth++
    else if (c == 0x2e || c == 0x2d || c == 0x2b || c == 0x45 || (c == 0x65 && before >= 0x30 && before <= 0x39))
      odd = 1
    before = c
  }
  members = ordered ? count : -1
  store<u8>(to, QUOTE)
  return to + 1
}

/** Copies bytes behind a comma; returns where they end. */
export function append(at: usize, end: usize, to: usize): usize {
  store<u8>(to, COMMA)
  memory.copy(to + 1, at, end - at)
  return to + 1 + end - at
}
