import type { Problem } from '../../core/errors.ts'
import { messageOf } from '../../core/messages/errors.ts'
import { shownPath } from '../../detection/index.ts'
import { allowed } from '../context.ts'
import { pageOfList } from '../pageOfList.ts'
import { builder } from './builder.ts'
import { connectionOf, pageCost } from './connection.ts'

/** A problem of a rule's file. */
export type RuleProblemView = Problem

const ProblemSeverity = builder.enumType('ProblemSeverity', {
  description: 'error: the rule does not run. warning: it does, but look at it.',
  values: ['error', 'warning'] as const,
})

export const RuleProblem = builder.objectRef<RuleProblemView>('RuleProblem').implement({
  description: 'What is wrong with a rule file, and where.',
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    messageZh: t.string({
      resolve: (p) => (p.details === undefined ? p.message : messageOf(p.code, p.details, 'zh')),
    }),
    severity: t.field({ type: ProblemSeverity, resolve: (p) => p.severity }),
    file: t.string({ resolve: (p) => (p.file === undefined ? '' : shownPath(p.file)) }),
    line: t.exposeInt('line'),
    column: t.exposeInt('column'),
    ruleId: t.id({
      nullable: true,
      description: 'The first rule of that file that loads.',
      resolve: (p, _, ctx) => ctx.services.rules.all().find((r) => r.path === p.file)?.id,
    }),
  }),
})

const RuleProblemConnection = connectionOf('RuleProblem', RuleProblem)

builder.queryField('ruleProblems', (t) =>
  t.field({
    type: RuleProblemConnection,
    description: 'Of all loaded files, in order of files; of refused rules too.',
    args: {
      severity: t.arg({ type: ProblemSeverity }),
      first: t.arg.int({ defaultValue: 50 }),
      after: t.arg.string(),
    },
    complexity: pageCost,
    resolve: (_, { severity, ...page }, ctx) => {
      allowed(ctx, 'rule')
      return pageOfList(
        ctx,
        ctx.services.rules.problems().filter((p) => severity == null || p.severity === severity),
        page,
      )
    },
  }),
)
