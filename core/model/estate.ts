/** A unit (单位): a node of the tree province > city > district / department > sub-unit. */
export interface Unit {
  readonly id: string
  readonly name: string
  readonly kind: 'province' | 'city' | 'district' | 'department' | 'subunit'
  /** null for the root only. */
  readonly parentId: string | null
  /** Upper-case letters for incident numbers (`TH` in `TH-2026-0042`). Unique. */
  readonly code: string
}

/** The root unit that is there from the first start on. */
export const ROOT_UNIT = 'root'

/** A contractor (运维单位) with time-boxed relations to the systems it operates. */
export interface Party {
  readonly id: string
  readonly name: string
  readonly operates: readonly {
    readonly systemId: string
    /** Instants, ISO 8601 UTC; `until` exclusive, null = open. */
    readonly from: string
    readonly until: string | null
  }[]
}

/** A classified system (定级对象). */
export interface System {
  readonly kind: 'system'
  readonly id: string
  readonly unitId: string
  readonly name: string
  /** Protection level 1-5 = the higher of S and A (GB/T 22240). */
  readonly level: number
  readonly informationLevel: number
  readonly serviceLevel: number
  /** Whether the cloud extension's items apply. */
  readonly cloud: boolean
  /** Instant since which it is in service, ISO 8601 UTC; null = unknown. */
  readonly since: string | null
}

/** A host or address known to the inventory; picks the system of an event within the unit of its key. */
export interface Asset {
  readonly id: string
  readonly systemId: string
  readonly unitId: string
  readonly hostNames: readonly string[]
  /** Addresses or CIDR ranges. */
  readonly addresses: readonly string[]
  /** Shared by many (bastion host, NAT): never a key of an incident. */
  readonly shared: boolean
}

export type DataClass = 'core' | 'important' | 'general'

/** A dataset (数据集) and its class; an event belongs to it by the system and the object its audit log names. */
export interface Dataset {
  readonly id: string
  readonly systemId: string
  readonly unitId: string
  readonly name: string
  /** null = not classified: read as the highest. */
  readonly dataClass: DataClass | null
  /** Values of `audit.object.name` (exact, folded) that belong to it. */
  readonly objects: readonly string[]
}

/** What the intake needs to know of the estate to place an event; handed to the lanes anew whenever it changes. */
export interface EstateSnapshot {
  readonly assets: readonly Asset[]
  readonly datasets: readonly Dataset[]
}
