import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter, evaluate } from '../../core/evaluate.ts'
import { ANY, type Filter } from '../../core/filter.ts'
import { KQL_LONGEST, parseKql } from '../../core/kql.ts'
import { printKql } from '../../core/kqlPrint.ts'
import { substituteHidden } from '../../core/scope.ts'
import { viewOfJson, viewOfStored } from '../../core/view.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'

function asked(text: string, now?: number): Filter {
  const { filter, problems } = parseKql(text, now === undefined ? {} : { now })
  expect(problems).toEqual([])
  return filter!
}
const finds = (text: string, event: object) => evaluate(asked(text), viewOfJson(event))

describe('search text', () => {
  const term = (field: string, value: string): Filter => ({ op: 'term', field: [field], value, cased: false })
  /** In some value, or in the raw line. */
  const word = (text: string): Filter => ({
    op: 'or',
    of: [
      { op: 'keyword', pattern: [text], cased: false },
      { op: 'contains', field: ['event.original'], value: text, cased: false },
    ],
  })
  const cases: [string, Filter][] = [
    ['', { op: 'all' }],
    ['  *  ', { op: 'all' }],
    ['user.name: root', term('user.name', 'root')],
    ['user.name:"a b"', term('user.name', 'a b')],
    ['user.name: foo  bar', term('user.name', 'foo  bar')],
    ['"x y": z', term('x y', 'z')],
    ['a: (b or "c")', { op: 'in', field: ['a'], values: ['b', 'c'], cased: false }],
    ['a: b*', { op: 'prefix', field: ['a'], value: 'b', cased: false }],
    ['a: *b', { op: 'suffix', field: ['a'], value: 'b', cased: false }],
    ['a: *b*', { op: 'contains', field: ['a'], value: 'b', cased: false }],
    ['a: b*c', { op: 'wildcard', field: ['a'], pattern: ['b', ANY, 'c'], cased: false }],
    ['a: "b*"', term('a', 'b*')],
    ['a: b\\*', term('a', 'b*')],
    ['a: \\(b\\)\\:', term('a', '(b):')],
    ['a: \\and', term('a', 'and')],
    ['a: "\\"\\\\"', term('a', '"\\')],
    ['a: x\\u0041', term('a', 'xA')],
    ['a: *', { op: 'not', of: { op: 'null', field: ['a'] } }],
    ['source.port > 1000', { op: 'range', field: ['source.port'], gt: 1000 }],
    ['a <= "10"', { op: 'range', field: ['a'], lte: '10' }],
    ['a <= 10', { op: 'range', field: ['a'], lte: 10 }],
    ['failed', word('failed')],
    ['"failed login"', word('failed login')],
    [
      'fail*d',
      {
        op: 'or',
        of: [
          { op: 'keyword', pattern: ['fail', ANY, 'd'], cased: false },
          { op: 'wildcard', field: ['event.original'], pattern: [ANY, 'fail', ANY, 'd', ANY], cased: false },
        ],
      },
    ],
    ['source.ip: 10.0.0.0/8', { op: 'cidr', field: ['source.ip'], cidr: '10.0.0.0/8' }],
    ['message: "failed login"', { op: 'contains', field: ['message'], value: 'failed login', cased: false }],
    [
      'not a: 1 AND b: 2 Or c: 3',
      {
        op: 'or',
        of: [{ op: 'and', of: [{ op: 'not', of: term('a', '1') }, term('b', '2')] }, term('c', '3')],
      },
    ],
    [
      'a: (b and not (c or d*))',
      {
        op: 'and',
        of: [
          term('a', 'b'),
          {
            op: 'not',
            of: { op: 'or', of: [term('a', 'c'), { op: 'prefix', field: ['a'], value: 'd', cased: false }] },
          },
        ],
      },
    ],
    ['@timestamp >= 2026-11', { op: 'range', field: ['@timestamp'], gte: '2026-11-01T00:00:00.000Z' }],
    ['@timestamp <= 2026-11-24', { op: 'range', field: ['@timestamp'], lt: '2026-11-25T00:00:00.000Z' }],
    [
      '@timestamp > "2026-11-24T08:00:00.000+08:00"',
      { op: 'range', field: ['@timestamp'], gt: '2026-11-24T00:00:00.000Z' },
    ],
    [
      '@timestamp: 2026-11-24',
      { op: 'range', field: ['@timestamp'], gte: '2026-11-24T00:00:00.000Z', lt: '2026-11-25T00:00:00.000Z' },
    ],
  ]
  test.each(cases)('%s', (text, filter) => {
    expect(asked(text)).toEqual(filter)
  })

  test('is compared without regard to case', () => {
    expect(finds('user.name: ROOT', { user: { name: 'Root' } })).toBe(true)
    expect(finds('FAILED', { message: 'Failed password' })).toBe(true)
    expect(finds('message: PASS*', { message: 'Failed password' })).toBe(true)
  })
  test('of several words without quotes finds any of them', () => {
    expect(finds('failed unknown', { message: 'login failed' })).toBe(true)
    expect(finds('message: failed unknown', { message: 'login failed' })).toBe(true)
    expect(finds('"failed unknown"', { message: 'login failed, unknown user' })).toBe(false)
  })
  test('with field: * wants a value', () => {
    expect(finds('a: *', { a: '' })).toBe(true)
    expect(finds('a: *', { a: null })).toBe(false)
    expect(finds('a: *', {})).toBe(false)
  })
  test('takes date math where it is told the time', () => {
    const now = Date.UTC(2026, 10, 24, 6, 30, 15)
    expect(asked('@timestamp >= now-15m', now)).toMatchObject({ gte: '2026-11-24T06:15:15.000Z' })
    expect(asked('@timestamp >= now-1d/d', now)).toMatchObject({ gte: '2026-11-23T00:00:00.000Z' })
    expect(asked('@timestamp >= now/w', now)).toMatchObject({ gte: '2026-11-23T00:00:00.000Z' })
    expect(asked('@timestamp < now-1M/M', now)).toMatchObject({ lt: '2026-10-01T00:00:00.000Z' })
  })
})

