import type { Command } from '../command.ts'
import { readConfig } from '../readConfig.ts'

export const config: Command = {
  name: 'config',
  summary: 'prints the effective configuration and where each value came from',
  usage: 'npx suidun config [--json]',
  options: { json: { type: 'boolean' } },
  positionals: false,
  async run(args, shell) {
    const { values } = readConfig(shell)
    if (args.values.json === true) shell.stdout.write(`${JSON.stringify(values)}\n`)
    else {
      const width = Math.max(...values.map((v) => v.key.length))
      for (const { key, value, from } of values)
        shell.stdout.write(`${key.padEnd(width)}  ${value === undefined ? '-' : JSON.stringify(value)}  (${from})\n`)
    }
    return 0
  },
}
