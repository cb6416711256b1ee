import type { Finding } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import type { Identified } from './identity.ts'

/** So many findings of a file must turn up again in another, and at least half of them, before it counts as renamed. */
const LEAST = 2
/** What stands in more files than so many says of the first of them only that it may have been there. */
const MOST_FILES = 100

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
  const oldFiles = new Map([...groupBy(missing, (m) => m.doc.path)].map(([path, olds], i) => [path, oldFile(olds, i)]))
  const filesOf = new Map<string, string[]>()
  for (const [path, { whats }] of oldFiles) for (const what of whats.keys()) add(filesOf, what, path)
  for (const [, news] of groupBy(fresh, (f) => f.reported.path)) {
    const whats = groupBy(news, (n) => n.what)
    let best: { readonly path: string; readonly shared: number; readonly order: number } | undefined
    for (const path of candidates(whats.keys(), filesOf)) {
      if (gone.has(path)) continue
      const old = oldFiles.get(path)!
      const shared = sharedBy(old.whats, whats)
      if (shared < LEAST || shared * 2 < old.size) continue
      const { order } = old
      if (best === undefined || shared > best.shared || (shared === best.shared && order < best.order))
        best = { path, shared, order }
    }
    if (best === undefined) continue
    gone.add(best.path)
    const left = oldFiles.get(best.path)!.whats
    for (const now of news) {
      const before = left.get(now.what)?.shift()
      if (before !== undefined) moved.set(now, before)
    }
  }
  return { moved, gone }
}

/** Files in which something of it stood: a report of many files is not compared file by file. */
function candidates(whats: Iterable<string>, filesOf: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const what of whats) for (const path of filesOf.get(what)?.slice(0, MOST_FILES) ?? []) paths.add(path)
  return paths
}

function oldFile(olds: readonly Stored<Finding>[], order: number) {
  return { size: olds.length, order, whats: groupBy(olds, (o) => o.doc.identity?.what ?? null) }
}

type Whats = ReadonlyMap<string, readonly unknown[]>

/** How many of one file's findings turn up in another. */
function sharedBy(a: Whats, b: Whats): number {
  const [less, more] = a.size < b.size ? [a, b] : [b, a]
  let shared = 0
  for (const [what, list] of less) shared += Math.min(list.length, more.get(what)?.length ?? 0)
  return shared
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const k = key(item)
    if (k === null) continue
    add(groups, k, item)
  }
  return groups
}

function add<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [item])
  else group.push(item)
}
