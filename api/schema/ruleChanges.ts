import { AppError } from '../../core/errors.ts'
import { and, type Filter, oneOf } from '../../core/filter.ts'
import { ROOT_UNIT } from '../../core/model/index.ts'
import {
  cleanName,
  createException,
  endException,
  type RuleContext,
  readExceptionQuery,
  removeRuleFile,
  switchRule,
} from '../../detection/index.ts'
import { type ApiContext, allowed, readerOf } from '../context.ts'
import { type ImportOutcome, importRules } from '../importRules.ts'
import { inTurn } from '../turns.ts'
import { builder } from './builder.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'
import { Rule } from './rule.ts'
import { RuleException } from './ruleException.ts'
import { RuleProblem } from './ruleProblem.ts'
import { faceOf } from './ruleRef.ts'
import { SearchError } from './search.ts'

/** Files of one mutation; more come as an archive. */
const MOST_FILES = 100
const DAY = 86_400_000
/** The preview of an exception looks back so many days. */
const PREVIEW_DAYS = 7

const by = (ctx: ApiContext): RuleContext => ({
  docs: ctx.services.docs,
  clock: ctx.services.clock,
  reader: readerOf(ctx),
})

const ImportResult = builder.objectRef<ImportOutcome>('ImportResult').implement({
  fields: (t) => ({
    files: t.exposeInt('files', { description: 'Rule files that came in.' }),
    added: t.exposeInt('added'),
    changed: t.exposeInt('changed'),
    unchanged: t.exposeInt('unchanged'),
    ignored: t.exposeInt('ignored', { description: 'Files that are no rule files.' }),
    rules: t.exposeInt('rules', { description: 'Rules of these files that load.' }),
    refused: t.exposeInt('refused', { description: 'Documents of these files that do not.' }),
    problems: t.field({
      type: [RuleProblem],
      description: 'Errors before warnings, the first 200.',
      resolve: (r) => [...r.problems],
    }),
  }),
})

const RemovedFile = builder.objectRef<{ readonly name: string; readonly removed: boolean }>('RemovedFile').implement({
  fields: (t) => ({ name: t.exposeString('name'), removed: t.exposeBoolean('removed') }),
})

const RuleFileInput = builder.inputType('RuleFileInput', {
  fields: (t) => ({ name: t.string({ required: true }), text: t.string({ required: true }) }),
})

const ImportRulesResult = builder.unionType('ImportRulesResult', {
  types: [ImportResult, ...ERROR_TYPES],
  resolveType: typeOfAnswer('ImportResult') as never,
})
const RemoveRuleFileResult = builder.unionType('RemoveRuleFileResult', {
  types: [RemovedFile, ...ERROR_TYPES],
  resolveType: typeOfAnswer('RemovedFile') as never,
})
const RuleResult = builder.unionType('RuleResult', {
  types: [Rule, ...ERROR_TYPES],
  resolveType: typeOfAnswer('Rule') as never,
})
const RuleExceptionResult = builder.unionType('RuleExceptionResult', {
  types: [RuleException, ...ERROR_TYPES],
  resolveType: typeOfAnswer('RuleException') as never,
})

/** The rule of that id, for those who may read rules. */
function ruleOf(ctx: ApiContext, id: string) {
  allowed(ctx, 'rule')
  const rule = ctx.services.rules.get(id)
  if (rule === undefined) throw new AppError('DOC-404', { kind: 'rule', id })
  return rule
}

/** Search text of an exception as a filter; its problems with their places. */
function exceptionFilter(query: string): Filter {
  const { filter, problems } = readExceptionQuery(query)
  if (filter === undefined) throw new SearchError(problems)
  return filter
}

