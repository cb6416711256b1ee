import type { SourceCounters } from '../core/model/index.ts'
import type { Platform } from './platform.ts'
import type { Telemetry } from './telemetry.ts'

const COUNTED = [
  'received',
  'parsed',
  'rejected',
  'stored',
  'detected',
  'dropped',
  'repeated',
] as const satisfies readonly (keyof SourceCounters)[]

/** Gauges over the running platform: lines per source and what became of them, segments that wait for the event store. */
export function measure(platform: Platform, telemetry: Telemetry): void {
  telemetry.gauge(
    'suidun_source_lines',
    'Lines per source since the start, by what became of them',
    ['source', 'state'],
    () =>
      platform.intake
        .sources()
        .flatMap((s) => COUNTED.map((state) => [{ source: s.sourceId, state }, s[state]] as const)),
  )
  telemetry.gauge('suidun_segments_waiting', 'Sealed segments not yet in the event store for good', [], () => [
    [{}, platform.intake.sealed().length],
  ])
  telemetry.gauge('suidun_rules_loaded', 'Rules that run', [], () => [[{}, platform.rules.loaded.length]])
  telemetry.gauge('suidun_rules_refused', 'Rules that do not load', [], () => [[{}, platform.rules.refused]])
}
