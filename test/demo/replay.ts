import type { Origin } from '../../collectors/contract.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { StoredEvent } from '../../core/event.ts'
import { viewOfStored } from '../../core/view.ts'
import { type DemoLine, type ExpectedIncident, readCity, SYSLOG_UNIT, TIMEZONE_OFFSET } from '../../demo/index.ts'
import { createCorrelator, createDetector, entityOfGroup } from '../../detection/index.ts'
import { loadPipelines, loadRules } from '../../detection/loadRules.ts'
import { createMatcher } from '../../detection/match.ts'

const folder = (name: string) => new URL(`../../detection/${name}`, import.meta.url).pathname

/** Our own rules and the parsers, put together by hand: what lines of the demo come to, without sockets and stores. */
export function openReplay() {
  const { assets, datasets } = readCity()
  const normalise = createNormaliser({
    estate: { assets, datasets },
    zone: `+${String(TIMEZONE_OFFSET / 60).padStart(2, '0')}:00`,
  })
  const { rules, correlations } = loadRules([folder('rules')], loadPipelines(folder('pipelines')).pipelines)
  const matcher = createMatcher(rules)
  return {
    rules,
    correlations,
    /** The event of a line, as an entrance for its channel would make it. */
    eventOf(line: DemoLine, receivedAt: number): StoredEvent & { readonly error: string | undefined } {
      const { text, framing } = unframe(line)
      const bySyslog = framing === 'syslog'
      const origin: Origin = {
        keyId: 'k',
        sourceId: `test:${line.channel}`,
        unitId: bySyslog ? SYSLOG_UNIT : line.unitId,
        systemId: bySyslog ? null : line.systemId,
        receivedAt,
        address: '127.0.0.1',
      }
      return normalise(text, framing, origin)
    },
    /** Ids of the rules that an event matches, each with the entity it is counted for. */
    matches(event: StoredEvent): readonly { readonly rule: string; readonly entity: string }[] {
      return matcher.ofStored(event).flatMap((n) => {
        const { rule, sidecar, signals } = rules[n]!
        return signals ? [{ rule: rule.id, entity: entityOf(event, sidecar?.entity) }] : []
      })
    },
    /** Correlations over events that are fed in turn, with what they hold between them as the platform does. */
    correlate() {
      const bases = rules.filter((r) => correlations.some((c) => c.bases.includes(r.rule.id)))
      const detector = createDetector({ rules: bases, correlations, lane: 0, shared: [] })
      const correlator = createCorrelator(correlations)
      let seq = 0
      return {
        feed(event: StoredEvent): void {
          detector.feed(++seq, String(seq), event)
          for (const hit of detector.take().hits) correlator.feed(hit)
        },
        /** What fired, when nothing more is to come. */
        end(): readonly { readonly rule: string; readonly entity: string; readonly system: string }[] {
          correlator.advance(Number.POSITIVE_INFINITY)
          return correlator.take().map(({ rule, group, systemId }) => {
            const { sidecar } = correlations.find((c) => c.correlation.id === rule)!
            return { rule, entity: entityOfGroup(group, sidecar?.entity, new Set()), system: systemId ?? '-' }
          })
        },
      }
    },
  }
}

/** Takes a line out of its frame. */
function unframe(line: DemoLine): { readonly text: string; readonly framing: 'json' | 'syslog' } {
  const text = line.bytes.toString('utf8')
  switch (line.channel) {
    case 'syslog-udp':
      return { text, framing: 'syslog' }
    case 'syslog-tcp':
      return { text: text.slice(0, -1), framing: 'syslog' }
    case 'syslog-tcp-octets': {
      const blank = text.indexOf(' ')
      const rest = text.slice(blank + 1)
      if (Buffer.byteLength(rest) !== Number(text.slice(0, blank)))
        throw new Error(`frame of the wrong length: ${text}`)
      return { text: rest, framing: 'syslog' }
    }
    case 'ingest':
      return { text: text.slice(0, -1), framing: 'json' }
    case 'bulk':
      return { text: text.split('\n')[1]!, framing: 'json' }
  }
}

function entityOf(event: StoredEvent, field: string | undefined): string {
  const view = viewOfStored(event)
  for (const name of [...(field === undefined ? [] : [field]), 'user.name', 'source.ip', 'host.name']) {
    const value = view.get(name)
    if (value !== undefined && value !== null) return `${name}:${String(value)}`
  }
  return '-'
}

/** Gathers matches into incidents: one per system and entity, as a day's signals are. */
export function gather(
  matches: Iterable<{ readonly system: string; readonly entity: string; readonly rule: string }>,
): readonly ExpectedIncident[] {
  const found = new Map<string, { system: string; entity: string; rules: Set<string> }>()
  for (const { system, entity, rule } of matches) {
    const key = JSON.stringify([system, entity])
    const incident = found.get(key) ?? { system, entity, rules: new Set<string>() }
    found.set(key, incident)
    incident.rules.add(rule)
  }
  return [...found.values()].map((i) => ({ ...i, rules: [...i.rules].sort() }))
}
