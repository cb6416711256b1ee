import { AppError } from '../../core/errors.ts'
import type { RuleException as ExceptionModel } from '../../core/model/index.ts'
import type { ExplainedFilter, ExplainedMapping, ExplainNode, Explanation } from '../../detection/index.ts'
import { type ApiContext, allowed } from '../context.ts'
import type { Row } from '../loaders.ts'
import type { Explained } from '../ruleCatalogue.ts'
import { builder } from './builder.ts'
import { RuleException } from './ruleException.ts'

const NodeKind = builder.enumType('ExplainKind', {
  description:
    'What a node is: a correlation of rules; a rule with all that acts on it, its log source, condition and Sigma filters; logic and searches of a condition; one line of a search, one of a line’s values.',
  values: [
    'correlation',
    'rule',
    'source',
    'condition',
    'filter',
    'and',
    'or',
    'not',
    'search',
    'item',
    'value',
  ] as const,
})

const Join = builder.enumType('ExplainJoin', {
  description: 'How a node follows from those below it; `notAll` is `neq` under `all`.',
  values: ['all', 'any', 'none', 'notAll'] as const,
})

const OPEN = 'null where it depends on fields that the reader may not see'

const Node = builder.objectRef<ExplainNode>('ExplainNode').implement({
  fields: (t) => ({
    id: t.id({ resolve: (n) => String(n.id) }),
    parent: t.id({ nullable: true, resolve: (n) => (n.parent === undefined ? null : String(n.parent)) }),
    kind: t.field({ type: NodeKind, resolve: (n) => n.kind }),
    join: t.field({
      type: Join,
      nullable: true,
      description: 'null where it was judged on the event itself.',
      resolve: (n) => n.join ?? null,
    }),
    text: t.exposeString('text', { description: 'In Sigma’s words, as the rule writes it.' }),
    holds: t.boolean({ nullable: true, description: `Whether it holds; ${OPEN}.`, resolve: (n) => n.holds ?? null }),
    field: t.string({
      nullable: true,
      description: 'The field it looked at, by its name in the event; the rule’s name where the event has none.',
      resolve: (n) => n.field ?? null,
    }),
    value: t.string({
      nullable: true,
      description: 'The value it saw; null where the field is absent or hidden.',
      resolve: (n) => n.value ?? null,
    }),
    start: t.int({
      nullable: true,
      description: 'Where the value begins in the raw line, in UTF-16 units; null where it does not stand there.',
      resolve: (n) => n.start ?? null,
    }),
    end: t.int({ nullable: true, resolve: (n) => n.end ?? null }),
    more: t.exposeInt('more', { description: 'How many nodes below it are left out.' }),
  }),
})

const Routing = builder.objectRef<Explanation['routing']>('ExplainedRouting').implement({
  description: 'Whether the event is of the rule’s log source.',
  fields: (t) => ({
    holds: t.boolean({ nullable: true, resolve: (r) => r.holds ?? null }),
    named: t.exposeBoolean('named', {
      description: 'Whether a pipeline names the log source; one that none names restricts nothing.',
    }),
    text: t.exposeString('text'),
    node: t.id({ resolve: (r) => String(r.node) }),
  }),
})

const Mapping = builder.objectRef<ExplainedMapping>('ExplainedMapping').implement({
  description: 'Where a field of the rule is looked for: paths in order, the first present counts.',
  fields: (t) => ({
    name: t.exposeString('name'),
    paths: t.stringList({ resolve: (m) => [...m.paths] }),
    used: t.string({ nullable: true, resolve: (m) => m.used ?? null }),
    means: t.stringList({
      description: 'What values mean where sources write them otherwise than rules do: `path: value = meaning`.',
      resolve: (m) => [...m.means],
    }),
  }),
})

const Filter = builder.objectRef<ExplainedFilter>('ExplainedFilter').implement({
  description: 'A Sigma filter that acts on the rule.',
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title'),
    text: t.exposeString('text', { description: 'Its condition.' }),
    holds: t.boolean({ nullable: true, resolve: (f) => f.holds ?? null }),
    node: t.id({ resolve: (f) => String(f.node) }),
  }),
})

export const ExplanationObject = builder.objectRef<Explained>('Explanation').implement({
  description: 'Why a rule matches an event, or does not, as far as it follows from what the reader may see.',
  fields: (t) => ({
    matches: t.boolean({
      nullable: true,
      description: `Log source, condition and filters together; ${OPEN}.`,
      resolve: (e) => e.matches ?? null,
    }),
    ruleMatches: t.boolean({
      nullable: true,
      description: 'The same without the filters.',
      resolve: (e) => e.ruleMatches ?? null,
    }),
    ruleId: t.exposeID('ruleId'),
    title: t.exposeString('title'),
    routing: t.field({ type: Routing, resolve: (e) => e.routing }),
    mappings: t.field({ type: [Mapping], resolve: (e) => [...e.mappings] }),
    filters: t.field({ type: [Filter], resolve: (e) => [...e.filters] }),
    exceptions: t.field({
      type: [RuleException],
      description: 'Exceptions that the reader may see and that keep a match of this event back.',
      complexity: { field: 1, multiplier: 5 },
      resolve: (e, _, ctx) => exceptionsOf(ctx, e),
    }),
    otherExceptions: t.int({
      description:
        'How many more keep it back: those of units above the reader’s, for whoever may see exceptions at all.',
      resolve: async (e, _, ctx) =>
        ctx.reader?.can('read', 'exception') === true ? e.exceptionIds.length - (await exceptionsOf(ctx, e)).length : 0,
    }),
    root: t.id({ resolve: () => '0' }),
    nodes: t.field({
      type: [Node],
      description: 'The tree as a list, each node before those below it; at most 2,000.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (e) => [...e.nodes],
    }),
    nearest: t.id({
      nullable: true,
      description: 'Where it does not match: the first of `missing`.',
      resolve: (e) => (e.nearest[0] === undefined ? null : String(e.nearest[0])),
    }),
    missing: t.idList({
      description: 'The fewest lines that would have to turn out otherwise for the rule to match.',
      resolve: (e) => e.nearest.map(String),
    }),
  }),
})

async function exceptionsOf(ctx: ApiContext, { exceptionIds }: Explained): Promise<Row<ExceptionModel>[]> {
  const { docs } = ctx.services
  const found = await Promise.all(exceptionIds.map((id) => docs.get('exception', id)))
  return found.flatMap((e) =>
    e !== undefined && ctx.reader?.can('read', 'exception', e.doc) === true ? [{ ...e, hidden: [] }] : [],
  )
}

/** The explanation of a rule on a stored event that the reader may see. DOC-404 where there is no such rule or event for him. */
async function explainMatch(ctx: ApiContext, ruleId: string, eventId: string): Promise<Explained> {
  allowed(ctx, 'rule')
  allowed(ctx, 'event')
  const event = await ctx.load.event(eventId)
  if (event === undefined) throw new AppError('DOC-404', { kind: 'event', id: eventId })
  const explained = ctx.services.rules.explain(ruleId, { shown: event.event, hidden: event.hidden })
  if (explained === undefined) throw new AppError('DOC-404', { kind: 'rule', id: ruleId })
  return explained
}

builder.queryField('explainMatch', (t) =>
  t.field({
    type: ExplanationObject,
    description: 'Why a rule matches a stored event, or does not.',
    args: { ruleId: t.arg.id({ required: true }), eventId: t.arg.id({ required: true }) },
    complexity: 20,
    resolve: (_, { ruleId, eventId }, ctx) => explainMatch(ctx, ruleId, eventId),
  }),
)
