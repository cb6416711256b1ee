import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Visitor } from '../support/browse.ts'
import { byPlace, DAY, play, raised, sheetOf } from '../support/demo.ts'
import { type Json, read } from '../support/machine.ts'
import { removeFolder, startServer, suidun, type TestServer, tempFolder, until } from '../support/server.ts'

const folder = tempFolder('demo')
/** One folder for all: each demo empties it. */
const data = join(folder, 'data')
afterAll(() => removeFolder(folder))

const counts = (server: TestServer, key: string): Promise<Json> =>
  read(server, key, '{ events(first: 1) { totalCount } incidents(first: 1) { totalCount } }')

describe('the demo', () => {
  const seeds = Array.from({ length: 3 }, () => String(Math.floor(Math.random() * 1e9)))
  console.info(`seeds of the demo: ${seeds.join(', ')}`)

  test.each(seeds)(
    'of seed %s raises exactly the incidents of its sheet',
    async (seed) => {
      const sheet = await sheetOf(seed)
      expect(sheet.length).toBeGreaterThanOrEqual(3)
      const { server, ready } = await play({ data }, '--seed', seed)
      try {
        expect(byPlace(await raised(server, ready.readKey))).toEqual(byPlace(sheet))
      } finally {
        await server.stop()
      }
      expect(server.process.exitCode).toBe(0)
    },
    2 * DAY,
  )

  test(
    'without attacks raises none; its ready line is that of the contract, its accounts work, its trickle goes on in peace',
    async () => {
      const { server, ready } = await play({ data }, '--no-attacks', '--seed', seeds[0]!)
      try {
        expect(await raised(server, ready.readKey)).toEqual([])
        expect(ready).toEqual({
          ready: true,
          http: server.run.http,
          ingest: server.run.ingest,
          syslog: server.run.syslog,
          accounts: expect.any(Array),
          readKey: expect.stringMatching(/^sdk_/),
          ingestKey: expect.stringMatching(/^sdk_/),
        })
        expect(ready.accounts.map((a) => a.role).sort()).toEqual(
          [
            'analyst',
            'audit_admin',
            'compliance_officer',
            'contractor',
            'security_admin',
            'system_admin',
            'unit_user',
          ].sort(),
        )
        for (const account of ready.accounts) {
          expect(Object.keys(account).sort()).toEqual(['name', 'password', 'role'])
          const visitor = new Visitor(ready.http)
          await visitor.signIn(account.name, account.password)
          const { me } = await visitor.ask<{ me: { role: string } }>('{ me { role } }')
          expect(me.role).toBe(account.role)
        }
        const before = await counts(server, ready.readKey)
        expect(before.events.totalCount).toBeGreaterThan(50_000)
        const sent = await fetch(`${ready.ingest}/ingest`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${ready.ingestKey}` },
          body: '{"message":"from the tests"}\n',
        })
        expect(await sent.json()).toEqual({ accepted: 1 })
        await until(
          'the trickle',
          async () => (await counts(server, ready.readKey)).events.totalCount > before.events.totalCount + 20,
        )
        expect((await counts(server, ready.readKey)).incidents.totalCount).toBe(0)
        const { systems, findings } = await read(
          server,
          ready.readKey,
          '{ systems { id level checklist { proposal { state } } } findings { totalCount } }',
        )
        expect(systems).toHaveLength(6)
        expect(findings.totalCount).toBeGreaterThan(0)
        const states = systems.flatMap((s: Json) => s.checklist.flatMap((c: Json) => c.proposal?.state ?? []))
        expect(states.length).toBeGreaterThanOrEqual(5)

        const other = await suidun(['demo', '--json'], { env: { SUIDUN_DATA: data } })
        expect([other.code, other.stdout]).toEqual([2, ''])
        expect(other.stderr).toMatch(/in use by process \d+/)
        expect((await fetch(`${ready.http}/readyz`)).status).toBe(200)
      } finally {
        await server.stop()
      }
    },
    2 * DAY,
  )

  test('stopped in the middle of the day ends cleanly', async () => {
    const server = await startServer({ data, args: ['demo', '--seed', '5'] })
    await until('the day to begin', async () => /\d+ %/.test(server.output().stdout))
    expect(server.output().stdout).toContain(server.run.http)
    for (const role of ['analyst', 'compliance_officer', 'unit_user', 'contractor', 'system_admin'])
      expect(server.output().stdout).toMatch(new RegExp(`^ {2}${role} +\\S+ +\\S{12,}$`, 'm'))
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    expect(existsSync(join(data, 'run.json'))).toBe(false)
  })

  const MARK = '{"demo":true}\n'
  test.each([
    ['that is no demo’s', { 'precious.txt': 'keep me' }, /no demo's/],
    ['with another file of the mark’s name', { 'demo.json': '{"slides":12}', 'precious.txt': 'keep me' }, /no demo's/],
    ['with nothing but such a file', { 'demo.json': '{"demo":false}\n' }, /no demo's/],
    ['that holds more than a demo’s data', { 'demo.json': MARK, 'precious.txt': 'keep me' }, /precious\.txt/],
    [
      'that holds what is named nearly so',
      { 'demo.json': MARK, events2: 'keep me', 'run.jsonl': '1' },
      /events2, run\.jsonl/,
    ],
  ])('refuses a folder %s, and leaves it as it was', async (_, files, why) => {
    const foreign = tempFolder('foreign')
    for (const [name, content] of Object.entries(files)) writeFileSync(join(foreign, name), content)
    const { code, stdout, stderr } = await suidun(['demo', '--json'], { env: { SUIDUN_DATA: foreign } })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(foreign)
    expect(stderr).toMatch(why)
    expect(readdirSync(foreign).sort()).toEqual(Object.keys(files).sort())
    for (const [name, content] of Object.entries(files)) expect(readFileSync(join(foreign, name), 'utf8')).toBe(content)
    removeFolder(foreign)
  })

  test('refuses a real server’s folder, and leaves it as it was', async () => {
    const real = await startServer({ data: join(folder, 'real') })
    await real.stop()
    expect((await suidun(['demo'], { env: { SUIDUN_DATA: real.data } })).code).toBe(2)
    expect(existsSync(join(real.data, 'documents.sqlite'))).toBe(true)
  })

  test.each(['x', '-1', '1.5', ''])('refuses the seed "%s"', async (seed) => {
    const { code, stderr } = await suidun(['demo', `--seed=${seed}`, '--sheet'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/--seed/)
  })
})
