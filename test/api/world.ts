import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, createApi } from '../../api/index.ts'
import { unpack } from '../../app/ruleLoading/unpack.ts'
import { openRules, type Rules } from '../../app/rules.ts'
import { Runner } from '../../app/runs/runner.ts'
import type { Role } from '../../core/access.ts'
import type { Config } from '../../core/config.ts'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import type { Documents, Finding, SourceCounters } from '../../core/model/index.ts'
import type { DocumentStore, EventStore } from '../../core/ports.ts'
import type { Happening } from '../../core/telemetry.ts'
import { createDetector, loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { applyInventory, ensureRoot } from '../../inventory/index.ts'
import { bootstrap, createAccount, createKey, openPolicies, platformReader, setUp } from '../../policies/index.ts'
import { createResponder, type ResponderOptions } from '../../response/index.ts'
import { openDocuments, openEvents } from '../../store/index.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'

export const NOW = Date.parse('2026-11-24T06:00:00.000Z')
export const PASSWORD = 'correct horse battery'

/** Two units beside each other, one below the first, and a system each; a contractor operates the first's system. */
const INVENTORY = `
units:
  - { id: th, name: 天河区, kind: district, parentId: root, code: TH }
  - { id: th1, name: 天河南街, kind: subunit, parentId: th, code: THA }
  - { id: hz, name: 海珠区 HZ-ONLY, kind: district, parentId: root, code: HZ }
systems:
  - { id: th-plat, unitId: th, name: 天河平台, level: 3, cloud: true, since: 2026-01-01 }
  - { id: hz-plat, unitId: hz, name: 海珠平台 HZ-ONLY, level: 3, since: 2026-01-01 }
  - { id: portal, unitId: root, name: 穗好办 ROOT-ONLY, level: 3, since: 2026-01-01 }
parties:
  - { id: yunwei, name: 运维一号, operates: [{ systemId: th-plat, from: 2026-01-01 }] }
  - { id: other, name: 运维 HZ-ONLY, operates: [{ systemId: hz-plat, from: 2026-01-01 }] }
assets:
  - { id: th-web, systemId: th-plat, hostNames: [th-web] }
datasets:
  - { id: population, systemId: th-plat, name: 人口库, dataClass: important, objects: [population] }
  - { id: notices, systemId: th-plat, name: 公告, dataClass: general, objects: [notices] }
`

const RULES: Readonly<Record<string, string>> = {
  'export.yml': `
title: Bulk export
id: 11111111-0000-4000-8000-000000000001
status: test
level: high
logsource: { product: test }
detection:
  selection:
    event.action: data_export
    user.name|contains: [zhang, wang, li]
  condition: selection
tags: [attack.t1530]
`,
  'export.suidun.yaml': 'titleZh: 批量导出\ndescriptionZh: 批量导出数据\nentity: user.name\nsamples: []\n',
  'probe.yml': `
title: Probe
id: 11111111-0000-4000-8000-000000000002
status: test
level: medium
logsource: { product: test }
detection:
  selection:
    event.action: probe
  condition: selection
tags: [attack.t1595]
`,
  'probe.suidun.yaml': 'titleZh: 探测\ndescriptionZh: 探测接口\nentity: source.ip\nsamples: []\n',
}

interface Made {
  readonly unit: string
  readonly system?: string
  readonly dataset?: string
  readonly action: string
  readonly user: string
  /** The number that the application knows the person by; none says the mark. */
  readonly number?: string
  readonly ip: string
  readonly mark: string
  readonly minutes: number
}

/** What came in: each event carries the mark of its owner in every field that can hold one. */
const EVENTS: readonly Made[] = [
  { unit: 'th', system: 'th-plat', action: 'probe', user: 'chen', ip: '10.1.0.1', mark: 'THPLAT', minutes: 1 },
  { unit: 'th', system: 'th-plat', action: 'probe', user: 'chen', ip: '10.1.0.1', mark: 'THPLAT', minutes: 2 },
  { unit: 'th', action: 'login', user: 'TH-ONLY', ip: '10.1.0.2', mark: 'TH-ONLY', minutes: 3 },
  { unit: 'th', action: 'probe', user: 'TH-ONLY', ip: '10.1.0.9', mark: 'TH-ONLY', minutes: 3 },
  { unit: 'th1', action: 'probe', user: 'TH-ONLY', ip: '10.1.1.1', mark: 'TH-ONLY', minutes: 4 },
  {
    unit: 'th',
    system: 'th-plat',
    dataset: 'population',
    action: 'data_export',
    user: 'zhang.SECRET',
    number: '44010619900101001X',
    ip: '10.1.0.3',
    mark: 'SECRET',
    minutes: 5,
  },
  {
    unit: 'th',
    system: 'th-plat',
    dataset: 'notices',
    action: 'data_export',
    user: 'li.open',
    ip: '10.1.0.4',
    mark: 'THPLAT',
    minutes: 6,
  },
  { unit: 'hz', system: 'hz-plat', action: 'probe', user: 'HZ-ONLY', ip: '10.2.0.1', mark: 'HZ-ONLY', minutes: 7 },
  { unit: 'hz', action: 'data_export', user: 'wang.HZ-ONLY', ip: '10.2.0.2', mark: 'HZ-ONLY', minutes: 8 },
  { unit: 'root', system: 'portal', action: 'probe', user: 'ROOT-ONLY', ip: '10.0.0.1', mark: 'ROOT-ONLY', minutes: 9 },
]

export function eventOf(m: Made, id: string, seq: number): StoredEvent {
  const at = new Date(NOW - m.minutes * 60_000).toISOString()
  const ecs: EcsObject = {
    '@timestamp': at,
    message: `message ${m.mark}`,
    event: {
      action: m.action,
      ingested: at,
      original: `raw ${m.mark} user=${m.user} ip=${m.ip}`,
      category: ['authentication'],
      outcome: 'failure',
    },
    tags: [`tag ${m.mark}`],
    user: { name: m.user, id: m.number ?? `number ${m.mark}`, roles: [`role ${m.mark}`] },
    group: { id: `group ${m.mark}`, name: `group of ${m.user}` },
    source: { ip: m.ip },
    host: { name: m.system === undefined ? `host-${m.mark}` : `${m.system}-web` },
    related: { user: [m.user] },
    suidun: {
      lane: 0,
      seq,
      unit: { id: m.unit },
      ...(m.system === undefined ? {} : { system: { id: m.system } }),
      ...(m.dataset === undefined ? {} : { dataset: { id: m.dataset } }),
    },
    ...(m.dataset === undefined ? {} : { audit: { object: { name: m.dataset } } }),
  }
  return identified({ ecs, rest: { 'custom.field': `rest ${m.mark}`, 'custom.same': 'shared' } }, id, at)
}

const findingOf = (unitId: string, systemId: string | null, mark: string): Finding => ({
  kind: 'finding',
  unitId,
  systemId,
  scanner: 'bandit',
  target: `target ${mark}`,
  ruleId: 'B101',
  identity: { key: `key-${mark}`, what: `what-${mark}` },
  title: `finding ${mark}`,
  description: `description ${mark}`,
  severity: 'high',
  status: 'open',
  location: `${mark}.py:1`,
  path: `${mark}.py`,
  line: 1,
  context: `code ${mark}`,
  references: ['CWE-703'],
  firstSeen: new Date(NOW - 86_400_000).toISOString(),
  lastSeen: new Date(NOW).toISOString(),
  fixedAt: null,
  decision: null,
})

export interface World {
  readonly url: string
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly api: Api
  readonly rules: Rules
  readonly told: { readonly what: Happening; readonly details: unknown }[]
  readonly keys: { readonly read: string; readonly thRead: string; readonly ingest: string }
  pass(ms: number): void
  /** Signs in and answers something to ask with. */
  signIn(name: string): Promise<Client>
  withKey(secret: string): Client
  anonymous: Client
  /** Takes in further events as the platform does: stores them and raises what they raise. */
  take(made: readonly Made[]): Promise<void>
  close(): Promise<void>
}

/** Answers are looked at by hand. */
// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
export type Json = any

export interface Client {
  readonly cookie: string
  readonly csrf: string
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>
  /** The data; fails on any error. */
  data<T = Json>(query: string, variables?: object): Promise<T>
}

export interface Answer {
  readonly status: number
  readonly data: Json
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: Json
  }[]
}

