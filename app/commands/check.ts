import { AppError } from '../../core/errors.ts'
import { check as checkRules, loadPipelines, OWN_PIPELINES } from '../../detection/index.ts'
import type { Command } from '../command.ts'
import { listsFor } from '../listsFor.ts'
import { expectShortRun } from '../shortRun.ts'

export const check: Command = {
  name: 'check',
  summary: 'checks Sigma rules and prints every problem with its place',
  usage: `npx suidun check PATH… [--lists DIR] [--json]

Prints file:line:col code message. Exit code 1 if any is an error. --lists is a folder of lists for placeholders.`,
  options: { json: { type: 'boolean' }, lists: { type: 'string' } },
  positionals: true,
  async run(args, shell) {
    expectShortRun()
    if (args.positionals.length === 0) throw new AppError('CFG-005', { problem: 'name at least one PATH' })
    const { pipelines } = loadPipelines(OWN_PIPELINES)
    const { stdout, stderr } = shell
    const lists = listsFor(args, shell)
    return checkRules({ paths: args.positionals, pipelines, lists, json: args.values.json === true, stdout, stderr })
  },
}
