import { join, resolve } from 'node:path'
import { generateDay, SYSLOG_UNIT, sheet, TIMEZONE_OFFSET, trickle } from '../../demo/index.ts'
import type { Command } from '../command.ts'
import { createDemoAccounts } from '../demo/accounts.ts'
import { freshDemoFolder } from '../demo/folder.ts'
import { playDay } from '../demo/playDay.ts'
import { playTrickle } from '../demo/playTrickle.ts'
import { prepareCity } from '../demo/prepareCity.ts'
import { openSenders } from '../demo/senders.ts'
import { openHome } from '../home.ts'
import { wholeNumber } from '../options.ts'
import { readConfig } from '../readConfig.ts'
import { openServer } from '../server.ts'

const DEFAULT_SEED = 7

export const demo: Command = {
  name: 'demo',
  summary: 'plays a day of a fictional city through the real listeners and runs until stopped',
  usage: `npx suidun demo [--seed N] [--no-attacks] [--json]
npx suidun demo --seed N --sheet

  --seed N      another day: other times, people and addresses (default ${DEFAULT_SEED})
  --no-attacks  normal traffic only
  --json        print one line once the day is detected and searchable: addresses, accounts, keys
  --sheet       print the incidents that the staged attacks must raise, and run nothing

The data folder (default data-demo, else SUIDUN_DATA) is emptied at start; one that holds anything but a demo's is refused.`,
  options: {
    seed: { type: 'string' },
    'no-attacks': { type: 'boolean' },
    json: { type: 'boolean' },
    sheet: { type: 'boolean' },
  },
  positionals: false,
  async run(args, shell) {
    const seed = wholeNumber(args, 'seed') ?? DEFAULT_SEED
    if (args.values.sheet === true) {
      shell.stdout.write(`${JSON.stringify(sheet({ seed }))}\n`)
      return 0
    }
    const json = args.values.json === true
    const say = (line: string) => (json ? shell.stderr : shell.stdout).write(`${line}\n`)
    const loaded = readConfig(shell).config
    const config = {
      ...loaded,
      // The log's JSON between lines for people helps nobody; what needs a hand still comes.
      log: { level: !json && loaded.log.level === 'info' ? ('warn' as const) : loaded.log.level },
      data: shell.env.SUIDUN_DATA === undefined && loaded.data === 'data' ? join(shell.cwd, 'data-demo') : loaded.data,
      syslog: { ...loaded.syslog, unit: SYSLOG_UNIT },
      timezone: { offset: TIMEZONE_OFFSET },
      // A day in a minute: what channels bring apart by seconds is apart by quarters of an hour.
      correlation: { ...loaded.correlation, late: Math.max(loaded.correlation.late, 7_200) },
      elasticsearch: {
        ...loaded.elasticsearch,
        prefix: `${loaded.elasticsearch.prefix}-demo-${shell.clock().toString(36)}`,
      },
    }
    freshDemoFolder(resolve(shell.cwd, config.data))
    const home = openHome(config, shell.cwd)
    const server = await openServer({ config, home, clock: shell.clock, say })
    try {
      const { platform } = server
      const city = await prepareCity(platform.docs, shell.clock)
      await platform.lookAtEstate()
      const accounts = await createDemoAccounts({ docs: platform.docs, clock: shell.clock })
      server.announce()
      say(`\nSuidun 穗盾  ${server.http}\n`)
      const width = Math.max(...accounts.map((a) => a.role.length))
      for (const a of accounts) say(`  ${a.role.padEnd(width)}  ${a.name.padEnd(10)}  ${a.password}`)
      say('')
      const senders = await openSenders({
        ingest: platform.ingest,
        syslog: { host: config.syslog.host, ...platform.syslog },
        key: ({ systemId }) => city.systemKey(systemId),
        datagramsTaken: () =>
          platform.intake
            .sources()
            .reduce((n, s) => n + (s.sourceId.startsWith('syslog-udp') ? s.received + s.dropped : 0), 0),
      })
      const end = shell.clock()
      const lines = generateDay({ seed, end, attacks: args.values['no-attacks'] !== true })
      const played = await playDay({
        lines,
        senders,
        platform,
        city,
        seed,
        say,
        end,
        stopped: shell.stopped,
        tty: !json,
      })
      if (played) await server.runChecks()
      if (played && json) {
        const { http } = server
        const { ingest, syslog } = platform
        const ready = { ready: true, http, ingest, syslog, accounts, readKey: city.readKey, ingestKey: city.ingestKey }
        shell.stdout.write(`${JSON.stringify(ready)}\n`)
      }
      if (played)
        await playTrickle({ lines: trickle({ seed, start: end }), senders, clock: shell.clock, stopped: shell.stopped })
      await senders.close()
      return 0
    } finally {
      await server.close()
    }
  },
}
