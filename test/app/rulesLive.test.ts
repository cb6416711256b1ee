import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { importFiles } from '../../detection/index.ts'
import { platformReader } from '../../policies/index.ts'
import { openDocuments } from '../../store/index.ts'
import { removeFolder, startServer, suidun, type TestServer, tempFolder, until } from '../support/server.ts'

const folder = tempFolder('rules-live')
const data = join(folder, 'data')
const env = { SUIDUN_DATA: data, SUIDUN_LANES: '1' }
const password = 'correct horse battery'
const A = '33333333-0000-4000-8000-00000000000a'
const B = '33333333-0000-4000-8000-00000000000b'
const idOf = (n: number) => `33333333-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
const ruleText = (id: string, word: string) => `title: Rule ${word}
id: ${id}
level: low
logsource: { product: any }
detection: { a: { message|contains: ${word} }, condition: a }
`
const zipOf = (files: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))

let server: TestServer
let secret: string
let cookie: string
let csrf: string

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.run.http}${path}`, { method: 'POST', headers, body })
  return { status: answer.status, cookie: answer.headers.get('set-cookie') ?? '', text: await answer.text() }
}
const json = { 'content-type': 'application/json' }

async function signIn(): Promise<void> {
  const answer = await post('/auth/sign-in', JSON.stringify({ name: 'wang', password }), json)
  cookie = answer.cookie.split(';')[0]!
  csrf = (JSON.parse(answer.text) as { csrf: string }).csrf
}

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it
async function ask(query: string, variables: object = {}): Promise<any> {
  const body = JSON.stringify({ query, variables })
  const answer = JSON.parse((await post('/graphql', body, { ...json, cookie, 'x-suidun-csrf': csrf })).text)
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors))
  return answer.data
}

const importArchive = (files: Readonly<Record<string, string>>) =>
  post('/rules/import', zipOf(files) as BodyInit, { cookie, 'x-suidun-csrf': csrf })

