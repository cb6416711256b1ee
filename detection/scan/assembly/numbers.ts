/** Whether the number that was last passed is printed as it is written. */
export let plain: bool = false

function isDigit(c: u8): bool {
  return c >= 0x30 && c <= 0x39
}

/** Finds the end of a number; 0 if it is none of JSON. */
export function endOfNumber(from: usize): usize {
  let p = from
  plain = true
  if (load<u8>(p) == 0x2d) p++
  const digits = p
  if (!isDigit(load<u8>(p))) return 0
  if (load<u8>(p) == 0x30) {
    p++
    if (digits > from) plain = false
  } else while (isDigit(load<u8>(p))) p++
  if (p - digits > 15) plain = false
  if (load<u8>(p) == 0x2e) {
    plain = false
    p++
    if (!isDigit(load<u8>(p))) return 0
    while (isDigit(load<u8>(p))) p++
  }
  if ((load<u8>(p) | 0x20) == 0x65) {
    plain = false
    p++
    const sign = load<u8>(p)
    if (sign == 0x2b || sign == 0x2d) p++
    if (!isDigit(load<u8>(p))) return 0
    while (isDigit(load<u8>(p))) p++
  }
  return p
}
