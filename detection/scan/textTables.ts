import { hashOf } from './hash.ts'
import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'

/** A text as it stands in memory (JSON-escaped, UTF-8, FOLD set in every byte), and where the list of its rules does. */
export interface Literal {
  readonly text: number
  readonly length: number
  readonly rules: number
}

/** Writes a table of whole texts, beginnings or ends; its address, 0 if there are none. */
export function writeTexts(memory: ScanMemory, literals: readonly Literal[], kind: 'whole' | 'start' | 'end'): number {
  if (literals.length === 0) return 0
  const lengths = new Set<number>()
  const pairs = new Pairs(memory, literals.length, 0)
  for (const literal of literals) {
    const key = kind === 'end' ? Math.min(literal.length, at.SUFFIX_KEY) : literal.length
    lengths.add(key)
    const from = literal.text + (kind === 'end' ? literal.length - key : 0)
    const hash = hashOf(memory.view, from, key, at.FOLD, 0)
    pairs.add(hash, hash, literal, 0)
  }
  const sorted = [...lengths].sort((a, b) => a - b)
  return memory.list([pairs.mask, sorted.length, memory.list(sorted), pairs.table])
}

/** Pieces are looked at by so many bytes at most. */
const LONGEST_STRIDE = 16
/** A table in which texts would be filed under more pieces takes shorter strides. */
const MOST_PIECES = 1 << 13

/** Writes a table of texts inside, each filed under as many neighbouring pieces of `width` bytes as the stride. */
export function writeInside(memory: ScanMemory, literals: readonly Literal[], width: 2 | 4): number {
  if (literals.length === 0) return 0
  const stride = width === 2 ? 1 : strideOf(literals)
  const counts = countPieces(memory, literals, width)
  const count = literals.length * stride
  const pairs = new Pairs(memory, count, 7)
  const bits = Math.min(at.MOST_FILTER_BITS, Math.max(9, Math.ceil(Math.log2(count * 64))))
  const filter = memory.allocate(2 ** bits)
  const filterMask = 2 ** bits - 1
  for (const literal of literals) {
    const start = rarest(memory, literal, width, stride, counts)
    for (let offset = start; offset < start + stride; offset++) {
      const piece = pieceAt(memory.view, literal.text + offset, width)
      const hash = Math.imul(piece, at.SPREAD) >>> 0
      memory.bytes[filter + ((hash >>> at.SPREAD_BITS) & filterMask)] = 1
      pairs.add(piece, hash, literal, offset)
    }
  }
  return memory.list([stride, filter, filterMask, pairs.mask, pairs.table])
}

function strideOf(literals: readonly Literal[]): number {
  let shortest = LONGEST_STRIDE + 3
  for (const { length } of literals) if (length < shortest) shortest = length
  return Math.max(1, Math.min(shortest - 3, Math.floor(MOST_PIECES / literals.length)))
}

/** How often pieces stand in literals, by the upper bits of their hashes; a common letter counts as another time. */
function countPieces(memory: ScanMemory, literals: readonly Literal[], width: 2 | 4): Uint16Array {
  const counts = new Uint16Array(1 << COUNTED_BITS)
  const { view } = memory
  for (const { text, length } of literals) {
    for (let p = text; p <= text + length - width; p++) counts[countedAt(pieceAt(view, p, width))]!++
  }
  return counts
}

const COUNTED_BITS = 12
function countedAt(piece: number): number {
  return Math.imul(piece, at.SPREAD) >>> (32 - COUNTED_BITS)
}

/** Where the run of neighbouring pieces begins that the fewest literals share. */
function rarest(memory: ScanMemory, literal: Literal, width: 2 | 4, run: number, counts: Uint16Array): number {
  const { view } = memory
  const weightAt = (offset: number): number => {
    const piece = pieceAt(view, literal.text + offset, width)
    return counts[countedAt(piece)]! + commonness(piece)
  }
  let weight = 0
  for (let offset = 0; offset < run; offset++) weight += weightAt(offset)
  let best = 0
  let bestWeight = weight
  for (let from = 1; from + run + width - 1 <= literal.length; from++) {
    weight += weightAt(from + run - 1) - weightAt(from - 1)
    if (weight >= bestWeight) continue
    bestWeight = weight
    best = from
  }
  return best
}

/** Letters that texts are full of make a piece a poor one. */
const COMMON = new Uint8Array(256)
for (const letter of ' etaoinsrlcdum|w') COMMON[letter.charCodeAt(0) | 0x20] = 1

function commonness(piece: number): number {
  return COMMON[piece & 0xff]! + COMMON[(piece >>> 8) & 0xff]! + COMMON[(piece >>> 16) & 0xff]! + COMMON[piece >>> 24]!
}

function pieceAt(view: DataView, place: number, width: 2 | 4): number {
  return width === 2 ? view.getUint16(place, true) | (at.FOLD & 0xffff) : (view.getUint32(place, true) | at.FOLD) >>> 0
}

/** A table of pairs of key and chain of entries, at most half full. */
class Pairs {
  readonly table: number
  readonly mask: number
  readonly #memory: ScanMemory
  readonly #shift: number
  #entry: number

  /** `count`: entries at most; `shift`: lowest bit of a hash that tells the place. */
  constructor(memory: ScanMemory, count: number, shift: number) {
    const size = 2 ** Math.ceil(Math.log2(count * 2 + 2))
    this.mask = size - 1
    this.table = memory.allocate(size * 8)
    this.#entry = memory.allocate(count * at.ENTRY_SIZE)
    this.#memory = memory
    this.#shift = shift
  }

  add(key: number, hash: number, { text, length, rules }: Literal, offset: number): void {
    const { words } = this.#memory
    const table = this.table >>> 2
    let i = (hash >>> this.#shift) & this.mask
    while (words[table + i * 2 + 1] !== 0 && words[table + i * 2] !== key) i = (i + 1) & this.mask
    const entry = this.#entry >>> 2
    words[entry] = words[table + i * 2 + 1]!
    words[entry + 1] = text
    words[entry + 2] = length
    words[entry + 3] = rules
    words[entry + 4] = offset
    words[table + i * 2] = key
    words[table + i * 2 + 1] = this.#entry
    this.#entry += at.ENTRY_SIZE
  }
}

/** A list of rules: how many, then their numbers. */
export function writeRules(memory: ScanMemory, rules: readonly number[]): number {
  return memory.list([rules.length, ...rules])
}
