/** Many literals sought in a text in one pass; each found one is reported by the numbers it was added with. */
export interface LiteralIndex {
  scan(text: string, found: (id: number) => void): void
}

interface Entry {
  readonly literal: string
  /** Where in the literal its gram stands. */
  readonly offset: number
  readonly ids: readonly number[]
}

/**
 * Looks at each piece of four characters of a text (two, for literals shorter than four); only where it is a piece that
 * some literal was filed under, the literal itself is compared. Each literal is filed under its rarest piece. Literals
 * have two characters or more.
 */
export function createLiteralIndex(literals: ReadonlyMap<string, readonly number[]>): LiteralIndex {
  const long = new Map<string, readonly number[]>()
  const short = new Map<string, readonly number[]>()
  for (const [literal, ids] of literals) (literal.length >= 4 ? long : short).set(literal, ids)
  const scans = [...(long.size > 0 ? [createGrams(long, 4)] : []), ...(short.size > 0 ? [createGrams(short, 2)] : [])]
  return {
    scan(text, found) {
      for (const scan of scans) scan(text, found)
    },
  }
}

const SLOTS = 1 << 15

function createGrams(literals: ReadonlyMap<string, readonly number[]>, size: 2 | 4): LiteralIndex['scan'] {
  const counts = new Map<number, number>()
  for (const literal of literals.keys()) {
    for (const gram of grams(literal, size)) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  const filter = new Uint8Array(SLOTS)
  const filed = new Map<number, Entry[]>()
  for (const [literal, ids] of literals) {
    const all = grams(literal, size)
    let offset = 0
    for (let i = 1; i < all.length; i++) if (counts.get(all[i]!)! < counts.get(all[offset]!)!) offset = i
    const gram = all[offset]!
    filter[slot(gram)] = 1
    const entries = filed.get(gram) ?? []
    entries.push({ literal, offset, ids })
    filed.set(gram, entries)
  }
  const shift = size === 4 ? 24 : 8
  const drop = size === 4 ? 8 : 8
  const mask = size === 4 ? -1 : 0xffff
  return (text, found) => {
    let gram = 0
    for (let i = 0; i < text.length; i++) {
      gram = ((gram >>> drop) | ((text.charCodeAt(i) & 0xff) << shift)) & mask
      if (filter[slot(gram)] === 0 || i < size - 1) continue
      const entries = filed.get(gram)
      if (entries === undefined) continue
      for (const { literal, offset, ids } of entries) {
        const start = i - size + 1 - offset
        if (start >= 0 && text.startsWith(literal, start)) for (const id of ids) found(id)
      }
    }
  }
}

function slot(gram: number): number {
  return (Math.imul(gram, 0x9e3779b1) >>> 17) & (SLOTS - 1)
}

function grams(literal: string, size: 2 | 4): number[] {
  const out: number[] = []
  for (let i = 0; i + size <= literal.length; i++) {
    let gram = 0
    for (let j = 0; j < size; j++) gram |= (literal.charCodeAt(i + j) & 0xff) << (8 * j)
    out.push(gram)
  }
  return out
}
