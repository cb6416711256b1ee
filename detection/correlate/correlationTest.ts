import { compileFilter } from '../../core/evaluate.ts'
import type { EventView } from '../../core/event.ts'
import { and } from '../../core/filter.ts'
import type { LoadedCorrelation, LoadedRules } from '../loadRules.ts'
import { createCorrelator } from './createCorrelator.ts'
import { eventTime } from './eventTime.ts'
import { createHitReader } from './hitReader.ts'

/** A test whether a correlation fires over some events, all of one unit and system, in whatever order. */
export function correlationTest(
  loaded: LoadedCorrelation,
  { rules, correlations }: Pick<LoadedRules, 'rules' | 'correlations'>,
): (events: readonly EventView[]) => boolean {
  const { id } = loaded.correlation
  const running = correlations.map((c) => ({ ...c, signals: c.correlation.id === id }))
  const bases = rules.filter((r) => loaded.bases.includes(r.rule.id))
  const holds = bases.map((r) => compileFilter(and(r.routing, r.filter)))
  const read = createHitReader(bases, running)
  const never = Number.POSITIVE_INFINITY
  return (events) => {
    const correlator = createCorrelator(running, { hold: never, late: never })
    for (const [seq, view] of events.entries()) {
      for (const [i, { rule }] of bases.entries()) {
        const fields = holds[i]!(view) ? read(i, view) : undefined
        const time = eventTime(view)
        if (fields === undefined || time === undefined) continue
        const hit = { rule: rule.id, lane: 0, seq, id: String(seq), time, unitId: '', systemId: null, datasetId: null }
        correlator.feed({ ...hit, fields })
      }
    }
    correlator.advance(Number.POSITIVE_INFINITY)
    return correlator.take().length > 0
  }
}
