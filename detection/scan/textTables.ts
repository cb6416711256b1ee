import { hashOf } from './hash.ts'
import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'

/** Rules by a text, one character a byte. */
export type Literals = ReadonlyMap<string, readonly number[]>

/** Writes a table of whole texts, beginnings or ends; its address, 0 if there are none. */
export function writeTexts(memory: ScanMemory, literals: Literals, kind: 'whole' | 'start' | 'end'): number {
  if (literals.size === 0) return 0
  const lengths = new Set<number>()
  const chains = new Map<number, number>()
  for (const [literal, rules] of literals) {
    const text = memory.copy(Buffer.from(literal, 'latin1'))
    const key = kind === 'end' ? Math.min(literal.length, at.SUFFIX_KEY) : literal.length
    lengths.add(key)
    const hash = hashOf(memory.view, text + (kind === 'end' ? literal.length - key : 0), key, at.FOLD, 0)
    const entry = [chains.get(hash) ?? 0, text, literal.length, writeRules(memory, rules), 0]
    chains.set(hash, memory.list(entry))
  }
  const sorted = [...lengths].sort((a, b) => a - b)
  const { table, mask } = writePairs(memory, chains, (hash) => hash)
  return memory.list([mask, sorted.length, memory.list(sorted), table])
}

/** Pieces are looked at by so many bytes at most. */
const LONGEST_STRIDE = 16

/** Writes a table of texts inside, each filed under as many neighbouring pieces of `width` bytes as the stride. */
export function writeInside(memory: ScanMemory, literals: Literals, width: 2 | 4): number {
  if (literals.size === 0) return 0
  const shortest = Math.min(...[...literals.keys()].map((l) => l.length))
  const stride = width === 2 ? 1 : Math.min(LONGEST_STRIDE, shortest - 3)
  const counts = new Map<number, number>()
  const pieces = new Map([...literals.keys()].map((literal) => [literal, piecesOf(literal, width)]))
  for (const all of pieces.values()) for (const piece of all) counts.set(piece, (counts.get(piece) ?? 0) + 1)
  const chains = new Map<number, number>()
  for (const [literal, rules] of literals) {
    const all = pieces.get(literal)!
    const text = memory.copy(Buffer.from(literal, 'latin1'))
    const written = writeRules(memory, rules)
    const start = rarest(all, stride, counts)
    for (let offset = start; offset < start + stride; offset++) {
      const piece = all[offset]!
      chains.set(piece, memory.list([chains.get(piece) ?? 0, text, literal.length, written, offset]))
    }
  }
  const bits = Math.min(15, Math.max(9, Math.ceil(Math.log2(chains.size * 64))))
  const filter = memory.allocate(2 ** bits)
  for (const piece of chains.keys()) memory.bytes[filter + (Math.imul(piece, at.SPREAD) >>> (32 - bits))] = 1
  const { table, mask } = writePairs(memory, chains, (piece) => Math.imul(piece, at.SPREAD) >>> 7)
  return memory.list([stride, filter, 32 - bits, mask, table])
}

/** Where the run of neighbouring pieces begins that the fewest literals share. */
function rarest(pieces: readonly number[], run: number, counts: ReadonlyMap<number, number>): number {
  let best = 0
  let bestWeight = Number.POSITIVE_INFINITY
  for (let from = 0; from + run <= pieces.length; from++) {
    let weight = 0
    for (let i = from; i < from + run; i++) weight += counts.get(pieces[i]!)! + commonness(pieces[i]!)
    if (weight >= bestWeight) continue
    bestWeight = weight
    best = from
  }
  return best
}

/** Letters that texts are full of make a piece a poor one. */
const COMMON = new Set([...' etaoinsrlcdum|w'].map((c) => c.charCodeAt(0) | 0x20))

function commonness(piece: number): number {
  let common = 0
  for (let shift = 0; shift < 32; shift += 8) if (COMMON.has((piece >>> shift) & 0xff)) common++
  return common
}

function piecesOf(literal: string, width: 2 | 4): number[] {
  const bytes = Buffer.from(literal, 'latin1')
  const out: number[] = []
  for (let i = 0; i + width <= bytes.length; i++) {
    out.push(width === 2 ? bytes.readUInt16LE(i) | (at.FOLD & 0xffff) : (bytes.readUInt32LE(i) | at.FOLD) >>> 0)
  }
  return out
}

/** A table of pairs, at most half full; looked into from the place that `place` gives. */
function writePairs(memory: ScanMemory, entries: ReadonlyMap<number, number>, place: (key: number) => number) {
  const size = 2 ** Math.ceil(Math.log2(entries.size * 2 + 2))
  const table = memory.allocate(size * 8)
  for (const [key, entry] of entries) {
    let i = place(key) & (size - 1)
    while (memory.word(table + i * 8 + 4) !== 0) i = (i + 1) & (size - 1)
    memory.setWord(table + i * 8, key)
    memory.setWord(table + i * 8 + 4, entry)
  }
  return { table, mask: size - 1 }
}

/** A list of rules: how many, then their numbers. */
export function writeRules(memory: ScanMemory, rules: readonly number[]): number {
  return memory.list([rules.length, ...rules])
}
