import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importFiles } from '../../detection/index.ts'
import { platformReader } from '../../policies/index.ts'
import { openDocuments } from '../../store/index.ts'
import { graphql, removeFolder, startServer, suidun, type TestServer, tempFolder, until } from '../support/server.ts'

const folder = tempFolder('explain')
afterAll(() => removeFolder(folder))

const ID = '6d4f1f0a-7c1b-4f0e-9a50-0a1b2c3d4e5f'
const RULE = `title: Sign-in with a test account
id: ${ID}
status: test
logsource: { product: nowhere-named }
detection:
  selection:
    event.action: login
    user.name|startswith: ['test_', 'demo_']
  lab:
    source.ip|cidr: 10.9.0.0/16
  condition: selection and not lab
level: medium
tags: [attack.t1078]
`
const FILTER = `title: Backups
id: 5b2f8c1e-3a44-4f0c-8d53-7f1f5a9f0a10
logsource: { product: nowhere-named }
filter:
  rules: [${ID}]
  selection: { user.name: test_backup }
  condition: not selection
`
const rule = join(folder, 'rule.yml')
const event = (user: string, ip: string) => ({ event: { action: 'login' }, user: { name: user }, source: { ip } })
const explain = (args: readonly string[], more: Parameters<typeof suidun>[1] = {}) => suidun(['explain', ...args], more)

beforeAll(() => writeFileSync(rule, `${RULE}---\n${FILTER}`))

