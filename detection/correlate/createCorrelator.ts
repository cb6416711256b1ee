import { sha256hex } from '../../core/canonical.ts'
import type { BaseHit, Correlator, CorrelatorCounts, CorrelatorSnapshot, Firing } from '../../core/correlation.ts'
import { fold } from '../../core/fold.ts'
import type { LoadedCorrelation } from '../loadRules.ts'
import { askedOf, ownOf } from './askedOf.ts'
import { Group, type GroupKey, type GroupLimits, type GroupState } from './group.ts'
import { eventsOf, type Hit, makeHit } from './hit.ts'
import type { Verdict } from './judge.ts'
import { compilePlans, type Plan } from './plan.ts'

export interface CorrelatorOptions {
  /** A hit waits for earlier ones until one of its group is so much later, or so much time has gone by; milliseconds. */
  readonly hold?: number
  /** Hits may come so much later than the newest of their group, milliseconds. */
  readonly late?: number
  /** Groups held at most, of all correlations; least recently active ones leave first. */
  readonly groups?: number
  /** Hits held per group; of all groups ten times as many as `groups`. */
  readonly hits?: number
  /** Events of a firing that are named. */
  readonly events?: number
  /** Where to go on; see `Correlator.snapshot`. */
  readonly snapshot?: CorrelatorSnapshot | undefined
}

/** Puts together what base rules match, for all correlations. They come after what they refer to, as `loadRules` gives them. */
export function createCorrelator(
  correlations: readonly LoadedCorrelation[],
  options: CorrelatorOptions = {},
): Correlator {
  return new GroupCorrelator(correlations, options)
}

/** Format of snapshots. */
const VERSION = 2
/** Where correlations above ask for fields that are not in the group: so many events of a firing are looked at for them. */
const LOOKED_AT = 1000
/** And a firing is so many of theirs at most. */
const MOST_ABOVE = 100
const NONE: readonly string[] = []

interface State {
  readonly now: number
  readonly newest: number | null
  readonly swept: number | null
  readonly firings: readonly Firing[]
  readonly plans: readonly { readonly id: string; readonly digest: string }[]
}

/** A group, and the number of its correlation among `plans`. */
type KeptGroup = readonly [plan: number, group: GroupState]

/** A correlation's groups, least recently active first. */
interface Running {
  readonly plan: Plan
  readonly limits: GroupLimits
  readonly groups: Map<string, Group>
  /** Per lane, the event that was counted last, and in which groups. */
  readonly counted: Map<number, { readonly seq: number; readonly groups: Set<string> }>
}

class GroupCorrelator implements Correlator {
  readonly #running: readonly Running[]
  readonly #byPlan: ReadonlyMap<Plan, Running>
  /** What a rule's matches go into. */
  readonly #takers: ReadonlyMap<string, readonly { readonly plan: Plan; readonly part: number }[]>
  readonly #positions = new Map<number, number>()
  /** Groups that time alone can change, by how deep their correlation is: what is told below comes first. */
  readonly #waiting: readonly Set<Group>[]
  readonly #lateness: number
  /** The latest event time of any hit, and what it was when groups were last looked through. */
  #newest = Number.NEGATIVE_INFINITY
  #swept = Number.NEGATIVE_INFINITY
  readonly #most: { readonly groups: number; readonly hits: number }
  #shown: number
  #firings: Firing[] = []
  #groups = 0
  #hits = 0
  #evicted = 0
  #late = 0
  #used = 0
  /** The moment it is, in time that has gone by for this correlator; what a crash took does not count. */
  #now = 0
  #before: number | undefined
  /** Changes under way, one in another: what is told below changes groups above. */
  #changes = 0

