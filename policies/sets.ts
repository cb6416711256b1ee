import type { Identity } from '../core/access.ts'
import type { AccessGrant, Dataset, Party, System, Unit } from '../core/model/index.ts'
import { type Classes, classesOf } from './important.ts'
import type { Sets } from './vocabulary.ts'

/** Units, parties, systems and datasets that one installation may have of each. */
export const ESTATE_LIMIT = 20_000

/** What the estate says now; a policy is compiled against it for each request, so a change counts at the next one. */
export interface Facts {
  readonly units: readonly Unit[]
  readonly parties: readonly Party[]
  readonly systems: readonly System[]
  readonly datasets: readonly Dataset[]
  /** Those of the reader. */
  readonly grants: readonly AccessGrant[]
  /** Milliseconds since 1970 UTC. */
  readonly now: number
}

/** The unit and everything below it; nothing where the unit does not exist. */
function subtree(units: readonly Unit[], root: string): readonly string[] {
  const children = Map.groupBy(units, (u) => u.parentId)
  const found = new Set<string>(units.some((u) => u.id === root) ? [root] : [])
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child.id)
  return [...found]
}

/** Whether a grant holds at that time: from its start on, before its end, not revoked. */
function isLive(grant: AccessGrant, now: number): boolean {
  return grant.revokedAt === null && Date.parse(grant.from) <= now && now < Date.parse(grant.until)
}

/** The reader's sets and the classes of data as they stand for this reader now. */
export function setsOf(identity: Identity, facts: Facts): { readonly sets: Sets; readonly classes: Classes } {
  const { now } = facts
  const live = facts.grants.filter((g) => g.accountId === identity.id && isLive(g, now))
  const known = new Map(facts.systems.map((s) => [s.id, s]))
  const party = identity.partyId === undefined ? undefined : facts.parties.find((p) => p.id === identity.partyId)
  const operates = (party?.operates ?? []).filter(
    (o) => Date.parse(o.from) <= now && (o.until === null || now < Date.parse(o.until)),
  )
  const operated = [...new Set(operates.map((o) => o.systemId))].filter((id) => known.has(id))
  const shared = live.flatMap((g) => ('system' in g.what && known.has(g.what.system) ? [g.what.system] : []))
  const datasets = new Set(live.flatMap((g) => ('dataset' in g.what ? [g.what.dataset] : [])))
  return {
    sets: {
      $units: subtree(facts.units, identity.unitId),
      $operatedSystems: operated,
      $operatedUnits: [...new Set(operated.map((id) => known.get(id)!.unitId))],
      $sharedSystems: [...new Set(shared)],
    },
    classes: classesOf(facts.datasets, datasets),
  }
}
