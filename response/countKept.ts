import { canonicalJson, sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import type { SignalDelta, Suppression } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'

const IDS_KEPT = 20

const iso = (ms: number): string => new Date(ms).toISOString()

/** What an exception kept back: `window` is a day. */
export type KeptDelta = SignalDelta & { readonly keptBy: string }

export function isKept(delta: SignalDelta): delta is KeptDelta {
  return delta.keptBy !== undefined
}

/** Exception, unit, system and day are the identity of what was kept back. */
export function keptId(d: KeptDelta): string {
  return sha256hex(canonicalJson(['suppression', d.keptBy, d.unitId, d.systemId, d.window])).slice(0, 32)
}

/**
 * Counts what an exception kept back, creating its document if need be; what it has counted already (a replay after a
 * crash) is left out by the lane's position, as in signals.
 */
export async function countKept(docs: DocumentStore, delta: KeptDelta): Promise<void> {
  const id = keptId(delta)
  for (let tries = 0; ; tries++) {
    const stored = await docs.get('suppression', id)
    const now = stored?.doc ?? begin(delta)
    const next = add(now, delta)
    if (next === now) return
    try {
      await docs.put('suppression', id, next, { version: stored?.version ?? 0 })
      return
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 9) throw e
    }
  }
}

function begin(d: KeptDelta): Suppression {
  return {
    kind: 'suppression',
    exceptionId: d.keptBy,
    ruleId: d.ruleId,
    unitId: d.unitId,
    systemId: d.systemId,
    day: iso(d.window).slice(0, 10),
    count: 0,
    first: '',
    last: '',
    eventIds: [],
    datasetIds: [],
    positions: {},
  }
}

function add(kept: Suppression, d: KeptDelta): Suppression {
  const done = kept.positions[d.lane] ?? 0
  const fresh = d.hits.filter((h) => h.seq > done)
  if (fresh.length === 0) return kept
  const times = fresh.map((h) => iso(h.time))
  const ids = fresh.flatMap((h) => (h.id === '' ? [] : [h.id]))
  return {
    ...kept,
    count: kept.count + fresh.length,
    first: times.reduce((a, b) => (b < a ? b : a), kept.first === '' ? times[0]! : kept.first),
    last: times.reduce((a, b) => (b > a ? b : a), kept.last),
    eventIds: [...kept.eventIds, ...ids].slice(0, IDS_KEPT),
    datasetIds: [...new Set([...kept.datasetIds, ...(d.datasetIds ?? [])])].slice(0, 100),
    positions: { ...kept.positions, [d.lane]: fresh.at(-1)!.seq },
  }
}
