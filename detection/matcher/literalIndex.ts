/** Many literals sought in a text in one pass; each found one is reported by the numbers it was added with. */
export interface LiteralIndex {
  scan(text: string, found: (id: number) => void): void
}

interface Entry {
  readonly literal: string
  /** Where in the literal the piece stands. */
  readonly offset: number
  readonly ids: readonly number[]
}

type Scan = (text: string, bytes: Bytes, found: (id: number) => void) => void

/**
 * Looks at pieces of a text; only where a piece is one that some literal was filed under, the literal itself is compared.
 * Literals of seven characters and more are filed under four neighbouring pieces of four, so that every fourth place of
 * the text will do; shorter ones under one piece of two.
 * Pieces are made of the low bytes of characters. Literals have two characters or more.
 */
export function createLiteralIndex(literals: ReadonlyMap<string, readonly number[]>): LiteralIndex {
  const between = (from: number, to: number) => [...literals].filter(([l]) => l.length >= from && l.length <= to)
  const scans: Scan[] = []
  const [long, short] = [between(7, Number.POSITIVE_INFINITY), between(2, 6)]
  if (long.length > 0) scans.push(scanByFours(fileUnderPieces(long, 4, 4)))
  if (short.length > 0) scans.push(scanEach(fileUnderPieces(short, 2, 1)))
  return {
    scan(text, found) {
      if (text.length < 2) return
      const bytes = lowBytes(text)
      for (const scan of scans) scan(text, bytes, found)
    },
  }
}

/** Files each literal under `run` neighbouring pieces, the rarest such run that it has. */
function fileUnderPieces(
  literals: readonly (readonly [string, readonly number[]])[],
  size: number,
  run: number,
): ReadonlyMap<number, readonly Entry[]> {
  const counts = new Map<number, number>()
  for (const [literal] of literals) {
    for (const piece of pieces(literal, size))
      counts.set(piece, (counts.get(piece) ?? (size === 2 ? prior(piece) : 0)) + 1)
  }
  const filed = new Map<number, Entry[]>()
  for (const [literal, ids] of literals) {
    const all = pieces(literal, size)
    const weight = (at: number) => all.slice(at, at + run).reduce((sum, p) => sum + counts.get(p)!, 0)
    let best = 0
    for (let at = 1; at + run <= all.length; at++) if (weight(at) < weight(best)) best = at
    for (let offset = best; offset < best + run; offset++) {
      const entries = filed.get(all[offset]!) ?? []
      entries.push({ literal, offset, ids })
      filed.set(all[offset]!, entries)
    }
  }
  return filed
}

/** Two letters that texts are full of are a poor place to look; weighed against how many literals share a piece. */
function prior(piece: number): number {
  const common = (byte: number) => (' etaoinsrlcdum'.includes(String.fromCharCode(byte)) ? 3 : 1)
  return common(piece & 0xff) * common(piece >>> 8)
}

function pieces(literal: string, size: number): number[] {
  const { each, fours } = lowBytes(literal)
  const low = [...each.subarray(0, literal.length)]
  const out: number[] = []
  for (let i = 0; i + size <= literal.length; i++) {
    if (size === 2) out.push(low[i]! | (low[i + 1]! << 8))
    else {
      each.set(low.slice(i, i + 4))
      out.push(fours[0]!)
    }
  }
  return out
}

function scanByFours(filed: ReadonlyMap<number, readonly Entry[]>): Scan {
  const { filter, unused } = filterOf(filed)
  return (text, { fours }, found) => {
    const count = text.length >> 2
    for (let i = 0; i < count; i++) {
      const piece = fours[i]!
      if (filter[Math.imul(piece, SPREAD) >>> unused] === 1) look(filed, text, i << 2, piece, found)
    }
  }
}

function scanEach(filed: ReadonlyMap<number, readonly Entry[]>): Scan {
  const filter = new Uint8Array(1 << 16)
  for (const piece of filed.keys()) filter[piece] = 1
  return (text, { each }, found) => {
    let piece = each[0]! << 8
    for (let i = 1; i < text.length; i++) {
      piece = (piece >>> 8) | (each[i]! << 8)
      if (filter[piece] === 1) look(filed, text, i - 1, piece, found)
    }
  }
}

/** A bit for each piece that occurs, in a table with less than a hundredth of load: nearly all others miss. */
function filterOf(filed: ReadonlyMap<number, unknown>): { filter: Uint8Array; unused: number } {
  const bits = Math.min(16, Math.max(10, Math.ceil(Math.log2(filed.size * 128))))
  const filter = new Uint8Array(1 << bits)
  for (const piece of filed.keys()) filter[Math.imul(piece, SPREAD) >>> (32 - bits)] = 1
  return { filter, unused: 32 - bits }
}

const SPREAD = 0x9e3779b1
const NONE: readonly Entry[] = []

function look(
  filed: ReadonlyMap<number, readonly Entry[]>,
  text: string,
  at: number,
  piece: number,
  found: (id: number) => void,
): void {
  for (const { literal, offset, ids } of filed.get(piece) ?? NONE) {
    if (at >= offset && text.startsWith(literal, at - offset)) for (const id of ids) found(id)
  }
}

interface Bytes {
  readonly each: Buffer
  /** The same memory, four bytes at a time. */
  readonly fours: Int32Array
}

/** One for all: scanning is synchronous, and reading bytes is twice as fast as asking a text for its characters. */
let scratch = bytesOf(1 << 16)

function bytesOf(size: number): Bytes {
  const memory = new ArrayBuffer(size)
  return { each: Buffer.from(memory), fours: new Int32Array(memory) }
}

/** The low byte of every character; valid until the next call. */
function lowBytes(text: string): Bytes {
  if (text.length > scratch.each.length) scratch = bytesOf(2 ** Math.ceil(Math.log2(text.length)))
  scratch.each.write(text, 'latin1')
  return scratch
}
