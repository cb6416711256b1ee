import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../app/commands/index.ts'
import { removeFolder, suidun, tempFolder } from '../support/server.ts'

const folder = tempFolder('cli')
const env = { SUIDUN_DATA: join(folder, 'data') }
afterAll(() => removeFolder(folder))

describe('the command line', () => {
  test('--help lists every command, and each command has its own help', async () => {
    const all = await suidun(['--help'])
    expect(all.code).toBe(0)
    for (const c of COMMANDS) {
      expect(all.stdout).toContain(`\n  ${c.name}  `)
      expect((await c.load()).name).toBe(c.name)
    }
    const each = await Promise.all(COMMANDS.map((c) => suidun([...c.name.split(' '), '--help'])))
    for (const [i, one] of each.entries()) {
      expect(one.code).toBe(0)
      expect(one.stdout).toContain(`npx suidun ${COMMANDS[i]!.name}`)
      expect(one.stdout).toContain('Exit codes')
    }
  })

  test.each([
    [['nonsense'], /no command "nonsense"/],
    [[], /Usage/],
    [['config', '--bogus'], /Unknown option '--bogus'/],
    [['key', 'create', '--scopes', 'ingest'], /--name is missing/],
    [['key', 'create', '--name', 'x', '--scopes', 'fly'], /no key scope "fly"/],
    [['key', 'create', '--name', 'x', '--scopes', 'read', '--unit', 'nowhere'], /no such unit: nowhere/],
    [['account', 'create', '--name', 'x', '--role', 'king'], /no role "king"/],
  ])('%j is refused with exit code 2 and a reason', async (args, message) => {
    const { code, stdout, stderr } = await suidun(args, { env })
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
  })

  test('config as JSON says where values came from, and a broken file names its place', async () => {
    const { stdout } = await suidun(['config', '--json'], { env })
    const values = JSON.parse(stdout) as { key: string; value: unknown; from: string }[]
    expect(values.find((v) => v.key === 'data')).toEqual({ key: 'data', value: env.SUIDUN_DATA, from: 'environment' })
    writeFileSync(join(folder, 'suidun.yaml'), 'http:\n  port: [1\n')
    const broken = await suidun(['config'], { cwd: folder })
    expect(broken).toMatchObject({ code: 2 })
    expect(broken.stderr).toMatch(/suidun\.yaml:\d+:\d+ /)
  })

  test('key create prints only the key, keeps its digest only, and makes the data folder', async () => {
    const { code, stdout } = await suidun(['key', 'create', '--name', 'fluent', '--scopes', 'ingest,findings'], { env })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^sdk_[\w-]+\n$/)
    const secret = stdout.trim()
    const bytes = readFileSync(join(env.SUIDUN_DATA, 'documents.sqlite'))
    expect(bytes.includes(secret)).toBe(false)
  })

  test('account create prints a one-time set-up link; the same person cannot hold two of the three offices', async () => {
    const first = await suidun(['account', 'create', '--name', 'Zhou', '--role', 'system_admin'], { env })
    expect(first.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/set-up\/\S+\n$/)
    const second = await suidun(['account', 'create', '--name', 'zhou', '--role', 'audit_admin'], { env })
    expect(second).toMatchObject({ code: 2 })
    expect(second.stderr).toContain('ACC-033')
  })

  test('audit verify refuses a folder that holds no documents', async () => {
    const { code, stderr } = await suidun(['audit', 'verify'], { env: { SUIDUN_DATA: join(folder, 'mistyped') } })
    expect(code).toBe(2)
    expect(stderr).toContain('CFG-002')
  })

  test('audit verify counts the entries of what was done', async () => {
    const { code, stdout } = await suidun(['audit', 'verify', '--json'], { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ entries: 3, broken: null })
  })
})
