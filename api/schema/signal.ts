import { AppError } from '../../core/errors.ts'
import type { EcsObject } from '../../core/event.ts'
import type { SignalCorrelation, Signal as SignalModel } from '../../core/model/index.ts'
import { type ClauseMatch as Clause, clausesOf } from '../../detection/index.ts'
import { HIDDEN_IN_EVENTS } from '../../policies/index.ts'
import type { ApiContext } from '../context.ts'
import type { Row } from '../loaders.ts'
import { MASK, maskEntity } from '../maskEntity.ts'
import type { Explained } from '../ruleCatalogue.ts'
import { builder } from './builder.ts'
import { connectionOf, pageCost, pageOf } from './connection.ts'
import { Severity } from './enums.ts'
import { Event, type EventView } from './event.ts'
import { ExplanationObject } from './explanation.ts'
import { Rule, type RuleFace } from './rule.ts'
import { searchFilter } from './search.ts'
import { System } from './systemRef.ts'

export type SignalRow = Row<SignalModel>

/** `field:value`, or `field:***` where the entity names somebody in data that is closed to the reader. */
export async function shownEntity(
  row: { readonly doc: { readonly entity: string }; readonly hidden: readonly string[] },
  whole: () => Promise<{ readonly entity: string } | undefined>,
): Promise<string> {
  if (!row.hidden.includes('entity')) return row.doc.entity
  return maskEntity((await whole())?.entity ?? '')
}

/** The kept copy of a signal's first event, with what its reader may see of it; undefined where that is nothing. */
function evidenceOf({ doc, hidden }: SignalRow): EventView | undefined {
  const { evidence } = doc as Partial<SignalModel>
  if (evidence === undefined || hidden.includes('evidence')) return undefined
  const event = { ecs: withoutEmpty(evidence.ecs), rest: evidence.rest ?? {} }
  const own = event.ecs.event as { id?: string; original?: string } | undefined
  return {
    id: own?.id ?? doc.eventIds?.[0] ?? '',
    timestamp: Date.parse(String(event.ecs['@timestamp'] ?? doc.first)),
    original: own?.original,
    event,
    hidden: hidden.flatMap((h) => (h.startsWith('evidence.') ? [h.slice(h.startsWith('evidence.ecs.') ? 13 : 9)] : [])),
  }
}

/** Without the groups that hiding has emptied. */
function withoutEmpty(group: EcsObject): EcsObject {
  const kept = Object.entries(group).flatMap(([key, value]): [string, EcsObject[string]][] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[key, value]]
    const inner = withoutEmpty(value as EcsObject)
    return Object.keys(inner).length === 0 ? [] : [[key, inner]]
  })
  return Object.fromEntries(kept)
}

function ruleOf(ctx: ApiContext, doc: SignalModel): RuleFace {
  const { ruleId, ruleTitle, ruleTitleZh, level, tags } = doc
  const whole = ctx.reader?.can('read', 'rule') === true ? ctx.services.rules.get(ruleId) : undefined
  return { id: ruleId, title: ruleTitle, titleZh: ruleTitleZh, level, tags, whole }
}

/** Why the rule matched, on the evidence; undefined where the reader may not see it at all, the rule is gone, or telling it takes too long. */
function explanationOf(ctx: ApiContext, row: SignalRow): Explained | undefined {
  const shown = evidenceOf(row)?.event
  if (shown === undefined) return undefined
  const hidden = row.hidden.length > 0 ? HIDDEN_IN_EVENTS : []
  try {
    const ruleId = row.doc.correlation?.evidenceRuleId ?? row.doc.ruleId
    return ctx.services.rules.explain(ruleId, { shown, hidden, matched: true })
  } catch (error) {
    if (error instanceof AppError && error.code === 'QRY-303') return undefined
    throw error
  }
}

const ClauseMatch = builder.objectRef<Clause>('ClauseMatch').implement({
  description: 'One clause of a rule, and the value of the event that decided it.',
  fields: (t) => ({
    clause: t.exposeString('clause'),
    field: t.exposeString('field', { nullable: true }),
    value: t.exposeString('value', { nullable: true }),
    holds: t.exposeBoolean('holds'),
    start: t.exposeInt('start', {
      nullable: true,
      description: 'Where the value begins in the raw line, in UTF-16 units; null where it does not stand there.',
    }),
    end: t.exposeInt('end', { nullable: true }),
  }),
})

const CorrelatedRule = builder.objectRef<SignalCorrelation['rules'][number]>('CorrelatedRule').implement({
  description: 'A rule whose matches a correlation put together.',
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    titleZh: t.exposeString('titleZh'),
  }),
})

/** As documents hold it: a value that is closed to the reader is not there. */
type GroupValue = { readonly name: string; readonly value?: string }

const CorrelationGroup = builder.objectRef<GroupValue>('CorrelationGroup').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    value: t.string({
      description: '`***` where it names somebody in data that is closed to the reader.',
      resolve: (g) => g.value ?? MASK,
    }),
  }),
})