describe('explain', () => {
  test('prints a tree with the truth of each part, the value seen and where it stands; exit code 0 where it matches', async () => {
    const input = JSON.stringify(event('test_李四', '192.0.2.7'))
    const { code, stdout, stderr } = await explain(['--rule', rule, '--event', '-'], { input, env: { LANG: 'C' } })
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.split('\n')
    expect(lines[0]).toBe(`✓ Sign-in with a test account (${ID}): matches`)
    expect(stdout).toContain(
      'log source: product: nowhere-named (no pipeline names this log source: it restricts nothing)',
    )
    expect(stdout).toContain('✓ condition: selection and not lab')
    expect(stdout).toContain('✓ filter: Backups')
    const at = lines.findIndex((l) => l.includes("user.name|startswith: 'test_'"))
    expect(lines[at + 1]).toMatch(/saw user\.name: test_李四$/)
    expect(lines[at + 2]).toContain(`raw line ${input.indexOf('test_')}-${input.indexOf('test_') + 7}:`)
    // The marks stand below the value: a Han character is two columns wide.
    const shown = lines[at + 3]!
    expect(lines[at + 4]!.indexOf('^')).toBe(shown.indexOf('test_'))
    expect(lines[at + 4]!.trim()).toBe('^'.repeat(9))
    expect(stdout).not.toContain('Nearest')
  })

  test('names the nearest line that failed; exit code 1; in Chinese where the locale is', async () => {
    const input = JSON.stringify(event('test_a', '10.9.1.2'))
    const { code, stdout } = await explain(['--rule', rule, '--event', '-'], { input, env: { LANG: 'en_GB.UTF-8' } })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ .*: does not match\n/)
    expect(stdout).toContain("→ condition › not › lab › source.ip|cidr: '10.9.0.0/16'\n")
    const zh = await explain(['--rule', rule, '--event', '-'], { input, env: { LC_ALL: 'zh_CN.UTF-8' } })
    expect(zh.stdout).toMatch(/^✗ .*: 未命中\n/)
    const filtered = JSON.stringify(event('test_backup', '192.0.2.7'))
    const kept = await explain(['--rule', rule, '--event', '-'], { input: filtered, env: { LANG: 'C' } })
    expect([kept.code, kept.stdout]).toEqual([
      1,
      expect.stringContaining("→ Backups › selection › user.name: 'test_backup'"),
    ])
  })

  test('--line and --place choose of events over several lines, in a list, and in the lists of clouds', async () => {
    const events = [event('li', '192.0.2.7'), event('test_li', '192.0.2.7'), event('test_li', '10.9.0.1')]
    const asked = async (written: string, ...args: string[]) => {
      const { code, stderr } = await explain(['--rule', rule, '--event', '-', ...args], { input: written })
      return code === 2 ? stderr : code
    }
    const spread = JSON.stringify(events, undefined, 2)
    const begins = spread.split('\n').flatMap((l, i) => (l === '  {' ? [i + 1] : []))
    expect(await asked(spread, '--line', String(begins[1]))).toBe(0)
    expect(await asked(spread, '--line', String(begins[2]! - 1))).toBe(0)
    expect(await asked(spread, '--line', String(begins[2]))).toBe(1)
    expect(await asked(spread)).toContain('there are several events; choose one with --line N')
    expect(await asked(spread, '--line', '1')).toContain('no such event stands on line 1')
    const inOne = JSON.stringify(events)
    expect(await asked(inOne, '--line', '1', '--place', '2')).toBe(0)
    expect(await asked(inOne, '--line', '1', '--place', '3')).toBe(1)
    expect(await asked(inOne, '--line', '1')).toContain('several events stand on line 1; choose one with --place N')
    const cloud = JSON.stringify({ Records: events.map((e) => ({ eventName: 'x', ...e })) }, undefined, 1)
    expect(await asked(cloud, '--place', '2')).toBe(0)
    expect(await asked(cloud, '--place', '1')).toBe(1)
    expect(await asked(cloud)).toContain('choose one with --place N')
    expect(await asked('[1]')).toContain('the event is not a JSON object')
  })

  test('reads events of Windows that were turned from XML into JSON, and hits of Elasticsearch', async () => {
    const path = join(folder, 'windows.yml')
    const selection = "Image|endswith: '\\cmd.exe'"
    writeFileSync(
      path,
      `title: w\nid: w\nlevel: low\nlogsource: { product: windows, category: process_creation }
detection:\n  s:\n    ${selection}\n  condition: s\n`,
    )
    const Data = [{ '@Name': 'Image', '#text': 'C:\\cmd.exe' }]
    const System = { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: '1' }
    const input = JSON.stringify([{ _index: 'x', _source: { Event: { System, EventData: { Data } } } }], undefined, 2)
    const { code, stdout } = await explain(['--rule', path, '--event', '-'], { input, env: { LANG: 'C' } })
    expect(code).toBe(0)
    expect(stdout).toContain('saw Event.EventData.Image: C:\\cmd.exe')
    expect(stdout).toMatch(/raw line \d+-\d+:/)
  })

  test('--json is the same as data, --line chooses of several events', async () => {
    const file = join(folder, 'events.ndjson')
    writeFileSync(
      file,
      [event('x', '1.1.1.1'), event('demo_b', '1.1.1.1')].map((e) => `${JSON.stringify(e)}\n`).join(''),
    )
    const first = await explain(['--rule', rule, '--event', file, '--line', '1', '--json'])
    expect([first.code, JSON.parse(first.stdout).matches]).toEqual([1, false])
    const second = await explain(['--rule', rule, '--event', file, '--line', '2', '--json'])
    expect(second.code).toBe(0)
    const { nodes, ruleId, mappings, filters, nearest } = JSON.parse(second.stdout)
    expect([ruleId, nearest, filters[0].title]).toEqual([ID, [], 'Backups'])
    expect(mappings[1]).toEqual({ name: 'user.name', paths: ['user.name'], used: 'user.name', means: [] })
    expect(nodes.find((n: { text: string }) => n.text === "'demo_'")).toMatchObject({ kind: 'value', holds: true })
    const several = await explain(['--rule', rule, '--event', file])
    expect([several.code, several.stdout]).toEqual([2, ''])
    expect(several.stderr).toContain('--line')
  })

  test('shows what would steer a terminal by its code point', async () => {
    const input = JSON.stringify({ ...event('test_\u001b[2J\u202e', '1.1.1.1') })
    const { stdout } = await explain(['--rule', rule, '--event', '-'], { input })
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
    expect(stdout).toContain('\\u001b[2J\\u202e')
  })

  test('takes the id of one of our own rules, and explains a correlation by its base rules', async () => {
    const path = join(folder, 'correlation.yml')
    const correlation = `title: Many\nid: 8a4f1f0a-7c1b-4f0e-9a50-0a1b2c3d4e5f\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [${ID}]\n  group-by: [user.name]\n  timespan: 5m\n  condition: { gte: 3 }\n`
    writeFileSync(path, `${RULE}---\n${correlation}`)
    const input = JSON.stringify(event('test_a', '192.0.2.7'))
    const { code, stdout } = await explain(['--rule', path, '--event', '-'], { input, env: { LANG: 'C' } })
    expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^✓ Many .*a correlation, which counts/)])
    expect(stdout).toContain('  ✓ Sign-in with a test account\n    ✓ log source')
    const own = join(import.meta.dirname, '../../detection/rules')
    const { readdirSync, readFileSync } = await import('node:fs')
    const file = readdirSync(own, { recursive: true })
      .map(String)
      .find((f) => f.endsWith('.yml'))!
    const id = /^id: (\S+)/m.exec(readFileSync(join(own, file), 'utf8'))![1]!
    expect((await explain(['--rule', id, '--event', '-'], { input })).code).toBe(1)
  })

  test('joins audit records of one event, and takes the one that a line belongs to', async () => {
    const path = join(folder, 'audit.yml')
    const detection = `detection:\n  sel: { type: EXECVE, a1: '777' }\n  condition: sel\n`
    writeFileSync(
      path,
      `title: Mode\nid: 9d4f1f0a-7c1b-4f0e-9a50-0a1b2c3d4e5f\nlevel: low\nlogsource: { product: linux, service: auditd }\n${detection}`,
    )
    const at = (n: number) => `msg=audit(1764000000.123:${n})`
    const input = [
      `type=SYSCALL ${at(5)}: arch=c000003e syscall=59 success=yes exit=0 pid=7 comm="chmod" exe="/usr/bin/chmod"`,
      `type=EXECVE ${at(5)}: argc=3 a0="chmod" a1="777" a2="/tmp/x"`,
      `type=EXECVE ${at(6)}: argc=1 a0="ls"`,
    ].join('\n')
    const first = await explain(['--rule', path, '--event', '-', '--line', '1'], { input, env: { LANG: 'C' } })
    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toMatch(/saw \S*a1: 777\n\s+raw line/)
    expect((await explain(['--rule', path, '--event', '-', '--line', '3'], { input })).code).toBe(1)
    const several = await explain(['--rule', path, '--event', '-'], { input })
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('--line')])
  })

  test('exits 2 where rule or event cannot be had, or the rule is refused', async () => {
    const broken = join(folder, 'broken.yml')
    writeFileSync(broken, RULE.replace('|startswith', '|nonsense'))
    for (const args of [
      ['--rule', join(folder, 'absent.yml'), '--event', '-'],
      ['--rule', rule, '--event', join(folder, 'absent.json')],
      ['--rule', rule],
      ['--rule', broken, '--event', '-'],
      ['--rule', rule, '--event', 'f'.repeat(32)],
    ]) {
      const env = { SUIDUN_DATA: join(folder, 'no-data') }
      const { code, stdout, stderr } = await explain(args, { input: '{"a":1}', env })
      expect([args, code, stdout]).toEqual([args, 2, ''])
      expect(stderr).not.toBe('')
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    expect((await explain(['--rule', rule, '--event', '-'], { input: '[1]' })).code).toBe(2)
  })
})

