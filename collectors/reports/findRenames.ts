import type { Finding } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import type { Identified } from './identity.ts'

/** So many findings of a file must turn up again in another, and at least half of them, before it counts as renamed. */
const LEAST = 2

export interface Renames {
  /** Which stored finding each reported one continues. */
  readonly moved: ReadonlyMap<Identified, Stored<Finding>>
  /** Files that are gone because they have another name now. */
  readonly gone: ReadonlySet<string>
}

/**
 * Finds files that were renamed: those of `missing` findings whose rules and texts stand together in one file of `fresh`
 * findings that had none before. Their findings go on, with whatever people decided about them.
 */
export function findRenames(missing: readonly Stored<Finding>[], fresh: readonly Identified[]): Renames {
  const moved = new Map<Identified, Stored<Finding>>()
  const gone = new Set<string>()
  const oldFiles = groupBy(missing, (m) => m.doc.path)
  for (const [, news] of groupBy(fresh, (f) => f.reported.path)) {
    let best: { readonly path: string; readonly pairs: [Identified, Stored<Finding>][] } | undefined
    for (const [path, olds] of oldFiles) {
      if (gone.has(path)) continue
      const pairs = pair(olds, news)
      if (pairs.length < LEAST || pairs.length * 2 < olds.length) continue
      if (best === undefined || pairs.length > best.pairs.length) best = { path, pairs }
    }
    if (best === undefined) continue
    gone.add(best.path)
    for (const [now, before] of best.pairs) moved.set(now, before)
  }
  return { moved, gone }
}

function pair(olds: readonly Stored<Finding>[], news: readonly Identified[]): [Identified, Stored<Finding>][] {
  const byWhat = groupBy(olds, (o) => o.doc.identity?.what ?? null)
  const pairs: [Identified, Stored<Finding>][] = []
  for (const now of news) {
    const before = byWhat.get(now.what)?.shift()
    if (before !== undefined) pairs.push([now, before])
  }
  return pairs
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const k = key(item)
    if (k === null) continue
    const group = groups.get(k)
    if (group === undefined) groups.set(k, [item])
    else group.push(item)
  }
  return groups
}
