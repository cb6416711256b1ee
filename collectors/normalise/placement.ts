import { inCidr, parseAddress, parseCidr } from '../../core/address.ts'
import type { Value } from '../../core/event.ts'
import { fold } from '../../core/fold.ts'
import type { Dataset, EstateSnapshot } from '../../core/model/index.ts'
import { listOf } from '../../core/view.ts'
import type { MutableEcs } from '../contract.ts'

/** Where an event belongs, by what the inventory knows; compiled once per state of the estate. */
export interface Placement {
  /** Whether any asset of the unit is known. */
  knows(unitId: string): boolean
  /**
   * The system within a unit whose asset this is: by host name (any case, short or full), else host address, else (where
   * no host is named) the sender's address. `undefined` where none or several claim it.
   */
  system(unitId: string, ecs: MutableEcs, sender: string | undefined): string | undefined
  /** The dataset of an object that a system's audit log names; the most guarded one where several do. */
  dataset(systemId: string, ecs: MutableEcs, rest: Readonly<Record<string, Value>>): string | undefined
}

interface Range {
  readonly groups: readonly number[]
  readonly bits: number
  readonly systemId: string
}

interface UnitAssets {
  /** Full names as the inventory spells them, and the short names of full ones; null = several systems claim it. */
  readonly exact: Map<string, string | null>
  readonly short: Map<string, string | null>
  readonly ranges: Range[]
}

const compiled = new WeakMap<EstateSnapshot, Placement>()

/**
 * The placement by that state of the estate, compiled once: plain lines and others are placed alike. Only assets of the unit
 * itself count: an event never lands in a system of another unit because of what it says.
 */
export function placementOf(estate: EstateSnapshot): Placement {
  const known = compiled.get(estate) ?? compilePlacement(estate)
  compiled.set(estate, known)
  return known
}

function compilePlacement(estate: EstateSnapshot): Placement {
  const units = new Map<string, UnitAssets>()
  for (const asset of estate.assets) {
    let unit = units.get(asset.unitId)
    if (unit === undefined) {
      unit = { exact: new Map(), short: new Map(), ranges: [] }
      units.set(asset.unitId, unit)
    }
    for (const name of asset.hostNames) {
      const full = hostName(name)
      claim(unit.exact, full, asset.systemId)
      claim(unit.short, shortName(full), asset.systemId)
    }
    for (const text of asset.addresses) {
      const cidr = parseCidr(text)
      if (cidr !== undefined) unit.ranges.push({ ...cidr, systemId: asset.systemId })
    }
  }
  for (const unit of units.values()) unit.ranges.sort((a, b) => b.bits - a.bits)

  const datasets = new Map<string, Dataset>()
  for (const d of estate.datasets)
    for (const object of d.objects) {
      const key = `${d.systemId}\0${fold(object)}`
      const there = datasets.get(key)
      if (there === undefined || guard(d) > guard(there)) datasets.set(key, d)
    }

  return {
    knows: (unitId) => units.has(unitId),
    system(unitId, ecs, sender) {
      const unit = units.get(unitId)
      if (unit === undefined) return undefined
      const host = ecs.host as { name?: string; hostname?: string; ip?: readonly string[] } | undefined
      let found = host?.name === undefined ? undefined : byHost(unit, host.name)
      if (found === undefined && host?.hostname !== undefined) found = byHost(unit, host.hostname)
      if (found === undefined && unit.ranges.length > 0) {
        for (const ip of host?.ip ?? []) found ??= byAddress(unit, ip)
        if (found === undefined && host?.name === undefined && sender !== undefined) found = byAddress(unit, sender)
      }
      return found
    },
    dataset(systemId, ecs, rest) {
      if (datasets.size === 0) return undefined
      const audit = ecs.audit as { object?: { name?: string } } | undefined
      const name = audit?.object?.name
      let found = name === undefined ? undefined : datasets.get(`${systemId}\0${fold(name)}`)
      // A list of objects does not fit the field, but its data is guarded all the same.
      for (const object of listOf(rest['audit.object.name'] ?? [])) {
        const d = datasets.get(`${systemId}\0${fold(String(object))}`)
        if (d !== undefined && (found === undefined || guard(d) > guard(found))) found = d
      }
      return found?.id
    },
  }
}

function byHost(unit: UnitAssets, host: string): string | undefined {
  const name = hostName(host)
  const exact = unit.exact.get(name)
  if (exact !== undefined) return exact ?? undefined
  // `web-1` of the inventory is `web-1.portal.example` of a log; and the other way round.
  const short = shortName(name)
  return (short === name ? unit.short.get(name) : unit.exact.get(short)) ?? undefined
}

function byAddress(unit: UnitAssets, address: string): string | undefined {
  const groups = parseAddress(address)
  if (groups === undefined) return undefined
  let found: Range | undefined
  for (const range of unit.ranges) {
    if (found !== undefined && range.bits < found.bits) break
    if (!inCidr(groups, range)) continue
    if (found !== undefined && found.systemId !== range.systemId) return undefined
    found = range
  }
  return found?.systemId
}

function claim(names: Map<string, string | null>, name: string, systemId: string): void {
  const there = names.get(name)
  names.set(name, there === undefined || there === systemId ? systemId : null)
}

function hostName(name: string): string {
  const lower = fold(name)
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

function shortName(name: string): string {
  const dot = name.indexOf('.')
  return dot <= 0 || parseAddress(name) !== undefined ? name : name.slice(0, dot)
}

function guard(d: Dataset): number {
  return d.dataClass === null ? 3 : d.dataClass === 'core' ? 2 : d.dataClass === 'important' ? 1 : 0
}
