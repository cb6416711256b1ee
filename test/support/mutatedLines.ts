import { writeOddly } from './jsonLines.ts'

/** A row of random numbers from 0 to below 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** So many lines made of recorded events: values in another case, shape, type or place, keys elsewhere, written oddly. */
export function* mutatedLines(events: readonly object[], count: number, random: () => number): Generator<string> {
  const below = (n: number) => Math.floor(random() * n)
  for (let i = 0; i < count; i++) {
    const one = events[below(events.length)] as Json
    const other = events[below(events.length)] as Json
    const rate = [0, 0.002, 0.02][below(3)]!
    const mutated = mutate(one, other, random() < 0.2 ? 0 : 0.06, random) as Json
    const lifted = random() < 0.1 ? { outer: mutated, ...(random() < 0.5 ? mutated : {}) } : mutated
    yield writeOddly(lifted, (n) => (random() < rate ? below(n) : 0)).toWellFormed()
  }
}

type Json = { readonly [key: string]: unknown }

function mutate(value: unknown, other: unknown, rate: number, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((v) => mutate(v, undefined, rate, random))
  if (typeof value === 'object' && value !== null) {
    const from = (typeof other === 'object' && other !== null ? other : {}) as Json
    const entries = Object.entries(value).map(([key, v]) => {
      const taken = random() < rate && Object.hasOwn(from, key) ? from[key] : v
      return [key, mutate(taken, from[key], rate, random)] as const
    })
    return Object.fromEntries(random() < 0.3 ? entries.reverse() : entries)
  }
  if (random() >= rate) return value
  const kinds: readonly ((v: unknown) => unknown)[] = [
    (v) => String(v).toUpperCase(),
    (v) => String(v).toLowerCase(),
    (v) => [v],
    (v) => [v, null, 'x'],
    (v) => [[v], []],
    () => null,
    () => [],
    (v) => ({ inner: v }),
    (v) => `${v}数据`,
    (v) => String(v).replaceAll('i', 'İ').replaceAll('k', '\u212a'),
    (v) => (Number.isFinite(Number(v)) ? Number(v) : `${v} `),
    (v) => String(v).slice(1),
  ]
  return kinds[Math.floor(random() * kinds.length)]!(value)
}
