/** Whether the number passed last has no fraction. */
export let isWhole: bool = false

function isDigit(c: u8): bool {
  return c >= 0x30 && c <= 0x39
}

/** Passes a number that is printed as it is written; 0 for any other. */
export function number(from: usize): usize {
  let p = from
  const negative = load<u8>(p) == 0x2d
  if (negative) p++
  const first = load<u8>(p)
  const digits = p
  while (isDigit(load<u8>(p))) p++
  let count = p - digits
  if (count == 0 || (first == 0x30 && count > 1)) return 0
  isWhole = load<u8>(p) != 0x2e
  if (isWhole) {
    if (negative && first == 0x30) return 0
  } else {
    const fraction = ++p
    while (isDigit(load<u8>(p))) p++
    if (p == fraction || load<u8>(p - 1) == 0x30) return 0
    count += p - fraction
    // What is smaller is printed with an exponent.
    if (first == 0x30 && load<u32>(fraction) == 0x30303030 && load<u16>(fraction + 4) == 0x3030) return 0
  }
  return count > 15 || (load<u8>(p) | 0x20) == 0x65 ? 0 : p
}

/** Two digits; more than 99 where they are none. */
function two(p: usize): u32 {
  const a = <u32>load<u8>(p) - 0x30
  const b = <u32>load<u8>(p, 1) - 0x30
  return a > 9 || b > 9 ? 1000 : a * 10 + b
}

/**
 * Milliseconds since 1970 UTC of a date as it is stored: `2026-11-24T05:46:01.884Z`, of the years 1971 to 2099; -1 for any
 * other text.
 */
export function date(p: usize, length: usize): f64 {
  if (length != 24) return -1
  if (load<u8>(p, 4) != 0x2d || load<u8>(p, 7) != 0x2d || load<u8>(p, 10) != 0x54 || load<u8>(p, 13) != 0x3a) return -1
  if (load<u8>(p, 16) != 0x3a || load<u8>(p, 19) != 0x2e || load<u8>(p, 23) != 0x5a) return -1
  const century = two(p)
  const years = two(p + 2)
  const month = two(p + 5)
  const day = two(p + 8)
  const hour = two(p + 11)
  const minute = two(p + 14)
  const second = two(p + 17)
  const tens = two(p + 20)
  const last = <u32>load<u8>(p, 22) - 0x30
  const year = century * 100 + years
  if (years > 99 || year < 1971 || year > 2099 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
    return -1
  if (hour > 23 || minute > 59 || second > 59 || tens > 99 || last > 9) return -1
  return (
    <f64>daysSince1970(year, month, day) * 86400000 +
    <f64>((hour * 60 + minute) * 60 + second) * 1000 +
    <f64>(tens * 10 + last)
  )
}

function daysOf(year: u32, month: u32): u32 {
  if (month == 2) return (year & 3) == 0 ? 29 : 28
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
}

/** Every fourth year from 1901 to 2099 is a leap year. */
function daysSince1970(year: u32, month: u32, day: u32): u32 {
  const y = month > 2 ? year : year - 1
  const m = month > 2 ? month - 3 : month + 9
  return (y * 1461) / 4 + (m * 153 + 2) / 5 + day - 719484
}

/** Whether a text is an IPv4 address: four decimal numbers without leading zeros. */
export function isIpv4(from: usize, to: usize): bool {
  let p = from
  for (let part = 0; part < 4; part++) {
    if (part > 0) {
      if (load<u8>(p) != 0x2e) return false
      p++
    }
    const start = p
    let n: u32 = 0
    while (p < to && isDigit(load<u8>(p)) && p - start < 4) n = n * 10 + load<u8>(p++) - 0x30
    if (p == start || n > 255 || (p - start > 1 && load<u8>(start) == 0x30)) return false
  }
  return p == to
}