export const ACCOUNTS: readonly {
  readonly name: string
  readonly role: Role
  readonly unitId: string
  readonly partyId?: string
}[] = [
  { name: 'analyst', role: 'analyst', unitId: 'root' },
  { name: 'th.analyst', role: 'analyst', unitId: 'th' },
  { name: 'hz.analyst', role: 'analyst', unitId: 'hz' },
  { name: 'officer', role: 'compliance_officer', unitId: 'root' },
  { name: 'th.user', role: 'unit_user', unitId: 'th' },
  { name: 'contractor', role: 'contractor', unitId: 'root', partyId: 'yunwei' },
]

/** The API on real stores behind a real HTTP server, with data of several units. */
export async function openWorld(options: { readonly introspection?: boolean } = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'suidun-api-'))
  let now = NOW
  const clock = () => now
  const told: World['told'] = []
  const tell = (what: Happening, details?: unknown) => void told.push({ what, details })
  const segments = join(folder, 'segments')
  mkdirSync(segments)
  const docs = await openDocuments({ path: join(folder, 'documents.db') })
  const events = await openEvents({ folder: join(folder, 'events'), segments: [segments], clock, tell, memory: 256 })
  const platform = platformReader('test')
  const ctx = { docs, clock }
  await ensureRoot(docs, { clock })
  const applied = await applyInventory(docs, INVENTORY, { fileName: 'inventory.yaml', actor: platform.identity, clock })
  if (applied.problems.length > 0) throw new Error(JSON.stringify(applied.problems))
  for (const { role, token } of await bootstrap(ctx)) {
    await setUp(ctx, { token, password: PASSWORD, name: role.replace('_', '.') })
  }
  for (const account of ACCOUNTS) {
    const { token } = await createAccount(ctx, platform, { ...account, displayName: `名 ${account.name}` })
    await setUp(ctx, { token, password: PASSWORD })
  }
  const key = async (name: string, unitId: string, scopes: string[]) =>
    (await createKey(ctx, platform, { name, unitId, scopes })).secret
  const keys = {
    read: await key('read', 'root', ['read']),
    thRead: await key('th-read', 'th', ['read']),
    ingest: await key('HZ-ONLY key', 'hz', ['ingest', 'findings']),
  }
  const findings = [
    ['th', 'th-plat', 'THPLAT'],
    ['th', null, 'TH-ONLY'],
    ['hz', 'hz-plat', 'HZ-ONLY'],
    ['root', 'portal', 'ROOT-ONLY'],
  ] as const
  for (const [unitId, systemId, mark] of findings) {
    await docs.put('finding', `finding-${mark}`, findingOf(unitId, systemId, mark), { version: 0 })
  }
  const ruleFolder = join(folder, 'rules')
  mkdirSync(ruleFolder)
  for (const [name, text] of Object.entries(RULES)) writeFileSync(join(ruleFolder, name), text)
  const loaded = loadRules([ruleFolder], loadPipelines(OWN_PIPELINES).pipelines)
  const rules = loaded.rules
  if (rules.length !== 2) throw new Error(JSON.stringify(loaded.problems))

  const live = await openRules({
    config: { rules: ruleFolder, lists: undefined, timezone: { offset: 480 } as Config['timezone'] },
    docs,
    folder: join(folder, 'packs'),
    clock,
    tell,
  })

  const ingestKeys = await docs.list('key', {
    scope: (await import('../../core/access.ts')).EVERYTHING,
    sort: [],
    first: 9,
  })
  const hzKey = ingestKeys.rows.find((k) => k.doc.unitId === 'hz')!.id
  const health = (): SourceCounters[] =>
    [`http:${hzKey}`, 'syslog-udp:10.9.9.9 ROOT-ONLY'].map((sourceId) => ({
      sourceId,
      received: 10,
      parsed: 9,
      rejected: 1,
      stored: 10,
      detected: 10,
      dropped: 0,
      repeated: 0,
      lastAt: now - 1000,
      reasons: [{ reason: 'not JSON', count: 1 }],
    }))
  let api: Api | undefined
  const server = createServer((req, res) => {
    const path = decodeURIComponent(new URL(req.url ?? '/', 'http://x').pathname)
    const handler = path.startsWith('/auth')
      ? api!.auth
      : path.startsWith('/export')
        ? api!.exports
        : path.startsWith('/rules/import')
          ? api!.ruleImport
          : api!.graphql
    handler(req, res, path).catch((error) => {
      told.push({ what: 'request_failed', details: String(error) })
      if (!res.headersSent) res.writeHead(500)
      res.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const detector = createDetector({ rules, lane: 0, shared: [] })
  const estate: ResponderOptions['estate'] = {
    unitCode: async (id) => (await docs.get('unit', id))?.doc.code ?? 'CITY',
    systemLevel: async (id) => (await docs.get('system', id))?.doc.level ?? null,
  }
  const responder = createResponder({
    docs,
    clock,
    estate,
    rule: (id) => {
      const found = rules.find((r) => r.rule.id === id)
      return (
        found && {
          title: found.rule.title,
          titleZh: found.sidecar!.titleZh,
          level: found.rule.level,
          tags: found.rule.tags,
        }
      )
    },
    onIncident: (kind, incident) => api!.hub.publish({ kind, number: incident.doc.number }),
  })
  let seq = 0
  const runs = new Runner({
    docs,
    events,
    responder,
    fired: async () => [],
    rules: {
      loaded: (id) => rules.find((r) => r.rule.id === id),
      correlation: () => undefined,
      isSilent: () => false,
      digest: (id) => live.book.get(id)?.digest,
      running: () => live.book.running,
      keptBack: (id, event) => live.book.exceptionsOn(id, event).length > 0,
      shared: () => [],
    },
    intake: { reach: async () => ({ 0: seq }), busy: () => false },
    epochs: { all: [], idle: async () => undefined },
    clock,
    tell,
  })
  api = createApi({
    docs,
    events,
    clock,
    policies: openPolicies({ docs, clock }),
    rules: live,
    unpack,
    runs,
    health,
    tell,
    address: () => url,
    introspection: options.introspection ?? false,
    secure: false,
  })
  let segment = 0
  const take: World['take'] = async (made) => {
    const stored = made.map((m) => {
      seq++
      // The id says whose event it is, but never a name.
      return eventOf(m, `${String(seq).padStart(4, '0')}-${m.mark === 'SECRET' ? 'THPLAT' : m.mark}`, seq)
    })
    await events.load(writeSegment(segments, `s-${++segment}`, stored.map(lineOf)))
    for (const e of stored) {
      detector.feed((e.ecs.suidun as EcsObject).seq as number, (e.ecs.event as EcsObject).id as string, e)
    }
    await responder.apply(detector.take().deltas)
  }
  await take(EVENTS)

  const client = (credentials: Record<string, string>, cookie = '', csrf = ''): Client => ({
    cookie,
    csrf,
    async ask(query, variables, headers = {}) {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...credentials, ...headers },
        body: JSON.stringify({ query, variables }),
      })
      return { status: answer.status, ...((await answer.json()) as Omit<Answer, 'status'>) }
    },
    async data(query, variables) {
      const answer = await this.ask(query, variables)
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors))
      return answer.data
    },
  })
  return {
    url,
    docs,
    events,
    api,
    rules: live,
    told,
    keys,
    take,
    pass: (ms) => {
      now += ms
    },
    anonymous: client({}),
    withKey: (secret) => client({ authorization: `Bearer ${secret}` }),
    async signIn(name) {
      const answer = await fetch(`${url}/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password: PASSWORD }),
      })
      if (answer.status !== 200) throw new Error(`sign-in of ${name}: ${answer.status} ${await answer.text()}`)
      const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
      const { csrf } = (await answer.json()) as { csrf: string }
      return client({ cookie, 'x-suidun-csrf': csrf }, cookie, csrf)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await runs.close()
      await live.close()
      await events.close()
      await docs.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type { Documents, Made }
