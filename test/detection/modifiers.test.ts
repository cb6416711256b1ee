import { describe, expect, test } from 'vitest'
import { compileRule } from '../../detection/compile.ts'
import { createPipelines, type PipelineSource, readPipeline } from '../../detection/pipeline.ts'
import { itemError, itemMatches, readDetection } from '../support/sigma.ts'

const text = (bytes: Buffer) => bytes.toString('base64')
const utf16 = (t: string) => Buffer.from(t, 'utf16le')

describe('windash', () => {
  test.each(['-', '/', '\u2013', '\u2014', '\u2015'])('takes %s for any of the five', (dash) => {
    for (const written of ['-', '/', '\u2013', '\u2014', '\u2015'])
      expect(itemMatches(`F|contains|windash: ' ${written}enc '`, { F: `x ${dash}ENC y` })).toBe(true)
  })

  test.each<[string, string, boolean]>([
    ["F|windash: '-a -b'", '/a \u2014B', true],
    ["F|windash: '-a -b'", '/a +b', false],
    ["F|windash: 'a-b'", 'a/b', true],
    ["F|windash|contains: '-x'", '1/x2', true],
    ["F|endswith|windash: ' -x'", 'cmd /X', true],
    ["F|endswith|windash: ' -x'", 'cmd /x.', false],
    ["F|windash|cased: '-X'", '/x', false],
    ["F|contains|all|windash: ['-a', '-b']", '/a -b', true],
    ["F|contains|all|windash: ['-a', '-b']", '/a /a', false],
    ["F|windash: '-*-'", '/x\u2013', true],
    ['F|windash: none', 'NONE', true],
    ["F|windash|base64: '-x'", text(Buffer.from('/x')), true],
  ])('%s against %s', (item, value, expected) => {
    expect(itemMatches(item, { F: value })).toBe(expected)
  })

  test('refuses what would be too many', () => {
    expect(itemError("F|windash: 'a-b-c-d-e-f'")).toBeUndefined()
    expect(itemError("F|windash: '-a -b -c -d -e -f -g'")).toBe('SIG-024')
  })

  test('of many dashes takes those that can begin an option', () => {
    const item = "F|contains|windash: ' -clsid {86C86720-42A0-1069-A2E8-08002B30309D} -x'"
    expect(itemMatches(item, { F: 'a /CLSID {86c86720-42a0-1069-a2e8-08002b30309d} \u2014x b' })).toBe(true)
    expect(itemMatches(item, { F: 'a -clsid {86C86720/42A0-1069-A2E8-08002B30309D} -x b' })).toBe(false)
    expect(itemMatches("F|windash: 'a-b-c-d-e-f-g'", { F: 'A-b-c-d-e-f-g' })).toBe(true)
    expect(itemMatches("F|windash: '*-x? ---z - a-b-c'", { F: '1/xy --/z - a-b-c' })).toBe(true)
    expect(itemMatches("F|windash: '*-x? ---z - a-b-c'", { F: '1/xy --/z / a-b-c' })).toBe(false)
  })
})

describe('neq', () => {
  test.each<[string, object, boolean]>([
    ['F|neq: a', { F: 'A' }, false],
    ['F|neq: a', { F: 'b' }, true],
    ['F|neq: a', {}, true],
    ['F|neq: 5', { F: '5' }, false],
    ['F|neq: null', { F: 'x' }, true],
    ['F|neq: null', {}, false],
    ['F|neq: [a, b]', { F: 'b' }, false],
    ['F|neq: [a, b]', { F: 'c' }, true],
    ['F|contains|all|neq: [a, b]', { F: 'xa' }, true],
    ['F|neq|contains|all: [a, b]', { F: 'ba' }, false],
    ['F|neq|cidr: 10.0.0.0/8', { F: '10.0.0.1' }, false],
    ["F|re|neq: '^a'", { F: 'b' }, true],
    ['F|cased|neq: a', { F: 'A' }, true],
  ])('%s against %j', (item, event, expected) => {
    expect(itemMatches(item, event)).toBe(expected)
  })

  test('goes neither with "exists" nor with a comparison', () => {
    expect(itemError('F|neq|exists: true')).toBe('SIG-015')
    expect(itemError('F|exists|neq: true')).toBe('SIG-015')
    expect(itemError('F|gt|neq: 5')).toBe('SIG-015')
    expect(itemError("'|neq': a")).toBe('SIG-021')
  })
})

