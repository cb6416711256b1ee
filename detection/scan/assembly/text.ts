/**
 * Writes what a string of ASCII reads as, folded if wanted, to where there is room for it and a block more; where that ends,
 * 0 if it goes beyond ASCII. The string has been walked.
 */
export function readText(from: usize, to: usize, out: usize, folded: bool): usize {
  const backslash = i8x16.splat(0x5c)
  let p = from
  let end = out
  while (p < to) {
    const block = v128.load(p)
    const slashes = i8x16.bitmask(i8x16.eq(block, backslash))
    const plain: usize = slashes != 0 ? ctz(slashes) : 16
    const count = plain < to - p ? plain : to - p
    if ((i8x16.bitmask(block) & ((1 << (<i32>count)) - 1)) != 0) return 0
    v128.store(end, folded ? foldBlock(block) : block)
    p += count
    end += count
    if (count == 16 || p == to) continue
    const code = escaped(p)
    if (code >= 0x80) return 0
    store<u8>(end++, folded && code - 0x41 < 26 ? code | 0x20 : code)
    p += load<u8>(p, 1) == 0x75 ? 6 : 2
  }
  return end
}

function foldBlock(block: v128): v128 {
  const capital = i8x16.lt_u(i8x16.sub(block, i8x16.splat(0x41)), i8x16.splat(26))
  return v128.or(block, v128.and(capital, i8x16.splat(0x20)))
}

/** What the escape at a backslash stands for. */
function escaped(slash: usize): u32 {
  const c = load<u8>(slash, 1)
  switch (c) {
    case 0x62:
      return 0x8
    case 0x66:
      return 0xc
    case 0x6e:
      return 0xa
    case 0x72:
      return 0xd
    case 0x74:
      return 0x9
    case 0x75: {
      let code: u32 = 0
      for (let i: usize = 2; i < 6; i++) {
        const digit = <u32>load<u8>(slash + i)
        code = (code << 4) | (digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x57)
      }
      return code
    }
    default:
      return c
  }
}
