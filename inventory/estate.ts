import { EVERYTHING } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import {
  type Asset,
  type Dataset,
  type Documents,
  type EstateSnapshot,
  type Party,
  ROOT_UNIT,
  SUIDUN,
  type System,
  type Unit,
} from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'

/** Everything the inventory holds, by id. */
export interface Estate {
  readonly unit: ReadonlyMap<string, Stored<Unit>>
  readonly party: ReadonlyMap<string, Stored<Party>>
  readonly system: ReadonlyMap<string, Stored<System>>
  readonly asset: ReadonlyMap<string, Stored<Asset>>
  readonly dataset: ReadonlyMap<string, Stored<Dataset>>
}
export type EstateKind = keyof Estate

const ROOT: Unit = { id: ROOT_UNIT, name: '市', kind: 'city', parentId: null, code: 'CITY' }

/** The whole estate as it stands. */
export async function loadEstate(docs: DocumentStore): Promise<Estate> {
  const [unit, party, system, asset, dataset] = await Promise.all([
    all(docs, 'unit'),
    all(docs, 'party'),
    all(docs, 'system'),
    all(docs, 'asset'),
    all(docs, 'dataset'),
  ])
  return { unit, party, system, asset, dataset }
}

/** What the intake places events by: assets and datasets. */
export async function estateSnapshot(docs: DocumentStore): Promise<EstateSnapshot> {
  const [assets, datasets] = await Promise.all([all(docs, 'asset'), all(docs, 'dataset')])
  return { assets: [...assets.values()].map((a) => a.doc), datasets: [...datasets.values()].map((d) => d.doc) }
}

/** The root unit (there from the first start on), created if it is not there yet; its name is given later. */
export async function ensureRoot(docs: DocumentStore, { clock }: { readonly clock: Clock }): Promise<Unit> {
  for (;;) {
    const found = await docs.get('unit', ROOT_UNIT)
    if (found !== undefined) return found.doc
    const audit = {
      at: new Date(clock()).toISOString(),
      actor: SUIDUN,
      action: 'unit.created',
      target: { kind: 'unit', id: ROOT_UNIT },
      unitId: ROOT_UNIT,
      after: { ...ROOT },
    } as const
    try {
      await docs.put('unit', ROOT_UNIT, ROOT, { version: 0, audit })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DOC-409') throw error
    }
  }
}

/** The ids of a unit and everything below it; nothing where there is no such unit. Circles end. */
export function subtree(units: readonly Unit[], id: string): readonly string[] {
  const children = Map.groupBy(units, (u) => u.parentId)
  const found = new Set(units.some((u) => u.id === id) ? [id] : [])
  for (const unit of found) for (const child of children.get(unit) ?? []) found.add(child.id)
  return [...found]
}

async function all<K extends EstateKind>(docs: DocumentStore, kind: K): Promise<Map<string, Stored<Documents[K]>>> {
  const found = new Map<string, Stored<Documents[K]>>()
  let after: string | undefined
  for (;;) {
    const page = await docs.list(kind, { scope: EVERYTHING, sort: [], first: 5_000, ...(after ? { after } : {}) })
    for (const { id, version, doc } of page.rows) found.set(id, { id, version, doc })
    if (!page.hasNext) return found
    after = page.rows.at(-1)!.cursor
  }
}
