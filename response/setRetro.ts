import { canonicalJson, sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import type { RetroGroup, RetroHit, Signal } from '../core/model/index.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'
import { IDS_KEPT } from './countSignal.ts'
import type { Counted } from './incidentFor.ts'
import type { RuleFacts } from './responder.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

export interface RetroOptions {
  readonly rule: RuleFacts
  readonly runId: string
  readonly clock: Clock
}

/**
 * Sets what runs over stored events found for a signal (`id`), creating it if need be: set, not added to, so that the same
 * run twice, or one that a crash cut in two, changes nothing. Never takes anything back: events that the store no longer
 * holds stay counted.
 */
export async function setRetro(
  docs: DocumentStore,
  id: string,
  group: RetroGroup,
  options: RetroOptions,
): Promise<Counted & { readonly changed: boolean }> {
  for (let tries = 0; ; tries++) {
    const stored = await docs.get('signal', id)
    const next = stored === undefined ? create(group, options) : grow(stored.doc, group, options.runId)
    if (stored !== undefined && next === stored.doc) return { signal: stored, known: true, changed: false }
    try {
      const signal = await docs.put('signal', id, next, { version: stored?.version ?? 0 })
      return { signal, known: stored !== undefined, changed: true }
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 9) throw e
    }
  }
}

function create(g: RetroGroup, { rule, runId, clock }: RetroOptions): Signal {
  const dataset = g.evidence.ecs.suidun as { dataset?: { id?: string } } | undefined
  const count = g.fresh + g.maybe
  return {
    kind: 'signal',
    ruleId: g.ruleId,
    ruleTitle: rule.title,
    ruleTitleZh: rule.titleZh,
    level: rule.level,
    tags: rule.tags,
    unitId: g.unitId,
    systemId: g.systemId,
    entity: g.entity,
    window: iso(g.window),
    count,
    first: iso(g.first),
    last: iso(g.last),
    eventIds: g.hits.slice(0, IDS_KEPT).map((h) => h.id),
    evidence: g.evidence,
    evidenceDigest: `sha-256:${sha256hex(canonicalJson(g.evidence))}`,
    datasetId: dataset?.dataset?.id ?? null,
    positions: {},
    retro: { count, runId, parts: { [g.digest]: count } },
    storming: false,
    incidentId: null,
    createdAt: iso(clock()),
  }
}

function grow(signal: Signal, g: RetroGroup, runId: string): Signal {
  const parts = signal.retro?.parts ?? {}
  const own = parts[g.digest] ?? 0
  const { part, added } = partOf(signal, g, own)
  if (part <= own) return signal
  const grown = { ...parts, [g.digest]: part }
  const times = added.length === g.fresh + g.maybe ? added.map((h) => h.time) : [g.first, g.last]
  const first = iso(Math.min(...times))
  const last = iso(Math.max(...times))
  const room = IDS_KEPT - signal.eventIds.length
  const known = new Set(signal.eventIds)
  const ids = added.flatMap((h) => (known.has(h.id) ? [] : [h.id])).slice(0, Math.max(room, 0))
  return {
    ...signal,
    count: signal.count - own + part,
    first: first < signal.first ? first : signal.first,
    last: last > signal.last ? last : signal.last,
    eventIds: [...signal.eventIds, ...ids],
    retro: { count: Object.values(grown).reduce((sum, n) => sum + n, 0), runId, parts: grown },
  }
}

/**
 * How many of the group's events are this question's own part. Where another question may have counted some of them (the
 * rule was changed, or a crash came between), those that the signal lists are known; where it does not list all, only so
 * many are taken as cannot have been counted.
 */
function partOf(
  signal: Signal,
  g: RetroGroup,
  own: number,
): { readonly part: number; readonly added: readonly RetroHit[] } {
  const live = signal.count - (signal.retro?.count ?? 0)
  const others = signal.count - own
  const byOtherRuns = others - live
  const doubtful = (h: RetroHit): boolean =>
    byOtherRuns > 0 || (h.maybe === true && h.seq <= (signal.positions[h.lane] ?? 0))
  const whole = g.hits.length === g.fresh + g.maybe
  const sure = whole ? g.hits.filter((h) => !doubtful(h)).length : byOtherRuns > 0 ? 0 : g.fresh
  if (sure === g.fresh + g.maybe) return { part: sure, added: g.hits }
  const listed = new Set(signal.eventIds)
  if (whole && signal.count <= signal.eventIds.length) {
    const added = g.hits.filter((h) => !listed.has(h.id))
    return { part: own + added.length, added }
  }
  const part = sure + Math.max(0, g.fresh + g.maybe - sure - others)
  return { part, added: g.hits.filter((h) => !listed.has(h.id) && !doubtful(h)) }
}
