import type { ErrorCode } from '../core/errors.ts'
import {
  type Asset,
  type Dataset,
  type Documents,
  type Party,
  ROOT_UNIT,
  type System,
  type Unit,
} from '../core/model/index.ts'
import type { EstateKind } from './estate.ts'

/** The estate as it would stand: documents by id, per kind. */
export type Plan = { readonly [K in EstateKind]: ReadonlyMap<string, Documents[K]> }

/** Something wrong with one document of the plan. */
export interface Fault {
  readonly kind: EstateKind
  readonly id: string
  /** The field it is about. */
  readonly field: string
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>
}

type Found = Omit<Fault, 'kind' | 'id'>

const RANK: Readonly<Record<Unit['kind'], number>> = { province: 0, city: 1, district: 2, department: 2, subunit: 3 }

/** Whether the documents named in `changed` fit into the estate: references, circles, codes, levels, shared places. */
export function checkEstate(plan: Plan, changed: { readonly [K in EstateKind]: ReadonlySet<string> }): Fault[] {
  const checks: { readonly [K in EstateKind]: (doc: Documents[K]) => Found[] } = {
    unit: (unit) => checkUnit(unit, plan),
    party: (party) => checkParty(party, plan),
    system: (system) => checkSystem(system, plan),
    asset: (asset) => checkAsset(asset, plan, places),
    dataset: (dataset) => checkPart(dataset, plan),
  }
  const places = placesOf(plan)
  const run = <K extends EstateKind>(kind: K): Fault[] =>
    [...changed[kind]].flatMap((id) => checks[kind](plan[kind].get(id)!).map((f) => ({ kind, id, ...f })))
  return [...run('unit'), ...run('party'), ...run('system'), ...run('asset'), ...run('dataset')]
}

function checkUnit(unit: Unit, plan: Plan): Found[] {
  const faults: Found[] = []
  const twin = [...plan.unit.values()].find((u) => u.code === unit.code && u.id !== unit.id)
  if (twin !== undefined) {
    faults.push({ field: 'code', code: 'INV-405', details: { code: unit.code, other: twin.id } })
  }
  if ((unit.id === ROOT_UNIT) !== (unit.parentId === null)) {
    return [...faults, { field: 'parentId', code: 'INV-407', details: {} }]
  }
  if (unit.parentId === null) return faults
  const parent = plan.unit.get(unit.parentId)
  if (parent === undefined) faults.push(missing('parentId', 'unit', unit.parentId))
  else if (RANK[parent.kind] > RANK[unit.kind]) {
    const details = { kind: unit.kind, above: parent.kind, id: parent.id }
    faults.push({ field: 'parentId', code: 'INV-408', details })
  }
  const circle = circleFrom(unit, plan)
  if (circle !== undefined) faults.push({ field: 'parentId', code: 'INV-406', details: { circle: circle.join(' > ') } })
  return faults
}

function circleFrom(unit: Unit, plan: Plan): string[] | undefined {
  const path = [unit.id]
  for (let at = unit.parentId; at !== null; at = plan.unit.get(at)?.parentId ?? null) {
    path.push(at)
    if (at === unit.id) return path
    if (path.length > plan.unit.size + 1) return undefined // a circle further up, told where it stands
  }
  return undefined
}

function checkParty(party: Party, plan: Plan): Found[] {
  return party.operates.flatMap(({ systemId, from, until }, i) => {
    const at = `operates.${i}`
    const faults: Found[] = []
    if (!plan.system.has(systemId)) faults.push(missing(`${at}.systemId`, 'system', systemId))
    if (until !== null && until <= from) faults.push(wrong(`${at}.until`, 'the end must be after the start'))
    return faults
  })
}

function checkSystem(system: System, plan: Plan): Found[] {
  const faults: Found[] = []
  if (!plan.unit.has(system.unitId)) faults.push(missing('unitId', 'unit', system.unitId))
  const higher = Math.max(system.informationLevel, system.serviceLevel)
  if (system.level !== higher) {
    faults.push(wrong('level', `the level is the higher of informationLevel and serviceLevel, which is ${higher}`))
  }
  const left = [...plan.asset.values(), ...plan.dataset.values()].find(
    (p) => p.systemId === system.id && p.unitId !== system.unitId,
  )
  if (left !== undefined) {
    faults.push(wrong('unitId', `"${left.id}" of this system belongs to the unit "${left.unitId}"; change it as well`))
  }
  return faults
}

function checkPart(part: Asset | Dataset, plan: Plan): Found[] {
  const system = plan.system.get(part.systemId)
  if (system === undefined) return [missing('systemId', 'system', part.systemId)]
  if (part.unitId === system.unitId) return []
  return [wrong('unitId', `its system "${system.id}" belongs to the unit "${system.unitId}"`)]
}

/** Host names and addresses by unit: in one unit they must not lead to two systems. */
type Places = ReadonlyMap<string, readonly Asset[]>

function placesOf(plan: Plan): Places {
  const assets = [...plan.asset.values()].flatMap((a) => marks(a).map((mark) => [mark, a] as const))
  return new Map([...Map.groupBy(assets, ([mark]) => mark)].map(([mark, of]) => [mark, of.map(([, a]) => a)]))
}

function marks(asset: Asset): string[] {
  return [
    ...asset.hostNames.map((h) => `${asset.unitId} host ${h.toLowerCase()}`),
    ...asset.addresses.map((a) => `${asset.unitId} at ${a}`),
  ]
}

function checkAsset(asset: Asset, plan: Plan, places: Places): Found[] {
  const faults = checkPart(asset, plan)
  if (asset.hostNames.length + asset.addresses.length === 0) {
    faults.push(wrong('id', 'an asset needs a host name or an address'))
  }
  for (const mark of marks(asset)) {
    const other = places.get(mark)?.find((a) => a.id !== asset.id && a.systemId !== asset.systemId)
    if (other === undefined) continue
    const [field, what] = mark.includes(' host ') ? ['hostNames', 'host name'] : ['addresses', 'address']
    faults.push(wrong(field!, `the asset "${other.id}" of the system "${other.systemId}" has the same ${what}`))
  }
  return faults
}

function wrong(field: string, text: string): Found {
  return { field, code: 'INV-402', details: { problem: text } }
}

function missing(field: string, kind: string, id: string): Found {
  return { field, code: 'INV-403', details: { kind, id } }
}
