import { AppError } from '../../core/errors.ts'
import { and } from '../../core/filter.ts'
import type { LoadedRule } from '../../detection/index.ts'
import { storedDsl, storedSql } from '../../store/index.ts'
import type { Command } from '../command.ts'
import { namedRules } from '../explain/namedRules.ts'
import { wordsOf } from '../explain/printExplanation.ts'
import { languageOf, visible } from '../explain/terminal.ts'
import { required } from '../options.ts'
import { printProblems } from '../printProblems.ts'
import { readConfig } from '../readConfig.ts'

const TARGETS = ['elasticsearch', 'sql'] as const
type Target = (typeof TARGETS)[number]

/** A rule as the search of a store. */
interface CompiledSearch {
  readonly rule: string
  readonly title: string
  /** The correlation that the rule is a base of, where that was asked for. */
  readonly correlation?: { readonly id: string; readonly title: string; readonly type: string }
  readonly target: Target
  readonly exact: boolean
  readonly query: unknown
}

export const compile: Command = {
  name: 'compile',
  summary: 'prints the search that finds what a Sigma rule matches in the event store',
  usage: `npx suidun compile RULE… --target elasticsearch|sql [--lists DIR] [--json]

RULE is a file or folder of rules, or the id of one: our own, of the folder that the configuration names, or imported. The search includes
log source, mappings and Sigma filters; of a correlation the searches of its base rules are printed. "exact" finds the events that
the rule matches; "candidates" are verified in memory by the platform. --json prints an array.
Exit code 1 if a rule among those named was refused, 2 if one cannot be found or read.`,
  options: { target: { type: 'string' }, lists: { type: 'string' }, json: { type: 'boolean' } },
  positionals: true,
  async run(args, shell) {
    if (args.positionals.length === 0) throw new AppError('CFG-005', { problem: 'name at least one RULE' })
    const target = TARGETS.find((t) => t === required(args, 'target'))
    if (target === undefined) throw new AppError('CFG-005', { problem: '--target is elasticsearch or sql' })
    const { rules, correlations, problems } = await namedRules(args.positionals, args, shell)
    const errors = problems.filter((p) => p.severity === 'error')
    printProblems(errors, shell.stderr)
    const searches: CompiledSearch[] = []
    for (const rule of rules) searches.push(await searchOf(rule, target))
    for (const { bases, ...correlation } of correlations)
      for (const rule of bases) searches.push({ ...(await searchOf(rule, target)), correlation })
    if (args.values.json === true) shell.stdout.write(`${JSON.stringify(searches)}\n`)
    else {
      const { prefix } = readConfig(shell).config.elasticsearch
      const t = wordsOf(languageOf(shell))
      for (const search of searches) shell.stdout.write(printed(search, prefix, t))
    }
    return errors.length > 0 ? 1 : 0
  },
}

async function searchOf({ rule, filter, routing }: LoadedRule, target: Target): Promise<CompiledSearch> {
  const whole = and(routing, filter)
  const { exact, query } = target === 'sql' ? await storedSql(whole) : storedDsl(whole)
  return { rule: rule.id, title: rule.title, target, exact, query }
}

/** A search with its heading, as a SQL shell or Kibana's console takes it. */
function printed(search: CompiledSearch, prefix: string, t: ReturnType<typeof wordsOf>): string {
  const { rule, title, correlation, target, exact, query } = search
  const mark = target === 'sql' ? '--' : '#'
  const heads = [`${visible(title)} (${visible(rule)})`, t(exact ? 'exact' : 'candidates')]
  if (correlation !== undefined) heads.splice(1, 0, t('base', { ...correlation, title: visible(correlation.title) }))
  const body = target === 'sql' ? query : `GET ${prefix}-events/_search\n${JSON.stringify({ query }, null, 2)}`
  return `${heads.map((h) => `${mark} ${h}\n`).join('')}${body}\n\n`
}
