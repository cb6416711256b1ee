import { sha256hex } from '../../core/canonical.ts'
import type { BaseHit, Correlator, CorrelatorSnapshot, Firing } from '../../core/correlation.ts'

const HOUR = 3_600_000

/**
 * A small correlator for tests of what runs it: fires at every fifth hit of a user and hour. How often it fires does not
 * hang on the order in which lanes hand over, so runs can be compared, and no hit can be lost or doubled unnoticed.
 */
export function createHourly(from: CorrelatorSnapshot | undefined): Correlator {
  const groups = new Map<string, BaseHit[]>((from?.groups as [string, BaseHit[]][] | undefined) ?? [])
  const positions: Record<string, number> = { ...from?.positions }
  let firings: Firing[] = []
  return {
    feed(hit) {
      if (hit.seq <= (positions[hit.lane] ?? 0)) return
      const hour = Math.floor(hit.time / HOUR)
      const user = hit.fields['user.name']!
      const key = `${user} ${hour}`
      const hits = groups.get(key) ?? []
      groups.set(key, hits)
      hits.push(hit)
      if (hits.length % 5 !== 0) return
      firings.push({
        rule: 'hourly',
        key: sha256hex(`${key} ${hits.length}`).slice(0, 32),
        unitId: hit.unitId,
        systemId: hit.systemId,
        group: { 'user.name': user },
        from: hour * HOUR,
        to: hit.time,
        count: hits.length,
        value: hits.length,
        events: hits.slice(0, 20).map(({ lane, seq, id, time, rule }) => ({ lane, seq, id, time, rule })),
        datasetIds: [],
      })
    },
    passed(lane, seq) {
      positions[lane] = Math.max(positions[lane] ?? 0, seq)
    },
    advance: () => undefined,
    take() {
      const taken = firings
      firings = []
      return taken
    },
    get counts() {
      return { groups: groups.size, evicted: 0, late: 0 }
    },
    snapshot: () => ({
      version: 1,
      positions: { ...positions },
      state: undefined,
      groups: [...groups].map(([k, h]) => [k, [...h]]),
    }),
  }
}
