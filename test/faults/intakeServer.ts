import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openIntake } from '../../app/lane/pool.ts'
import { startLoader } from '../../app/loader.ts'
import { openHttpListener } from '../../collectors/http/index.ts'
import { EVERYTHING } from '../../core/access.ts'
import { ALL } from '../../core/filter.ts'
import { createResponder } from '../../response/index.ts'
import { openDocuments, openEvents } from '../../store/index.ts'
import { openQuarantine } from '../../store/spool/index.ts'
import { noCorrelation } from '../support/testIntake.ts'

/**
 * A process to be killed: real stores, lanes, loader and listener (at a port, if given) in a folder, and a rule that matches
 * everything. Says `{ready: port}` to its parent; asked for a `report`, it settles everything and tells what is stored.
 */
const folder = process.argv[2]!
const clock = Date.now
const tell = (what: string, details: object = {}) => {
  if (/failed|full|rejected/.test(what)) process.stderr.write(`${what} ${JSON.stringify(details)}\n`)
}
const rules = join(folder, 'rules')
mkdirSync(rules, { recursive: true })
writeFileSync(
  join(rules, 'everything.yml'),
  `title: Everything
id: 11111111-2222-4333-8444-555555555555
status: test
level: low
logsource: { product: any }
detection:
  event:
    event.kind|exists: true
  condition: event
`,
)
const docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
const spool = join(folder, 'spool')
const events = await openEvents({ folder: join(folder, 'events'), segments: [spool], clock, tell })
const responder = createResponder({
  docs,
  clock,
  estate: { systemLevel: async () => null, unitCode: async () => 'RT' },
  rule: () => ({ title: 'Everything', titleZh: '全部', level: 'low', tags: [] }),
})
const intake = await openIntake({
  folder: spool,
  lanes: 2,
  settings: { estate: { assets: [], datasets: [] }, rules: [rules], zoneOffset: 0 },
  applyDeltas: (deltas) => responder.apply(deltas),
  correlation: noCorrelation(folder),
  clock,
  tell,
})
const quarantine = openQuarantine(join(folder, 'quarantine'), { clock })
const loader = startLoader({ source: intake, store: events, quarantine, clock, tell })
const listener = await openHttpListener({
  host: '127.0.0.1',
  port: Number(process.argv[3] ?? 0),
  intake,
  authenticate: async (secret) => ({ id: secret, unitId: 'root', systemId: null, scopes: ['ingest'] }),
  findings: async () => ({}),
  clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
  clock,
  tell,
})

process.on('message', async (m) => {
  if (m === 'end') process.exit(0)
  if (m !== 'report') return
  await intake.settle()
  await loader.drain()
  const time = {}
  const { count } = await events.ask(EVERYTHING, { filter: ALL, time, ask: { kind: 'count' } })
  const messages: string[] = []
  const ids = new Set<string>()
  for (let after: string | undefined; ; ) {
    const ask = { kind: 'rows', first: 1_000, ...(after === undefined ? {} : { after }) } as const
    const page = await events.ask(EVERYTHING, { filter: ALL, time, ask })
    for (const row of page.rows) {
      messages.push(row.event.ecs.message as string)
      ids.add(row.id)
    }
    after = page.rows.at(-1)?.cursor
    if (!page.hasNext) break
  }
  const signals = await docs.list('signal', { scope: EVERYTHING, sort: [['first', 'asc']], first: 1_000 })
  const counted = signals.rows.reduce((n, r) => n + r.doc.count, 0)
  process.send!({
    count,
    messages,
    ids: ids.size,
    counted,
    signals: signals.rows.length,
    quarantined: quarantine.stats(),
  })
})
process.send!({ ready: listener.port })
