import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Framing } from '../../collectors/contract.ts'
import { LineBuffer, numberLine } from '../../collectors/intake/index.ts'
import { buildLineScan } from '../../collectors/intake/scan/buildLineScan.ts'
import { serialise } from '../../collectors/intake/serialise.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import { namesTwice, ORIGIN } from '../support/preparedBothWays.ts'

const ID = '0123456789abcdef0123456789abcdef'
const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })

/** The line of the spool, with or without the bytes that it came in. */
function spoolLine(line: string, framing: Framing, copied: boolean): string {
  const into = new LineBuffer()
  into.text('before\n')
  const bytes = Buffer.from(`x${line}y`)
  const source = copied ? { bytes, from: 1, to: bytes.length - 1 } : undefined
  const place = serialise(normalise(line, framing, ORIGIN), 3, source, into)
  numberLine(place, into, ID, 4711)
  const text = Buffer.from(into.slice(0, into.length)).toString()
  expect(text.startsWith('before\n{')).toBe(true)
  expect(text.endsWith('}\n')).toBe(true)
  return text.slice('before\n'.length, -1)
}

/** What both ways write must be the same event, in text that holds no line break and no number that reads otherwise elsewhere. */
function expectSame(line: string, framing: Framing = 'json'): void {
  const copied = spoolLine(line, framing, true)
  const event = JSON.parse(copied)
  expect(event).toEqual(JSON.parse(spoolLine(line, framing, false)))
  expect(event.event.original).toBe(line)
  expect(event.event.id).toBe(ID)
  expect(event.suidun).toMatchObject({ lane: 3, seq: 4711 })
  expect(/[\r\n]/.test(copied)).toBe(false)
  // Names twice in an object, and numbers such as 1.0 or 1e3, are read differently by different readers.
  expect(namesTwice(copied)).toEqual([])
}

const DOCUMENT = {
  '@timestamp': '2026-11-24T05:00:00.000Z',
  agent: { name: 'web-1', type: 'filebeat', version: '8.19.2' },
  host: { name: 'web-1', ip: ['10.0.0.1'], os: { name: 'Debian' } },
  message: 'GET "/a\\b" 穗',
  event: { dataset: 'nginx.access', category: ['web'], outcome: 'success' },
  http: { response: { status_code: 200, body: { bytes: 17 } } },
  input: { type: 'filestream' },
  source: { ip: '10.1.2.3', port: 443 },
}