  constructor(correlations: readonly LoadedCorrelation[], options: CorrelatorOptions) {
    const { hold = 5_000, late = 300_000, groups = 100_000, hits = 10_000, events = 20, snapshot } = options
    this.#lateness = late
    this.#most = { groups, hits: Math.max(groups * 10, hits * 2) }
    this.#shown = events
    const plans = compilePlans(correlations)
    const lags = new Map<string, number>()
    this.#running = plans.map((plan) => {
      // What fires below is known only later: when it has waited, or when others have come so far (see `#sweep`).
      const lag = Math.max(0, ...plan.parts.map(({ id }) => lags.get(id) ?? 0))
      lags.set(plan.id, lag + Math.max(hold * 2, late * 2) + (plan.atEnd ? late : 0))
      const waits = hold * (plan.depth + 1)
      const shown = plan.above.length > 0 ? Math.max(events, LOOKED_AT) : events
      return { plan, limits: { hold: waits, late: late + lag, hits, shown }, groups: new Map(), counted: new Map() }
    })
    this.#waiting = Array.from({ length: 1 + Math.max(0, ...plans.map((p) => p.depth)) }, () => new Set<Group>())
    this.#byPlan = new Map(this.#running.map((r) => [r.plan, r]))
    const takers = new Map<string, { plan: Plan; part: number }[]>()
    for (const plan of plans)
      for (const [part, { id }] of plan.parts.entries()) takers.set(id, [...(takers.get(id) ?? []), { plan, part }])
    this.#takers = takers
    if (snapshot?.version === VERSION) this.#load(snapshot)
  }

  get counts(): CorrelatorCounts {
    return { groups: this.#groups, evicted: this.#evicted, late: this.#late }
  }

  feed(base: BaseHit): void {
    const known = this.#positions.get(base.lane)
    if (known !== undefined && base.seq <= known) return
    const takers = this.#takers.get(base.rule)
    if (takers === undefined) return
    const { lane, seq, id, time, unitId, systemId, datasetId, fields } = base
    const datasets = datasetId === null ? NONE : [datasetId]
    if (time > this.#newest) this.#sweep(time)
    for (const { plan, part } of takers) {
      const asked = plan.parts[part]!
      const of = askedOf(plan, asked, (name) => ownOf(fields, name))
      if (of === undefined) continue
      const key = { plan, unitId, systemId, values: of.texts.map(fold) }
      if (plan.parts.length > 1 && !plan.type.startsWith('temporal') && this.#isCounted(key, lane, seq)) continue
      this.#add(key, makeHit({ time, lane, seq, id, part, ...of, datasets, below: undefined }))
    }
  }

  passed(lane: number, seq: number): void {
    if (seq > (this.#positions.get(lane) ?? -1)) this.#positions.set(lane, seq)
  }

  advance(now: number): void {
    if (now === Number.POSITIVE_INFINITY) {
      this.#drain()
      return
    }
    // What a crash took is not counted as time that went by.
    this.#now += Math.max(0, now - (this.#before ?? now))
    this.#before = now
    this.#changeWaiting((group) => group.advance(this.#now))
    for (const { groups } of this.#running) {
      for (const [key, group] of groups) {
        if (!group.isDone(this.#now)) break
        this.#remove(groups, key, group)
      }
    }
  }

  take(): readonly Firing[] {
    const firings = this.#firings
    this.#firings = []
    return firings
  }

  snapshot(): CorrelatorSnapshot {
    const state: State = {
      now: this.#now,
      newest: Number.isFinite(this.#newest) ? this.#newest : null,
      swept: Number.isFinite(this.#swept) ? this.#swept : null,
      firings: this.#firings,
      plans: this.#running.map(({ plan }) => ({ id: plan.id, digest: plan.digest })),
    }
    const groups = this.#running.flatMap((r, i) => [...r.groups.values()].map((g): KeptGroup => [i, g.save()]))
    return { version: VERSION, positions: Object.fromEntries(this.#positions), state, groups }
  }

  #load({ positions, state, groups }: CorrelatorSnapshot): void {
    const { now, newest, swept, firings, plans } = state as State
    for (const [lane, seq] of Object.entries(positions)) this.#positions.set(Number(lane), seq)
    this.#now = now
    this.#newest = newest ?? Number.NEGATIVE_INFINITY
    this.#swept = swept ?? Number.NEGATIVE_INFINITY
    this.#firings = [...firings]
    const known = plans.map(({ id, digest }) => this.#running.find((r) => r.plan.id === id && r.plan.digest === digest))
    for (const [plan, saved] of groups as readonly KeptGroup[]) {
      const running = known[plan]
      if (running === undefined) continue
      const { unitId, systemId, values } = saved
      const group = new Group({ plan: running.plan, unitId, systemId, values }, running.limits, this.#tell, saved)
      this.#used = Math.max(this.#used, group.used)
      running.groups.set(keyOf(group.key), group)
      this.#groups++
      this.#hits += group.size
      this.#note(group)
    }
  }

  /**
   * What waits in groups where nothing comes any more goes on without the time going by: a backlog is replayed faster than
   * it came, and correlations above count on what is told below.
   */
  #sweep(time: number): void {
    this.#newest = time
    if (time - this.#swept < this.#lateness / 4) return
    this.#swept = time
    const until = time - this.#lateness
    this.#changeWaiting((group) => group.settle(until))
  }

  /** All that waits comes to its end, what correlations below tell first. */
  #drain(): void {
    for (const { groups } of this.#running)
      for (const group of groups.values()) this.#change(group, () => group.drain())
  }

  /** Whether the event was counted in the group already, for another rule that it matches; from now on it is. */
  #isCounted(key: GroupKey, lane: number, seq: number): boolean {
    const { counted } = this.#byPlan.get(key.plan)!
    let last = counted.get(lane)
    if (last?.seq !== seq) {
      last = { seq, groups: new Set() }
      counted.set(lane, last)
    }
    const name = keyOf(key)
    return last.groups.has(name) || !last.groups.add(name)
  }

  #add(key: GroupKey, hit: Hit): void {
    const { groups, limits } = this.#byPlan.get(key.plan)!
    const name = keyOf(key)
    let group = groups.get(name)
    if (group === undefined) {
      group = new Group(key, limits, this.#tell)
      this.#groups++
    } else groups.delete(name)
    groups.set(name, group)
    group.used = ++this.#used
    const fed = group
    this.#change(fed, () => fed.add(hit, this.#now))
    this.#bound(fed)
  }

  #changeWaiting(act: (group: Group) => number): void {
    for (const groups of this.#waiting) {
      for (const group of groups) {
        this.#change(group, () => act(group))
        this.#bound()
      }
    }
  }

  /** Does something to a group and counts what it comes to. */
  #change(group: Group, act: () => number): void {
    const before = group.size
    this.#late += this.#within(act)
    this.#hits += group.size - before
    this.#note(group)
  }

  #within(act: () => number): number {
    this.#changes++
    try {
      return act()
    } finally {
      this.#changes--
    }
  }

  #note(group: Group): void {
    const waiting = this.#waiting[group.key.plan.depth]!
    if (group.isWaiting) waiting.add(group)
    else waiting.delete(group)
  }

  /** Lets groups leave until there are no more than may be; none leaves in the middle of a change, which may be its own. */
  #bound(but?: Group): void {
    if (this.#changes > 0) return
    while (this.#groups > this.#most.groups || this.#hits > this.#most.hits) if (!this.#evict(but)) break
  }

  /** The least recently active group leaves; what waits in it is judged first. False where there is no other than this. */
  #evict(but: Group | undefined): boolean {
    let least: { readonly groups: Map<string, Group>; readonly key: string; readonly group: Group } | undefined
    for (const { groups } of this.#running) {
      const [oldest] = groups
      if (oldest === undefined || oldest[1] === but) continue
      if (least === undefined || oldest[1].used < least.group.used) least = { groups, key: oldest[0], group: oldest[1] }
    }
    if (least === undefined) return false
    const { groups, key, group } = least
    this.#remove(groups, key, group)
    this.#evicted++
    this.#late += this.#within(() => group.flush())
    return true
  }

  #remove(groups: Map<string, Group>, key: string, group: Group): void {
    groups.delete(key)
    this.#waiting[group.key.plan.depth]!.delete(group)
    this.#groups--
    this.#hits -= group.size
  }

  readonly #tell = (group: Group, verdict: Verdict): void => {
    const { plan, unitId, systemId, values } = group.key
    const { hits, last, count, value, datasets } = verdict
    const first = hits[0]!
    const key = sha256hex(JSON.stringify([plan.id, unitId, systemId, values, first.id])).slice(0, 32)
    const firing: Firing = {
      rule: plan.id,
      key,
      unitId,
      systemId,
      group: Object.fromEntries(plan.groupBy.map((name, i) => [name, first.texts[i]!])),
      from: first.below?.from ?? first.time,
      to: last.below?.to ?? last.time,
      count,
      value,
      events: eventsOf(hits, this.#shown, (part) => plan.parts[part]!.id),
      datasetIds: datasets,
    }
    if (plan.signals) this.#firings.push(firing)
    for (const above of plan.above) this.#tellAbove(above, verdict, firing, plan)
  }

  /** A firing is a hit of the correlations that refer to this one, in each of their groups that its events belong to. */
  #tellAbove(above: Plan['above'][number], { hits, last, at }: Verdict, firing: Firing, from: Plan): void {
    const { plan, part } = above
    const asked = plan.parts[part]!
    const { unitId, systemId, events, datasetIds: datasets } = firing
    const below = { events, from: firing.from, to: firing.to }
    const isWhole = asked.group.every((name) => from.groupBy.includes(name))
    const known = new Set<string>()
    for (const hit of isWhole ? hits.slice(0, 1) : hits) {
      const of = askedOf(plan, asked, (name) => ownOf(firing.group, name) ?? hit.carried[from.carried.indexOf(name)])
      if (of === undefined) continue
      const values = of.texts.map(fold)
      const name = JSON.stringify(values)
      if (known.has(name)) continue
      known.add(name)
      const { lane, seq } = last
      this.#add(
        { plan, unitId, systemId, values },
        makeHit({ time: at, lane, seq, id: firing.key, part, ...of, datasets, below }),
      )
      if (known.size >= MOST_ABOVE) break
    }
  }
}

function keyOf({ unitId, systemId, values }: GroupKey): string {
  return JSON.stringify([unitId, systemId, ...values])
}
