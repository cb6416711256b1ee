import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Visitor } from '../support/browse.ts'
import { read } from '../support/machine.ts'
import {
  childEnv,
  LAUNCHER,
  removeFolder,
  startServer,
  suidun,
  type TestServer,
  tempFolder,
  until,
} from '../support/server.ts'
import { TOWN } from '../support/town.ts'

const folder = tempFolder('commands')
afterAll(() => removeFolder(folder))

const rule = (id: string | undefined, selection: string, logsource = 'product: linux') =>
  `title: A rule\n${id === undefined ? '' : `id: ${id}\n`}status: test\nlevel: medium\nlogsource: { ${logsource} }
detection:\n  sel:\n    ${selection}\n  condition: sel\ntags: [attack.t1110]\n`
const A = 'aaaaaaaa-0000-4000-8000-000000000001'
const B = 'bbbbbbbb-0000-4000-8000-000000000002'

describe('match', () => {
  const rules = join(folder, 'rules')
  const events = join(folder, 'events.ndjson')
  beforeAll(() => {
    mkdirSync(join(rules, 'deep'), { recursive: true })
    // The ids stand in the order of neither files nor text.
    writeFileSync(join(rules, '1.yml'), rule(B, "name|contains: 'x'", 'product: nowhere-named'))
    writeFileSync(join(rules, '2.yml'), rule(A, 'name: xy', 'product: nowhere-named'))
    writeFileSync(join(rules, 'deep', 'no-id.yml'), rule(undefined, "name|endswith: 'y'", 'product: nowhere-named'))
    writeFileSync(join(rules, 'broken.yml'), rule('cccccccc-0000-4000-8000-000000000003', "name|nonsense: 'x'"))
    writeFileSync(events, '{"name":"xy"}\n[1]\n{"name":"none"}\n\n{cut\n{"name":"ax"}\n{"name":"XY","more":{"deep":1}}')
  })
  const lines = (stdout: string) =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((l) => JSON.parse(l))
  const expected = [
    { line: 1, rules: [A, B, 'deep/no-id.yml'] },
    { line: 6, rules: [B] },
    { line: 7, rules: [A, B, 'deep/no-id.yml'] },
  ]

  test('prints a line per matching event, ids sorted, and tells the rest on stderr', async () => {
    const { code, stdout, stderr } = await suidun(['match', '--rules', rules, '--events', events])
    expect(code).toBe(0)
    expect(lines(stdout)).toEqual(expected)
    expect(stderr).toMatch(/broken\.yml:\d+:\d+ SIG-\d+ .*nonsense/)
    expect(stderr).toMatch(/line 2\b.*\n/)
    expect(stderr).toMatch(/line 5\b.*\n/)
    expect(stderr).toMatch(
      /events 4\b.*matches 3\b.*rules loaded 3\b.*refused 1\b.*loading [\d.]+ s, matching [\d.]+ s/s,
    )
  })

  test('ends at once when interrupted, with what it found, while more may come', async () => {
    const child = spawn(process.execPath, [LAUNCHER, 'match', '--rules', rules, '--events', '-'], { env: childEnv() })
    const [out, err] = [text(child.stdout), text(child.stderr)]
    const wrote = once(child.stdout, 'readable')
    // What is found is written in chunks: so much that the first has gone out.
    child.stdin.write('{"name":"xy"}\n'.repeat(2000))
    await wrote
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([130, null])
    const found = lines(await out)
    expect(found.length).toBeGreaterThan(100)
    expect(found.at(-1)).toEqual({ line: found.length, rules: expected[0]!.rules })
    expect(await err).toContain(`matches ${found.length} `)
  })

  test('reads standard input where told so', async () => {
    const { code, stdout } = await suidun(['match', '--rules', rules, '--events', '-'], {
      input: readFileSync(events, 'utf8'),
    })
    expect(code).toBe(0)
    expect(lines(stdout)).toEqual(expected)
  })

  test('with nothing that matches prints nothing and exits 0', async () => {
    const { code, stdout } = await suidun(['match', '--rules', rules, '--events', '-'], { input: '{"name":"q"}\n' })
    expect([code, stdout]).toEqual([0, ''])
  })

  test('exits 2 where rules or events cannot be read, or no rule loads', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'x.yml'), 'title: [')
    for (const args of [
      ['match', '--rules', join(folder, 'absent'), '--events', events],
      ['match', '--rules', rules, '--events', join(folder, 'absent')],
      ['match', '--rules', rules, '--events', rules],
      ['match', '--rules', empty, '--events', events],
      ['match', '--rules', broken, '--events', events],
      ['match', '--rules', rules],
    ]) {
      const { code, stdout, stderr } = await suidun(args)
      expect([args, code, stdout]).toEqual([args, 2, ''])
      expect(stderr).not.toBe('')
      expect(stderr).not.toMatch(/\n\s+at /)
    }
  })
})