describe('a line of the spool', () => {
  it('of a document that is as the catalogue wants it is copied from the bytes it came in', () => {
    const text = JSON.stringify(DOCUMENT)
    expectSame(text)
    // Blanks and escapes that JSON.stringify would not write show that it was copied.
    const spelt = text.replace('"os":{"name"', '"os" : { "name"').replace('web-1"', '\\u0077eb-1"')
    expectSame(spelt)
    expect(spoolLine(spelt, 'json', true)).toContain('"os" : { "name"')
    expect(spoolLine(spelt, 'json', true)).toContain('"name":"\\u0077eb-1","type":"filebeat"')
    expect(spoolLine(spelt, 'json', false)).not.toContain('"os" : { "name"')
  })

  it.each([
    ['a name twice in a group', '{"host":{"name":"a","name":"b"},"message":"m"}'],
    ['a group twice', '{"host":{"name":"a"},"host":{"name":"b"}}'],
    ['a group twice in two spellings', '{"host":{"name":"a"},"host.ip":"10.0.0.1","host.id":"7"}'],
    ['a list that grows by another spelling', '{"host":{"ip":["10.0.0.1"]},"host.ip":"10.0.0.2"}'],
    ['an escaped name', '{"h\\u006fst":{"n\\u0061me":"a"},"host":{"name":"b"}}'],
    [
      'numbers that are written in several ways',
      '{"source":{"port":4.43e2},"http":{"response":{"status_code":200.0}}}',
    ],
    ['a negative zero', '{"source":{"port":-0},"event":{"duration":-5}}'],
    [
      'numbers beyond what JavaScript holds',
      '{"host":{"name":"a"},"event":{"code":9007199254740993},"x":9007199254740993}',
    ],
    ['half of a surrogate pair', '{"host":{"name":"\\ud800"},"message":"m"}'],
    ['names that begin with digits', '{"message":"m","7":"seven","host":{"name":"a"},"1":"one"}'],
    ['tabs and carriage returns between members', '{"host":\t{"name":"a"},\r"message":"m"}'],
    ['an empty name and an empty group', '{"":{"a":1},"host":{},"message":"m"}'],
    ['a list of groups', '{"host":[{"name":"a"},{"name":"b"}],"message":"m"}'],
    [
      'what belongs to the platform',
      '{"suidun":{"lane":9},"event":{"id":"x","original":"y","ingested":"z","kind":"alert"}}',
    ],
    ['the time in another form', '{"@timestamp":"2026-11-24 05:00:00","host":{"name":"a"}}'],
    ['no object', '[1,2]'],
    ['no JSON', 'plain "text" with \\ and \u0001\t and {"host":{"name":"a"}}'],
    ['brackets and quotes within texts', '{"message":"}{][,:\\"\\\\","host":{"name":"\\\\\\""}}'],
    ['a long text', `{"host":{"name":"a"},"message":"${'长'.repeat(50_000)}"}`],
    ['more than the scan takes', `{"host":{"name":"a"},"message":"${'x'.repeat(2 << 20)}"}`],
    [
      'more members than are noted',
      JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i]))),
    ],
  ])('holds the same whether copied or written anew: %s', (_, line) => {
    expectSame(line)
  })

  it('holds the same for syslog, whose message may itself be JSON', () => {
    expectSame(`<13>Nov 24 05:00:00 web-1 app: ${JSON.stringify(DOCUMENT)}`, 'syslog')
    expectSame(`<13>1 2026-11-24T05:00:00Z web-1 app - - - {"host":{"name":"a"},"message":"m"}`, 'syslog')
    expectSame('<13>Nov 24 05:00:00 web-1 sshd[7]: Failed password for "root"\u0007', 'syslog')
  })

  it('holds the same for any JSON, however it is spelt', () => {
    const name = fc.constantFrom(
      'host',
      'event',
      'message',
      'source',
      'name',
      'ip',
      'port',
      'os',
      'user',
      '@timestamp',
      'tags',
      'url',
      'kind',
      'x',
      '数',
    )
    const text = fc.oneof(
      fc.constantFrom('10.0.0.1', '2026-11-24T05:00:00.000Z', 'a"b', 'a\\b', '穗', '', '\u0000', '\u2028', '😀'),
      fc.string({ unit: 'binary', maxLength: 40 }),
    )
    const { json } = fc.letrec<{ value: string; json: string; key: string; text: string }>((tie) => ({
      text: text.map((t) => JSON.stringify(t)),
      key: fc.oneof(
        { weight: 6, arbitrary: name.map((n) => JSON.stringify(n)) },
        { weight: 1, arbitrary: name.map((n) => `"\\u${n.charCodeAt(0).toString(16).padStart(4, '0')}${n.slice(1)}"`) },
        { weight: 1, arbitrary: fc.tuple(name, name).map(([a, b]) => JSON.stringify(`${a}.${b}`)) },
      ),
      value: fc.oneof(
        { depthSize: 'small' },
        tie('text'),
        tie('text'),
        fc.constantFrom('443', '-1', '1.0', '1e2', '1E+2', '0', 'true', 'false', 'null', '12345678901234567890'),
        fc.array(tie('value'), { maxLength: 3 }).map((v) => `[${v.join(',')}]`),
        tie('json'),
      ),
      json: fc
        .array(fc.tuple(tie('key'), fc.constantFrom(':', ' : ', ':\t'), tie('value')), { maxLength: 6 })
        .map((members) => `{${members.map((m) => m.join('')).join(',')}}`),
    }))
    fc.assert(
      fc.property(json, (line) => {
        expectSame(line)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is read by bytes that are compiled from their source', async () => {
    const committed = readFileSync(new URL('../../collectors/intake/scan/lineScan.wasm', import.meta.url))
    expect(Buffer.from(await buildLineScan()).equals(committed)).toBe(true)
  })
})