describe('explain of a stored event, and compile', () => {
  const data = join(folder, 'data')
  const env = { SUIDUN_DATA: data, SUIDUN_RULES: join(folder, 'configured'), LANG: 'C' }
  let server: TestServer
  let read: string
  const ids: string[] = []
  beforeAll(async () => {
    mkdirSync(join(folder, 'configured'))
    writeFileSync(join(folder, 'configured', 'rule.yml'), RULE)
    server = await startServer({ data, env })
    const key = async (scopes: string) =>
      (await suidun(['key', 'create', '--name', scopes, '--scopes', scopes], { env })).stdout.trim()
    read = await key('read')
    const ingest = await key('ingest')
    const lines = [event('test_a', '192.0.2.7'), event('test_b', '10.9.0.1'), event('x', '192.0.2.8')]
    const body = lines.map((l) => `${JSON.stringify({ '@timestamp': '2026-11-24T06:00:00Z', ...l })}\n`).join('')
    const headers = { Authorization: `Bearer ${ingest}`, 'Content-Type': 'application/x-ndjson' }
    expect((await fetch(`${server.run.ingest}/ingest`, { method: 'POST', headers, body })).ok).toBe(true)
    const events = await until('the events to be searchable', async () => {
      const query = '{ events(query: "event.action: login", first: 10) { edges { node { id original } } } }'
      const { events } = await graphql<{ events: { edges: { node: { id: string; original: string } }[] } }>(
        server.run.http,
        read,
        query,
      )
      return events.edges.length === 3 ? events.edges.map((e) => e.node) : undefined
    })
    for (const user of ['test_a', 'test_b', '"x"']) ids.push(events.find((e) => e.original.includes(user))!.id)
  })
  afterAll(() => server?.stop())

  test('asks the running server with a key, and says that one is needed', async () => {
    const without = await explain(['--rule', ID, '--event', ids[0]!], { env })
    expect([without.code, without.stdout]).toEqual([2, ''])
    expect(without.stderr).toMatch(/--key/)
    const found = await explain(['--rule', ID, '--event', ids[0]!, '--key', read], { env })
    expect([found.code, found.stderr]).toEqual([0, ''])
    expect(found.stdout).toMatch(/saw user\.name: test_a\n\s+raw line \d+-\d+:/)
    const other = await explain(['--rule', ID, '--event', ids[1]!], { env: { ...env, SUIDUN_KEY: read } })
    expect([other.code, other.stdout]).toEqual([1, expect.stringContaining("lab › source.ip|cidr: '10.9.0.0/16'")])
    const absent = await explain(['--rule', ID, '--event', 'f'.repeat(32), '--key', read], { env })
    expect([absent.code, absent.stderr]).toEqual([2, expect.stringContaining('DOC-404')])
    const wrong = await explain(['--rule', ID, '--event', ids[0]!, '--key', 'nonsense'], { env })
    expect([wrong.code, wrong.stdout]).toEqual([2, ''])
  })

  test('without a server reads the store, and the spool; the compiled SQL finds there what the rule matches', async () => {
    await server.stop()
    const found = await explain(['--rule', ID, '--event', ids[0]!], { env })
    expect([found.code, found.stderr]).toEqual([0, ''])
    expect((await explain(['--rule', ID, '--event', ids[2]!], { env })).code).toBe(1)
    const { code, stdout } = await suidun(['compile', ID, '--target', 'sql', '--json'], { env })
    expect(code).toBe(0)
    const [{ rule: id, exact, target, query }] = JSON.parse(stdout)
    expect([id, target]).toEqual([ID, 'sql'])
    const instance = await DuckDBInstance.create(join(data, 'events', 'events.duckdb'), { access_mode: 'READ_ONLY' })
    const connection = await instance.connect()
    const rows = (await connection.runAndReadAll(query)).getRowsJS().map((r) => r[0])
    connection.closeSync()
    instance.closeSync()
    expect(exact ? rows : rows.filter((r) => r === ids[0])).toEqual([ids[0]])

    // An event that was acknowledged and not loaded any more stands in the spool.
    const lane = join(data, 'spool', 'lane-0')
    const line = {
      '@timestamp': '2026-11-24T06:00:00.000Z',
      event: { action: 'login', id: 'e'.repeat(32) },
      user: { name: 'test_c' },
      rest: {},
    }
    writeFileSync(join(lane, `${'a'.repeat(16)}-0-${'9'.padStart(15, '0')}.open`), `${JSON.stringify(line)}\n`)
    expect((await explain(['--rule', ID, '--event', 'e'.repeat(32)], { env })).code).toBe(0)
    const none = await explain(['--rule', ID, '--event', 'f'.repeat(32)], { env })
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('DOC-404')])
  })

  test('finds imported rules by their id, and their filters act', async () => {
    const id = '7a4f1f0a-7c1b-4f0e-9a50-0a1b2c3d4e5f'
    const docs = await openDocuments({ path: join(data, 'documents.sqlite') })
    const files = [
      { name: 'mine/rule.yml', text: RULE.replace(ID, id) },
      { name: 'mine/filter.yml', text: FILTER.replace(ID, id) },
    ]
    await importFiles({ docs, clock: Date.now, reader: platformReader('test') }, files)
    await docs.close()
    const input = JSON.stringify(event('test_backup', '192.0.2.7'))
    const { code, stdout } = await explain(['--rule', id, '--event', '-'], { input, env })
    expect([code, stdout]).toEqual([1, expect.stringContaining('→ Backups › selection')])
  })

  test('compile prints a search per rule, says whether it is exact, and exits 1 for a refused rule', async () => {
    const sql = await suidun(['compile', rule, '--target', 'sql'], { env })
    expect(sql.code).toBe(0)
    expect(sql.stdout).toMatch(
      new RegExp(`^-- Sign-in with a test account \\(${ID}\\)\n-- (exact|candidates): .*\nSELECT "event.id"\n`),
    )
    expect(sql.stdout).toContain('test_backup')
    const dsl = await suidun(['compile', rule, '--target', 'elasticsearch'], { env })
    expect(dsl.stdout).toContain('\nGET suidun-events/_search\n{')
    JSON.parse(dsl.stdout.slice(dsl.stdout.indexOf('\n{')))
    writeFileSync(join(folder, 'refused.yml'), RULE.replace('|startswith', '|nonsense'))
    const refused = await suidun(['compile', join(folder, 'refused.yml'), '--target', 'sql', '--json'], { env })
    expect([refused.code, refused.stdout]).toEqual([1, '[]\n'])
    for (const args of [
      ['compile', rule],
      ['compile', rule, '--target', 'splunk'],
      ['compile', '--target', 'sql'],
      ['compile', 'nothing', '--target', 'sql'],
    ])
      expect([args, (await suidun(args, { env })).code]).toEqual([args, 2])
  })
})