builder.mutationFields((t) => ({
  importRules: t.field({
    type: ImportRulesResult,
    description: 'A few files or pasted text; archives and folders go to POST /rules/import, which answers the same.',
    args: { files: t.arg({ type: [RuleFileInput], required: true }) },
    resolve: (_, { files }, ctx) =>
      answer(ctx, async () => {
        if (files.length > MOST_FILES)
          throw new AppError('SIG-081', { problem: `at most ${MOST_FILES} files; send an archive` })
        const clean = files.map(({ name, text }) => ({ name: cleanName(name), text }))
        return importRules({ ...by(ctx), rules: ctx.services.rules }, clean)
      }) as never,
  }),
  removeRuleFile: t.field({
    type: RemoveRuleFileResult,
    description: 'Takes an imported file away, or all below a folder (`windows/`).',
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, ctx) =>
      answer(ctx, async () => {
        const removed = await removeRuleFile(by(ctx), name)
        await ctx.services.rules.look()
        return { name, removed }
      }) as never,
  }),
  switchRule: t.field({
    type: RuleResult,
    description: 'A rule that is off raises nothing from the next lines on; what it raised stays.',
    args: {
      id: t.arg.id({ required: true }),
      on: t.arg.boolean({ required: true }),
      reason: t.arg.string({ required: true }),
    },
    resolve: (_, { id, on, reason }, ctx) =>
      answer(ctx, async () => {
        const rule = ruleOf(ctx, id)
        await switchRule(by(ctx), rule, { on, reason })
        await ctx.services.rules.look()
        return faceOf(ctx.services.rules.get(id) ?? rule)
      }) as never,
  }),
  createException: t.field({
    type: RuleExceptionResult,
    description:
      'Events of the unit and below that the search text finds raise no signal of the rule until the end. Fields that are hidden in important data: an exception that names one does not act there.',
    args: {
      ruleId: t.arg.id({ required: true }),
      query: t.arg.string({ required: true }),
      reason: t.arg.string({ required: true }),
      until: t.arg({ type: 'DateTime', required: true }),
      unitId: t.arg.id({ description: 'The own unit unless told otherwise.' }),
    },
    resolve: (_, { ruleId, ...input }, ctx) =>
      answer(ctx, async () => {
        const rule = ruleOf(ctx, ruleId)
        exceptionFilter(input.query)
        const stored = await createException(by(ctx), rule, input)
        await ctx.services.rules.look()
        return { ...stored, hidden: [] }
      }) as never,
  }),
  endException: t.field({
    type: RuleExceptionResult,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, ctx) =>
      answer(ctx, async () => {
        const stored = await endException(by(ctx), id)
        await ctx.services.rules.look()
        return { ...stored, hidden: [] }
      }) as never,
  }),
}))

builder.queryFields((t) => ({
  exceptionPreview: t.field({
    type: 'Int',
    description:
      'Events of the last 7 days that the rule matches and the search text finds, of the unit and below, as far as the reader may see them.',
    args: { ruleId: t.arg.id({ required: true }), query: t.arg.string({ required: true }), unitId: t.arg.id() },
    complexity: { field: 50 },
    resolve: async (_, { ruleId, query, unitId }, ctx) => {
      const reader = allowed(ctx, 'exception', 'create')
      const { id, title, titleZh } = ruleOf(ctx, ruleId)
      const rule = ctx.services.rules.loaded(id)
      const excepted = exceptionFilter(query)
      if (rule === undefined) throw new AppError('SIG-073', { rule: title, ruleZh: titleZh })
      const units = await ctx.load.below(unitId ?? reader.identity.unitId)
      const filter = and(rule.routing, rule.filter, excepted, oneOf('suidun.unit.id', units))
      const now = ctx.services.clock()
      const time = { from: now - PREVIEW_DAYS * DAY, to: now }
      const asked = { filter, time, ask: { kind: 'count' } } as const
      return (await inTurn(ctx, () => ctx.services.events.ask(reader.scope('event'), asked, ctx.signal))).count
    },
  }),
  canChangeRules: t.boolean({
    description: 'Whether the reader may import rules, switch them and run them over stored events.',
    resolve: (_, __, ctx) => ctx.reader?.can('switch', 'rule', { unitId: ROOT_UNIT }) === true,
  }),
}))