describe('check', () => {
  test('prints problems with their places and exits 1 if any is an error; --json', async () => {
    const path = join(folder, 'check')
    mkdirSync(path)
    writeFileSync(join(path, 'good.yml'), rule(A, "user.name: 'root'"))
    const good = await suidun(['check', join(path, 'good.yml')])
    expect(good.code).toBe(0)
    writeFileSync(join(path, 'bad.yml'), rule(B, "name|nonsense: 'x'"))
    const bad = await suidun(['check', path])
    expect(bad.code).toBe(1)
    expect(bad.stdout).toMatch(new RegExp(`^${join(path, 'bad.yml')}:8:10 SIG-014 .*nonsense`, 'm'))
    const json = await suidun(['check', path, '--json'])
    expect(json.code).toBe(1)
    const problems = JSON.parse(json.stdout)
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'SIG-014', file: join(path, 'bad.yml'), line: 8, severity: 'error' }),
    )
    expect((await suidun(['check', join(folder, 'absent')])).code).toBe(2)
    expect((await suidun(['check'])).code).toBe(2)
  })

  test('finds nothing wrong with our own rules', async () => {
    const own = join(import.meta.dirname, '../../detection/rules')
    const { code, stdout } = await suidun(['check', own, '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([0, []])
  })
})

describe('commands beside a running server', () => {
  const data = join(folder, 'data')
  const env = { SUIDUN_DATA: data }
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ data })
  })
  afterAll(() => server?.stop())
  const verify = async (at = data) => {
    const { code, stdout } = await suidun(['audit', 'verify', '--json'], { env: { SUIDUN_DATA: at } })
    return { code, ...(JSON.parse(stdout) as { entries: number; broken: null | { seq: number; why: string } }) }
  }

  test('inventory apply is taken up by the server', async () => {
    const file = join(folder, 'town.yaml')
    writeFileSync(file, TOWN)
    const { code, stdout } = await suidun(['inventory', 'apply', file, '--json'], { env })
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { created: 6, changed: 1, problems: [] }])
    const key = (await suidun(['key', 'create', '--name', 'r', '--scopes', 'read'], { env })).stdout.trim()
    const { systems } = await read(server, key, '{ systems { id name level checklist { item { id } } } }')
    expect(systems.map((s: { id: string }) => s.id).sort()).toEqual(['office', 'portal'])
  })

  test('inventory apply is audited, changes nothing the second time, and nothing where anything is wrong', async () => {
    const file = join(folder, 'alone.yaml')
    const alone = join(folder, 'alone')
    const apply = (text: string) => {
      writeFileSync(file, text)
      return suidun(['inventory', 'apply', file, '--json'], { env: { SUIDUN_DATA: alone } })
    }
    expect(JSON.parse((await apply(TOWN)).stdout)).toMatchObject({ created: 6, changed: 1 })
    const { entries } = await verify(alone)
    // The root unit, six new documents, and the root unit named.
    expect(entries).toBe(8)
    const second = await apply(TOWN)
    expect([second.code, JSON.parse(second.stdout)]).toMatchObject([0, { created: 0, changed: 0, unchanged: 7 }])
    const wrong = await apply(TOWN.replace('unitId: hz', 'unitId: nowhere').replace('天和区', '新区'))
    expect([wrong.code, JSON.parse(wrong.stdout)]).toMatchObject([1, { created: 0, changed: 0 }])
    const words = await suidun(['inventory', 'apply', file], { env: { SUIDUN_DATA: alone } })
    expect(words.code).toBe(1)
    expect(words.stderr).toMatch(new RegExp(`${file}:\\d+:\\d+ INV-403 .*nowhere`))
    expect((await verify(alone)).entries).toBe(entries)
    expect((await suidun(['inventory', 'apply', join(folder, 'absent.yaml')], { env })).code).toBe(2)
  })

  test('the sample city is such a file', async () => {
    const city = join(import.meta.dirname, '../../demo/city.yaml')
    const home = { SUIDUN_DATA: join(folder, 'city') }
    const { code, stdout } = await suidun(['inventory', 'apply', city, '--json'], { env: home })
    expect([code, JSON.parse(stdout).problems]).toEqual([0, []])
    expect(JSON.parse((await suidun(['inventory', 'apply', city, '--json'], { env: home })).stdout)).toMatchObject({
      created: 0,
      changed: 0,
    })
  })

  test('key create: a key of a unit or system that is not there, or not of that unit, is refused', async () => {
    for (const words of [
      ['--unit', 'nowhere'],
      ['--system', 'nowhere'],
      ['--unit', 'hz', '--system', 'portal'],
    ]) {
      const { code, stdout, stderr } = await suidun(['key', 'create', '--name', 'x', '--scopes', 'ingest', ...words], {
        env,
      })
      expect([words, code, stdout]).toEqual([words, 2, ''])
      expect(stderr).toMatch(/nowhere|portal/)
    }
  })

  test('account create prints a link of the running server that works once, for every role', async () => {
    for (const [role, more] of [
      ['analyst', []],
      ['compliance_officer', []],
      ['unit_user', ['--unit', 'th']],
      ['system_admin', []],
    ] as const) {
      const name = role.replace('_', '.')
      const made = await suidun(['account', 'create', '--name', name, '--role', role, ...more], { env })
      expect(made).toMatchObject({ code: 0, stderr: '' })
      const link = made.stdout.trim()
      expect(link.startsWith(`${server.run.http}/set-up/`)).toBe(true)
      expect((await fetch(link)).status).toBe(200)
      const visitor = new Visitor(server.run.http)
      const token = link.split('/set-up/')[1]
      const { setup } = await visitor.ask<{ setup: { link: object } }>(
        'query($t: String) { setup(token: $t) { link { name role } } }',
        { t: token },
      )
      expect(setup.link).toEqual({ name, role })
      const use = { token, password: 'a password of its own' }
      expect((await visitor.post('/auth/set-up', use)).status).toBe(200)
      expect((await visitor.post('/auth/set-up', use)).status).toBe(410)
      await visitor.signIn(name, use.password)
      const { me } = await visitor.ask<{ me: { role: string; unit: { id: string } } }>('{ me { role unit { id } } }')
      expect(me).toEqual({ role, unit: { id: role === 'unit_user' ? 'th' : 'root' } })
    }
    const again = await suidun(['account', 'create', '--name', 'Analyst', '--role', 'analyst'], { env })
    expect([again.code, again.stdout]).toEqual([2, ''])
    expect(again.stderr).toContain('ACC-008')
  })

  test('a check run on demand proposes a result, which a reading key sees with its digest', async () => {
    const visitor = new Visitor(server.run.http)
    await visitor.signIn('compliance.officer', 'a password of its own')
    const { runCheck } = await visitor.ask<{ runCheck: { proposal: { state: string; digest: string } } }>(
      'mutation { runCheck(systemId: "portal", itemId: "8.1.4.3.a") { ... on ChecklistItem { proposal { state digest } } } }',
    )
    // No event ever came in.
    expect(runCheck.proposal.state).toBe('cannot_tell')
    expect(runCheck.proposal.digest).toMatch(/[0-9a-f]{64}/)
    const key = (await suidun(['key', 'create', '--name', 'r2', '--scopes', 'read'], { env })).stdout.trim()
    await until('the proposal to be seen', async () => {
      const { systems } = await read(
        server,
        key,
        '{ systems { id name level checklist { item { id } result { value } proposal { state digest } } } }',
      )
      const portal = systems.find((s: { id: string }) => s.id === 'portal')
      const item = portal.checklist.find((c: { item: { id: string } }) => c.item.id === '8.1.4.3.a')
      return item.proposal?.digest === runCheck.proposal.digest && item.result.value === 'not_assessed'
    })
  })

  test('audit verify names the first entry that was changed, taken out, or cut off', async () => {
    const whole = await verify()
    expect(whole).toMatchObject({ code: 0, broken: null })
    expect(whole.entries).toBeGreaterThan(10)
    await server.stop()
    const tampered = async (name: string, sql: string, ...values: (string | number)[]) => {
      const copy = join(folder, name)
      cpSync(data, copy, { recursive: true })
      const db = new DatabaseSync(join(copy, 'documents.sqlite'))
      expect(() => db.prepare(sql).run(...values)).toThrow(/append-only/)
      // Whoever may write the file may take that guard away.
      for (const { name: guard } of db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).all())
        db.exec(`DROP TRIGGER "${guard}"`)
      expect(db.prepare(sql).run(...values).changes).toBe(1)
      db.close()
      return verify(copy)
    }
    const id = (n: number) => String(n).padStart(12, '0')
    const edit = `UPDATE audit SET doc = json_set(doc, '$.actor.name', 'somebody else') WHERE id = ?`
    expect(await tampered('edited', edit, id(4))).toMatchObject({ code: 1, entries: 3, broken: { seq: 4 } })
    expect(await tampered('gone', 'DELETE FROM audit WHERE id = ?', id(5))).toMatchObject({
      code: 1,
      broken: { seq: 5 },
    })
    expect(await tampered('cut', 'DELETE FROM audit WHERE id = ?', id(whole.entries))).toMatchObject({
      code: 1,
      broken: { seq: whole.entries },
    })
    const words = await suidun(['audit', 'verify'], { env: { SUIDUN_DATA: join(folder, 'edited') } })
    expect([words.code, words.stdout]).toEqual([1, expect.stringMatching(/entry 4\b/)])
  })
})
