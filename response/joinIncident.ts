import { sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import { type Incident, rank, type Signal, SUIDUN, type TimelineEntry } from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'
import { type Counted, incidentFor, pointTo } from './incidentFor.ts'
import { type Severity, severityOf } from './severity.ts'

/** Signals named in the story, and remembered as joined; more are counted and found by their `incidentId`. */
const STORY_SIGNALS = 200
const JOINED_KEPT = 500
/** Incidents that one rule may open per unit and hour of event time; beyond, it is storming. */
export const STORM_BUDGET = 20

const BY = { id: SUIDUN.id, name: SUIDUN.name }

export interface Estate {
  /** Code of a unit for numbers; the root's if it is gone. */
  unitCode(unitId: string): Promise<string>
  /** Protection level of a system, null if unknown. */
  systemLevel(systemId: string): Promise<number | null>
}

export interface Joined {
  readonly incident: Stored<Incident>
  readonly change: 'opened' | 'changed' | 'none'
}

/**
 * Puts a counted signal into its incident: an open one of its unit, system and entity whose signals are at most 24 h
 * away in event time, else a new one whose id comes from the signal, so that a crash between any two steps opens no
 * second one. Answers undefined where the rule is storming and there is nothing to join. One at a time for a unit, system and entity.
 */
export async function joinIncident(
  docs: DocumentStore,
  counted: Counted,
  estate: Estate,
  clock: Clock,
): Promise<Joined | undefined> {
  const { signal } = counted
  const s = signal.doc
  const severity = severityOf(s.level, s.systemId === null ? null : await estate.systemLevel(s.systemId))
  if (s.incidentId !== null) {
    const own = await docs.get('incident', s.incidentId)
    return own === undefined ? undefined : update(docs, own.id, signal, severity, clock, false)
  }
  const ownId = sha256hex(`incident:${signal.id}`).slice(0, 32)
  if ((await docs.get('incident', ownId)) !== undefined) {
    await pointTo(docs, s, ownId)
    return update(docs, ownId, signal, severity, clock, true)
  }
  const id = await incidentFor(docs, counted)
  if (id !== undefined) return update(docs, id, signal, severity, clock, true)
  if (!(await withinBudget(docs, s))) return undefined
  const number = await nextNumber(docs, await estate.unitCode(s.unitId), clock())
  const incident = firstOf(signal, number, severity, clock())
  // Before the incident: where there is no pointer, none was ever opened, also after a crash.
  await pointTo(docs, s, ownId)
  const stored = await docs.put('incident', ownId, incident, {
    version: 0,
    audit: {
      at: incident.createdAt,
      actor: SUIDUN,
      action: 'incident.opened',
      target: { kind: 'incident', id: number },
      unitId: s.unitId,
      after: { id: ownId, severity: incident.severity, ruleId: s.ruleId },
    },
  })
  return { incident: stored, change: 'opened' }
}

/** Counts an opening against the rule's budget of that unit and hour; false when it is used up. */
async function withinBudget(docs: DocumentStore, s: Signal): Promise<boolean> {
  const id = `storm:${s.ruleId}:${s.unitId}:${s.window.slice(0, 13)}`
  for (;;) {
    const now = await docs.get('setting', id)
    const opened = (now?.doc.value as number | undefined) ?? 0
    if (opened >= STORM_BUDGET) return false
    try {
      await docs.put('setting', id, { value: opened + 1 }, { version: now?.version ?? 0 })
      return true
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409') throw e
    }
  }
}

async function nextNumber(docs: DocumentStore, code: string, now: number): Promise<string> {
  const year = new Date(now).getUTCFullYear()
  const n = await docs.next(`incident:${code}:${year}`)
  return `${code}-${year}-${String(n).padStart(4, '0')}`
}

function firstOf(signal: Stored<Signal>, number: string, severity: Severity, now: number): Incident {
  const s = signal.doc
  const at = new Date(now).toISOString()
  return {
    kind: 'incident',
    number,
    title: s.ruleTitle,
    titleZh: s.ruleTitleZh,
    ...severityFields(severity, s),
    status: 'new',
    statusReason: null,
    unitId: s.unitId,
    systemId: s.systemId,
    entity: s.entity,
    assigneeId: null,
    assigneeName: null,
    signalIds: [signal.id],
    signalCount: 1,
    datasetIds: datasetsOf(s),
    first: s.first,
    last: s.last,
    createdAt: at,
    updatedAt: at,
    timeline: [{ at, by: BY, type: 'opened', ...story(signal) }],
  }
}

const story = (s: Stored<Signal>) => ({
  signalId: s.id,
  ruleTitle: s.doc.ruleTitle,
  ruleTitleZh: s.doc.ruleTitleZh,
  ...(s.doc.retro?.count === s.doc.count ? { runId: s.doc.retro.runId } : {}),
})

async function update(
  docs: DocumentStore,
  id: string,
  signal: Stored<Signal>,
  severity: Severity,
  clock: Clock,
  joins: boolean,
): Promise<Joined | undefined> {
  for (;;) {
    const stored = await docs.get('incident', id)
    if (stored === undefined) return undefined
    const next = withSignal(stored.doc, signal, severity, clock(), joins && !stored.doc.signalIds.includes(signal.id))
    if (next === stored.doc) return { incident: stored, change: 'none' }
    try {
      return { incident: await docs.put('incident', id, next, { version: stored.version }), change: 'changed' }
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409') throw e
    }
  }
}

function withSignal(i: Incident, signal: Stored<Signal>, severity: Severity, now: number, joins: boolean): Incident {
  const s = signal.doc
  const first = s.first < i.first ? s.first : i.first
  const last = s.last > i.last ? s.last : i.last
  if (!joins && first === i.first && last === i.last) return i
  const at = new Date(now).toISOString()
  if (!joins) return { ...i, first, last, updatedAt: at }
  const worse = rank(severity.severity) < rank(i.severity)
  const added: TimelineEntry[] = []
  if (i.signalCount < STORY_SIGNALS) added.push({ at, by: BY, type: 'signal', ...story(signal) })
  if (worse) added.push({ at, by: BY, type: 'severity', from: i.severity, to: severity.severity })
  return {
    ...i,
    first,
    last,
    updatedAt: at,
    signalIds: [...i.signalIds, signal.id].slice(-JOINED_KEPT),
    signalCount: i.signalCount + 1,
    datasetIds: [...new Set([...i.datasetIds, ...datasetsOf(s)])],
    timeline: [...i.timeline, ...added],
    ...(worse ? { ...severityFields(severity, s), title: s.ruleTitle, titleZh: s.ruleTitleZh } : {}),
  }
}

const datasetsOf = (s: Signal): readonly string[] => s.datasetIds ?? (s.datasetId === null ? [] : [s.datasetId])

const severityFields = (severity: Severity, s: Signal) => ({
  severity: severity.severity,
  severityWhy: { ruleLevel: s.level, ruleId: s.ruleId, raisedByLevel: severity.raisedBy },
})
