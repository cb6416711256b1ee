import type { Firing } from '../../core/correlation.ts'
import { type CorrelatorOptions, createCorrelator, createDetector, loadRules } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'

const ALL: CorrelatorOptions = { hold: Number.POSITIVE_INFINITY, late: Number.POSITIVE_INFINITY, events: 1000 }

/** Loads Sigma documents from one text. */
export function loadText(text: string) {
  return loadRules([[{ path: 'c.yml', name: 'c.yml', text }]], NO_PIPELINES)
}

/** A rule that matches events whose `is` is its name. */
export function base(name: string): string {
  return `title: ${name}\nid: ${name}-id\nname: ${name}\nlevel: low\nlogsource: {category: c}\ndetection: {s: {is: ${name}}, condition: s}\n---\n`
}

/** `[seconds, name of the rule that it matches, its fields]`. */
export type Line = readonly [at: number, is: string, fields?: Readonly<Record<string, unknown>>]

export const BEGAN = Date.UTC(2026, 10, 24)

/** Hits of events as the detector of a lane finds them; ids are their numbers from 1. */
export function hitsOf(text: string, lines: readonly Line[]) {
  const { rules, correlations, problems } = loadText(text)
  const errors = problems.filter((p) => p.severity === 'error')
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  const detector = createDetector({ rules, correlations, lane: 0, shared: [] })
  for (const [i, [at, is, fields = {}]] of lines.entries()) {
    const { unit = 'u', system, dataset, ...rest } = fields as Record<string, string>
    const suidun = {
      unit: { id: unit },
      ...(system === undefined ? {} : { system: { id: system } }),
      ...(dataset === undefined ? {} : { dataset: { id: dataset } }),
    }
    const timestamp = new Date(BEGAN + at * 1000).toISOString()
    detector.feed(i + 1, String(i + 1), { ecs: { '@timestamp': timestamp, suidun }, rest: { is, ...rest } })
  }
  return { ...detector.take(), rules, correlations }
}

/** What fires over these events, whatever their order: in order of time. */
export function firingsOf(text: string, lines: readonly Line[], options: CorrelatorOptions = ALL): readonly Firing[] {
  const { hits, correlations } = hitsOf(text, lines)
  const correlator = createCorrelator(correlations, options)
  for (const hit of hits) correlator.feed(hit)
  correlator.advance(Number.POSITIVE_INFINITY)
  return correlator.take().toSorted((a, b) => a.to - b.to || (a.rule < b.rule ? -1 : 1))
}

/** The same, of one correlation over the rules `a`, `b`, `c`: numbers of the events of each firing. */
export function fired(correlation: string, lines: readonly Line[]): readonly (readonly number[])[] {
  const text = `${base('a')}${base('b')}${base('c')}title: t\nid: it\ncorrelation:\n${correlation.trim().replace(/^/gm, '  ')}\n`
  return firingsOf(text, lines).map((f) => f.events.map((e) => e.seq))
}
