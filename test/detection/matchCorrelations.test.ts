import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { check, lintCorrelation, loadPipelines, loadRules, matchFile, OWN_PIPELINES } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'suidun-correlated-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const put = (name: string, content: string) => writeFileSync(join(folder, name), content)
const rule = (id: string, item: string) =>
  `title: t\n${id}level: low\nlogsource: {category: c}\ndetection:\n  s:\n    ${item}\n  condition: s\n`

async function run(from: string, events: string, input: Readable) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const [out, err] = [text(stdout), text(stderr)]
  const code = await matchFile({ rules: [from], events, pipelines: NO_PIPELINES, stdin: input, stdout, stderr })
  stdout.end()
  stderr.end()
  return { code, out: await out, err: await err }
}

describe('match with correlations', () => {
  const correlated = join(folder, 'correlated')
  mkdirSync(correlated)
  put(
    'correlated/c.yml',
    `${rule('id: failed\nname: failed\n', 'is: failed')}---\n${rule('id: other\n', 'user: li')}---
title: many
id: many
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: {gte: 3}}
level: high
`,
  )
  const lines = (events: readonly object[]) =>
    Readable.from([Buffer.from(events.map((e) => JSON.stringify(e)).join('\n'))])
  const parsed = (out: string) =>
    out === ''
      ? []
      : out
          .trim()
          .split('\n')
          .map((l) => JSON.parse(l))
  const at = (time: object, user = 'wang') => ({ is: 'failed', user, ...time })
  const events = [
    at({ '@timestamp': '2026-11-24T08:00:40+08:00' }),
    at({ Event: { System: { TimeCreated: { '#attributes': { SystemTime: '2026-11-24T00:00:20.5Z' } } } } }, 'Wang'),
    at({ TimeCreated: '2026-11-24 00:01:10' }),
    at({ eventTime: 1_795_478_400 }, 'li'),
  ]

  test('tells what fired at the end, by the lines, whatever their order; rules below stand in no line', async () => {
    const { code, out, err } = await run(correlated, '-', lines(events))
    expect(code).toBe(0)
    const span = { from: '2026-11-24T00:00:20.500Z', to: '2026-11-24T00:01:10.000Z' }
    expect(parsed(out)).toEqual([
      { line: 4, rules: ['other'] },
      { correlation: 'many', group: { user: 'Wang' }, ...span, lines: [1, 2, 3] },
    ])
    expect(err).toContain('correlations 1, fired 1, matches without a time 0, rules loaded 2')
    const other = await run(correlated, '-', lines(events.toReversed()))
    expect(parsed(other.out)[1]).toEqual({ correlation: 'many', group: { user: 'Wang' }, ...span, lines: [2, 3, 4] })
  })

  test('of events in one line each counts, in a list as in the lists of clouds', async () => {
    const list = await run(correlated, '-', Readable.from([Buffer.from(JSON.stringify(events))]))
    expect(parsed(list.out)[1]).toMatchObject({ correlation: 'many', lines: [1] })
    const spread = await run(correlated, '-', Readable.from([Buffer.from(JSON.stringify(events, undefined, 2))]))
    expect(parsed(spread.out)[1]).toMatchObject({ correlation: 'many', lines: [2, 7, 20] })
    const cloud = { Records: events.map((e) => ({ eventName: 'x', ...e })) }
    expect(parsed((await run(correlated, '-', lines([cloud]))).out)[1]).toMatchObject({
      correlation: 'many',
      lines: [1],
    })
  })

  test('an event that tells no time takes no part and is counted', async () => {
    const untimed = [...events.slice(0, 2), at({}), at({ '@timestamp': 'yesterday' })]
    const { out, err } = await run(correlated, '-', lines(untimed))
    expect(parsed(out)).toEqual([])
    expect(err).toContain('fired 0, matches without a time 2')
  })

  test('names the first thousand lines of a window', async () => {
    const flood = Array.from({ length: 1500 }, (_, i) => at({ time: 1_795_478_400_000 + i }))
    put(
      'correlated/c2.yml',
      'title: flood\nid: flood\ncorrelation: {type: event_count, rules: [failed], timespan: 1m, condition: {lt: 2000}}\nlevel: low\n',
    )
    const { out } = await run(correlated, '-', lines(flood))
    const firing = parsed(out).find((f) => f.correlation === 'flood')
    expect(firing.lines).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
    expect(Date.parse(firing.to) - Date.parse(firing.from)).toBe(1499)
  })

  test('check warns of a field that no event of a rule below has', () => {
    const text = `title: base
id: base
level: low
logsource: {product: windows, category: process_creation}
detection: {s: {Image: a}, condition: s}
---
title: many
id: many
level: low
correlation: {type: event_count, rules: [base], group-by: [Imag, User], timespan: 1m, condition: {gte: 3}}
`
    const loaded = loadRules([[{ path: 'c.yml', name: 'c.yml', text }]], loadPipelines(OWN_PIPELINES).pipelines)
    const [first, ...others] = lintCorrelation(loaded.correlations[0]!, loaded)
    expect(others).toEqual([])
    expect(first).toMatchObject({ code: 'SIG-111', line: 10, column: 42, severity: 'warning' })
    expect(first?.message).toContain('"Imag": its matches take no part; did you mean "Image"?')
  })

  test('check counts correlations and tries their samples', async () => {
    put(
      'correlated/c2.suidun.yaml',
      `titleZh: 少\ndescriptionZh: 少\nsamples:
  - {name: one, matches: true, events: [{is: failed, time: 1795478400}]}
  - {name: none, matches: true, events: [{is: failed}]}\n`,
    )
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const [out, err] = [text(stdout), text(stderr)]
    expect(check({ paths: [correlated], pipelines: NO_PIPELINES, json: false, stdout, stderr })).toBe(1)
    stdout.end()
    stderr.end()
    expect(await out).toContain('c2.yml:1:1 SIG-043 the sample "none" must match and does not\n')
    expect(await out).toContain('SIG-041')
    expect(await err).toMatch(/^rules 2, correlations 2, refused 0, errors 1, /)
  })
})