describe('words without a field', () => {
  const event = { user: { name: 'bob' }, event: { original: '{"username":"bob","level":3}', kind: 'event' } }
  const seen = (text: string, hidden: readonly string[]) =>
    evaluate(substituteHidden(asked(text), hidden), viewOfJson(event))

  test('are sought in the raw line too, as whoever may see it may', () => {
    for (const [text, found] of [
      ['bob', true],
      ['username', true],
      ['username*lev', true],
      ['"lev el"', false],
      ['not level', false],
      ['event', false],
    ] as const) {
      expect(finds(text, event), text).toBe(found)
    }
    expect(seen('username', ['event.original'])).toBe(false)
    expect(seen('username or bob', ['event.original'])).toBe(true)
    expect(seen('not username', ['event.original'])).toBe(true)
    expect(seen('bob', ['user'])).toBe(true)
    expect(seen('bob', ['user', 'event'])).toBe(false)
  })

  test('ask of other lists, which have no raw line, for values alone', () => {
    expect(parseKql('failed', { types: () => undefined }).filter).toEqual({
      op: 'keyword',
      pattern: ['failed'],
      cased: false,
    })
  })
})

describe('a mistake is named with its place', () => {
  const cases: [string, string, number, number][] = [
    ['a: (b', 'KQL-102', 1, 6],
    ['a: "b', 'KQL-103', 1, 4],
    ['a: {b: c}', 'KQL-101', 1, 4],
    ['a: b c: d', 'KQL-111', 1, 6],
    ['(a) (b)', 'KQL-111', 1, 5],
    ['a and', 'KQL-112', 1, 6],
    ['or a', 'KQL-112', 1, 1],
    ['()', 'KQL-112', 1, 2],
    ['a:', 'KQL-106', 1, 2],
    ['a: and b', 'KQL-106', 1, 2],
    ['a > ', 'KQL-106', 1, 3],
    ['m*: 1', 'KQL-109', 1, 1],
    ['a: b\nand c: (d', 'KQL-102', 2, 10],
    ['"😀" and )', 'KQL-112', 1, 9],
    ['source.port: http', 'KQL-108', 1, 14],
    ['@timestamp > 2026-13-01', 'KQL-107', 1, 14],
    ['@timestamp > now-1d', 'KQL-107', 1, 14],
    ['source.ip > 10.0.0.1', 'KQL-110', 1, 13],
    ['a)', 'KQL-101', 1, 2],
    [`${'('.repeat(51)}a${')'.repeat(51)}`, 'KQL-105', 1, 51],
    ['not '.repeat(60), 'KQL-105', 1, 201],
    ['a'.repeat(KQL_LONGEST + 1), 'KQL-104', 1, KQL_LONGEST + 1],
  ]
  test.each(cases)('%s', (text, code, line, column) => {
    const { filter, problems } = parseKql(text)
    expect(filter).toBeUndefined()
    expect(problems.map((p) => [p.code, p.line, p.column])).toEqual([[code, line, column]])
  })

  test('and no text whatever makes the reader throw', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      '(',
      ')',
      '"',
      '\\',
      '*',
      ' and ',
      ' or ',
      'not ',
      '<',
      '>=',
      '{',
      ' ',
      '\n',
      '😀',
      'u00',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const { filter, problems } = parseKql(pieces.join(''))
        expect(filter === undefined).toBe(problems.length > 0)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a printed filter', () => {
  test('reads as people write it', () => {
    for (const text of [
      'user.name: root and not event.outcome: success',
      'event.code: (4624 or 4625)',
      '(a: b and c: d*) or "failed login"',
      'source.ip: 10.0.0.0/8 and source.port >= 1024',
      'not (a: b or c: *x*)',
      'user.name: * and not a: *',
      'message: "failed login"',
      'not failed and (a* or "b c" or user.name: d)',
    ]) {
      expect(printKql(asked(text))).toBe(text)
    }
  })
  test('read again asks the same of every event', () => {
    let printed = 0
    fc.assert(
      fc.property(filters, fc.array(storedEvents, { minLength: 4, maxLength: 8 }), (filter, events) => {
        const text = printKql(filter)
        if (text === undefined) return
        printed++
        const again = parseKql(text)
        expect(again.problems, text).toEqual([])
        const [one, other] = [compileFilter(filter), compileFilter(again.filter!)]
        for (const event of events) {
          const view = viewOfStored(event)
          expect(other(view), text).toBe(one(view))
        }
      }),
      { numRuns: 4000 },
    )
    expect(printed).toBeGreaterThan(400)
  })
})
