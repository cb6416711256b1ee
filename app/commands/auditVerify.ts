import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Command } from '../command.ts'
import { openHome, withDocuments } from '../home.ts'
import { readConfig } from '../readConfig.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'walks the audit chain and names the first broken entry',
  usage: 'npx suidun audit verify [--json]\n\nExit code 1 where the chain is broken.',
  options: { json: { type: 'boolean' } },
  positionals: false,
  async run(args, shell) {
    const { config } = readConfig(shell)
    // A mistyped folder must not look like a whole chain of nothing.
    const path = resolve(shell.cwd, config.data, 'documents.sqlite')
    if (!existsSync(path)) throw new AppError('CFG-002', { path })
    const { entries, broken } = await withDocuments(openHome(config, shell.cwd), (docs) => docs.verifyAudit())
    if (args.values.json === true) shell.stdout.write(`${JSON.stringify({ entries, broken: broken ?? null })}\n`)
    else if (broken === undefined) shell.stdout.write(`${entries} entries, the chain is whole (sha-256)\n`)
    else shell.stdout.write(`broken at entry ${broken.seq}: ${broken.why}\n`)
    return broken === undefined ? 0 : 1
  },
}