describe('encodings', () => {
  // RFC 4648: what any three neighbouring bytes make is the same wherever they begin.
  test.each(['a', 'ab', 'abc', 'foobar', 'http://', 'ping 10.0.0.1', '数据', 'ünï'])(
    'base64offset finds %s wherever it begins and whatever follows',
    (value) => {
      for (const before of ['', 'x', 'xy', 'xyz', '\u00ff\u00ff'])
        for (const after of ['', 'x', 'xy', 'xyz', '\u00ff'])
          if (Buffer.byteLength(value) > 1 || before.length + after.length === 0)
            expect(
              itemMatches(`F|base64offset|contains: '${value}'`, {
                F: `> ${text(Buffer.from(before + value + after))}`,
              }),
              `${before}|${after}`,
            ).toBe(true)
    },
  )

  test.each<[string, string, boolean]>([
    ['F|base64offset|contains: foobar', 'anything else', false],
    ['F|base64offset|contains: a', '!', false],
    ['F|base64|contains: fo', 'Zm8', true],
    ['F|base64|contains: fo', 'x Zm8= y', true],
    ['F|base64: fo', 'Zm8=', true],
    ['F|base64: fo', 'Zm8', false],
    ['F|base64|endswith: fo', 'xZm8=', true],
    ["F|base64|contains: 'foo\\*'", text(Buffer.from('foo*')), true],
    ['F|base64|cased: foobar', 'ZM9VYMFY', false],
    ['F|wide|base64: cmd', text(utf16('cmd')), true],
    ['F|utf16le|base64: cmd', 'YwBtAGQA', true],
    ['F|utf16be|base64: cmd', 'AGMAbQBk', true],
    ['F|utf16|base64: cmd', text(Buffer.from('fffe63006d006400', 'hex')), true],
    [
      'F|wide|base64offset|contains: powershell',
      text(Buffer.from(`x${utf16('powershell').toString('latin1')}y`)),
      true,
    ],
    ['F|utf16le: cmd', 'c\0m\0d\0', true],
    ['F|wide|contains: c*d', 'x c\0x\0d\0', true],
    ['F|utf16|startswith: c', '\u00ff\u00fec\0 and more', true],
    ['F|utf16be: 数', Buffer.from('6570', 'hex').toString('latin1'), true],
  ])('%s against %j', (item, value, expected) => {
    expect(itemMatches(item, { F: value })).toBe(expected)
  })

  test.each([
    'F|contains|base64offset: a',
    'F|base64|wide: a',
    'F|contains|wide: a',
    'F|base64|windash: a',
    'F|base64|base64offset: a',
    'F|wide|utf16be: a',
    'F|re|base64: a',
    'F|wide|re: a',
  ])('%s is refused: the order is dashes, encoding, Base64, place', (item) => {
    expect(itemError(item)).toBe('SIG-015')
  })

  test.each([
    'F|base64offset|contains: 5',
    'F|windash: 5',
    'F|wide: true',
    'F|base64: null',
    'F|cased: 5',
    'F|expand: 5',
    "F|base64offset: ''",
    'F|base64: a*b',
    'F|wide|base64offset: a?b',
  ])('%s is refused: these modifiers are for text, and Base64 for text without wildcards', (item) => {
    expect(itemError(item)).toBe('SIG-016')
  })
})

describe('a regular expression with its place', () => {
  test.each<[string, string, boolean]>([
    ["F|re|contains: 'b.d'", 'abcde', true],
    ["F|re|startswith: 'a|b'", 'xb', false],
    ["F|re|startswith: 'a|b'", 'bx', true],
    ["F|re|endswith: 'a|b'", 'xb', true],
    ["F|re|endswith: 'a|b'", 'bx', false],
    ["F|re|m|startswith: '^b'", 'a\nb', false],
  ])('%s against %j', (item, value, expected) => {
    expect(itemMatches(item, { F: value })).toBe(expected)
  })

  test('does not lend its brackets', () => {
    expect(itemError("F|re|startswith: 'a)(b'")).toBe('SIG-017')
  })
})

