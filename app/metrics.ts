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

/**
 * Gauges over the running platform: lines and what became of them, segments that wait for the event store. Anybody may
 * read them: they are told per kind of entrance, and who sends how much only to whom the collectors' page is open.
 */
export function measure(platform: Platform, telemetry: Telemetry): void {
  telemetry.gauge(
    'suidun_source_lines',
    'Lines per kind of source since the start, by what became of them',
    ['kind', 'state'],
    () =>
      [...byKind(platform.intake.sources())].flatMap(([kind, sources]) =>
        COUNTED.map((state) => [{ kind, state }, sources.reduce((sum, s) => sum + s[state], 0)] as const),
      ),
  )
  telemetry.gauge('suidun_segments_waiting', 'Sealed segments not yet in the event store for good', [], () => [
    [{}, platform.intake.sealed().length],
  ])
  telemetry.gauge('suidun_correlation_groups', 'Groups that correlations hold', [], () => [
    [{}, platform.intake.correlation().groups],
  ])
  telemetry.gauge(
    'suidun_correlation',
    'Since the start of the correlator: firings, groups that had to leave, matches that came too late',
    ['what'],
    () => {
      const { firings, evicted, late } = platform.intake.correlation()
      return Object.entries({ firings, evicted, late }).map(([what, n]) => [{ what }, n] as const)
    },
  )
  telemetry.gauge('suidun_rules_loaded', 'Rules that run', [], () => [[{}, platform.rules.book.running.size]])
  telemetry.gauge('suidun_rules_refused', 'Rules that do not load', [], () => [[{}, platform.rules.book.refused]])
}

/** A source's id begins with its kind: `http:<key id>`, `syslog-udp:<address>`. */
function byKind(sources: readonly SourceCounters[]): Map<string, SourceCounters[]> {
  return Map.groupBy(sources, (s) => s.sourceId.split(':', 1)[0]!)
}
