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
  const some = [{ F: 1 }, { H: 1 }, { F: 2, G: 'x', text: '}] \\"\n[{' }]
  const [first, , third] = [['aaa', 'bbb'], [], ['aaa', 'no-id.yml']]
  test.each([
    ['a list over lines', JSON.stringify(some, undefined, 2), [2, 8]],
    ['objects over lines', some.map((e) => JSON.stringify(e, undefined, '\t')).join('\n'), [1, 7]],
    [
      'what evtx_dump writes',
      some.map((e, i) => `Record ${i}\r\n${JSON.stringify(e, undefined, 2)}\r\n`).join(''),
      [2, 10],
    ],
    ['a list of an event a line', `\ufeff[\n${some.map((e) => JSON.stringify(e)).join(',\n')}\n]`, [2, 4]],
  ])('reads events that are not one a line: %s', async (_, written, lines) => {
    for (const bytes of [[Buffer.from(written)], [...Buffer.from(written)].map((b) => Buffer.from([b]))]) {
      const { code, out, err } = await run(rules, '-', Readable.from(bytes))
      expect(code).toBe(0)
      expect(parsed(out)).toEqual([
        { line: lines[0], rules: first },
        { line: lines[1], rules: third },
      ])
      expect(err).toContain('events 3, matches 2 (of 4 rule hits), skipped lines 0')
    }
  })
  test.each(['utf16le', 'utf16be'] as const)('reads %s, as PowerShell writes files', async (encoding) => {
    for (const written of [JSON.stringify(some, undefined, 2), some.map((e) => JSON.stringify(e)).join('\r\n')]) {
      const bytes = Buffer.from(`\ufeff${written}`, 'utf16le')
      if (encoding === 'utf16be') bytes.swap16()
      const pieces = [...bytes].map((b) => Buffer.from([b]))
      const { code, out } = await run(rules, '-', Readable.from(pieces))
      expect([code, parsed(out).map((l) => l.rules)]).toEqual([0, [first, third]])
    }
  })
  test('reads lists in one line, each event with its place, and the lists of clouds over many lines', async () => {
    const list = `${JSON.stringify(some)}\n${JSON.stringify(some)}`
    expect(parsed((await run(rules, '-', Readable.from([Buffer.from(list)]))).out)).toEqual([
      { line: 1, event: 1, rules: first },
      { line: 1, event: 3, rules: third },
      { line: 2, event: 1, rules: first },
      { line: 2, event: 3, rules: third },
    ])
    const cloud = JSON.stringify({ Records: [{ eventName: 'a' }, { eventName: 'b', F: 1 }] }, undefined, 2)
    expect(parsed((await run(rules, '-', Readable.from([Buffer.from(`\n${cloud}`)]))).out)).toEqual([
      { line: 2, event: 2, rules: first },
    ])
  })
  test('names what of a list is no event or breaks off, and goes on', async () => {
    const list = '[\n  3,\n  {\n    "F": 1,\n  {\n    "F": 1\n  },\n  {"F": tru},\n  {"G": "x"}\n'
    const { code, out, err } = await run(rules, '-', Readable.from([Buffer.from(list)]))
    expect(code).toBe(0)
    expect(parsed(out)).toEqual([
      { line: 5, rules: first },
      { line: 9, rules: ['no-id.yml'] },
    ])
    for (const told of [
      'line 2: not a JSON object, skipped',
      'line 3: what begins here breaks off, skipped',
      'line 8: not a JSON object, skipped',
      'line 1: the list that begins here is not closed',
    ])
      expect(err).toContain(told)
    expect(err).toContain('events 2, matches 2 (of 3 rule hits), skipped lines 4')
  })
  test('answers 2 and says what is wanted where there is no event', async () => {
    for (const text of ['[1]', '[1,\n2]', '{"F":', 'nonsense\nmore'])
      expect(await run(rules, '-', Readable.from([Buffer.from(text)]))).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(
          '- holds no event: wanted are JSON objects, one a line, over several, or in a list',
        ),
      })
    for (const text of ['\n', '[]', ''])
      expect((await run(rules, '-', Readable.from([Buffer.from(text)]))).code).toBe(0)
  })
  test('asked to stop it writes what was found until then, also while no more comes', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<void>()
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const [out, err] = [text(stdout), text(stderr)]
    const options = { rules: [rules], events: '-', pipelines: NO_PIPELINES, stdin, stdout, stderr, stopped }
    const code = matchFile(options)
    stdin.write('{"F":1}\n')
    while (stdin.readableLength > 0) await new Promise((done) => setImmediate(done))
    stdin.write('{"F":1,"G":')
    while (stdin.readableLength > 0) await new Promise((done) => setImmediate(done))
    resolve()
    expect(await code).toBe(130)
    stdout.end()
    stderr.end()
    expect(parsed(await out)).toEqual([{ line: 1, rules: first }])
    expect(await err).toContain('events 1, matches 1')
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