describe('expand', () => {
  const lists = new Map([
    ['admins', ['root', 'adm_*', 'a\\*b']],
    ['patterns', ['pat.*tern', 'one(two)?']],
    ['broken', ['a)(b']],
    ['DC-NAMES', ['dc1.example', 'dc2.example']],
    ['nets', ['10.0.0.0/8', '192.168.0.1']],
    ['nobody', []],
  ])
  test.each<[string, string, boolean]>([
    ["F|expand: '%admins%'", 'ROOT', true],
    ["F|expand: '%admins%'", 'adm_li', true],
    ["F|expand: '%admins%'", 'a*b', true],
    ["F|expand: '%admins%'", 'axb', false],
    ["F: '%admins%'", 'root', false],
    ["F: '%admins%'", '%ADMINS%', true],
    ["F|contains|expand: '\\%admins%'", 'x%admins%y', true],
    ["F|contains|expand: '%DC-NAMES%'", 'on DC2.example now', true],
    ["F|expand|contains: '%DC-NAMES%'", 'on DC2.example now', true],
    ["F|expand: 'CORP\\\\%admins%'", 'corp\\root', true],
    ["F|expand: '%admins%@%DC-NAMES%'", 'root@dc2.example', true],
    ["F|expand: '%admins%@%DC-NAMES%'", 'root@dc3.example', false],
    ["F|expand: '100%'", '100%', true],
    ["F|expand: '50% of %admins%'", '50% of root', true],
    ["F|expand: '%nobody%'", '', false],
    ["F|expand: ['%nobody%', x]", 'x', true],
    ["F|expand|neq: '%admins%'", 'root', false],
    ["F|contains|all|expand: ['%admins%', '%DC-NAMES%']", 'root at dc1.example', true],
    ["F|contains|all|expand: ['%admins%', '%DC-NAMES%']", 'root and adm_x', false],
    ["F|re|expand: '^x:%DC-NAMES%$'", 'x:dc1.example', true],
    ["F|re|expand: '^x:%DC-NAMES%$'", 'x:dc1.example.org', false],
    ["F|re|expand: 'x%patterns%y'", 'xpatXternyz', true],
    ["F|re|expand: 'x%patterns%y'", 'xonetwoy', true],
    ["F|re|expand: 'x%patterns%y'", 'xone', false],
    ["F|re|expand: '^%patterns%+$'", 'onetwoone', true],
    ["F|cidr|expand: '%nets%'", '10.9.9.9', true],
    ["F|cidr|expand: '%nets%'", '192.168.0.2', false],
    ["F|windash|expand: '-u %DC-NAMES%'", '/u dc1.example', true],
    ["F|expand|base64offset|contains: 'user=%DC-NAMES%'", text(Buffer.from('user=dc2.example')), true],
    ["F|cased|expand: '%DC-NAMES%'", 'DC1.example', false],
  ])('%s against %j', (item, value, expected) => {
    expect(itemMatches(item, { F: value }, lists)).toBe(expected)
  })

  test('of an unknown list is refused by its name', () => {
    const { problems } = readDetection("s:\n  F|expand: ['%admins%', '%Admins%']\ncondition: s", lists)
    expect(problems).toMatchObject([{ code: 'SIG-023', line: 8, column: 28, details: { name: 'Admins' } }])
  })

  test('of a list whose entries do not fit is refused', () => {
    expect(itemError("F|cidr|expand: '%admins%'", lists)).toBe('SIG-018')
    expect(itemError("F|re|expand: '(%broken%)'", lists)).toBe('SIG-017')
    expect(itemError("F|base64|expand: '%admins%'", lists)).toBe('SIG-016')
  })

  test('of lists that would make too many texts is refused', () => {
    const many = new Map([['m', Array.from({ length: 400 }, (_, i) => `v${i}`)]])
    expect(itemError("F|expand: '%m%%m%'", many)).toBe('SIG-024')
  })
})

