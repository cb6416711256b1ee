import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { createAuditReader } from '../../collectors/index.ts'
import { loadPipelines, matchFile, OWN_PIPELINES } from '../../detection/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'suidun-records-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
mkdirSync(join(folder, 'rules'))
const rule = (id: string, selection: string) =>
  writeFileSync(
    join(folder, 'rules', `${id}.yml`),
    `title: t\nid: ${id}\nlevel: low\nlogsource: { product: linux, service: auditd }\ndetection:\n  s: ${selection}\n  condition: s\n`,
  )
rule('of several', '{ type: SYSCALL, exe: /usr/bin/kmod, name|endswith: .ko }')
rule('of one', '{ type: PATH, name|endswith: .ko }')
const { pipelines } = loadPipelines(OWN_PIPELINES)

const run = (lines: readonly string[]) => runText(lines.join('\n'))

async function runText(written: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const [out, err] = [text(stdout), text(stderr)]
  const code = await matchFile({
    rules: [join(folder, 'rules')],
    events: '-',
    pipelines,
    parts: createAuditReader(),
    stdin: Readable.from([Buffer.from(written)]),
    stdout,
    stderr,
  })
  stdout.end()
  stderr.end()
  expect(code).toBe(0)
  const printed = (await out).trim().split('\n')
  return { found: printed.filter((l) => l !== '').map((l) => JSON.parse(l) as object), err: await err }
}

describe('match joins audit records', () => {
  const head = (n: number) => `msg=audit(1764000000.100:${n}):`

  test('as auditd writes them, also where those of another event stand between', async () => {
    const { found, err } = await run([
      `type=SYSCALL ${head(1)} arch=c000003e syscall=313 exe="/usr/bin/kmod" comm="insmod"`,
      `type=SYSCALL ${head(2)} arch=c000003e syscall=2 exe="/usr/bin/cat"`,
      `type=PATH ${head(1)} item=0 name="/tmp/x.ko"`,
      'nonsense',
      `type=PATH ${head(2)} item=0 name="/tmp/y.ko"`,
    ])
    expect(found).toEqual([
      { line: 1, lines: [1, 3], rules: ['of one', 'of several'] },
      { line: 2, lines: [2, 5], rules: ['of one'] },
    ])
    expect(err).toContain('events 2, matches 2 (of 3 rule hits), skipped lines 1')
    expect(err).toContain('line 4: not a JSON object')
  })

  test('as JSON: each is an event of its own, and together they are one of which is told what no single one said', async () => {
    const { found, err } = await run([
      JSON.stringify({ type: 'SYSCALL', msg: 'audit(1764000000.100:3):', exe: '/usr/bin/kmod' }),
      JSON.stringify({ type: 'PATH', msg: 'audit(1764000000.100:3):', name: '/tmp/x.ko' }),
      JSON.stringify({ type: 'PATH', msg: 'audit(1764000000.100:4):', name: '/tmp/z.ko' }),
      JSON.stringify({ type: 'SYSCALL', msg: 'audit(1764000000.100:3):', node: 'other', exe: '/usr/bin/kmod' }),
    ])
    expect(found).toEqual([
      { line: 2, rules: ['of one'] },
      { line: 3, rules: ['of one'] },
      { line: 1, lines: [1, 2], rules: ['of several'] },
    ])
    expect(err).toContain('events 4,')
  })

  test('in lists and over several lines they are joined too, and named by their lines', async () => {
    const records = [
      { type: 'SYSCALL', msg: 'audit(1764000000.100:3):', exe: '/usr/bin/kmod' },
      { type: 'PATH', msg: 'audit(1764000000.100:3):', name: '/tmp/x.ko' },
    ]
    const spread = await runText(JSON.stringify(records, undefined, 2))
    expect(spread.found).toEqual([
      { line: 7, rules: ['of one'] },
      { line: 2, lines: [2, 7], rules: ['of several'] },
    ])
    const inOne = await runText(JSON.stringify(records))
    expect(inOne.found).toEqual([
      { line: 1, event: 2, rules: ['of one'] },
      { line: 1, lines: [1], rules: ['of several'] },
    ])
    expect(inOne.err).toContain('events 2,')
    const text = await runText(
      `{\n  "other": 1\n}\ntype=SYSCALL ${head(1)} exe="/usr/bin/kmod"\ntype=PATH ${head(1)} name="/tmp/x.ko"\n`,
    )
    expect(text.found).toEqual([{ line: 4, lines: [4, 5], rules: ['of one', 'of several'] }])
  })
})
