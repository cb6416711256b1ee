import * as at from '../layout'

/** The node that a key under a parent leads to, 0 if it is not known. */
export function childOf(parent: u32, key: usize, length: u32): u32 {
  const hash = hashOf(parent, key, length)
  let i = hash & at.TABLE_MASK
  while (true) {
    const node = load<u32>(at.TABLE + (i << 2))
    if (node == 0) return 0
    const entry = entryOf(node)
    if (
      load<u32>(entry, at.NODE_HASH) == hash &&
      load<u32>(entry, at.NODE_PARENT) == parent &&
      isKey(entry, key, length)
    )
      return node
    i = (i + 1) & at.TABLE_MASK
  }
}

export function entryOf(node: u32): usize {
  return at.NODES + node * at.NODE_SIZE
}

/** The node, if a key that is followed by a quote is its key; else 0. */
export function ifNext(node: u32, parent: u32, key: usize): u32 {
  if (node == 0) return 0
  const entry = entryOf(node)
  const length = load<u32>(entry, at.NODE_KEY_LENGTH)
  return load<u8>(key + length) == 0x22 &&
    load<u32>(entry, at.NODE_PARENT) == parent &&
    same(key, load<u32>(entry, at.NODE_KEY), length)
    ? node
    : 0
}

function isKey(entry: usize, key: usize, length: u32): bool {
  return load<u32>(entry, at.NODE_KEY_LENGTH) == length && same(key, load<u32>(entry, at.NODE_KEY), length)
}

/** Bytes of keys have 16 to spare behind them, as lines have. */
function same(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i += 8) {
    const left = length - i
    const differing = load<u64>(a + i) ^ load<u64>(b + i)
    if (left >= 8 ? differing != 0 : differing << ((8 - left) << 3) != 0) return false
  }
  return true
}

/** Of a key under a parent, by its length, beginning, middle and end. */
export function hashOf(parent: u32, key: usize, length: u32): u32 {
  let a: u32 = 0
  let b: u32 = 0
  let c: u32 = 0
  if (length >= 4) {
    a = load<u32>(key)
    b = load<u32>(key + (length >> 1) - 2)
    c = load<u32>(key + length - 4)
  } else for (let i: u32 = 0; i < length; i++) a |= (<u32>load<u8>(key + i)) << (i << 3)
  let h = (a ^ (parent * 0x9e3779b1) ^ (length << 24)) * 0x85ebca6b
  h = (h ^ (h >> 15) ^ b) * 0xc2b2ae35
  h = (h ^ (h >> 13) ^ c) * 0x27d4eb2f
  return h ^ (h >> 16)
}