test('keywords take what changes their text, and nothing that needs a field', () => {
  expect(itemMatches("'|windash': 'x -y'", { m: 'a x /Y' })).toBe(true)
  expect(itemMatches("'|base64offset': 'foobar'", { m: text(Buffer.from('xfoobar')) })).toBe(true)
  expect(itemMatches("'|contains': 'foo'", { m: 'a foo' })).toBe(true)
  for (const modifier of ['startswith', 'endswith', 're|startswith', 'cidr', 'exists', 'gt'])
    expect(itemError(`'|${modifier}': 'x'`)).toBe('SIG-021')
})

test('keywords under re: some value matches, as it stands', () => {
  const re = (item: string, event: object) => itemMatches(item, event)
  expect(re("'|re': 'a.c'", { x: ['z', 'xabcx'] })).toBe(true)
  expect(re("'|re': '^a.c$'", { x: 'xabcx' })).toBe(false)
  expect(re("'|re': 'a.c'", { x: 'ABC', abc: 1 })).toBe(false)
  expect(re("'|re|i': 'a.c'", { x: 'ABC' })).toBe(true)
  expect(re("'|re': 'a.c'", { x: 'a\nc' })).toBe(false)
  expect(re("'|re|s': 'a.c'", { x: 'a\nc' })).toBe(true)
  expect(re("'|re': '^c'", { x: 'a\nc' })).toBe(false)
  expect(re("'|re|m': '^c'", { x: 'a\nc' })).toBe(true)
  expect(re("'|re': ['^4[0-9]+$', none]", { x: 4688 })).toBe(true)
  expect(re("'|re|all': ['^a', 'b$']", { x: 'ax', y: 'xb' })).toBe(true)
  expect(re("'|re|all': ['^a', 'b$']", { x: 'ax' })).toBe(false)
  expect(re("'|re': 'bob'", { event: { original: 'bob', id: 'bob' } })).toBe(false)
  expect(itemError("'|re': 'a('")).toBe('SIG-017')
})

test('"all" on one value is a warning', () => {
  const { rule, problems } = readDetection('s:\n  F|contains|all: a\ncondition: s')
  expect(problems.map((p) => [p.code, p.severity, p.line, p.column])).toEqual([['SIG-037', 'warning', 8, 5]])
  expect(rule).toBeDefined()
})

describe('parts of a date', () => {
  const at = (text: string) => ({ '@timestamp': text, when: text })
  test.each<[string, string, boolean]>([
    ["'@timestamp|hour': 18", '2026-11-24T18:59:59.999Z', true],
    ["'@timestamp|hour': 18", '2026-11-24T19:00:00.000Z', false],
    ["'@timestamp|hour|gte': 18", '2026-11-24T23:00:00.000Z', true],
    ["'@timestamp|hour|lt': 8", '2026-11-24T08:00:00.000Z', false],
    ["'@timestamp|hour|neq': 18", '2026-11-24T17:00:00.000Z', true],
    ["'@timestamp|minute': [0, 30]", '2026-11-24T17:30:12.000Z', true],
    ["'@timestamp|day|gt': 23", '2026-11-24T00:00:00.000Z', true],
    ["'@timestamp|month|lte': 10", '2026-11-24T00:00:00.000Z', false],
    ["'@timestamp|year': 2026", '2026-12-31T23:59:59.999Z', true],
    // ISO 8601: 30 December 2024 is in the first week of 2025, 3 January 2021 in the 53rd of 2020.
    ["'@timestamp|week': 1", '2024-12-30T00:00:00.000Z', true],
    ["'@timestamp|week': 53", '2021-01-03T23:00:00.000Z', true],
    ['when|hour: 22', '2026-11-25T06:00:00+08:00', true],
    ["'when|hour': 6", '2026-11-24 06:00:00.123', true],
    ["'when|hour': 0", '2026-11-24', true],
    ["'when|hour': 0", 'yesterday', false],
    ["'when|hour|neq': 0", 'yesterday', true],
    ["'absent|hour|neq': 0", '2026-11-24', true],
  ])('%s at %s (UTC)', (item, text, expected) => {
    expect(itemMatches(item, at(text))).toBe(expected)
  })

  test('are not read from numbers', () => {
    expect(itemMatches('when|year|gte: 0', { when: 1764000000 })).toBe(false)
  })

  test.each(['F|hour: 24', 'F|minute: -1', "F|hour: '18'", 'F|week: 54', 'F|day|gt: 1.5', 'F|month: null'])(
    '%s is refused: a part is a whole number of its span',
    (item) => expect(itemError(item)).toBe('SIG-016'),
  )
  test.each([
    'F|gte|hour: 18',
    'F|hour|day: 1',
    'F|hour|contains: 1',
    'F|re|hour: 1',
    'F|hour|gte|neq: 1',
    'F|hour|expand: 1',
  ])('%s is refused: a part comes first, and only a comparison follows', (item) =>
    expect(itemError(item)).toBe('SIG-015'),
  )
})

