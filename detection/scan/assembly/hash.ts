/** A hash of up to twelve of the bytes; `fold` is set in each of them. */
export function hashOf(at: usize, length: u32, fold: u32, seed: u32): u32 {
  let a: u32
  let b: u32 = 0
  let c: u32 = 0
  if (length >= 4) {
    a = load<u32>(at) | fold
    b = load<u32>(at + length - 4) | fold
    c = load<u32>(at + (length >> 1) - 2) | fold
  } else if (length > 0) {
    a = <u32>load<u8>(at) | ((<u32>load<u8>(at + (length >> 1))) << 8) | ((<u32>load<u8>(at + length - 1)) << 16) | fold
  } else a = 0
  let h = (a ^ seed ^ (length * 0x9e3779b1)) * 0x85ebca6b
  h ^= h >> 15
  h = (h ^ b) * 0xc2b2ae35
  h ^= h >> 13
  h = (h ^ c) * 0x27d4eb2f
  return h ^ (h >> 16)
}

/** Whether bytes are the same; reads beyond neither. */
export function same(a: usize, b: usize, length: u32): bool {
  if (length >= 8) {
    const last = length - 8
    for (let i: u32 = 0; i < last; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
    return load<u64>(a + last) == load<u64>(b + last)
  }
  if (length >= 4) return load<u32>(a) == load<u32>(b) && load<u32>(a + length - 4) == load<u32>(b + length - 4)
  for (let i: u32 = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

const FOLD_64: u64 = 0x2020202020202020

/** Whether bytes of a line, folded, are those of a literal. */
export function sameFolded(at: usize, literal: usize, length: u32): bool {
  if (length >= 8) {
    const last = length - 8
    if ((load<u64>(at + last) | FOLD_64) != load<u64>(literal + last)) return false
    for (let i: u32 = 0; i < last; i += 8) if ((load<u64>(at + i) | FOLD_64) != load<u64>(literal + i)) return false
    return true
  }
  if (length >= 4) {
    const last = length - 4
    return (
      (load<u32>(at) | 0x20202020) == load<u32>(literal) &&
      (load<u32>(at + last) | 0x20202020) == load<u32>(literal + last)
    )
  }
  for (let i: u32 = 0; i < length; i++) if ((load<u8>(at + i) | 0x20) != load<u8>(literal + i)) return false
  return true
}
