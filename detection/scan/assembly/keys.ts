import * as at from '../layout'
import { hashOf, same } from './hash'
import { keys, keysMask, known } from './tables'

/**
 * A name met last: what came behind it, the node it leads to (0 if it is not wanted), the node it is below, how many bytes it
 * has with the quote that ends it, these bytes. What is behind the last name is looked at first: lines have their names in
 * the same order, mostly.
 */
const NEXT: usize = 0
const CHILD: usize = 4
const NODE: usize = 8
const LENGTH: usize = 12
const TEXT: usize = 16

/** The node that the last name led to, 0 if nothing there is wanted. */
export let child: u32 = 0
/** The entry of the last name. */
let last: usize = 0

/** A line begins. */
export function beginKeys(): void {
  last = known
}

/** Where the quote stands that ends the name, if it is the one that is looked for here below that node; else 0. */
export function expectedKey(node: u32, from: usize): usize {
  const entry: usize = load<u32>(last, NEXT)
  if (entry == 0 || load<u32>(entry, NODE) != node) return 0
  const length = load<u32>(entry, LENGTH)
  let left = length
  let same = i8x16.bitmask(i8x16.eq(v128.load(from), v128.load(entry, TEXT)))
  if (left > 16) {
    if (same != 0xffff) return 0
    left -= 16
    same = i8x16.bitmask(i8x16.eq(v128.load(from, 16), v128.load(entry, TEXT + 16)))
    if (left > 16) {
      if (same != 0xffff) return 0
      left -= 16
      same = i8x16.bitmask(i8x16.eq(v128.load(from, 32), v128.load(entry, TEXT + 32)))
    }
  }
  if ((~same & ((1 << left) - 1)) != 0) return 0
  last = entry
  child = load<u32>(entry, CHILD)
  return from + length - 1
}

/** Looks up a name below a node, and what to look for behind the one before is this from now on. */
export function lookUpKey(node: u32, from: usize, end: usize): void {
  const length = <u32>(end - from)
  const hash = hashOf(from, length, 0, node * 0x9e3779b1)
  child = childOf(hash, node, from, length)
  if (length >= <u32>at.LONGEST_KNOWN) {
    last = known
    return
  }
  const entry = known + ((hash & (at.MOST_KNOWN - 1)) + 1) * at.KNOWN_SIZE
  store<u32>(last, entry, NEXT)
  last = entry
  if (load<u32>(entry, NODE) == node && load<u32>(entry, LENGTH) == length + 1 && same(from, entry + TEXT, length + 1))
    return
  store<u32>(entry, child, CHILD)
  store<u32>(entry, node, NODE)
  store<u32>(entry, length + 1, LENGTH)
  memory.copy(entry + TEXT, from, length + 1)
}

function childOf(hash: u32, node: u32, key: usize, length: u32): u32 {
  let i = hash & keysMask
  while (true) {
    const entry = keys + i * at.KEY_SIZE
    const child = load<u32>(entry)
    if (child == 0) return 0
    if (
      load<u32>(entry, 4) == hash &&
      load<u32>(entry, 8) == node &&
      load<u32>(entry, 16) == length &&
      same(key, load<u32>(entry, 12), length)
    )
      return child
    i = (i + 1) & keysMask
  }
}
