import type { Identity } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { type AuditDraft, ROOT_UNIT, type RuleRun } from '../../core/model/index.ts'
import { RUN_LIMITS, type RunRequest } from '../../core/runs.ts'
import { WINDOW, windowOf } from '../../detection/index.ts'

const DAY = 86_400_000

/** What stands in `resume` of a run: where to go on after a restart. */
export interface Resume {
  /** Per lane, the last `seq` that the run looks at: what came in later is not its own. */
  readonly upTo: Readonly<Record<string, number>>
  /** What each rule asks, by digest. */
  readonly rules: Readonly<Record<string, string>>
  /** Time that holds any event at all, milliseconds since 1970 UTC, in whole windows. */
  readonly from: number
  readonly to: number
  /** Width of a step, milliseconds. */
  readonly width: number
  /** Whether all events are read and matched in memory: they are few, and to search among them would take longer. */
  readonly all: boolean
  /** Whether there are rules among what is run; correlations look so far back and on (`lead`, milliseconds; 0: there are none). */
  readonly rulesToo: boolean
  readonly lead: number
  /** Whether events with an intolerable time came in within it. */
  readonly odd: boolean
}

/** Steps of a run for rules, and as many for correlations, at most: its progress is told by them. */
const STEPS = 100
/** What decides how a run goes through its time. */
export interface RunSizes {
  /** Up to so many events all are read; among more, those that the rules match are searched for. */
  readonly few: number
  /** Events that a step should hold at least. */
  readonly perStep: number
}

const SIZES: RunSizes = { few: 200_000, perStep: 1_000 }

/** A time in whole windows, in milliseconds since 1970 UTC. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** How a time is gone through that holds so many events: in whole windows, as many steps as tell progress well. */
export function planOf({ from, to }: Span, events: number, sizes = SIZES): Pick<Resume, 'width' | 'all'> {
  const steps = Math.min(STEPS, Math.max(1, Math.ceil(events / sizes.perStep)))
  return { width: Math.max(1, Math.ceil((to - from) / steps / WINDOW)) * WINDOW, all: events <= sizes.few }
}

/** The steps of a time. */
export function stepsOf({ from, to }: Span, width: number): readonly Span[] {
  const count = Math.max(0, Math.ceil((to - from) / width))
  return Array.from({ length: count }, (_, i) => ({ from: from + i * width, to: Math.min(from + (i + 1) * width, to) }))
}

/** The time that correlations of a run look at. */
export function widened({ from, to, lead }: Resume): Span {
  return from < to ? { from: from - lead, to: to + lead } : { from, to }
}

/** The document of a new run; SIG-090 and SIG-091 beyond the limits. Its time is widened to whole windows. */
export function newRun(request: RunRequest, by: Identity, now: number): RuleRun {
  const ruleIds = [...new Set(request.ruleIds)]
  if (ruleIds.length < 1 || ruleIds.length > RUN_LIMITS.rules) throw new AppError('SIG-090', { most: RUN_LIMITS.rules })
  const { from, to } = request
  if (!(from < to) || to - from > RUN_LIMITS.days * DAY) throw new AppError('SIG-091', { days: RUN_LIMITS.days })
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    kind: 'run',
    purpose: request.purpose,
    ruleIds,
    from: iso(windowOf(from)),
    to: iso(windowOf(to + WINDOW - 1)),
    status: 'queued',
    done: 0,
    total: 0,
    matched: 0,
    signals: 0,
    incidents: 0,
    problem: null,
    unitId: ROOT_UNIT,
    by: { id: by.id, name: by.name },
    createdAt: iso(now),
    endedAt: null,
    resume: null,
  }
}

/** The audit entry of something that somebody did about a run. */
export function runAudit(
  action: 'run.started' | 'run.cancelled',
  id: string,
  run: RuleRun,
  by: Identity,
  now: number,
): AuditDraft {
  const { purpose, from, to, ruleIds } = run
  return {
    at: new Date(now).toISOString(),
    actor: { kind: by.kind, id: by.id, name: by.name },
    action,
    target: { kind: 'run', id },
    unitId: ROOT_UNIT,
    after: { purpose, from, to, rules: ruleIds.length, ruleIds: ruleIds.slice(0, 20) },
  }
}
