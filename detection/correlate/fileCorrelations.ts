import type { Correlator } from '../../core/correlation.ts'
import { viewOfJson } from '../../core/view.ts'
import type { LoadedRules } from '../loadRules.ts'
import { createCorrelator } from './createCorrelator.ts'
import { eventTime } from './eventTime.ts'
import { createHitReader, type HitReader } from './hitReader.ts'

/** Hits held per group: within them the order of a file does not matter. */
const HELD = 100_000
/** Lines of a firing that are named. */
const LINES = 1000
/** Of one line so many events are told apart. */
const EVENTS = 2 ** 20

/** A correlation that fired over the lines of a file. */
export interface FileFiring {
  readonly correlation: string
  readonly group: Readonly<Record<string, string>>
  /** ISO 8601 UTC. */
  readonly from: string
  readonly to: string
  /** Of its first events, ascending from 1. */
  readonly lines: readonly number[]
}

/** Correlations over the events of a file, in whatever order: they are put in order of time, and judged when all were read. */
export class FileCorrelations {
  readonly #rules: LoadedRules['rules']
  readonly #correlator: Correlator
  readonly #read: HitReader
  /** Numbers of rules that correlations are made of. */
  readonly #bases: ReadonlySet<number>
  #timeless = 0

  constructor({ rules, correlations }: Pick<LoadedRules, 'rules' | 'correlations'>) {
    this.#rules = rules
    this.#read = createHitReader(rules, correlations)
    const ids = new Set(correlations.flatMap((c) => c.bases))
    this.#bases = new Set(rules.flatMap((r, i) => (ids.has(r.rule.id) ? [i] : [])))
    const never = Number.POSITIVE_INFINITY
    this.#correlator = createCorrelator(correlations, { hold: never, late: never, hits: HELD, events: LINES })
  }

  /** Events that tell no time and took no part. */
  get timeless(): number {
    return this.#timeless
  }

  /** Groups that were judged early, for there were too many. */
  get evicted(): number {
    return this.#correlator.counts.evicted
  }

  /** Whether correlations ask for an event that these rules match. */
  concerns(matches: readonly number[]): boolean {
    for (const match of matches) if (this.#bases.has(match)) return true
    return false
  }

  /** Takes an event, of several in its line with its place there, and the numbers of the rules that match it. */
  take(place: { readonly line: number; readonly event?: number }, event: object, matches: readonly number[]): void {
    const view = viewOfJson(event)
    const seq = place.line * EVENTS + Math.min(place.event ?? 0, EVENTS - 1)
    let time: number | undefined
    for (const match of matches) {
      const fields = this.#read(match, view)
      if (fields === undefined) continue
      time ??= eventTime(view)
      if (time === undefined) {
        this.#timeless++
        return
      }
      const unit = view.get('suidun.unit.id')
      const system = view.get('suidun.system.id')
      this.#correlator.feed({
        rule: this.#rules[match]!.rule.id,
        lane: 0,
        seq,
        id: String(seq),
        time,
        unitId: typeof unit === 'string' ? unit : '',
        systemId: typeof system === 'string' ? system : null,
        datasetId: null,
        fields,
      })
    }
  }

  /** All was read: what fired, in order of time. */
  end(): readonly FileFiring[] {
    this.#correlator.advance(Number.POSITIVE_INFINITY)
    const firings = this.#correlator
      .take()
      .toSorted((a, b) => a.to - b.to || a.from - b.from || (a.key < b.key ? -1 : 1))
    return firings.map(({ rule, group, from, to, events }) => ({
      correlation: rule,
      group,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      lines: [...new Set(events.map((e) => Math.floor(e.seq / EVENTS)))].sort((a, b) => a - b),
    }))
  }
}
