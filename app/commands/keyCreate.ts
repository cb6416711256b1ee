import { ensureRoot } from '../../inventory/index.ts'
import { createKey, platformReader } from '../../policies/index.ts'
import type { Command } from '../command.ts'
import { openHome, withDocuments } from '../home.ts'
import { required, text } from '../options.ts'
import { readConfig } from '../readConfig.ts'

export const keyCreate: Command = {
  name: 'key create',
  summary: 'creates an API key and prints it, this once; the server may run or not',
  usage: `npx suidun key create --name N --scopes ingest,read,findings [--unit U] [--system S]

  --name     what people call it
  --scopes   one or more of ingest, read, findings, separated by commas
  --unit     id of the unit that its data belongs to (default: root)
  --system   id of the system that its data belongs to (default: none)`,
  options: {
    name: { type: 'string' },
    scopes: { type: 'string' },
    unit: { type: 'string' },
    system: { type: 'string' },
  },
  positionals: false,
  async run(args, shell) {
    const { config } = readConfig(shell)
    const input = {
      name: required(args, 'name'),
      scopes: required(args, 'scopes')
        .split(',')
        .map((s) => s.trim()),
      unitId: text(args, 'unit'),
      systemId: text(args, 'system'),
    }
    const secret = await withDocuments(openHome(config, shell.cwd), async (docs) => {
      const ctx = { docs, clock: shell.clock }
      await ensureRoot(docs, ctx)
      return (await createKey(ctx, platformReader('command line'), input)).secret
    })
    shell.stdout.write(`${secret}\n`)
    return 0
  },
}
