import type { StoredEvent } from '../../core/event.ts'
import { fold } from '../../core/fold.ts'
import type { RetroGroup, RetroHit } from '../../core/model/index.ts'
import { viewOfStored } from '../../core/view.ts'
import { entityOf } from '../entity.ts'
import type { LoadedRule } from '../loadRules.ts'
import { createMatcher } from '../match.ts'
import { ingestedOf, placeOf, positionOf, timeOf, windowOf } from '../occurrence.ts'
import type { Coverage } from './coverage.ts'

/** What stored events are put to, one by one. */
export interface EventTally {
  add(id: string, event: StoredEvent): void
  /** How much it holds. */
  readonly size: number
  /** What was found since the last `take`. */
  take(): readonly unknown[]
}

/** A rule in a run. */
export interface RunRule extends Pick<LoadedRule, 'rule' | 'filter' | 'routing' | 'sidecar'> {
  readonly digest: string
  readonly coverage: Coverage
}

export interface TallyOptions {
  readonly rules: readonly RunRule[]
  /** Values of entities that many share. */
  readonly shared: Iterable<string>
  /** Whether an exception keeps the event back from that rule. */
  readonly keptBack: (ruleId: string, event: StoredEvent) => boolean
  /** Per lane, the last `seq` that the run looks at. */
  readonly upTo: Readonly<Record<string, number>>
}

/** Hits that a group keeps, the earliest; of further ones it knows the number. */
const KEPT = 500

interface OpenGroup extends RetroGroup {
  fresh: number
  maybe: number
  first: number
  last: number
  hits: RetroHit[]
  evidence: StoredEvent
}

/**
 * Puts stored events, in any order, to the rules of a run and counts matches per signal, as live detection would have,
 * but for those that it has counted already. Everything of a window must be taken before `groups` is asked.
 */
export class Tally implements EventTally {
  readonly #rules: readonly RunRule[]
  readonly #matcher: ReturnType<typeof createMatcher>
  readonly #shared: ReadonlySet<string>
  readonly #options: TallyOptions
  #groups = new Map<string, OpenGroup>()
  #matched = 0

  constructor(options: TallyOptions) {
    this.#options = options
    this.#rules = options.rules
    this.#matcher = createMatcher(options.rules)
    this.#shared = new Set([...options.shared].map(fold))
  }

  /** Matches that live detection has not counted, those uncertain among them. */
  get matched(): number {
    return this.#matched
  }

  get size(): number {
    return this.#groups.size
  }

  /** What was counted since the last `take`. */
  take(): readonly RetroGroup[] {
    const groups = [...this.#groups.values()]
    this.#groups = new Map()
    this.#matched = 0
    return groups
  }

  add(id: string, event: StoredEvent): void {
    const { lane, seq } = positionOf(event)
    if (seq > (this.#options.upTo[lane] ?? 0)) return
    const matches = this.#matcher.ofStored(event)
    if (matches.length === 0) return
    const time = timeOf(event)
    const hit: RetroHit = { lane, seq, time, id, at: ingestedOf(event) ?? time }
    const view = viewOfStored(event)
    for (const match of matches) {
      const { rule, sidecar, digest, coverage } = this.#rules[match]!
      const seen = coverage.seen(lane, seq)
      if (seen === 'live' || this.#options.keptBack(rule.id, event)) continue
      const { unitId, systemId } = placeOf(event)
      const entity = entityOf(view, sidecar?.entity, this.#shared)
      const window = windowOf(time)
      const key = JSON.stringify([match, unitId, systemId, entity, window])
      let group = this.#groups.get(key)
      if (group === undefined) {
        const none = { fresh: 0, maybe: 0, first: time, last: time, hits: [] }
        group = { ruleId: rule.id, digest, unitId, systemId, entity, window, evidence: event, ...none }
        this.#groups.set(key, group)
      }
      this.#matched++
      count(group, seen === 'maybe' ? { ...hit, maybe: true } : hit, event)
    }
  }
}

function count(group: OpenGroup, hit: RetroHit, event: StoredEvent): void {
  if (hit.maybe === true) group.maybe++
  else group.fresh++
  if (hit.time < group.first) group.first = hit.time
  if (hit.time > group.last) group.last = hit.time
  const { hits } = group
  if (hits.length === 0 || isBefore(hit, hits[0]!)) group.evidence = event
  // Stores answer newest first: nearly always the place is at the front.
  let at = 0
  while (at < hits.length && isBefore(hits[at]!, hit)) at++
  if (at >= KEPT) return
  hits.splice(at, 0, hit)
  if (hits.length > KEPT) hits.pop()
}

/** The order in which events came in: by when they were taken in, then as their lane numbered them. */
function isBefore(a: RetroHit, b: RetroHit): boolean {
  return a.at !== b.at ? a.at < b.at : a.lane !== b.lane ? a.lane < b.lane : a.seq < b.seq
}
