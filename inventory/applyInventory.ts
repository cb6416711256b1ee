import { type Problem, problem } from '../core/errors.ts'
import { type Asset, type Dataset, type Party, ROOT_UNIT, type System, type Unit } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'
import { checkEstate, type Fault, type Plan } from './checkEstate.ts'
import { type EstateKind, ensureRoot, loadEstate } from './estate.ts'
import { type Path, type ReadInventory, readInventory, show } from './readInventory.ts'
import type { InventoryFile } from './schema.ts'
import { type ChangeContext, type ChangeCounts, writeChanges } from './writeChanges.ts'

export interface ApplyOptions extends ChangeContext {
  /** As problems shall name it. */
  readonly fileName: string
}

export interface Applied extends ChangeCounts {
  /** If there is one, nothing was written. */
  readonly problems: readonly Problem[]
}

const LISTS = { unit: 'units', party: 'parties', system: 'systems', asset: 'assets', dataset: 'datasets' } as const

/**
 * Brings the inventory to what a file says: creates and changes what it names, leaves what it does not name. Nothing is
 * written where anything in it is wrong; the same file again writes nothing.
 */
export async function applyInventory(docs: DocumentStore, yamlText: string, options: ApplyOptions): Promise<Applied> {
  const read = readInventory(yamlText, options.fileName)
  if (read.value === undefined) return { created: 0, changed: 0, unchanged: 0, problems: read.problems }
  await ensureRoot(docs, options)
  const estate = await loadEstate(docs)
  const wanted = documentsOf(read.value, new Map([...estate.system].map(([id, s]) => [id, s.doc])))
  const plan: Plan = {
    unit: merged(estate.unit, wanted.unit),
    party: merged(estate.party, wanted.party),
    system: merged(estate.system, wanted.system),
    asset: merged(estate.asset, wanted.asset),
    dataset: merged(estate.dataset, wanted.dataset),
  }
  const touched = {
    unit: ids(wanted.unit),
    party: ids(wanted.party),
    system: ids(wanted.system),
    asset: ids(wanted.asset),
    dataset: ids(wanted.dataset),
  }
  const problems = [...duplicates(read, wanted), ...checkEstate(plan, touched).map((f) => located(read, wanted, f))]
  if (problems.length > 0) {
    problems.sort((a, b) => a.line - b.line || a.column - b.column)
    return { created: 0, changed: 0, unchanged: 0, problems }
  }
  return { ...(await writeChanges(docs, estate, plan, touched, options)), problems: [] }
}

type Wanted = {
  readonly unit: readonly Unit[]
  readonly party: readonly Party[]
  readonly system: readonly System[]
  readonly asset: readonly Asset[]
  readonly dataset: readonly Dataset[]
}

/** The file's entries as documents, with what they leave out filled in. */
function documentsOf(file: InventoryFile, stored: ReadonlyMap<string, System>): Wanted {
  const system = file.systems.map((s): System => {
    const informationLevel = s.informationLevel ?? s.level ?? s.serviceLevel ?? 1
    const serviceLevel = s.serviceLevel ?? s.level ?? s.informationLevel ?? 1
    const level = s.level ?? Math.max(informationLevel, serviceLevel)
    const { id, unitId, name, cloud, since = null } = s
    return { kind: 'system', id, unitId, name, level, informationLevel, serviceLevel, cloud, since }
  })
  const systems = new Map([...stored, ...system.map((s) => [s.id, s] as const)])
  const unitOf = (part: { unitId?: string | undefined; systemId: string }) =>
    part.unitId ?? systems.get(part.systemId)?.unitId ?? ROOT_UNIT
  return {
    unit: file.units.map(({ parentId, ...u }) => ({
      ...u,
      parentId: parentId === undefined && u.id !== ROOT_UNIT ? ROOT_UNIT : (parentId ?? null),
    })),
    party: file.parties.map((p) => ({ ...p, operates: p.operates.map((o) => ({ ...o, until: o.until ?? null })) })),
    system,
    asset: file.assets.map((a) => ({ ...a, unitId: unitOf(a) })),
    dataset: file.datasets.map((d) => ({ ...d, unitId: unitOf(d), dataClass: d.dataClass ?? null })),
  }
}

function merged<D extends { readonly id: string }>(
  stored: ReadonlyMap<string, { readonly doc: D }>,
  wanted: readonly D[],
): ReadonlyMap<string, D> {
  const out = new Map([...stored].map(([id, s]) => [id, s.doc]))
  for (const doc of wanted) out.set(doc.id, doc)
  return out
}

function ids(docs: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(docs.map((d) => d.id))
}

function duplicates(read: ReadInventory, wanted: Wanted): Problem[] {
  return (Object.keys(LISTS) as EstateKind[]).flatMap((kind) => {
    const seen = new Set<string>()
    return wanted[kind].flatMap(({ id }, i) => {
      if (!seen.has(id)) {
        seen.add(id)
        return []
      }
      return [problem('INV-404', { id }, read.place([LISTS[kind], i, 'id']))]
    })
  })
}

function located(read: ReadInventory, wanted: Wanted, fault: Fault): Problem {
  // Of entries with one id the last is in the plan.
  const index = wanted[fault.kind].findLastIndex((d) => d.id === fault.id)
  const steps = fault.field.split('.').map((s) => (/^[0-9]+$/.test(s) ? Number(s) : s))
  const path: Path = [LISTS[fault.kind], index, ...steps]
  return problem(fault.code, { path: show(path), ...fault.details }, read.place(path))
}
