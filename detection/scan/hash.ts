/** A hash of up to twelve of the bytes; `fold` is set in each of them. The same as in `assembly/hash.ts`. */
export function hashOf(view: DataView, at: number, length: number, fold: number, seed: number): number {
  let a = 0
  let b = 0
  let c = 0
  if (length >= 4) {
    a = view.getInt32(at, true) | fold
    b = view.getInt32(at + length - 4, true) | fold
    c = view.getInt32(at + (length >> 1) - 2, true) | fold
  } else if (length > 0) {
    a = view.getUint8(at) | (view.getUint8(at + (length >> 1)) << 8) | (view.getUint8(at + length - 1) << 16) | fold
  }
  let h = Math.imul(a ^ seed ^ Math.imul(length, 0x9e3779b1), 0x85ebca6b)
  h ^= h >>> 15
  h = Math.imul(h ^ b, 0xc2b2ae35)
  h ^= h >>> 13
  h = Math.imul(h ^ c, 0x27d4eb2f)
  return (h ^ (h >>> 16)) >>> 0
}

/** The seed for the keys below a node. */
export function seedOf(node: number): number {
  return Math.imul(node, 0x9e3779b1)
}
