import { canonicalJson, sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import type { Signal, SignalDelta } from '../core/model/index.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'
import type { Counted } from './incidentFor.ts'
import type { RuleFacts } from './responder.ts'

/** Event ids that a signal keeps. */
export const IDS_KEPT = 20

const iso = (ms: number): string => new Date(ms).toISOString()

/** A signal's id: rule, entity, unit, system and five minutes are its identity; `secret` keeps it from being guessed. */
export function signalId(
  d: Pick<SignalDelta, 'ruleId' | 'entity' | 'unitId' | 'systemId' | 'window'>,
  secret: string,
): string {
  return sha256hex(canonicalJson(['signal', secret, d.ruleId, d.entity, d.unitId, d.systemId, d.window])).slice(0, 32)
}

/**
 * Counts a delta into its signal (`id`), creating it if need be. Hits that the signal has counted already (a replay after a
 * crash) are left out by their lane's position, so that every event counts in exactly one place, once.
 */
export async function countSignal(
  docs: DocumentStore,
  id: string,
  delta: SignalDelta,
  rule: RuleFacts,
  clock: Clock,
): Promise<Counted> {
  for (let tries = 0; ; tries++) {
    const stored = await docs.get('signal', id)
    const next = stored === undefined ? create(delta, rule, clock()) : add(stored.doc, delta)
    if (stored !== undefined && next === stored.doc) return { signal: stored, known: true }
    try {
      const signal = await docs.put('signal', id, next, { version: stored?.version ?? 0 })
      return { signal, known: stored !== undefined }
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 9) throw e
    }
  }
}

function create(d: SignalDelta, rule: RuleFacts, now: number): Signal {
  const times = d.hits.map((h) => h.time)
  const dataset = d.evidence.ecs.suidun as { dataset?: { id?: string } } | undefined
  return {
    kind: 'signal',
    ruleId: d.ruleId,
    ruleTitle: rule.title,
    ruleTitleZh: rule.titleZh,
    level: rule.level,
    tags: rule.tags,
    unitId: d.unitId,
    systemId: d.systemId,
    entity: d.entity,
    window: iso(d.window),
    count: d.hits.length,
    first: iso(Math.min(...times)),
    last: iso(Math.max(...times)),
    eventIds: d.hits.slice(0, IDS_KEPT).map((h) => h.id),
    evidence: d.evidence,
    evidenceDigest: `sha-256:${sha256hex(canonicalJson(d.evidence))}`,
    datasetId: dataset?.dataset?.id ?? null,
    positions: { [d.lane]: d.hits.at(-1)!.seq },
    storming: false,
    incidentId: null,
    createdAt: iso(now),
  }
}

function add(signal: Signal, d: SignalDelta): Signal {
  const done = signal.positions[d.lane] ?? 0
  const fresh = d.hits.filter((h) => h.seq > done)
  if (fresh.length === 0) return signal
  let first = signal.first
  let last = signal.last
  for (const h of fresh) {
    const t = iso(h.time)
    if (t < first) first = t
    if (t > last) last = t
  }
  const room = IDS_KEPT - signal.eventIds.length
  return {
    ...signal,
    count: signal.count + fresh.length,
    first,
    last,
    eventIds: room > 0 ? [...signal.eventIds, ...fresh.slice(0, room).map((h) => h.id)] : signal.eventIds,
    positions: { ...signal.positions, [d.lane]: fresh.at(-1)!.seq },
  }
}
