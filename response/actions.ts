import type { Action, Reader } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import { term } from '../core/filter.ts'
import {
  type AuditAction,
  type Incident,
  type IncidentStatus,
  type TimelineEntry,
  TRANSITIONS,
} from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'

/** Longest comment or reason, characters. */
const MAX_TEXT = 4000

export interface ActionContext {
  readonly docs: DocumentStore
  readonly clock: Clock
  readonly reader: Reader
}

/** The incident of that number, as far as the reader may see it. */
export async function findIncident(ctx: ActionContext, number: string): Promise<Stored<Incident> | undefined> {
  const page = await ctx.docs.list('incident', {
    scope: ctx.reader.scope('incident'),
    filter: term('number', number),
    sort: [['createdAt', 'desc']],
    first: 1,
  })
  return page.rows[0]
}

/** Where this reader may take the incident; empty where he may not at all. */
export function allowedTransitions(reader: Reader, incident: Incident): readonly IncidentStatus[] {
  return reader.can('transition', 'incident', incident) ? TRANSITIONS[incident.status] : []
}

/** Changes the status. INC-400 for a step that the table lacks, INC-401 for a false positive without a reason. */
export async function transitionIncident(
  ctx: ActionContext,
  number: string,
  to: IncidentStatus,
  options: { readonly version: number; readonly reason?: string },
): Promise<Stored<Incident>> {
  const reason = bounded(options.reason)
  return change(ctx, number, 'transition', options.version, 'incident.status_changed', (incident) => {
    const from = incident.status
    if (!TRANSITIONS[from].includes(to)) throw new AppError('INC-400', { from, to })
    if (to === 'false_positive' && reason === null) throw new AppError('INC-401')
    return {
      set: { status: to, statusReason: reason },
      entry: { type: 'status', from, to, reason },
      before: { status: from },
      after: { status: to },
      reason,
    }
  })
}

/** Gives it to a person, or to nobody (null). */
export async function assignIncident(
  ctx: ActionContext,
  number: string,
  to: { readonly id: string; readonly name: string } | null,
  options: { readonly version: number },
): Promise<Stored<Incident>> {
  return change(ctx, number, 'assign', options.version, 'incident.assigned', (incident) => ({
    set: { assigneeId: to?.id ?? null, assigneeName: to?.name ?? null },
    entry: { type: 'assigned', to: to?.id ?? null, toName: to?.name ?? null },
    before: { assigneeId: incident.assigneeId },
    after: { assigneeId: to?.id ?? null },
    reason: null,
  }))
}

/** Adds a comment; takes no version, since a comment contradicts nobody. DOC-400 for an empty or overlong one. */
export async function commentIncident(ctx: ActionContext, number: string, text: string): Promise<Stored<Incident>> {
  const comment = bounded(text)
  if (comment === null) throw new AppError('DOC-400', { problem: 'a comment needs text' })
  for (let tries = 0; ; tries++) {
    try {
      return await change(ctx, number, 'comment', undefined, 'incident.commented', () => ({
        set: {},
        entry: { type: 'comment', text: comment },
        before: {},
        after: { characters: comment.length },
        reason: null,
      }))
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 4) throw e
    }
  }
}

type WithoutAuthor<T> = T extends unknown ? Omit<T, 'at' | 'by'> : never

interface Change {
  readonly set: Partial<Incident>
  readonly entry: WithoutAuthor<TimelineEntry>
  readonly before: Record<string, unknown>
  readonly after: Record<string, unknown>
  readonly reason: string | null
}

async function change(
  ctx: ActionContext,
  number: string,
  action: Action,
  version: number | undefined,
  audited: AuditAction,
  decide: (incident: Incident) => Change,
): Promise<Stored<Incident>> {
  const seen = await findIncident(ctx, number)
  if (seen === undefined) throw new AppError('DOC-404', { kind: 'incident', id: number })
  // The page shown to a reader may lack hidden fields; what is written back must be the whole document.
  const stored = await ctx.docs.get('incident', seen.id)
  if (stored === undefined) throw new AppError('DOC-404', { kind: 'incident', id: number })
  if (!ctx.reader.can(action, 'incident', stored.doc)) throw new AppError('ACC-004')
  if (version !== undefined && version !== stored.version)
    throw new AppError('DOC-409', { kind: 'incident', id: number })
  const at = new Date(ctx.clock()).toISOString()
  const { identity } = ctx.reader
  const c = decide(stored.doc)
  const entry = { ...c.entry, at, by: { id: identity.id, name: identity.name } } as TimelineEntry
  const next: Incident = { ...stored.doc, ...c.set, updatedAt: at, timeline: [...stored.doc.timeline, entry] }
  return ctx.docs.put('incident', stored.id, next, {
    version: stored.version,
    audit: {
      at,
      actor: { kind: identity.kind, id: identity.id, name: identity.name },
      action: audited,
      target: { kind: 'incident', id: number },
      unitId: stored.doc.unitId,
      before: c.before,
      after: c.after,
      ...(c.reason === null ? {} : { reason: c.reason }),
    },
  })
}

function bounded(text: string | undefined): string | null {
  const t = text?.trim() ?? ''
  if (t.length > MAX_TEXT) throw new AppError('DOC-400', { problem: `text longer than ${MAX_TEXT} characters` })
  return t === '' ? null : t
}
