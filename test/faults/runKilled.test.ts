import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import type { RuleRun, Signal } from '../../core/model/index.ts'
import { createKey, post, read } from '../support/machine.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'

const KILLS = Number(process.env.SUIDUN_KILLS ?? 3)
const RULE = '22222222-2222-4333-8444-555555555555'
const OTHER = '22222222-2222-4333-8444-555555555556'
/** So many events in each of three times: with the rule, without it, with it again; so many people. */
const EVENTS = 12_000
const PEOPLE = 100

const folder = tempFolder('run-killed')
const data = join(folder, 'data')
const rules = join(folder, 'rules')
let server: TestServer | undefined
afterAll(async () => {
  await server?.stop('SIGKILL')
  removeFolder(folder)
})

const text = (id: string, action: string) =>
  `title: Rule ${action}\nid: ${id}\nstatus: test\nlevel: low\nlogsource: { product: any }
detection:\n  sel:\n    event.action: ${action}\n  condition: sel\n`
const start = () => startServer({ data, env: { SUIDUN_RULES: rules } })

/** Documents of a kind, read beside the server. */
function documents<D>(kind: string): D[] {
  const db = new DatabaseSync(join(data, 'documents.sqlite'), { readOnly: true })
  try {
    return db
      .prepare(`SELECT doc FROM "${kind}"`)
      .all()
      .map((row) => JSON.parse(row.doc as string) as D)
  } finally {
    db.close()
  }
}

test(`a rule that was gone for a while is run over what it missed, killed ${KILLS} times, and every event counts once`, async () => {
  mkdirSync(rules)
  writeFileSync(join(rules, 'rule.yml'), text(RULE, 'met'))
  writeFileSync(join(rules, 'other.yml'), text(OTHER, 'other'))
  const [key, readKey] = await Promise.all([createKey(data, '--scopes', 'ingest'), createKey(data, '--scopes', 'read')])
  const noon = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000
  const send = async (part: number) => {
    for (let from = 0; from < EVENTS; from += 1_000) {
      const lines = Array.from({ length: 1_000 }, (_, i) => {
        const n = from + i
        return JSON.stringify({
          '@timestamp': new Date(noon + part * 1_800_000 + n * 100).toISOString(),
          event: { action: n % 10 === 9 ? 'other' : 'met' },
          user: { name: `person-${n % PEOPLE}` },
        })
      })
      const answer = await post(server!, '/ingest', { key, body: lines.join('\n') })
      expect(answer.status).toBe(200)
    }
  }
  server = await start()
  await send(0)
  await server.stop('SIGKILL')
  renameSync(join(rules, 'rule.yml'), join(rules, 'rule.gone'))
  server = await start()
  await send(1)
  await server.stop('SIGKILL')
  renameSync(join(rules, 'rule.gone'), join(rules, 'rule.yml'))
  server = await start()
  const runs = () => documents<RuleRun>('run')
  const sending = send(2)
  for (let i = 0; i < KILLS; i++) {
    const seen = runs()[0]?.done ?? -1
    await until('the run to go on', () => {
      const run = runs()[0]
      return run !== undefined && (run.done > seen || run.status === 'done')
    })
    if (i === 0) await sending
    await server.stop('SIGKILL')
    server = await start()
  }
  const run = await until('the run to end', () => {
    const [first] = runs()
    return first?.status === 'running' || first?.status === 'queued' ? undefined : first
  })
  expect(run).toMatchObject({ purpose: 'gap', ruleIds: [RULE], status: 'done', problem: null })
  expect(runs()).toHaveLength(1)
  const counted = (id: string) =>
    documents<Signal>('signal')
      .filter((s) => s.ruleId === id)
      .reduce((sum, s) => sum + s.count, 0)
  const { events } = await until('all to be searchable', async () => {
    const found = await read(server!, readKey, '{ events(first: 0) { totalCount } }')
    return found.events.totalCount === 3 * EVENTS ? found : undefined
  })
  expect(events.totalCount).toBe(3 * EVENTS)
  const wanted = { other: (3 * EVENTS) / 10, rule: (3 * EVENTS * 9) / 10 }
  let now = { other: 0, rule: 0 }
  await until(
    'all to be counted',
    () => {
      now = { other: counted(OTHER), rule: counted(RULE) }
      return now.other >= wanted.other && now.rule >= wanted.rule
    },
    30_000,
  ).catch(() => undefined)
  expect(now).toEqual(wanted)
  // How many depends on what had been detected when the process died.
  const retro = documents<Signal>('signal').reduce((sum, s) => sum + (s.retro?.count ?? 0), 0)
  expect(retro).toBeGreaterThan(0)
}, 240_000)
