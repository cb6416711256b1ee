import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAILED, GUESSED, GUESSING, SPRAYING, SUCCEEDED, signIn, writeCorrelations } from '../support/correlations.ts'
import { createKey, type Json, post, read } from '../support/machine.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'

const MINUTE = 60_000
const folder = tempFolder('correlation')
const data = join(folder, 'data')
const rules = writeCorrelations(join(folder, 'rules'))
const env = { SUIDUN_RULES: rules, SUIDUN_CORRELATION_HOLD: '1' }
const T0 = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000
let server: TestServer
let key: string
let readKey: string

beforeAll(async () => {
  key = await createKey(data, '--scopes', 'ingest')
  readKey = await createKey(data, '--scopes', 'read')
  server = await startServer({ data, env })
})
afterAll(async () => {
  await server?.stop('SIGKILL')
  removeFolder(folder)
})

async function send(...lines: string[]): Promise<void> {
  const { status } = await post(server, '/ingest', { key, body: `${lines.join('\n')}\n` })
  expect(status).toBe(200)
}

const SIGNAL = `id count first last entity level storming rule { id title } events { id }
  evidence { id original } correlation { from to value group { name value } rules { id title } }`

async function signals(): Promise<Json[]> {
  const { signals } = await read(server, readKey, `{ signals(first: 1000) { edges { node { ${SIGNAL} } } } }`)
  return signals.edges.map((e: Json) => e.node)
}

const of = async (rule: string, entity?: string) =>
  (await signals()).filter((s) => s.rule.id === rule && (entity === undefined || s.entity === entity))

