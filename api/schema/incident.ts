import { and, oneOf, term } from '../../core/filter.ts'
import { type Incident as IncidentModel, type IncidentStatus, OPEN_STATUSES } from '../../core/model/index.ts'
import { allowedTransitions } from '../../response/index.ts'
import { type ApiContext, allowed } from '../context.ts'
import type { Row } from '../loaders.ts'
import { builder } from './builder.ts'
import { connectionOf, nestedCost, pageCost, pageOf } from './connection.ts'
import { IncidentStatusEnum, Severity } from './enums.ts'
import { Person } from './person.ts'
import { searchFilter } from './search.ts'
import { SIGNAL_SORT, SignalConnection, shownEntity } from './signal.ts'
import { System } from './systemRef.ts'
import { TimelineEntry } from './timeline.ts'
import { Unit, unitOf } from './unit.ts'

export type IncidentRow = Row<IncidentModel>

const SeverityWhy = builder.objectRef<IncidentModel['severityWhy']>('SeverityWhy').implement({
  description: 'How the severity came about: the rule’s level, raised by the protection level of the system.',
  fields: (t) => ({
    ruleLevel: t.field({ type: Severity, resolve: (s) => s.ruleLevel }),
    ruleId: t.exposeString('ruleId'),
    raisedByLevel: t.exposeInt('raisedByLevel', { nullable: true }),
  }),
})

const may = (ctx: ApiContext, action: 'assign' | 'comment', i: IncidentRow): boolean =>
  ctx.reader?.can(action, 'incident', i.doc) === true

export const Incident = builder.objectRef<IncidentRow>('Incident').implement({
  description: 'What people handle (安全事件).',
  fields: (t) => ({
    id: t.exposeID('id'),
    version: t.exposeInt('version'),
    number: t.string({ resolve: (i) => i.doc.number }),
    title: t.string({ resolve: (i) => i.doc.title }),
    titleZh: t.string({ resolve: (i) => i.doc.titleZh }),
    severity: t.field({ type: Severity, resolve: (i) => i.doc.severity }),
    severityWhy: t.field({ type: SeverityWhy, resolve: (i) => i.doc.severityWhy }),
    status: t.field({ type: IncidentStatusEnum, resolve: (i) => i.doc.status }),
    statusReason: t.string({ nullable: true, resolve: (i) => i.doc.statusReason }),
    unit: t.field({ type: Unit, resolve: (i, _, ctx) => unitOf(ctx, i.doc.unitId) }),
    system: t.field({
      type: System,
      nullable: true,
      resolve: async (i, _, ctx) => (i.doc.systemId === null ? null : (await ctx.load.systems()).get(i.doc.systemId)),
    }),
    entity: t.string({
      description: '`field:value`; `field:***` where it names somebody in data that is closed to the reader.',
      resolve: (i, _, ctx) => shownEntity(i, async () => (await ctx.services.docs.get('incident', i.id))?.doc),
    }),
    assignee: t.field({
      type: Person,
      nullable: true,
      resolve: async (i, _, ctx) => {
        const { assigneeId, assigneeName } = i.doc
        if (assigneeId === null) return null
        const known = await ctx.load.person(assigneeId)
        return known ?? { id: assigneeId, name: assigneeName ?? assigneeId, displayName: assigneeName ?? assigneeId }
      },
    }),
    signalCount: t.int({ resolve: (i) => i.doc.signalCount }),
    signals: t.field({
      type: SignalConnection,
      args: { first: t.arg.int({ defaultValue: 50 }), after: t.arg.string() },
      complexity: nestedCost,
      resolve: (i, args, ctx) => pageOf(ctx, 'signal', args, { filter: term('incidentId', i.id), sort: SIGNAL_SORT }),
    }),
    first: t.field({ type: 'DateTime', resolve: (i) => i.doc.first }),
    last: t.field({ type: 'DateTime', resolve: (i) => i.doc.last }),
    createdAt: t.field({ type: 'DateTime', resolve: (i) => i.doc.createdAt }),
    updatedAt: t.field({ type: 'DateTime', resolve: (i) => i.doc.updatedAt }),
    allowedTransitions: t.field({
      type: [IncidentStatusEnum],
      description: 'Where the reader may take it; empty where he may not.',
      resolve: (i, _, ctx) => (ctx.reader === undefined ? [] : [...allowedTransitions(ctx.reader, i.doc)]),
    }),
    canAssign: t.boolean({ resolve: (i, _, ctx) => may(ctx, 'assign', i) }),
    canComment: t.boolean({ resolve: (i, _, ctx) => may(ctx, 'comment', i) }),
    timeline: t.field({
      type: [TimelineEntry],
      complexity: { field: 1, multiplier: 10 },
      resolve: (i) => [...i.doc.timeline],
    }),
  }),
})

