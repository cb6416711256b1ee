/** A stream of random numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** A whole number, both ends included. */
  between(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  /** `count` different members, in random order; all of them where there are fewer. */
  sample<T>(list: readonly T[], count: number): T[]
  chance(probability: number): boolean
  /** How many happen where `mean` are expected: its whole part, and one more with the probability of the rest. */
  count(mean: number): number
  /** Hexadecimal digits. */
  hex(digits: number): string
  /** A stream of its own for a named part, so that one part's changes leave the others as they were. */
  fork(name: string): Random
}

/** Opens the stream of a seed (any text or number). Xorshift over 128 bits, seeded by a string hash; not for secrets. */
export function openRandom(seed: string | number): Random {
  const text = String(seed)
  let [a, b, c, d] = hash(text)
  const word = () => {
    let t = d
    const s = a
    d = c
    c = b
    b = s
    t ^= t << 11
    t ^= t >>> 8
    a = (t ^ s ^ (s >>> 19)) >>> 0
    return a
  }
  for (let i = 0; i < 16; i++) word()
  const next = () => word() / 0x1_0000_0000
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const self: Random = {
    next,
    between,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    sample: (list, count) => {
      const rest = [...list]
      const out = []
      while (out.length < count && rest.length > 0) out.push(rest.splice(Math.floor(next() * rest.length), 1)[0]!)
      return out
    },
    chance: (probability) => next() < probability,
    count: (mean) => Math.floor(mean) + (next() < mean % 1 ? 1 : 0),
    hex: (digits) => {
      let out = ''
      while (out.length < digits) out += word().toString(16).padStart(8, '0')
      return out.slice(0, digits)
    },
    fork: (name) => openRandom(`${text}/${name}`),
  }
  return self
}

/** Four 32-bit words from a text (FNV-1a with four offsets), never all zero. */
function hash(text: string): [number, number, number, number] {
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((offset) => {
    let h = offset
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0
    return (h ^ (h >>> 15)) >>> 0
  })
  words[0] = words[0]! | 1
  return words as [number, number, number, number]
}