type CorrelationView = SignalCorrelation & { readonly ruleId: string }

const Correlation = builder.objectRef<CorrelationView>('Correlation').implement({
  description: 'What a correlation rule put together when it fired.',
  fields: (t) => ({
    group: t.field({ type: [CorrelationGroup], resolve: (c) => [...c.group] }),
    from: t.field({ type: 'DateTime', description: 'Time of the first event.', resolve: (c) => c.from }),
    to: t.field({ type: 'DateTime', description: 'Time of the last event.', resolve: (c) => c.to }),
    value: t.exposeFloat('value', { description: 'What the condition compared.' }),
    condition: t.string({
      nullable: true,
      description:
        'What the correlation asks now: `value_count(user.name) gte 10, timespan 10m, group-by source.ip`; null where it is gone.',
      resolve: (c, _, ctx) => ctx.services.rules.correlationText(c.ruleId),
    }),
    rules: t.field({ type: [CorrelatedRule], resolve: (c) => [...c.rules] }),
  }),
})

const Signal = builder.objectRef<SignalRow>('Signal').implement({
  description: 'A rule that matched (告警), bounded: rule, entity and five minutes; or a correlation that fired.',
  fields: (t) => ({
    id: t.exposeID('id'),
    rule: t.field({ type: Rule, resolve: (s, _, ctx) => ruleOf(ctx, s.doc) }),
    entity: t.string({ resolve: (s, _, ctx) => shownEntity(s, () => ctx.load.wholeSignal(s.id)) }),
    count: t.int({ resolve: (s) => s.doc.count }),
    first: t.field({ type: 'DateTime', resolve: (s) => s.doc.first }),
    last: t.field({ type: 'DateTime', resolve: (s) => s.doc.last }),
    incidentNumber: t.string({
      nullable: true,
      description: 'The incident that it opened or joined; null where there is none, or none of the reader’s.',
      resolve: ({ doc }, _, ctx) => (doc.incidentId == null ? null : ctx.load.incidentNumber(doc.incidentId)),
    }),
    events: t.field({
      type: [Event],
      description: 'The first up to 20 events, as far as the reader may see them and the store still holds them.',
      complexity: { field: 1, multiplier: 5 },
      resolve: async (s, _, ctx) => {
        const found = await Promise.all((s.doc.eventIds ?? []).map((id) => ctx.load.event(id)))
        return found.filter((e) => e !== undefined)
      },
    }),
    retro: t.int({
      description: 'How many of `count` runs over stored events found; 0 where all were detected live.',
      resolve: (s) => s.doc.retro?.count ?? 0,
    }),
    level: t.field({ type: Severity, resolve: (s) => s.doc.level }),
    window: t.field({ type: 'DateTime', resolve: (s) => s.doc.window }),
    storming: t.boolean({ resolve: (s) => s.doc.storming }),
    unitId: t.id({ resolve: (s) => s.doc.unitId }),
    system: t.field({
      type: System,
      nullable: true,
      resolve: async (s, _, ctx) => (s.doc.systemId === null ? null : (await ctx.load.systems()).get(s.doc.systemId)),
    }),
    correlation: t.field({
      type: Correlation,
      nullable: true,
      description: 'Null for a rule that matches single events.',
      resolve: ({ doc }) => (doc.correlation == null ? null : { ...doc.correlation, ruleId: doc.ruleId }),
    }),
    evidence: t.field({ type: Event, nullable: true, resolve: (s) => evidenceOf(s) }),
    explanation: t.field({
      type: ExplanationObject,
      nullable: true,
      description:
        'Why the rule matched, on the evidence; null where the reader may not see that, or the rule is gone.',
      complexity: 20,
      resolve: (s, _, ctx) => explanationOf(ctx, s) ?? null,
    }),
    match: t.field({
      type: [ClauseMatch],
      complexity: { field: 1, multiplier: 5 },
      description: 'The explanation as a flat list, without what depends on fields that the reader may not see.',
      resolve: (s, _, ctx) => {
        const explained = explanationOf(ctx, s)
        return explained === undefined ? [] : [...clausesOf(explained)]
      },
    }),
  }),
})

export const SignalConnection = connectionOf('Signal', Signal)

/** Names of the schema that documents know by another. */
const SIGNAL_NAMES = {
  'rule.id': 'ruleId',
  'rule.title': 'ruleTitle',
  'system.id': 'systemId',
  'unit.id': 'unitId',
}
/** Newest first. */
export const SIGNAL_SORT = [['last', 'desc']] as const

builder.queryField('signals', (t) =>
  t.field({
    type: SignalConnection,
    args: { query: t.arg.string(), first: t.arg.int({ defaultValue: 50 }), after: t.arg.string() },
    complexity: pageCost,
    resolve: (_, args, ctx) =>
      pageOf(ctx, 'signal', args, { filter: searchFilter(ctx, args.query, SIGNAL_NAMES), sort: SIGNAL_SORT }),
  }),
)
