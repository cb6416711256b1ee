import type { SourceCounters } from '../../core/model/index.ts'

/** Addresses of datagrams can be forged: beyond so many sources the rest count together. */
const MAX_SOURCES = 2_000
const MAX_REASONS = 20

type Count = 'received' | 'parsed' | 'stored' | 'detected' | 'repeated'

interface Mutable {
  sourceId: string
  received: number
  parsed: number
  rejected: number
  stored: number
  detected: number
  dropped: number
  repeated: number
  lastAt: number | null
  reasons: Map<string, number>
}

/** Counters per source of logs; bounded, whatever comes in. */
export class SourceCounts {
  readonly #sources = new Map<string, Mutable>()
  /** Set by every change; whoever reports them clears it. */
  changed = false

  add(sourceId: string, what: Count, count = 1): void {
    this.#of(sourceId)[what] += count
  }

  seen(sourceId: string, count: number, at: number): void {
    const s = this.#of(sourceId)
    s.received += count
    s.lastAt = at
  }

  lost(sourceId: string, what: 'rejected' | 'dropped', reason: string, count = 1): void {
    const s = this.#of(sourceId)
    s[what] += count
    const known = s.reasons.has(reason) || s.reasons.size < MAX_REASONS ? reason.slice(0, 200) : 'other'
    s.reasons.set(known, (s.reasons.get(known) ?? 0) + count)
  }

  snapshot(): SourceCounters[] {
    return [...this.#sources.values()].map((s) => ({ ...s, reasons: reasonsOf(s.reasons) }))
  }

  #of(sourceId: string): Mutable {
    this.changed = true
    const known = this.#sources.get(sourceId)
    if (known !== undefined) return known
    if (this.#sources.size >= MAX_SOURCES) {
      const together = `${sourceId.slice(0, sourceId.indexOf(':') + 1)}other`
      if (sourceId !== together) return this.#of(together)
    }
    const made: Mutable = {
      sourceId,
      received: 0,
      parsed: 0,
      rejected: 0,
      stored: 0,
      detected: 0,
      dropped: 0,
      repeated: 0,
      lastAt: null,
      reasons: new Map(),
    }
    this.#sources.set(sourceId, made)
    return made
  }
}

/** The counters of several lanes as one list, by source id. */
export function mergeSources(parts: readonly (readonly SourceCounters[])[]): SourceCounters[] {
  const all = new Map<string, SourceCounters>()
  for (const c of parts.flat()) {
    const a = all.get(c.sourceId)
    if (a === undefined) {
      all.set(c.sourceId, c)
      continue
    }
    const reasons = new Map(a.reasons.map((r) => [r.reason, r.count]))
    for (const r of c.reasons) reasons.set(r.reason, (reasons.get(r.reason) ?? 0) + r.count)
    all.set(c.sourceId, {
      sourceId: c.sourceId,
      received: a.received + c.received,
      parsed: a.parsed + c.parsed,
      rejected: a.rejected + c.rejected,
      stored: a.stored + c.stored,
      detected: a.detected + c.detected,
      dropped: a.dropped + c.dropped,
      repeated: a.repeated + c.repeated,
      lastAt: a.lastAt === null ? c.lastAt : c.lastAt === null ? a.lastAt : Math.max(a.lastAt, c.lastAt),
      reasons: reasonsOf(reasons),
    })
  }
  return [...all.values()].sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1))
}

function reasonsOf(reasons: ReadonlyMap<string, number>): SourceCounters['reasons'] {
  return [...reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
}
