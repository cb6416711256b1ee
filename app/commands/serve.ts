import { bootstrap } from '../../policies/index.ts'
import type { Command } from '../command.ts'
import { openHome } from '../home.ts'
import { readConfig } from '../readConfig.ts'
import { openServer } from '../server.ts'

const OFFICES = {
  system_admin: 'system administrator   系统管理员',
  security_admin: 'security administrator 安全管理员',
  audit_admin: 'audit administrator    审计管理员',
} as const

export const serve: Command = {
  name: 'serve',
  summary: 'runs the platform on the data folder until it is stopped',
  usage: `npx suidun serve

Prints the address and, until they are used, one-time set-up links of the system, security and audit administrator: three
people. Everything is set by suidun.yaml or SUIDUN_ variables (npx suidun config).`,
  options: {},
  positionals: false,
  async run(_args, shell) {
    const { config } = readConfig(shell)
    const home = openHome(config, shell.cwd)
    const server = await openServer({
      config,
      home,
      clock: shell.clock,
      say: (line) => shell.stderr.write(`${line}\n`),
    })
    try {
      const links = await bootstrap({ docs: server.platform.docs, clock: shell.clock })
      shell.stdout.write(`Suidun 穗盾  ${server.http}\n`)
      shell.stdout.write(
        `logs and reports to ${server.platform.ingest}, syslog to UDP ${server.platform.syslog.udp} and TCP ${server.platform.syslog.tcp}\n`,
      )
      if (links.length > 0) {
        shell.stdout.write('\nOne-time set-up links, one person each (三员分立), valid for 24 hours:\n')
        for (const { role, token } of links) shell.stdout.write(`  ${OFFICES[role]}  ${server.http}/set-up/${token}\n`)
      }
      server.announce()
      await shell.stopped
      return 0
    } finally {
      await server.close()
    }
  },
}
