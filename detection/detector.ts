import type { BaseHit } from '../core/correlation.ts'
import type { Detector, Found, LineExaminer } from '../core/detector.ts'
import type { StoredEvent } from '../core/event.ts'
import { fold } from '../core/fold.ts'
import type { SignalDelta } from '../core/model/index.ts'
import { viewOfStored } from '../core/view.ts'
import { createHitReader, type HitReader } from './correlate/hitReader.ts'
import { entityOf } from './entity.ts'
import { compileExceptions, type ExceptionSettings, type Exceptions, NO_EXCEPTIONS } from './exceptions.ts'
import type { LoadedCorrelation, LoadedRule } from './loadRules.ts'
import { createMatcher, type Matcher } from './match.ts'
import { placeOf, timeOf, windowOf } from './occurrence.ts'

/** Hits of a delta beyond these lose their event id. */
const IDS = 20
const DAY = 86_400_000

/** A rule as a detector needs it; unless it says otherwise, it raises signals. */
type DetectedRule = Pick<LoadedRule, 'rule' | 'filter' | 'field' | 'routing' | 'sidecar'> &
  Partial<Pick<LoadedRule, 'signals'>>

export interface DetectorOptions {
  readonly rules: readonly DetectedRule[]
  /** Correlations over them: the matches that they ask for are handed over as hits. */
  readonly correlations?: readonly LoadedCorrelation[]
  readonly lane: number
  /** Values of entities that many share (accounts, addresses, host names of the inventory). */
  readonly shared: Iterable<string>
  /** What is excepted from the rules; nothing, unless given. */
  readonly exceptions?: ExceptionSettings
  /** A matcher of exactly these rules, where one is at hand: it takes long to make. */
  readonly matcher?: Matcher
  /** An examiner of exactly these rules. */
  readonly lines?: LineExaminer | undefined
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
  readonly #read: HitReader
  readonly lines: LineExaminer | undefined
  #deltas = new Map<string, OpenDelta>()
  #bases: BaseHit[] = []
  #hits = 0
  #seq = 0
  #fed = 0

  constructor({ rules, correlations = [], lane, shared, exceptions = NO_EXCEPTIONS, matcher, lines }: DetectorOptions) {
    this.#rules = rules
    this.#matcher = matcher ?? createMatcher(rules)
    this.#exceptions = compileExceptions(exceptions)
    this.#read = createHitReader(rules, correlations)
    this.#lane = lane
    this.lines = lines
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
    const window = windowOf(time)
    const { unitId, systemId } = placeOf(event)
    for (const match of matches) {
      const { rule, sidecar, signals = true } = this.#rules[match]!
      const keptBy = this.#exceptions.acting(rule.id, event, view)
      if (keptBy !== undefined) {
        this.#keepBack(keptBy, { seq, time, id }, { ruleId: rule.id, unitId, systemId, evidence: stored(event) })
        continue
      }
      const fields = this.#read(match, view)
      if (fields !== undefined) {
        const datasetId = datasetOf(event) ?? null
        this.#bases.push({ rule: rule.id, lane: this.#lane, seq, id, time, unitId, systemId, datasetId, fields })
        this.#hits++
      }
      if (!signals) continue
      const entity = entityOf(view, sidecar?.entity, this.#shared)
      const key = JSON.stringify([match, unitId, systemId, entity, window])
      let delta = this.#deltas.get(key)
      if (delta === undefined) {
        const lane = this.#lane
        delta = { lane, ruleId: rule.id, unitId, systemId, entity, window, hits: [], evidence: stored(event) }
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
    const taken = { seq: this.#seq, deltas: [...this.#deltas.values()], hits: this.#bases, detected: this.#fed }
    this.#deltas = new Map()
    this.#bases = []
    this.#hits = 0
    this.#fed = 0
    return taken
  }
}

/** An event on its way in carries what its reader knows besides; of that nothing is kept. */
function stored({ ecs, rest }: StoredEvent): StoredEvent {
  return { ecs, rest }
}

function datasetOf(event: StoredEvent): string | undefined {
  const { dataset } = (event.ecs.suidun ?? {}) as { dataset?: { id?: unknown } }
  return typeof dataset?.id === 'string' ? dataset.id : undefined
}