const metric = async (line: string) => {
  const text = await (await fetch(`${server.run.http}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((l) => l.startsWith(line))
      ?.split(' ')[1],
  )
}

describe('correlations in the running platform', () => {
  test('five failures of a user become one signal of the correlation, in an incident; base rules raise none', async () => {
    for (let i = 0; i < 5; i++) await send(signIn('li', `192.0.2.${i}`, 'failure', T0 + i * MINUTE))
    const [signal] = await until('the signal', async () => {
      const found = await of(GUESSING)
      return found.length > 0 && found
    })
    expect(signal).toMatchObject({
      count: 5,
      level: 'high',
      entity: 'user.name:li',
      first: new Date(T0).toISOString(),
      last: new Date(T0 + 4 * MINUTE).toISOString(),
      rule: { title: 'Guessing' },
      correlation: {
        from: new Date(T0).toISOString(),
        to: new Date(T0 + 4 * MINUTE).toISOString(),
        value: 5,
        group: [{ name: 'user.name', value: 'li' }],
        rules: [{ id: FAILED, title: 'Sign-in failed' }],
      },
    })
    await until('its events', async () => (await of(GUESSING))[0].events.length === 5)
    expect(JSON.parse(signal.evidence.original)).toMatchObject({ message: 'li from 192.0.2.0: failure' })
    expect(signal.evidence.id).toBe((await of(GUESSING))[0].events.map((e: Json) => e.id)[0])
    const { incidents } = await read(
      server,
      readKey,
      '{ incidents(first: 10) { edges { node { entity title signals(first: 10) { edges { node { id } } } } } } }',
    )
    expect(incidents.edges.map((e: Json) => e.node)).toEqual([
      { entity: 'user.name:li', title: 'Guessing', signals: { edges: [{ node: { id: signal.id } }] } },
    ])
    const base = [...(await of(FAILED)), ...(await of(SUCCEEDED))]
    expect(base).toEqual([])
  })

  test('it fires once while the condition holds, and again only after it was false', async () => {
    for (let i = 0; i < 5; i++) await send(signIn('li', '192.0.2.9', 'failure', T0 + (5 + i) * MINUTE))
    for (let i = 0; i < 5; i++) await send(signIn('li', '192.0.2.9', 'failure', T0 + (40 + i) * MINUTE))
    const found = await until('the second signal', async () => {
      const all = await of(GUESSING, 'user.name:li')
      return all.length > 1 && all
    })
    expect(found.map((s) => [s.first, s.count]).sort()).toEqual([
      [new Date(T0).toISOString(), 5],
      [new Date(T0 + 40 * MINUTE).toISOString(), 5],
    ])
  })

  test('what several lanes and senders bring out of order is put in order', async () => {
    const lines = ['a', 'b', 'c', 'd'].map((u, i) => signIn(u, '198.51.100.7', 'failure', T0 + i * MINUTE))
    await Promise.all(lines.toReversed().map((line) => send(line)))
    await send(signIn('a', '198.51.100.7', 'success', T0 + 2 * MINUTE))
    await send(
      signIn('z', '198.51.100.7', 'success', T0 + MINUTE),
      signIn('z', '198.51.100.7', 'failure', T0 + 2 * MINUTE),
    )
    const spraying = await until('the spraying', async () => {
      const all = await of(SPRAYING)
      return all.length > 0 && all
    })
    expect(spraying).toMatchObject([{ entity: 'source.ip:198.51.100.7', count: 4, correlation: { value: 4 } }])
    const guessed = await until('the success', async () => {
      const all = await of(GUESSED)
      return all.length > 0 && all
    })
    expect(guessed).toMatchObject([
      {
        entity: 'user.name:a',
        correlation: {
          group: [
            { name: 'user.name', value: 'a' },
            { name: 'source.ip', value: '198.51.100.7' },
          ],
          rules: [{ id: FAILED }, { id: SUCCEEDED }],
        },
      },
    ])
  })

  test('/metrics tell of groups, firings, evictions and late matches', async () => {
    expect(await metric('suidun_correlation_groups')).toBeGreaterThan(0)
    expect(await metric('suidun_correlation{what="firings"}')).toBe(4)
    expect(await metric('suidun_correlation{what="evicted"}')).toBe(0)
    expect(await metric('suidun_correlation{what="late"}')).toBe(0)
  })

  test('a window goes on after an orderly restart', async () => {
    for (let i = 0; i < 3; i++) await send(signIn('wang', '192.0.2.1', 'failure', T0 + i * MINUTE))
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    server = await startServer({ data, env })
    for (let i = 3; i < 5; i++) await send(signIn('wang', '192.0.2.2', 'failure', T0 + i * MINUTE))
    const [signal] = await until('the signal', async () => {
      const all = await of(GUESSING, 'user.name:wang')
      return all.length > 0 && all
    })
    expect(signal).toMatchObject({ count: 5, first: new Date(T0).toISOString() })
  })

  test('a changed correlation begins anew after a restart, the others go on', async () => {
    for (let i = 0; i < 3; i++) await send(signIn('chen', '203.0.113.5', 'failure', T0 + i * MINUTE))
    for (const u of ['p', 'q', 'r']) await send(signIn(u, '203.0.113.5', 'failure', T0 + MINUTE))
    await server.stop()
    const path = join(rules, 'guessing.yml')
    writeFileSync(path, readFileSync(path, 'utf8').replace('gte: 5', 'gte: 4'))
    server = await startServer({ data, env })
    await send(signIn('chen', '203.0.113.6', 'failure', T0 + 3 * MINUTE))
    await send(signIn('s', '203.0.113.5', 'failure', T0 + 3 * MINUTE))
    await until('the spraying', async () => (await of(SPRAYING, 'source.ip:203.0.113.5')).length > 0)
    expect(await of(GUESSING, 'user.name:chen')).toEqual([])
    for (let i = 4; i < 7; i++) await send(signIn('chen', '203.0.113.6', 'failure', T0 + i * MINUTE))
    const [signal] = await until('the signal', async () => {
      const all = await of(GUESSING, 'user.name:chen')
      return all.length > 0 && all
    })
    expect(signal).toMatchObject({ count: 4, first: new Date(T0 + 3 * MINUTE).toISOString() })
  })

  test('a damaged state is set aside and said; correlations begin anew', async () => {
    for (let i = 0; i < 3; i++) await send(signIn('gao', '192.0.2.77', 'failure', T0 + i * MINUTE))
    await server.stop()
    const state = join(data, 'correlation.state')
    const before = readFileSync(state, 'latin1')
    writeFileSync(state, before.replace('"gao"', '"bao"'), 'latin1')
    server = await startServer({ data, env })
    expect(server.output().stderr).toContain('correlation_set_aside')
    expect(readFileSync(`${state}.damaged`, 'latin1')).toContain('"bao"')
    for (let i = 3; i < 7; i++) await send(signIn('gao', '192.0.2.78', 'failure', T0 + i * MINUTE))
    const [signal] = await until('the signal', async () => {
      const all = await of(GUESSING, 'user.name:gao')
      return all.length > 0 && all
    })
    expect(signal).toMatchObject({ count: 4, first: new Date(T0 + 3 * MINUTE).toISOString() })
  })
})
