import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { benchLines } from '../../bench/lines.ts'
import { buildPlainScan } from '../../collectors/plain/buildPlainScan.ts'
import { ALL, type Filter } from '../../core/filter.ts'
import { bothWays, ORIGIN } from '../support/preparedBothWays.ts'

const DOCUMENT = {
  '@timestamp': '2026-11-24T05:00:00.123Z',
  agent: { name: 'web-1', type: 'filebeat' },
  host: { name: 'web-1', ip: ['10.0.0.1', 'fe80::1'], os: { name: 'Debian' } },
  message: 'GET "/a\\b" 穗',
  event: { dataset: 'nginx.access', category: ['web'], duration: 17 },
  http: { response: { status_code: 200, body: { bytes: 17 } } },
  input: { type: 'filestream' },
  log: { offset: 77, file: { path: '/var/log/nginx/access.log' } },
  source: { ip: '10.1.2.3', port: 443 },
}
const TEXT = JSON.stringify(DOCUMENT)

/** The text of the document with some of it replaced, which must be there. */
function but(from: string | RegExp, to: string | ((found: string) => string)): string {
  const text = TEXT.replace(from, to as string)
  expect(text).not.toBe(TEXT)
  return text
}

const body = (...lines: string[]) => Buffer.from(lines.map((l) => `${l}\n`).join(''))
const rule = (filter: Filter) => ({ filter, routing: ALL })

