import type { Detector, Found } from '../core/detector.ts'
import type { StoredEvent } from '../core/event.ts'
import { fold } from '../core/fold.ts'
import { parseInstant } from '../core/instant.ts'
import { ROOT_UNIT, type SignalDelta } from '../core/model/index.ts'
import { viewOfStored } from '../core/view.ts'
import { entityOf } from './entity.ts'
import { compileExceptions, type ExceptionSettings, type Exceptions, NO_EXCEPTIONS } from './exceptions.ts'
import type { LoadedRule } from './loadRules.ts'
import { createMatcher, type Matcher } from './match.ts'

/** Length of a signal's window of event time, milliseconds. */
const WINDOW = 300_000
/** Hits of a delta beyond these lose their event id. */
const IDS = 20
const DAY = 86_400_000

export interface DetectorOptions {
  readonly rules: readonly Pick<LoadedRule, 'rule' | 'filter' | 'routing' | 'sidecar'>[]
  readonly lane: number
  /** Values of entities that many share (accounts, addresses, host names of the inventory). */
  readonly shared: Iterable<string>
  /** What is excepted from the rules; nothing, unless given. */
  readonly exceptions?: ExceptionSettings
  /** A matcher of exactly these rules, where one is at hand: it takes long to make. */
  readonly matcher?: Matcher
}

/** A detector of one lane: matches every event fed against the rules and counts matches per signal. */
export function createDetector(options: DetectorOptions): Detector {
  return new RuleDetector(options)
}

interface OpenDelta extends SignalDelta {
  readonly hits: { seq: number; time: number; id: string }[]
  readonly datasetIds?: string[]
}

/** A match kept back. */
type Kept = Pick<SignalDelta, 'ruleId' | 'unitId' | 'systemId' | 'evidence'>

class RuleDetector implements Detector {
  readonly #rules: DetectorOptions['rules']
  readonly #matcher: Matcher
  readonly #lane: number
  readonly #shared: ReadonlySet<string>
  readonly #exceptions: Exceptions
  #deltas = new Map<string, OpenDelta>()
  #hits = 0
  #seq = 0
  #fed = 0

  constructor({ rules, lane, shared, exceptions = NO_EXCEPTIONS, matcher }: DetectorOptions) {
    this.#rules = rules
    this.#matcher = matcher ?? createMatcher(rules)
    this.#exceptions = compileExceptions(exceptions)
    this.#lane = lane
    this.#shared = new Set([...shared].map(fold))
  }

  /** Hits held; never fewer than deltas. */
  get pending(): number {
    return this.#hits
  }

  feed(seq: number, id: string, event: StoredEvent): void {
    this.count(seq, id, this.examine(event))
  }

  examine(event: StoredEvent): Found | undefined {
    const matches = this.#matcher.ofStored(event)
    return matches.length === 0 ? undefined : { event, matches }
  }

  count(seq: number, id: string, found: Found | undefined): void {
    this.#seq = seq
    this.#fed++
    if (found === undefined) return
    const { event, matches } = found
    const view = viewOfStored(event)
    const time = timeOf(event)
    const window = Math.floor(time / WINDOW) * WINDOW
    const unitId = textAt(event, 'unit') ?? ROOT_UNIT
    const systemId = textAt(event, 'system') ?? null
    for (const match of matches) {
      const { rule, sidecar } = this.#rules[match]!
      const keptBy = this.#exceptions.acting(rule.id, event, view)
      if (keptBy !== undefined) {
        this.#keepBack(keptBy, { seq, time, id }, { ruleId: rule.id, unitId, systemId, evidence: event })
        continue
      }
      const entity = entityOf(view, sidecar?.entity, this.#shared)
      const key = JSON.stringify([match, unitId, systemId, entity, window])
      let delta = this.#deltas.get(key)
      if (delta === undefined) {
        const lane = this.#lane
        delta = { lane, ruleId: rule.id, unitId, systemId, entity, window, hits: [], evidence: event }
        this.#deltas.set(key, delta)
      }
      delta.hits.push({ seq, time, id: delta.hits.length < IDS ? id : '' })
      this.#hits++
    }
  }

  /** Counts a match that an exception kept back: by day, so that little is written of much. */
  #keepBack(keptBy: string, hit: { seq: number; time: number; id: string }, of: Kept): void {
    const window = Math.floor(hit.time / DAY) * DAY
    const key = JSON.stringify([keptBy, of.unitId, of.systemId, window])
    let delta = this.#deltas.get(key)
    if (delta === undefined) {
      delta = { ...of, lane: this.#lane, entity: '-', window, hits: [], keptBy, datasetIds: [] }
      this.#deltas.set(key, delta)
    }
    delta.hits.push({ ...hit, id: delta.hits.length < IDS ? hit.id : '' })
    const dataset = datasetOf(of.evidence)
    if (dataset !== undefined && !delta.datasetIds?.includes(dataset)) delta.datasetIds?.push(dataset)
    this.#hits++
  }

  take() {
    const taken = { seq: this.#seq, deltas: [...this.#deltas.values()], hits: [], detected: this.#fed }
    this.#deltas = new Map()
    this.#hits = 0
    this.#fed = 0
    return taken
  }
}

/**
 * The time that windows go by, milliseconds since 1970 UTC: the event's own, unless it is beyond tolerance: then when it
 * was taken in.
 */
function timeOf(event: StoredEvent): number {
  const { suidun, event: about } = event.ecs as {
    suidun?: { time?: { tolerated?: unknown } }
    event?: { ingested?: unknown }
  }
  const own = instant(event.ecs['@timestamp'])
  const ingested = instant(about?.ingested)
  return (suidun?.time?.tolerated === false ? (ingested ?? own) : (own ?? ingested)) ?? 0
}

function instant(value: unknown): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined
}

function textAt(event: StoredEvent, part: 'unit' | 'system'): string | undefined {
  const suidun = event.ecs.suidun as { unit?: { id?: unknown }; system?: { id?: unknown } } | undefined
  const id = suidun?.[part]?.id
  return typeof id === 'string' ? id : undefined
}

function datasetOf(event: StoredEvent): string | undefined {
  const { dataset } = (event.ecs.suidun ?? {}) as { dataset?: { id?: unknown } }
  return typeof dataset?.id === 'string' ? dataset.id : undefined
}
