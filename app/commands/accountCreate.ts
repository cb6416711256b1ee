import type { Role } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { ROOT_UNIT } from '../../core/model/index.ts'
import { ensureRoot } from '../../inventory/index.ts'
import { createAccount, platformReader, ROLES } from '../../policies/index.ts'
import type { Command } from '../command.ts'
import { consoleAddress, openHome, withDocuments } from '../home.ts'
import { required, text } from '../options.ts'
import { readConfig } from '../readConfig.ts'

export const accountCreate: Command = {
  name: 'account create',
  summary: 'creates an account and prints its one-time set-up link',
  usage: `npx suidun account create --name N --role R [--unit U] [--party P] [--display-name D]

  --name          what one signs in with
  --role          one of ${ROLES.join(', ')}
  --unit          id of the account's unit (default: root)
  --party         id of the party that a contractor works for
  --display-name  what others see (default: the name)`,
  options: {
    name: { type: 'string' },
    role: { type: 'string' },
    unit: { type: 'string' },
    party: { type: 'string' },
    'display-name': { type: 'string' },
  },
  positionals: false,
  async run(args, shell) {
    const { config } = readConfig(shell)
    const role = required(args, 'role')
    if (!(ROLES as readonly string[]).includes(role))
      throw new AppError('CFG-005', { problem: `no role "${role}"; there are ${ROLES.join(', ')}` })
    const input = {
      name: required(args, 'name'),
      role: role as Role,
      unitId: text(args, 'unit') ?? ROOT_UNIT,
      partyId: text(args, 'party'),
      displayName: text(args, 'display-name'),
    }
    const home = openHome(config, shell.cwd)
    const token = await withDocuments(home, async (docs) => {
      const ctx = { docs, clock: shell.clock }
      await ensureRoot(docs, ctx)
      return (await createAccount(ctx, platformReader('command line'), input)).token
    })
    shell.stdout.write(`${consoleAddress(home, config)}/set-up/${token}\n`)
    return 0
  },
}