const IncidentConnection = connectionOf('Incident', Incident)

/** Names of the schema that documents know by another. */
const NAMES = {
  'rule.id': 'severityWhy.ruleId',
  'system.id': 'systemId',
  'unit.id': 'unitId',
  'assignee.id': 'assigneeId',
  'assignee.name': 'assigneeName',
}

type Counts = Readonly<Record<IncidentStatus | 'mine' | 'open', number>>

const IncidentCounts = builder.objectRef<Counts>('IncidentCounts').implement({
  fields: (t) => ({
    new: t.exposeInt('new'),
    triage: t.exposeInt('triage'),
    in_progress: t.exposeInt('in_progress'),
    contained: t.exposeInt('contained'),
    resolved: t.exposeInt('resolved'),
    closed: t.exposeInt('closed'),
    false_positive: t.exposeInt('false_positive'),
    mine: t.exposeInt('mine', { description: 'Open ones that are the reader’s.' }),
    open: t.exposeInt('open'),
  }),
})

async function countIncidents(ctx: ApiContext): Promise<Counts> {
  const reader = allowed(ctx, 'incident')
  const scope = reader.scope('incident')
  const mineFilter = and(oneOf('status', OPEN_STATUSES), term('assigneeId', reader.identity.id))
  const [top, mine] = await Promise.all([
    ctx.services.docs.top('incident', { scope, field: 'status', size: 20 }),
    ctx.services.docs.count('incident', { scope, filter: mineFilter }),
  ])
  const of = (status: IncidentStatus) => top.find((t) => t.value === status)?.count ?? 0
  return {
    new: of('new'),
    triage: of('triage'),
    in_progress: of('in_progress'),
    contained: of('contained'),
    resolved: of('resolved'),
    closed: of('closed'),
    false_positive: of('false_positive'),
    mine,
    open: OPEN_STATUSES.reduce((sum, s) => sum + of(s), 0),
  }
}

const pageArgs = (t: Parameters<Parameters<typeof builder.queryField>[1]>[0]) => ({
  query: t.arg.string(),
  first: t.arg.int({ defaultValue: 50 }),
  after: t.arg.string(),
})

builder.queryFields((t) => ({
  incidents: t.field({
    type: IncidentConnection,
    description: 'Newest first.',
    args: pageArgs(t),
    complexity: pageCost,
    resolve: (_, args, ctx) =>
      pageOf(ctx, 'incident', args, { filter: searchFilter(ctx, args.query, NAMES), sort: [['createdAt', 'desc']] }),
  }),
  incidentQueue: t.field({
    type: IncidentConnection,
    description: 'Work: worst first, then what has waited longest. Open ones unless `status` says otherwise.',
    args: { ...pageArgs(t), status: t.arg({ type: [IncidentStatusEnum] }), mine: t.arg.boolean() },
    complexity: pageCost,
    resolve: (_, args, ctx) => {
      const own = args.mine === true ? [term('assigneeId', allowed(ctx, 'incident').identity.id)] : []
      const status = oneOf('status', args.status ?? OPEN_STATUSES)
      const filter = and(status, ...own, searchFilter(ctx, args.query, NAMES))
      const sort = [
        ['severity', 'asc'],
        ['createdAt', 'asc'],
      ] as const
      return pageOf(ctx, 'incident', args, { filter, sort })
    },
  }),
  incidentCounts: t.field({ type: IncidentCounts, complexity: 20, resolve: (_, __, ctx) => countIncidents(ctx) }),
  incident: t.field({
    type: Incident,
    nullable: true,
    args: { number: t.arg.string({ required: true }) },
    resolve: (_, { number }, ctx) => {
      allowed(ctx, 'incident')
      return ctx.load.incident(number)
    },
  }),
}))
