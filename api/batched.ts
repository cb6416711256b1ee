/**
 * Gathers single look-ups of one turn into few questions of at most `most` keys; each key is asked for once. For one
 * request only: it keeps what it found.
 */
export function batched<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  most: number,
): (key: K) => Promise<V | undefined> {
  const known = new Map<K, Promise<V | undefined>>()
  let gathering: { keys: K[]; found: Promise<ReadonlyMap<K, V>> } | undefined

  return (key) => {
    let value = known.get(key)
    if (value !== undefined) return value
    if (gathering === undefined || gathering.keys.length >= most) {
      const keys: K[] = []
      const batch = {
        keys,
        found: new Promise<void>((done) => setImmediate(done)).then(() => {
          if (gathering === batch) gathering = undefined
          return load(keys)
        }),
      }
      gathering = batch
    }
    gathering.keys.push(key)
    value = gathering.found.then((found) => found.get(key))
    known.set(key, value)
    return value
  }
}

/** Asks once, on first use. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}
