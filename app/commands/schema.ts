import { printApiSchema } from '../../api/index.ts'
import type { Command } from '../command.ts'

export const schema: Command = {
  name: 'schema',
  summary: 'prints the GraphQL schema',
  usage: 'npx suidun schema',
  options: {},
  positionals: false,
  async run(_args, shell) {
    shell.stdout.write(`${printApiSchema()}\n`)
    return 0
  },
}