/** Sends one line to be detected. */
async function line(message: string, more: object = {}): Promise<void> {
  const answer = await fetch(`${server.run.ingest}/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ message, ...more }),
  })
  expect(answer.status).toBe(200)
}

/** Events that signals of a rule count. */
async function hits(rule: string): Promise<number> {
  const { signals } = await ask('query($q: String!) { signals(query: $q, first: 100) { edges { node { count } } } }', {
    q: `rule.id: "${rule}"`,
  })
  return signals.edges.reduce((sum: number, e: { node: { count: number } }) => sum + e.node.count, 0)
}

let marks = 0
/** Resolves when all that was sent before is detected: a line that B always sees follows it on the one lane. */
async function detected(): Promise<void> {
  marks++
  await line('banana')
  await until('the mark to be counted', async () => (await hits(B)) === marks)
}

const start = async () => {
  server = await startServer({ data, env })
  await signIn()
}

beforeAll(async () => {
  server = await startServer({ data, env })
  const link = (await suidun(['account', 'create', '--name', 'wang', '--role', 'analyst'], { env })).stdout.trim()
  await post('/auth/set-up', JSON.stringify({ token: link.split('/set-up/')[1], password }), json)
  secret = (await suidun(['key', 'create', '--name', 'k', '--scopes', 'ingest,read'], { env })).stdout.trim()
  await signIn()
})
afterAll(async () => {
  await server?.stop()
  removeFolder(folder)
})

describe('rules of a running server', () => {
  test('one that is imported fires from the next lines on', async () => {
    await line('apple before')
    const { status, text } = await importArchive({ 'a.yml': ruleText(A, 'apple'), 'b.yml': ruleText(B, 'banana') })
    expect([status, JSON.parse(text)]).toMatchObject([200, { files: 2, added: 2, rules: 2, refused: 0 }])
    await line('apple 1')
    await detected()
    expect(await hits(A)).toBe(1)
  })

  test('what rules missed before they were imported is one gap, however many they are, and a run fills it', async () => {
    const GAPS = '{ ruleGaps { from to interrupted ruleCount ruleIds rules(first: 1) { id } } }'
    const gaps = async () => (await ask(GAPS)).ruleGaps
    await until('the gap to be known', async () => (await gaps()).length > 0)
    const [gap, ...others] = await gaps()
    expect(others).toEqual([])
    expect(gap).toMatchObject({ interrupted: false, ruleCount: 2 })
    expect([...gap.ruleIds].sort()).toEqual([A, B])
    expect(gap.rules).toEqual([{ id: gap.ruleIds[0] }])
    const START = `mutation($ids: [ID!]!, $from: DateTime!, $to: DateTime!) {
      startRun(ruleIds: $ids, from: $from, to: $to, purpose: gap) { __typename ... on RuleRun { id } } }`
    const { startRun } = await ask(START, { ids: gap.ruleIds, from: gap.from, to: gap.to })
    expect(startRun.__typename).toBe('RuleRun')
    await until('the run to fill it', async () => (await gaps()).length === 0)
    const { run } = await ask('query($id: ID!) { run(id: $id) { status matched } }', { id: startRun.id })
    expect(run).toEqual({ status: 'done', matched: 1 })
    expect(await hits(A)).toBe(2)
  })

  test('one that is switched off does not, and does again when it is on', async () => {
    const SWITCH = `mutation($on: Boolean!) { switchRule(id: "${A}", on: $on, reason: "test") { __typename ... on Rule { enabled } } }`
    expect((await ask(SWITCH, { on: false })).switchRule).toEqual({ __typename: 'Rule', enabled: false })
    await line('apple 2')
    await detected()
    expect(await hits(A)).toBe(2)
    await ask(SWITCH, { on: true })
    await line('apple 3')
    await detected()
    expect(await hits(A)).toBe(3)
  })

  const KEPT = '{ exceptions(first: 10) { edges { node { id active keptBack lastKeptBack recentEventIds } } } }'
  const kept = async () => (await ask(KEPT)).exceptions.edges.map((e: { node: unknown }) => e.node)

  test('an exception keeps back what it finds, is counted, and the rule fires again when it has ended', async () => {
    const EXCEPT = `mutation($until: DateTime!) { createException(ruleId: "${A}", query: "source.ip: 10.9.9.9", reason: "ours", until: $until) { __typename } }`
    const end = new Date(Date.now() + 6_000).toISOString()
    expect((await ask(EXCEPT, { until: end })).createException.__typename).toBe('RuleException')
    await line('apple 4', { source: { ip: '10.9.9.9' } })
    await line('apple 5', { source: { ip: '10.9.9.8' } })
    await detected()
    expect(await hits(A)).toBe(4)
    const [one] = await kept()
    expect(one).toMatchObject({ keptBack: 1, recentEventIds: [expect.stringMatching(/^[0-9a-f]{32}$/)] })
    const { event } = await ask(`{ event(id: "${one.recentEventIds[0]}") { id } }`).catch(() => ({ event: null }))
    if (event !== null) expect(event.id).toBe(one.recentEventIds[0])
    await until('the exception to end', async () => !(await kept())[0].active)
    await line('apple 6', { source: { ip: '10.9.9.9' } })
    await detected()
    expect(await hits(A)).toBe(5)
    expect((await kept())[0]).toMatchObject({ active: false, keptBack: 1 })
  })

  test('all of it outlives kill -9, and nothing is counted twice', async () => {
    await ask(`mutation { switchRule(id: "${A}", on: false, reason: "off over night") { __typename } }`)
    await ask(
      `mutation($until: DateTime!) { createException(ruleId: "${B}", query: "source.ip: 10.1.1.1", reason: "ours", until: $until) { __typename } }`,
      { until: new Date(Date.now() + 3_600_000).toISOString() },
    )
    for (let i = 0; i < 5; i++) await line('banana', { source: { ip: '10.1.1.1' } })
    await server.stop('SIGKILL')
    await start()
    await line('banana', { source: { ip: '10.1.1.1' } })
    await line('apple 7')
    await detected()
    await until('all to be counted', async () => (await kept())[0].keptBack === 6)
    expect(await hits(A)).toBe(5)
    const { rule } = await ask(`{ rule(id: "${A}") { origin enabled switchReason } }`)
    expect(rule).toEqual({ origin: 'imported', enabled: false, switchReason: 'off over night' })
    await detected()
    expect((await kept())[0].keptBack).toBe(6)
  })

  test('what another process imports is seen without a restart', async () => {
    const C = idOf(0xc)
    const docs = await openDocuments({ path: join(data, 'documents.sqlite') })
    const reader = platformReader('command line')
    await importFiles({ docs, clock: Date.now, reader }, [{ name: 'c.yml', text: ruleText(C, 'cherry') }])
    await docs.close()
    await until('the rule to be there', async () => (await ask(`{ rule(id: "${C}") { id } }`)).rule !== null)
    // Lanes go on with their former rules until they have it.
    await until('it to fire', async () => {
      await line('cherry')
      return (await hits(C)) > 0
    })
  })
})

describe('an import that is killed', () => {
  const files = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, i) => [`many/${i}.yml`, ruleText(idOf(0x10000 + i), `word${i}`)]),
  )
  const withDocs = async <T>(work: (docs: DocumentStore) => Promise<T>): Promise<T> => {
    const docs = await openDocuments({ path: join(data, 'documents.sqlite') })
    try {
      return await work(docs)
    } finally {
      await docs.close()
    }
  }

  test('changes nothing; the same again comes whole, with one entry in the audit log', async () => {
    const imported = async () => (await ask('{ rules(origin: imported) { totalCount } }')).rules.totalCount as number
    const before = await imported()
    const running = importArchive(files).catch(() => undefined)
    await withDocs((docs) =>
      until('some texts to be written', async () => (await docs.count('ruleFile', { scope: EVERYTHING })) > 100),
    )
    await server.stop('SIGKILL')
    await running
    await start()
    expect(await imported()).toBe(before)
    const { status, text } = await importArchive(files)
    expect([status, JSON.parse(text)]).toMatchObject([200, { files: 2_000, added: 2_000, rules: 2_000, refused: 0 }])
    expect(await imported()).toBe(before + 2_000)
    const again = await importArchive(files)
    expect(JSON.parse(again.text)).toMatchObject({ added: 0, changed: 0, unchanged: 2_000 })
    const entries = await withDocs((docs) =>
      docs.list('audit', {
        scope: EVERYTHING,
        filter: { op: 'term', field: ['action'], value: 'rules.imported', cased: true },
        sort: [['seq', 'asc']],
        first: 10,
      }),
    )
    expect(entries.rows.map((r) => r.doc.after?.added)).toEqual([2, 1, 2_000])
    expect((await withDocs((docs) => docs.verifyAudit())).broken).toBeUndefined()
  })
})
