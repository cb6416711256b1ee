import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { bytes } from '../../console/format/bytes.ts'
import { chosenFrom, sizeOf } from '../../console/pages/rules/chosenFiles.ts'
import { candidates, has, toggle } from '../../console/pages/rules/exceptionClauses.ts'
import { type PackedFile, tarGz } from '../../console/pages/rules/tarGz.ts'
import { parseKql } from '../../core/kql.ts'

const file = (name: string, text = 'title: x'): PackedFile => ({ name, file: new Blob([text]) })

/** What another reader of tar finds in an archive. */
async function unpacked(archive: Blob): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const tar = extract()
  tar.end(gunzipSync(Buffer.from(await archive.arrayBuffer())))
  for await (const entry of tar) {
    const parts: Buffer[] = []
    for await (const part of entry) parts.push(part as Buffer)
    found.set(entry.header.name, Buffer.concat(parts).toString('utf8'))
  }
  return found
}

describe('rules chosen for import', () => {
  it('are packed so that any reader of tar finds every name and text again', async () => {
    const texts = new Map([
      ['a.yml', 'title: a'],
      ['空文件.yml', ''],
      ['规则/windows/进程创建.yml', '标题：异常进程'],
      [`${'very-long-folder/'.repeat(9)}rule.yml`, 'x'.repeat(512)],
      [`${'长'.repeat(60)}.yml`, randomBytes(5_000).toString('hex')],
      // Lengths at which the record's own length gains a digit.
      ...[87, 88, 89, 90, 91, 92, 93, 985, 986, 987, 988, 989].map((n) => [`${'n'.repeat(n)}.yml`, String(n)] as const),
    ])
    const seen: number[] = []
    const archive = await tarGz(
      [...texts].map(([name, text]) => file(name, text)),
      (n) => seen.push(n),
    )
    expect(await unpacked(archive)).toEqual(texts)
    expect(seen.at(-1)).toBe(texts.size)
  })

  it('are rule files alone, each name once, hidden folders left out', () => {
    const first = chosenFrom([file('a.yml'), file('b.yaml'), file('README.md'), file('.git/c.yml')], undefined)
    if (typeof first === 'string' || first.kind !== 'files') throw new Error(String(first))
    expect(first.files.map((f) => f.name)).toEqual(['a.yml', 'b.yaml'])
    expect(first.skipped).toBe(2)
    const second = chosenFrom([file('a.yml', 'title: newer'), file('d.yml')], first)
    if (typeof second === 'string' || second.kind !== 'files') throw new Error(String(second))
    expect(second.files.map((f) => f.name)).toEqual(['a.yml', 'b.yaml', 'd.yml'])
    expect(sizeOf(second)).toBe('title: newer'.length + 2 * 'title: x'.length)
  })

  it('come as one archive alone, and not at all where none is among them', () => {
    expect(chosenFrom([file('rules.tar.gz'), file('a.yml')], undefined)).toBe('mixed')
    expect(chosenFrom([file('notes.txt')], undefined)).toBe('noRules')
    const one = chosenFrom([file('rules.ZIP', '123')], undefined)
    expect(typeof one === 'string' ? one : [one.kind, sizeOf(one)]).toEqual(['archive', 3])
  })
})

describe('an exception made from an event', () => {
  const fields = [
    { name: 'user.name', values: ['svc "backup"'] },
    { name: 'host.name', values: ['db-01'] },
    { name: 'process.command_line', values: ['x'.repeat(500)] },
    { name: 'event.action', values: ['read'] },
  ]

  it('begins with its entity and offers what tells it from others, never a text too long to read', () => {
    expect(candidates('host.name:db-01', fields)).toEqual([
      { clause: 'host.name: "db-01"', chosen: true },
      { clause: 'user.name: "svc \\"backup\\""', chosen: false },
    ])
    expect(candidates(undefined, fields)[0]).toEqual({ clause: 'user.name: "svc \\"backup\\""', chosen: true })
    expect(candidates('user.name:***', [])).toEqual([])
    expect(candidates('-', [])).toEqual([])
  })

  it('gains and loses clauses as they are ticked, and stays search text that can be read', () => {
    const [a, b] = ['user.name: "svc"', 'host.name: "orders and more"']
    expect(toggle('', a)).toBe(a)
    const both = toggle(a, b)
    expect([has(both, a), has(both, b), has(a, b)]).toEqual([true, true, false])
    expect(toggle(both, b)).toBe(a)
    expect(parseKql(both, { now: 0 }).problems).toEqual([])
    expect(toggle(both, a)).toBe(b)
    // What is added must narrow the whole, not only the last of two alternatives.
    expect(toggle('host.name: x or host.name: y', a)).toBe(`(host.name: x or host.name: y) and ${a}`)
    expect(toggle('process.name: "this or that"', a)).toBe(`process.name: "this or that" and ${a}`)
  })
})

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [840_200, '840 kB'],
    [2_100_000_000, '2.1 GB'],
  ])('%i bytes read as %s', (n, text) => expect(bytes(n)).toBe(text))
})