describe('a plain line', () => {
  it.each([
    ['a document of a shipper', () => TEXT],
    ['blanks between its members and behind it', () => `${but(/":|,"|\{"/g, (m) => [...m].join(' '))}  `],
    ['escapes in its texts', () => but('web-1"', '\\u0077eb\\/1\\n\\t"')],
    ['a kind of its own', () => but('"dataset"', '"kind":"alert","dataset"')],
    ['one value where the catalogue keeps several', () => but('["web"]', '"web"')],
    [
      'groups of which nothing is in the catalogue, within one that is',
      () => but('"offset"', '"a":{"b":{"c":[1,"x",null]}},"offset"'),
    ],
    ['a group of which all goes to the remainder', () => but(/"log":\{.*?\}\}/, '"log":{"offset":1,"flags":"x"}')],
    [
      'numbers with a fraction, null and truths in the remainder',
      () => but('77', '[0.5,-12.25,0.000001,null,true,false,-3]'),
    ],
    ['a text of all lengths around those of a block', () => but('filestream', 'x'.repeat(47))],
  ])('is written as the event that it becomes: %s', (_, line) => {
    expect(bothWays().compare(body(line()))).toEqual([0])
  })

  it.each([
    ['no time', () => but('"@timestamp"', '"@time"')],
    ['a time in another form', () => but('T05:00:00.123Z', ' 05:00:00')],
    ['a time that is none', () => but('2026-11-24T', '2026-02-30T')],
    ['no host', () => but(/"host":\{.*?\}\},/, '')],
    ['nothing said of the event: its message may be read', () => but('"category":["web"],', '')],
    ['an id of its own', () => but('"dataset"', '"id":"x","dataset"')],
    ['what belongs to the platform', () => but('"agent"', '"suidun":{"lane":9},"agent"')],
    ['an original', () => but('"dataset"', '"original":"x","dataset"')],
    ['guarded data', () => but('"agent"', '"audit":{"object":{"name":"citizens"}},"agent"')],
    [
      'an application that writes its audit log',
      () => but('"agent"', '"app":"portal","action":"x","user":"u","agent"'),
    ],
    [
      'an event of Windows that was turned from XML into JSON',
      () => but('"agent"', '"Event":{"EventData":{"Data":[{"@Name":"A","#text":"x"}]}},"agent"'),
    ],
    ['such an event without its root', () => but('"agent"', '"EventData":{"Data":{"@Name":"A","#text":"x"}},"agent"')],
    ['one with its provider', () => but('"agent"', '"System":{"Provider":{"@Name":"P"}},"agent"')],
    [
      'one with its values as text',
      () => but('"agent"', '"EventId":1,"Channel":"c","Payload":"{\\"EventData\\":{\\"Data\\":\\"x\\"}}","agent"'),
    ],
    ['what may be a hit of Elasticsearch', () => but('"agent"', '"_index":"i","_source":{"a":1},"agent"')],
    ['a name twice', () => but('"type":"filebeat"', '"name":"b"')],
    ['a group twice', () => but('"input"', '"agent"')],
    ['a name of the remainder twice', () => but('"offset":77', '"offset":77,"offset":78')],
    ['an escape in the remainder that JSON.stringify would not write', () => but('filestream', 'file\\/stream')],
    ['another such escape', () => but('filestream', '\\u0066ilestream')],
    ['blanks within a list of the remainder', () => but('77', '[1, 2]')],
    ['a dotted name', () => but('"offset"', '"file.path":"x","offset"')],
    ['an escaped name', () => but('"agent"', '"\\u0061gent"')],
    ['a name beyond ASCII', () => but('"offset"', '"位置"')],
    ['a number that is written in another way', () => but('443', '4.43e2')],
    ['a fraction where none belongs', () => but('443', '443.5')],
    ['a number in the remainder that ends in a zero', () => but('77', '7.70')],
    ['a negative zero', () => but('77', '-0')],
    ['a number that is too large', () => but('77', '12345678901234567')],
    ['a very small number', () => but('77', '0.0000001')],
    ['an address in another form', () => but('fe80::1', 'FE80::1')],
    ['an address that is none', () => but('10.1.2.3', '10.1.2.256')],
    ['an address with leading zeros', () => but('10.1.2.3', '10.1.2.03')],
    ['a number where a text belongs', () => but('"web-1","type"', '1,"type"')],
    ['a text where a number belongs', () => but('443', '"443"')],
    ['a value where a group belongs', () => but('{"type":"filestream"},"log"', '1,"url":"x","log"')],
    ['a group where a value belongs', () => but('"10.1.2.3"', '{"a":1}')],
    ['null in a field', () => but('443', 'null')],
    ['a list where one value belongs', () => but('443', '[443]')],
    ['a list of groups', () => but('77', '[{"a":1}]')],
    ['an empty list', () => but('77', '[]')],
    ['an empty group', () => but('77', '{}')],
    ['half of a surrogate pair', () => but('filestream', '\\ud83d')],
    ['a tab between members', () => but(',"agent"', ',\t"agent"')],
    ['a control character in a text', () => but('filestream', '\u0001')],
    ['an escape that is none', () => but('filestream', '\\x')],
    ['a comma too many', () => but('"agent"', ',"agent"')],
    ['its end missing', () => TEXT.slice(0, -1)],
    ['more behind its end', () => `${TEXT}}`],
    ['groups deeper than most', () => but('77', `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`)],
    [
      'more of the remainder than most',
      () => but('77', JSON.stringify(Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`k${i}`, i])))),
    ],
    ['a very long name', () => but('"offset"', `"${'n'.repeat(200)}"`)],
    ['a very long text', () => but('filestream', 'x'.repeat(200_000))],
  ])('is none that holds %s; the event is the same', (_, line) => {
    const both = bothWays()
    expect(both.compare(body(line()))).toEqual([])
    // And it does not matter what stands beside it.
    expect(both.compare(body(TEXT, line(), TEXT, TEXT))).toEqual([0, 2, 3])
  })

  it('is told from others wherever it stands in its body, and however lines end', () => {
    const both = bothWays([rule({ op: 'term', field: ['source.port'], value: 443, cased: false })])
    const other = '{"message":"m"}'
    expect(both.compare(Buffer.from(`${TEXT}\r\n\n  ${TEXT}\r\n${other}\n\t${TEXT}`))).toEqual([0, 2, 4])
    expect(both.compare(Buffer.from(`\ufeff${TEXT}\n${other}\n${TEXT}\n`))).toHaveLength(2)
    // A body that is not all UTF-8 is read as text.
    expect(both.compare(Buffer.concat([body(TEXT), Buffer.from([0x22, 0xff, 0x22, 10])]))).toEqual([])
  })

  it('is read in bodies larger than the window', () => {
    const lines = Array.from({ length: 4_000 }, (_, i) => but('web-1"', `host-${i}"`))
    expect(bothWays().compare(body(...lines))).toHaveLength(4_000)
  })

  it('stays one when more names were met than are kept', () => {
    const both = bothWays()
    const names = Array.from({ length: 9_000 }, (_, i) => but('"offset"', `"offset_${i}"`))
    expect(both.compare(body(...names, TEXT)).length).toBeGreaterThan(8_990)
    // A line that brings very many at once is not worth learning.
    const many = but('77', JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`new${i}`, i]))))
    expect(both.compare(body(many))).toEqual([])
  })

  it('is still looked for, now and then, after many that were none', () => {
    const both = bothWays()
    expect(both.compare(body(...Array.from({ length: 500 }, () => '{"message":"m"}')))).toEqual([])
    expect(both.compare(body(...Array.from({ length: 100 }, () => TEXT))).length).toBeGreaterThan(80)
  })

  it('is placed in a system by its host, as others are', () => {
    const asset = (systemId: string, hostNames: string[], addresses: string[]) => ({
      unitId: 'root',
      systemId,
      hostNames,
      addresses,
    })
    const both = bothWays([], {
      assets: [asset('portal', ['WEB-1'], []), asset('files', [], ['10.9.0.0/16'])],
      datasets: [],
    } as never)
    const elsewhere = but('"web-1","ip":["10.0.0.1","fe80::1"]', '"nas","ip":["10.9.8.7"]')
    const alone = but('"web-1","ip":["10.0.0.1","fe80::1"]', '"nas","ip":"10.9.8.7"')
    const nowhere = but('"web-1","ip":["10.0.0.1","fe80::1"]', '"x\\"y"')
    expect(both.compare(body(TEXT, elsewhere, alone, nowhere, TEXT))).toEqual([0, 1, 2, 3, 4])
    expect(both.compare(body(TEXT, elsewhere), { ...ORIGIN, systemId: 'given' })).toEqual([0, 1])
    expect(both.compare(body(TEXT), { ...ORIGIN, unitId: 'tianhe' })).toEqual([0])
    expect(both.compare(body(TEXT), { ...ORIGIN, receivedAt: Date.UTC(2027, 5, 1) })).toEqual([0])
  })

  it('is searched for keywords where events are: in values alone, not in the line itself nor in its kind', () => {
    const keyword = (...texts: string[]) => texts.map((t) => rule({ op: 'keyword', pattern: [t], cased: false }))
    const both = bothWays([
      ...keyword(
        'filestream"}',
        '"offset":77',
        'EVENT',
        'ven',
        '/a\\b',
        '/a\\\\b',
        'a\\\\\\\\b',
        '穗',
        '{"@time',
        'nowhere',
      ),
      rule({ op: 'keyword', pattern: ['web-1'], cased: false, except: ['host', 'agent'] }),
      rule({ op: 'keyword', pattern: ['"Offset":77'], cased: true }),
    ])
    expect(
      both.compare(body(TEXT, but('"dataset"', '"kind":"alert","dataset"'), but('web-1"', '\\u0077eb-1"'))),
    ).toEqual([0, 1, 2])
  })

  it('is what most of the lines of a platform like this are', () => {
    const lines = benchLines(0, 1_000, ORIGIN.receivedAt - 1_000)
    expect(bothWays().compare(body(...lines))).toHaveLength(700)
  })

  it('is read by bytes that are compiled from their sources', async () => {
    const committed = readFileSync(new URL('../../collectors/plain/plain.wasm', import.meta.url))
    expect(Buffer.from(await buildPlainScan()).equals(committed)).toBe(true)
  })
})
