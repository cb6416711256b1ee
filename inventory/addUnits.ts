import { AppError, type Problem, problem } from '../core/errors.ts'
import { ROOT_UNIT, type Unit } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'
import { checkEstate, type Plan } from './checkEstate.ts'
import { type Estate, ensureRoot, loadEstate } from './estate.ts'
import { unitCode, unitName } from './schema.ts'
import { parseUnitLines } from './unitLines.ts'
import { type ChangeContext, writeChanges } from './writeChanges.ts'

export interface UnitsAdded {
  /** All units as they stand now; the old ones where there is a problem. */
  readonly units: readonly Unit[]
  /** If there is one, nothing was written. */
  readonly problems: readonly Problem[]
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Adds pasted units (see `parseUnitLines`); a line whose code is there already renames or moves that unit. A unit's id is
 * its code in lower case (`unit-` before it where another unit has that id). Nothing is written where any line is wrong.
 */
export async function addUnits(docs: DocumentStore, text: string, context: ChangeContext): Promise<UnitsAdded> {
  await ensureRoot(docs, context)
  const estate = await loadEstate(docs)
  const { lines, problems: unread } = parseUnitLines(text)
  const problems = [...unread]
  const idOf = new Map([...estate.unit.values()].map((u) => [u.doc.code, u.id]))
  const lineOf = new Map<string, number>()
  for (const { code, line } of lines) {
    const id = idOf.get(code) ?? freeId(estate, code)
    if (lineOf.has(id)) problems.push(problem('INV-416', { code }, { line, column: 1 }))
    idOf.set(code, id)
    lineOf.set(id, line)
  }
  const units = new Map([...estate.unit].map(([id, u]) => [id, u.doc]))
  for (const { line, name, kind, code, parentCode } of lines) {
    const id = idOf.get(code)!
    const parentId = id === ROOT_UNIT ? null : parentCode === null ? ROOT_UNIT : idOf.get(parentCode)
    if (parentId === undefined) {
      problems.push(problem('INV-415', { code: parentCode! }, { line, column: 1 }))
      continue
    }
    units.set(id, { id, name, kind, parentId, code })
  }
  const touched = new Set([...lineOf.keys()].filter((id) => units.has(id)))
  const plan = planOf(estate, units)
  const changed = { unit: touched, party: NONE, system: NONE, asset: NONE, dataset: NONE }
  for (const fault of checkEstate(plan, changed)) {
    problems.push(
      problem(fault.code, { path: fault.id, ...fault.details }, { line: lineOf.get(fault.id) ?? 1, column: 1 }),
    )
  }
  if (problems.length > 0) {
    problems.sort((a, b) => a.line - b.line || a.column - b.column)
    return { units: [...estate.unit.values()].map((u) => u.doc), problems }
  }
  await writeChanges(docs, estate, plan, changed, context)
  return { units: [...units.values()], problems: [] }
}

function freeId(estate: Estate, code: string): string {
  const id = code.toLowerCase()
  return estate.unit.has(id) ? `unit-${id}` : id
}

/** Names the root unit: the city (or province) that this installation is for. INV-412, INV-414 or INV-405 on a bad or taken name or code. */
export async function nameRoot(
  docs: DocumentStore,
  named: { readonly name: string; readonly code: string; readonly kind?: Unit['kind'] },
  context: ChangeContext,
): Promise<Unit> {
  await ensureRoot(docs, context)
  const estate = await loadEstate(docs)
  const name = unitName.safeParse(named.name)
  const code = unitCode.safeParse(named.code)
  if (!name.success) throw new AppError('INV-412')
  if (!code.success) throw new AppError('INV-414', { value: named.code })
  const old = estate.unit.get(ROOT_UNIT)!.doc
  const root: Unit = { ...old, name: name.data, code: code.data, kind: named.kind ?? old.kind }
  const plan = planOf(estate, new Map([...estate.unit].map(([id, u]) => [id, id === ROOT_UNIT ? root : u.doc])))
  const changed = { unit: new Set([ROOT_UNIT]), party: NONE, system: NONE, asset: NONE, dataset: NONE }
  const fault = checkEstate(plan, changed)[0]
  if (fault !== undefined) throw new AppError(fault.code, { path: fault.field, ...fault.details })
  await writeChanges(docs, estate, plan, changed, context)
  return root
}

function planOf(estate: Estate, unit: ReadonlyMap<string, Unit>): Plan {
  const docs = <D>(of: ReadonlyMap<string, { readonly doc: D }>) => new Map([...of].map(([id, s]) => [id, s.doc]))
  const { party, system, asset, dataset } = estate
  return { unit, party: docs(party), system: docs(system), asset: docs(asset), dataset: docs(dataset) }
}
