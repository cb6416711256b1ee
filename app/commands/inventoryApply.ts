import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { applyInventory } from '../../inventory/index.ts'
import { platformReader } from '../../policies/index.ts'
import type { Command } from '../command.ts'
import { openHome, withDocuments } from '../home.ts'
import { printProblems } from '../printProblems.ts'
import { readConfig } from '../readConfig.ts'

export const inventoryApply: Command = {
  name: 'inventory apply',
  summary: 'brings units, parties, systems, assets and datasets to what a YAML file says',
  usage: `npx suidun inventory apply FILE [--json]

Lists units, parties, systems, assets, datasets (docs/inventory.md). Applied again, the same file changes nothing. Where
anything in it is wrong nothing is written, every problem is named with line and column, and the exit code is 1.`,
  options: { json: { type: 'boolean' } },
  positionals: true,
  async run(args, shell) {
    const { config } = readConfig(shell)
    const file = args.positionals[0]
    if (file === undefined || args.positionals.length > 1) throw new AppError('CFG-005', { problem: 'name one FILE' })
    let text: string
    try {
      text = readFileSync(resolve(shell.cwd, file), 'utf8')
    } catch {
      throw new AppError('CFG-002', { path: file })
    }
    const actor = platformReader('command line').identity
    const applied = await withDocuments(openHome(config, shell.cwd), (docs) =>
      applyInventory(docs, text, { actor, clock: shell.clock, fileName: file }),
    )
    const { problems, ...counts } = applied
    if (args.values.json === true) shell.stdout.write(`${JSON.stringify(applied)}\n`)
    else if (problems.length > 0) printProblems(problems, shell.stderr)
    else shell.stdout.write(`created ${counts.created}, changed ${counts.changed}, unchanged ${counts.unchanged}\n`)
    return problems.some((p) => p.severity === 'error') ? 1 : 0
  },
}
