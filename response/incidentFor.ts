import { EVERYTHING } from '../core/access.ts'
import { canonicalJson, sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import { and, type Filter, oneOf, term, termOrNull } from '../core/filter.ts'
import { type Incident, type IncidentStatus, OPEN_STATUSES, type Signal, TRANSITIONS } from '../core/model/index.ts'
import type { DocumentStore, Stored } from '../core/ports.ts'

/** How far apart, in event time, a signal and its incident may be. */
const JOIN_MS = 24 * 3_600_000
/** All of them: named, so that the index serves. */
const STATUSES = Object.keys(TRANSITIONS) as IncidentStatus[]

/** A signal as it was written, and whether it stood before. */
export interface Counted {
  readonly signal: Stored<Signal>
  readonly known: boolean
}

/**
 * The id of the incident that a signal joins: the open one that the last signal of its unit, system and entity joined if
 * that fits (one look-up), else the newest open one that fits. A signal that was known before may have joined one, open or
 * not, without having been told: that one then. What was found otherwise than by one look-up is tried first the next time.
 */
export async function incidentFor(docs: DocumentStore, { signal, known }: Counted): Promise<string | undefined> {
  const s = signal.doc
  const pointer = await docs.get('setting', pointerOf(s))
  if (pointer === undefined) return undefined
  const joined = known
    ? await newest(docs, s, and(oneOf('status', STATUSES), within(s, 0), term('signalIds', signal.id)))
    : undefined
  if (joined !== undefined) return joined
  const last = await docs.get('incident', pointer.doc.value as string)
  if (last !== undefined && fits(last.doc, s)) return last.id
  const found = await newest(docs, s, and(oneOf('status', OPEN_STATUSES), within(s, JOIN_MS)))
  if (found !== undefined) await pointTo(docs, s, found)
  return found
}

/** Notes which incident the next signal of this unit, system and entity shall be tried on first. */
export async function pointTo(docs: DocumentStore, s: Signal, incidentId: string): Promise<void> {
  const pointer = pointerOf(s)
  for (;;) {
    const now = await docs.get('setting', pointer)
    if (now?.doc.value === incidentId) return
    try {
      await docs.put('setting', pointer, { value: incidentId }, { version: now?.version ?? 0 })
      return
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409') throw e
    }
  }
}

const pointerOf = (s: Signal): string =>
  `open:${sha256hex(canonicalJson([s.unitId, s.systemId, s.entity])).slice(0, 32)}`

function fits(i: Incident, s: Signal): boolean {
  const apart = Math.max(Date.parse(s.first) - Date.parse(i.last), Date.parse(i.first) - Date.parse(s.last))
  return OPEN_STATUSES.includes(i.status) && apart <= JOIN_MS
}

/** The last instant whose text sorts as it should. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const iso = (ms: number): string => new Date(Math.min(ms, LATEST)).toISOString()

/** Incidents at most `apart` milliseconds from the signal. */
const within = (s: Signal, apart: number): Filter =>
  and(
    { op: 'range', field: ['last'], gte: iso(Date.parse(s.first) - apart) },
    { op: 'range', field: ['first'], lte: iso(Date.parse(s.last) + apart) },
  )

/** Answered from one index (store/sqlite/migrations.ts), whatever the entity has been through. */
async function newest(docs: DocumentStore, s: Signal, which: Filter): Promise<string | undefined> {
  const of = and(term('entity', s.entity), term('unitId', s.unitId), termOrNull('systemId', s.systemId))
  const { rows } = await docs.list('incident', {
    scope: EVERYTHING,
    filter: and(of, which),
    sort: [['last', 'desc']],
    first: 1,
  })
  return rows[0]?.id
}
