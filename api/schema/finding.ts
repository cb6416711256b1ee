import { term } from '../../core/filter.ts'
import { type Finding as FindingModel, type FindingStatus, LEVELS, type Level } from '../../core/model/index.ts'
import { allowed, readerOf } from '../context.ts'
import { decideFinding } from '../decideFinding.ts'
import type { Row } from '../loaders.ts'
import { builder } from './builder.ts'
import { connectionOf, pageCost, pageOf } from './connection.ts'
import { FindingStatusEnum, Severity } from './enums.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'
import { searchFilter } from './search.ts'
import { System } from './systemRef.ts'

const Decision = builder.objectRef<NonNullable<FindingModel['decision']>>('Decision').implement({
  description: 'A person’s word on a finding.',
  fields: (t) => ({
    status: t.field({ type: FindingStatusEnum, resolve: (d) => d.status }),
    by: t.exposeString('by'),
    at: t.field({ type: 'DateTime', resolve: (d) => d.at }),
    reason: t.exposeString('reason'),
    until: t.field({ type: 'DateTime', nullable: true, resolve: (d) => d.until }),
  }),
})

const Finding = builder.objectRef<Row<FindingModel>>('Finding').implement({
  description: 'What a scanner says is weak (扫描发现), over all its reports.',
  fields: (t) => ({
    id: t.exposeID('id'),
    version: t.exposeInt('version'),
    title: t.string({ resolve: (f) => f.doc.title }),
    severity: t.field({ type: Severity, resolve: (f) => f.doc.severity }),
    status: t.field({ type: FindingStatusEnum, resolve: (f) => f.doc.status }),
    scanner: t.string({ resolve: (f) => f.doc.scanner }),
    location: t.string({ description: '`path:line`, or the asset.', resolve: (f) => f.doc.location }),
    description: t.string({ resolve: (f) => f.doc.description }),
    ruleId: t.string({ resolve: (f) => f.doc.ruleId }),
    target: t.string({ resolve: (f) => f.doc.target }),
    context: t.string({ nullable: true, resolve: (f) => f.doc.context }),
    references: t.stringList({ resolve: (f) => [...f.doc.references] }),
    firstSeen: t.field({ type: 'DateTime', resolve: (f) => f.doc.firstSeen }),
    lastSeen: t.field({ type: 'DateTime', resolve: (f) => f.doc.lastSeen }),
    decision: t.field({ type: Decision, nullable: true, resolve: (f) => f.doc.decision }),
    system: t.field({
      type: System,
      nullable: true,
      resolve: async (f, _, ctx) => (f.doc.systemId === null ? null : (await ctx.load.systems()).get(f.doc.systemId)),
    }),
    unitId: t.id({ resolve: (f) => f.doc.unitId }),
    canDecide: t.boolean({
      resolve: (f, _, ctx) => f.doc.status !== 'fixed' && ctx.reader?.can('decide', 'finding', f.doc) === true,
    }),
  }),
})

const FindingConnection = connectionOf('Finding', Finding)

interface Count {
  readonly severity: Level
  readonly status: FindingStatus
  readonly count: number
}
const FindingCount = builder.objectRef<Count>('FindingCount').implement({
  fields: (t) => ({
    severity: t.field({ type: Severity, resolve: (c) => c.severity }),
    status: t.field({ type: FindingStatusEnum, resolve: (c) => c.status }),
    count: t.exposeInt('count'),
  }),
})

const NAMES = { 'system.id': 'systemId', 'unit.id': 'unitId', 'rule.id': 'ruleId' }

builder.queryFields((t) => ({
  findings: t.field({
    type: FindingConnection,
    description: 'Newest first.',
    args: { query: t.arg.string(), first: t.arg.int({ defaultValue: 50 }), after: t.arg.string() },
    complexity: pageCost,
    resolve: (_, args, ctx) =>
      pageOf(ctx, 'finding', args, { filter: searchFilter(ctx, args.query, NAMES), sort: [['firstSeen', 'desc']] }),
  }),
  findingCounts: t.field({
    type: [FindingCount],
    description: 'How many there are of each severity and status; none are left out.',
    complexity: { field: 20, multiplier: 20 },
    resolve: async (_, __, ctx): Promise<Count[]> => {
      const scope = allowed(ctx, 'finding').scope('finding')
      const { docs } = ctx.services
      const perLevel = LEVELS.map(async (severity) => {
        const top = await docs.top('finding', { scope, filter: term('severity', severity), field: 'status', size: 10 })
        return top.map(({ value, count }) => ({ severity, status: value as FindingStatus, count }))
      })
      return (await Promise.all(perLevel)).flat()
    },
  }),
}))

const FindingResult = builder.unionType('FindingResult', {
  types: [Finding, ...ERROR_TYPES],
  resolveType: typeOfAnswer('Finding') as never,
})

builder.mutationField('decideFinding', (t) =>
  t.field({
    type: FindingResult,
    description: 'Accepts the risk, calls it a false positive, or (open) takes such a decision back.',
    args: {
      id: t.arg.id({ required: true }),
      status: t.arg({ type: FindingStatusEnum, required: true }),
      reason: t.arg.string({ required: true }),
      until: t.arg({ type: 'DateTime' }),
      version: t.arg.int({ required: true }),
    },
    resolve: (_, { id, status, reason, until, version }, ctx) =>
      answer(ctx, async () => {
        const { docs, clock } = ctx.services
        const decision = { status, reason, until: until ?? null, version }
        const stored = await decideFinding({ docs, clock, reader: readerOf(ctx) }, id, decision)
        return { ...stored, hidden: [] }
      }) as never,
  }),
)