describe('fieldref', () => {
  test.each<[string, object, boolean]>([
    ['A|fieldref: B', { A: 'x', B: 'X' }, true],
    ['A|fieldref: B', { A: 'x', B: 'y' }, false],
    ['A|fieldref: B', { A: 4688, B: '4688' }, true],
    ['A|fieldref: B', { A: 'x' }, false],
    ['A|fieldref: B', {}, false],
    ['A|fieldref: B', { A: null, B: null }, false],
    ['A|fieldref: B', { A: '', B: '' }, true],
    ['A|fieldref: B', { A: ['x', 'y'], B: ['z', 'Y'] }, true],
    ['A|fieldref: [B, C]', { A: 'x', B: 'y', C: 'x' }, true],
    ['A|all|fieldref: [B, C]', { A: 'x', B: 'y', C: 'x' }, false],
    ['A|fieldref|cased: B', { A: 'x', B: 'X' }, false],
    ['A|fieldref|neq: B', { A: 'x', B: 'y' }, true],
    ['A|neq|fieldref: B', { A: 'x', B: 'X' }, false],
    ['A|fieldref|neq: B', { A: 'x' }, true],
    ['A|fieldref|startswith: B', { A: 'C:\\Users\\x', B: 'c:\\users' }, true],
    ['A|fieldref|endswith: B', { A: 'C:\\cmd.exe', B: 'CMD.EXE' }, true],
    ['A|fieldref|endswith: B', { A: 'C:\\cmd.exe', B: 'C:' }, false],
    ['A|fieldref|contains: B', { A: 'run a*b now', B: 'A*B' }, true],
    ['A|fieldref|contains: B', { A: 'run axb now', B: 'a*b' }, false],
    ['A|fieldref: user.name', { A: 'x', user: { name: 'x' } }, true],
  ])('%s against %j', (item, event, expected) => {
    expect(itemMatches(item, event)).toBe(expected)
  })

  test.each(['A|contains|fieldref: B', 'A|fieldref|re: B', 'A|fieldref|expand: B', 'A|fieldref|gt: B'])(
    '%s is refused',
    (item) => expect(itemError(item)).toBe('SIG-015'),
  )
  test.each(['A|fieldref: 5', 'A|fieldref: null', "A|fieldref: ''"])('%s is refused: no name', (item) =>
    expect(itemError(item)).toBe('SIG-016'),
  )

  test('finds its fields by the mappings of the log source, both of them', () => {
    const { rule } = readDetection('s:\n  A|fieldref: B\ncondition: s')
    const source = readPipeline('fields: { A: [x.a], B: [x.b, x.c] }', 'p.yaml')
    const { filter } = compileRule(rule!, createPipelines([source as PipelineSource]))
    expect(filter).toMatchObject({ field: ['x.a', 'A'], with: ['x.b', 'x.c', 'B'] })
  })

  test('costs no more than the length of what is compared', () => {
    const compare = (a: unknown, b: unknown) => itemMatches('A|fieldref|contains: B', { A: a, B: b })
    const long = 'a'.repeat(500_000)
    expect(compare(long + long, `${long}b`)).toBe(false)
    expect(compare(`${long}b${long}`, `${long}b`)).toBe(true)
    expect(compare(`${'abab'.repeat(1000)}abac`, `${'ab'.repeat(300)}ac`)).toBe(true)
    const many = Array.from({ length: 50_000 }, (_, i) => `v${i}`)
    expect(
      compare(
        many,
        many.map((v) => `x${v}`),
      ),
    ).toBe(false)
    expect(itemMatches('A|fieldref: B', { A: many, B: ['no', 'v49999'] })).toBe(true)
  }, 5_000)
})
