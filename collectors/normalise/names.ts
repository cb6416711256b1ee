/** Names kept, so that a sender of ever new ones fills no memory. */
const MOST = 20_000
const LONGEST = 100

const below = new Map<string, Map<string, string>>()
let count = 0

/**
 * `above` + `key`, the same text each time: putting a name together for every line, and finding out for every one which it
 * is, costs more than all else that is done with it.
 */
export function joinName(above: string, key: string): string {
  const known = below.get(above)
  const name = known?.get(key)
  if (name !== undefined) return name
  const made = above + key
  if (count >= MOST || made.length > LONGEST) return made
  count++
  if (known === undefined) below.set(above, new Map([[key, made]]))
  else known.set(key, made)
  return made
}
