import type { BaseHit } from '../../core/correlation.ts'
import type { StoredEvent } from '../../core/event.ts'
import { viewOfStored } from '../../core/view.ts'
import { createHitReader, type HitReader } from '../correlate/hitReader.ts'
import type { LoadedCorrelation, LoadedRule } from '../loadRules.ts'
import { createMatcher } from '../match.ts'
import { placeOf, positionOf, timeOf } from '../occurrence.ts'
import type { EventTally, TallyOptions } from './tally.ts'

export interface HitTallyOptions extends Pick<TallyOptions, 'keptBack' | 'upTo'> {
  /** Rules that correlations are made of. */
  readonly rules: readonly Pick<LoadedRule, 'rule' | 'filter' | 'field' | 'routing'>[]
  readonly correlations: readonly LoadedCorrelation[]
}

/** Puts stored events, in any order, to the rules that correlations are made of, and keeps what these ask of the matches. */
export class HitTally implements EventTally {
  readonly #options: HitTallyOptions
  readonly #matcher: ReturnType<typeof createMatcher>
  readonly #read: HitReader
  #hits: BaseHit[] = []

  constructor(options: HitTallyOptions) {
    this.#options = options
    this.#matcher = createMatcher(options.rules)
    this.#read = createHitReader(options.rules, options.correlations)
  }

  get size(): number {
    return this.#hits.length
  }

  add(id: string, event: StoredEvent): void {
    const { lane, seq } = positionOf(event)
    if (seq > (this.#options.upTo[lane] ?? 0)) return
    const matches = this.#matcher.ofStored(event)
    if (matches.length === 0) return
    const view = viewOfStored(event)
    const dataset = (event.ecs.suidun as { dataset?: { id?: unknown } } | undefined)?.dataset?.id
    const datasetId = typeof dataset === 'string' ? dataset : null
    for (const match of matches) {
      const rule = this.#options.rules[match]!.rule.id
      const fields = this.#read(match, view)
      if (fields === undefined || this.#options.keptBack(rule, event)) continue
      this.#hits.push({ rule, lane, seq, id, time: timeOf(event), ...placeOf(event), datasetId, fields })
    }
  }

  /** What was found since the last `take`. */
  take(): readonly BaseHit[] {
    const hits = this.#hits
    this.#hits = []
    return hits
  }
}
