import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createKey, type Json, read } from '../support/machine.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'
import { Sender, type SenderKind } from './sender.ts'

const KILLS = Number(process.env.SUIDUN_KILLS ?? 4)
const RULE = '11111111-2222-4333-8444-555555555555'
/** So many people in so many five minutes: far more than a rule may open incidents for, so that it storms. */
const PEOPLE = 40
const WINDOWS = 6

const folder = tempFolder('killed')
const data = join(folder, 'data')
const rules = join(folder, 'rules')
let server: TestServer | undefined
afterAll(async () => {
  await server?.stop('SIGKILL')
  removeFolder(folder)
})

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
const start = (spawned: (child: ChildProcess) => void = () => undefined) =>
  startServer({ data, env: { SUIDUN_RULES: rules }, spawned })

/** Kills a server that is just starting, before it is ready if it is not quick. */
async function killWhileStarting(after: number): Promise<void> {
  let child: ChildProcess | undefined
  const starting = start((c) => {
    child = c
  })
  await Promise.race([wait(after), starting.catch(() => undefined)])
  child!.kill('SIGKILL')
  await starting.then((s) => s.stop()).catch(() => undefined)
  if (child!.exitCode === null && child!.signalCode === null) await new Promise((done) => child!.once('exit', done))
}

/** Everything of a list, page by page. */
async function all(key: string, list: string, node: string): Promise<Json[]> {
  const found: Json[] = []
  for (let after: string | undefined; ; ) {
    const query = `query($after: String) { page: ${list}(first: 1000, after: $after) { edges { cursor node { ${node} } } } }`
    const { page } = await read(server!, key, query, { after })
    found.push(...page.edges.map((e: Json) => e.node))
    if (page.edges.length < 1000) return found
    after = page.edges.at(-1).cursor
  }
}

test(
  `killed ${KILLS} times under load, the program stores every acknowledged event once and counts it in one signal`,
  async () => {
    mkdirSync(rules)
    writeFileSync(
      join(rules, 'everything.yml'),
      `title: Everything\nid: ${RULE}\nstatus: test\nlevel: low\nlogsource: { product: any }
detection:\n  sel:\n    event.kind|exists: true\n  condition: sel\n`,
    )
    const readKey = await createKey(data, '--scopes', 'read')
    const names = ['one', 'two', 'three', 'four', 'five', 'six']
    const keys = await Promise.all(names.map(() => createKey(data, '--scopes', 'ingest')))
    server = await start()
    let address = server.run.ingest

    const noon = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
    const event = (message: string, i: number) =>
      i % 25 === 24
        ? `${message} is no JSON`
        : {
            message,
            '@timestamp': new Date(noon + (i % WINDOWS) * 300_000 + i).toISOString(),
            user: { name: `person-${(message.length + i * 7) % PEOPLE}` },
          }
    const kinds: readonly SenderKind[] = ['idempotent', 'idempotent', 'ids', 'ids', 'plain', 'plain']
    const senders = names.map(
      (name, i) => new Sender(name, { kind: kinds[i]!, address: () => address, key: keys[i]!, event, pause: 5 }),
    )
    const running = senders.map((s) => s.run())
    for (let i = 0; i < KILLS; i++) {
      await wait(Math.random() ** 2 * 3_000)
      await server.stop('SIGKILL')
      if (i % 4 === 3) await killWhileStarting(Math.random() * 2_000)
      server = await start()
      address = server.run.ingest
    }
    await wait(500)
    for (const s of senders) s.stop = true
    await Promise.all(running)

    const acknowledged = senders.flatMap((s) => s.acknowledged)
    const unanswered = senders.flatMap((s) => s.unanswered)
    const sums = async () => {
      const { events } = await read(server!, readKey, '{ events(first: 1) { totalCount } }')
      const signals = await all(readKey, 'signals', 'id rule { id } count')
      return { stored: events.totalCount as number, signals }
    }
    let last = ''
    const { stored, signals } = await until(
      'all to be searchable and counted',
      async () => {
        const now = await sums()
        const counted = now.signals.reduce((n, s) => n + s.count, 0)
        const state = `${now.stored} stored, ${counted} counted`
        const settled = state === last && now.stored === counted && now.stored >= acknowledged.length
        last = state
        await wait(500)
        return settled ? now : undefined
      },
      60_000,
    ).catch((e) => {
      throw new Error(`${e.message}: ${acknowledged.length} acknowledged, ${unanswered.length} unanswered, ${last}`)
    })

    const times = new Map<string, number>()
    const ids = new Set<string>()
    for (const { id, original } of await all(readKey, 'events', 'id original')) {
      ids.add(id)
      const message = original.startsWith('{') ? JSON.parse(original).message : original.replace(' is no JSON', '')
      times.set(message, (times.get(message) ?? 0) + 1)
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS * 100)
    expect(acknowledged.filter((m) => times.get(m) !== 1)).toEqual([])
    expect([...times].filter(([, n]) => n !== 1)).toEqual([])
    const sent = new Set([...acknowledged, ...unanswered])
    expect([...times.keys()].filter((m) => !sent.has(m))).toEqual([])
    expect(ids.size).toBe(stored)

    // The rule stormed, and still every event is in one signal, and nobody has two incidents.
    expect(signals.filter((s) => s.rule.id !== RULE)).toEqual([])
    expect(new Set(signals.map((s) => s.id)).size).toBe(signals.length)
    expect(signals.length).toBeGreaterThan(PEOPLE)
    const incidents = await all(readKey, 'incidents', 'number entity signals(first: 1000) { edges { node { id } } }')
    expect(incidents.length).toBeGreaterThan(0)
    expect(new Set(incidents.map((i) => i.entity)).size).toBe(incidents.length)
    expect(new Set(incidents.map((i) => i.number)).size).toBe(incidents.length)
    const worked = incidents.flatMap((i) => i.signals.edges.map((e: Json) => e.node.id))
    expect(new Set(worked).size).toBe(worked.length)
    console.info(
      `killed ${KILLS} times: ${stored} events stored, ${acknowledged.length} acknowledged, ${unanswered.length} without answer, ` +
        `${signals.length} signals, ${incidents.length} incidents`,
    )
  },
  180_000 + KILLS * 20_000,
)
