import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { readBlocks } from '../../detection/blocks.ts'
import { check, matchFile } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'suidun-match-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rules = join(folder, 'rules')
const put = (name: string, content: string) => writeFileSync(join(folder, name), content)
const { mkdirSync } = await import('node:fs')
for (const f of ['rules', 'broken', 'empty']) mkdirSync(join(folder, f))
const rule = (id: string, item: string) =>
  `title: t\n${id}level: low\nlogsource: {category: c}\ndetection:\n  s:\n    ${item}\n  condition: s\n`
put('rules/b.yml', rule('id: bbb\n', 'F: 1'))
put('rules/a.yml', rule('id: aaa\n', 'F|exists: true'))
put('rules/no-id.yml', rule('', 'G: x'))
put('rules/refused.yml', rule('id: ccc\n', 'F|hour: x'))
put('broken/x.yml', rule('id: ddd\n', 'F|nonsense: x'))

async function run(from: string, events: string, input: Readable = Readable.from([])) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const [out, err] = [text(stdout), text(stderr)]
  const code = await matchFile({ rules: [from], events, pipelines: NO_PIPELINES, stdin: input, stdout, stderr })
  stdout.end()
  stderr.end()
  return { code, out: await out, err: await err }
}

describe('match', () => {
  const input = '\ufeff{"F":1}\r\n\n[1]\n{"F":"2"}\nnonsense\n{"F":1,"G":"X"}\n{"H":1}\n{"G":"x"}'
  const expected = [
    { line: 1, rules: ['aaa', 'bbb'] },
    { line: 4, rules: ['aaa'] },
    { line: 6, rules: ['aaa', 'bbb', 'no-id.yml'] },
    { line: 8, rules: ['no-id.yml'] },
  ]
  const parsed = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l))

  test('prints a line per matching event, names what it skips and refuses, and sums up', async () => {
    const { code, out, err } = await run(rules, '-', Readable.from([Buffer.from(input)]))
    expect(code).toBe(0)
    expect(parsed(out)).toEqual(expected)
    expect(err).toContain(`${join(rules, 'refused.yml')}:7:13 SIG-016`)
    expect(err).toContain('line 3: not a JSON object')
    expect(err).toContain('line 5: not a JSON object')
    expect(err).toMatch(
      /events 5, matches 4 .*skipped lines 2, rules loaded 3, refused 1, loading [\d.]+ s, matching [\d.]+ s/,
    )
  })
  test('gives the same however the bytes are cut, and from a file', async () => {
    const bytes = [...Buffer.from(input)].map((b) => Buffer.from([b]))
    expect(parsed((await run(rules, '-', Readable.from(bytes))).out)).toEqual(expected)
    put('events.ndjson', input)
    expect(parsed((await run(rules, join(folder, 'events.ndjson'))).out)).toEqual(expected)
  })
  test('reads lists of events as clouds hand them over, each event by itself', async () => {
    const lines = [
      { Records: [{ eventName: 'a', F: 1 }, { eventSource: 's' }, { eventName: 'b', F: 2, G: 'x' }], F: 1 },
      { records: [{ category: 'c', G: 'x' }] },
      { kind: 'EventList', items: [{ auditID: '1', F: 1 }] },
      { eventType: 'hook', data: { events: [{ eventType: 't', G: 'X' }] } },
      { Records: [{ F: 1 }], F: 1 },
    ]
    const { code, out, err } = await run(
      rules,
      '-',
      Readable.from([Buffer.from(lines.map((l) => JSON.stringify(l)).join('\n'))]),
    )
    expect(code).toBe(0)
    expect(parsed(out)).toEqual([
      { line: 1, event: 1, rules: ['aaa', 'bbb'] },
      { line: 1, event: 3, rules: ['aaa', 'no-id.yml'] },
      { line: 2, event: 1, rules: ['no-id.yml'] },
      { line: 3, event: 1, rules: ['aaa', 'bbb'] },
      { line: 4, event: 1, rules: ['no-id.yml'] },
      // Not what CloudTrail writes: an event that has such a field.
      { line: 5, rules: ['aaa', 'bbb'] },
    ])
    expect(err).toContain('events 7, matches 6')
  })
  test.each([
    ['a list', JSON.stringify([{ F: 1 }])],
    ['an object over several lines', JSON.stringify({ F: 1, G: 'x' }, undefined, 2)],
    ['a list over several lines', JSON.stringify([{ F: 1 }, { F: 2 }], undefined, 2)],
  ])('answers 2 and says what is wanted where no line is an event: %s', async (_, text) => {
    const { code, out, err } = await run(rules, '-', Readable.from([Buffer.from(text)]))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('no line of - is an event: wanted is one JSON object a line')
    expect((await run(rules, '-', Readable.from([Buffer.from('\n')]))).code).toBe(0)
  })
  test('answers 2 where rules or events cannot be read or no rule loads', async () => {
    expect((await run(join(folder, 'none'), '-')).code).toBe(2)
    expect((await run(rules, join(folder, 'none.ndjson'))).code).toBe(2)
    expect((await run(rules, folder)).code).toBe(2)
    expect((await run(join(folder, 'empty'), '-')).code).toBe(2)
    expect(await run(join(folder, 'broken'), '-')).toMatchObject({ code: 2, err: expect.stringContaining('SIG-014') })
  })
})

test('a line beyond the limit is told, the next is read', async () => {
  const blocks: string[] = []
  for await (const block of readBlocks(Readable.from([Buffer.from('aaaa'), Buffer.from('aaaaaaa\nbb\n')]), 8))
    blocks.push(String(block))
  expect(blocks).toEqual(['too long', 'bb\n'])
})

describe('check', () => {
  async function runCheck(paths: string[], json = false) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const [out, err] = [text(stdout), text(stderr)]
    const code = check({ paths, pipelines: NO_PIPELINES, json, stdout, stderr })
    stdout.end()
    stderr.end()
    return { code, out: await out, err: await err }
  }
  test('prints problems with their place and answers 1 if one is an error', async () => {
    const { code, out } = await runCheck([rules])
    expect(code).toBe(1)
    expect(out).toContain(
      `${join(rules, 'refused.yml')}:7:13 SIG-016 value 'x' does not go with "hour": a whole number from 0 to 23\n`,
    )
    expect(out).toMatch(/no-id\.yml:1:1 SIG-031 .*\(warning\)/)
  })
  test('answers 0 where there are only warnings, 2 where a path cannot be read', async () => {
    expect((await runCheck([join(rules, 'a.yml'), join(rules, 'b.yml')])).code).toBe(0)
    expect((await runCheck([join(folder, 'none')])).code).toBe(2)
  })
  test('gives the same as JSON', async () => {
    const { out } = await runCheck([join(rules, 'refused.yml')], true)
    expect(JSON.parse(out)).toMatchObject([
      { file: join(rules, 'refused.yml'), line: 7, column: 13, code: 'SIG-016', severity: 'error' },
    ])
  })
})
