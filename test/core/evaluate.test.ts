import { describe, expect, test } from 'vitest'
import { compareText, compileFilter, evaluate } from '../../core/evaluate.ts'
import { ALL, ANY, type Filter, NONE, ONE } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'

const f = 'x'
const term = (value: string | number | boolean, cased = false): Filter => ({ op: 'term', field: [f], value, cased })
const nothing: Filter = { op: 'null', field: [f] }
const exists: Filter = { op: 'exists', field: [f] }

describe('a leaf on one field', () => {
  const cases: [string, Filter, unknown, boolean][] = [
    ['equal text under another case', term('ADMIN'), 'admin', true],
    ['not under another case when cased', term('ADMIN', true), 'admin', false],
    ['a number and its text are equal', term('4688'), 4688, true],
    ['text and its number are equal', term(4688), '4688', true],
    ['a number written otherwise is another text', term(4688), '4688.0', false],
    ['a boolean by its text', term('TRUE'), true, true],
    ['folds the Kelvin sign', term('k'), 'K', true],
    ['folds İ to i', term('istanbul'), 'İstanbul', true],
    ['does not fold ß to ss', term('strasse'), 'straße', false],
    ['any value of a list', term('b'), ['a', 'b'], true],
    ['no value of an empty list', term('b'), [], false],
    ['null equals no text', term('null'), null, false],
    ['a list of nulls equals nothing', term('a'), [null], false],
    ['one of several', { op: 'in', field: [f], values: ['a', 7], cased: false }, 7, true],
    ['prefix', { op: 'prefix', field: [f], value: 'AD', cased: false }, 'admin', true],
    ['suffix', { op: 'suffix', field: [f], value: 'IN', cased: false }, 'admin', true],
    ['contains', { op: 'contains', field: [f], value: 'MI', cased: false }, 'admin', true],
    [
      'contains an empty text wherever there is a value',
      { op: 'contains', field: [f], value: '', cased: false },
      0,
      true,
    ],
    ['contains an empty text not in null', { op: 'contains', field: [f], value: '', cased: false }, null, false],
    [
      'a star crosses line feeds',
      { op: 'wildcard', field: [f], pattern: ['a', ANY, 'b'], cased: false },
      'A\n\nB',
      true,
    ],
    [
      'a question mark is one character',
      { op: 'wildcard', field: [f], pattern: ['a', ONE], cased: false },
      'a😀',
      true,
    ],
    ['a question mark is not none', { op: 'wildcard', field: [f], pattern: ['a', ONE], cased: false }, 'a', false],
    ['a regex finds inside', { op: 'regex', field: [f], pattern: 'b+', flags: '' }, 'abbc', true],
    ['a regex minds case', { op: 'regex', field: [f], pattern: 'B+', flags: '' }, 'abbc', false],
    ['a regex with i does not', { op: 'regex', field: [f], pattern: 'B+', flags: 'i' }, 'abbc', true],
    ['a dot of a regex stops at a line feed', { op: 'regex', field: [f], pattern: 'a.b', flags: '' }, 'a\nb', false],
    ['unless s', { op: 'regex', field: [f], pattern: 'a.b', flags: 's' }, 'a\nb', true],
    ['m anchors at lines', { op: 'regex', field: [f], pattern: '^b$', flags: 'm' }, 'a\nb', true],
    ['greater than a number', { op: 'range', field: [f], gt: 9 }, 10, true],
    ['numeric text as a number', { op: 'range', field: [f], gt: 9 }, '10', true],
    ['other text never as a number', { op: 'range', field: [f], gt: 9 }, '10x', false],
    ['blanks are no number', { op: 'range', field: [f], gte: 0 }, ' ', false],
    ['hexadecimal is no number', { op: 'range', field: [f], gte: 0 }, '0x10', false],
    ['text in order', { op: 'range', field: [f], lt: 'b' }, 'a', true],
    ['text in order minds case', { op: 'range', field: [f], lt: 'a' }, 'B', true],
    ['both bounds by the same value', { op: 'range', field: [f], gt: 3, lt: 5 }, [2, 6], false],
    ['a block of addresses', { op: 'cidr', field: [f], cidr: '10.0.0.0/8' }, '10.9.8.7', true],
    ['outside it', { op: 'cidr', field: [f], cidr: '10.0.0.0/8' }, '11.0.0.1', false],
    ['a mapped address', { op: 'cidr', field: [f], cidr: '10.0.0.0/8' }, '::ffff:10.9.8.7', true],
    ['no address', { op: 'cidr', field: [f], cidr: '0.0.0.0/0' }, '1.2.3', false],
    ['IPv6', { op: 'cidr', field: [f], cidr: '2001:db8::/32' }, '2001:DB8:0:1::5', true],
    ['an address with its link', { op: 'cidr', field: [f], cidr: 'fe80::/10' }, 'fe80::1%eth0', true],
    ['IPv4 is not in an IPv6 block', { op: 'cidr', field: [f], cidr: '::/0' }, '1.2.3.4', false],
    ['exists with an empty text', exists, '', true],
    ['exists with null', exists, null, true],
    ['exists with an empty list', exists, [], true],
    ['null is null', nothing, null, true],
    ['an empty list is null', nothing, [], true],
    ['a list of nulls is null', nothing, [null, null], true],
    ['a list with a value is not null', nothing, [null, 'a'], false],
    ['an empty text is not null', nothing, '', false],
    ['an object is not a value', exists, { y: 1 }, false],
  ]
  test.each(cases)('%s', (_, filter, value, holds) => {
    expect(evaluate(filter, viewOfJson({ [f]: value }))).toBe(holds)
  })

  test('an absent field holds only for null, and for what a not turns over', () => {
    const view = viewOfJson({ y: 1 })
    expect(evaluate(nothing, view)).toBe(true)
    expect(evaluate(exists, view)).toBe(false)
    expect(evaluate({ op: 'not', of: term('a') }, view)).toBe(true)
  })
})

test('the first present name of several is asked, a present null too', () => {
  const filter: Filter = { op: 'term', field: ['a', 'b'], value: 'v', cased: false }
  expect(evaluate(filter, viewOfJson({ b: 'v' }))).toBe(true)
  expect(evaluate(filter, viewOfJson({ a: 'other', b: 'v' }))).toBe(false)
  expect(evaluate(filter, viewOfJson({ a: null, b: 'v' }))).toBe(false)
})

test('dates of the catalogue are compared as instants', () => {
  const after: Filter = { op: 'range', field: ['@timestamp'], gte: '2026-11-24T08:00:00+08:00' }
  expect(evaluate(after, viewOfJson({ '@timestamp': '2026-11-24T00:00:00.000Z' }))).toBe(true)
  expect(evaluate(after, viewOfJson({ '@timestamp': '2026-11-23T23:59:59.999Z' }))).toBe(false)
  expect(evaluate(after, viewOfJson({ '@timestamp': 'yesterday' }))).toBe(false)
})

describe('a keyword', () => {
  const keyword = (text: string, except?: string[]): Filter =>
    except === undefined
      ? { op: 'keyword', pattern: [text], cased: false }
      : { op: 'keyword', pattern: [text], cased: false, except }
  test('is found inside any value, numbers too, also in lists of objects', () => {
    expect(evaluate(keyword('MIN'), viewOfJson({ a: { b: 'admin' } }))).toBe(true)
    expect(evaluate(keyword('46'), viewOfJson({ a: [{ b: 1 }, { b: 4688 }] }))).toBe(true)
  })
  test('is not found in field names, nor in what the platform adds, nor in the raw line', () => {
    expect(evaluate(keyword('admin'), viewOfJson({ admin: 'x' }))).toBe(false)
    const event = { kind: 'event', original: '{"admin":"x"}' }
    for (const text of ['admin', 'event']) expect(evaluate(keyword(text), viewOfJson({ event }))).toBe(false)
    const payload = { event: { original: 'admin', id: 'admin' }, suidun: { a: 'admin' } }
    expect(evaluate(keyword('admin'), viewOfJson({ payload }))).toBe(false)
    expect(evaluate(keyword('admin'), viewOfJson({ payload: { event: { name: 'admin' } } }))).toBe(true)
    expect(evaluate(keyword('17'), viewOfJson({ suidun: { seq: 17 }, event: { id: 'a17' } }))).toBe(false)
  })
  test('passes over excepted fields with their subfields only', () => {
    const view = viewOfJson({ user: { name: 'admin' } })
    expect(evaluate(keyword('admin', ['user']), view)).toBe(false)
    expect(evaluate(keyword('admin', ['use', 'user.names']), view)).toBe(true)
  })
  test('is found within the fields that alone count, and all below them', () => {
    const within = (...names: string[]): Filter => ({
      op: 'keyword',
      pattern: ['admin'],
      cased: false,
      within: names,
    })
    const view = viewOfJson({ request: { users: [{ name: 'x' }, { name: 'Admins' }] }, requests: 'admin' })
    expect(evaluate(within('request'), view)).toBe(true)
    expect(evaluate(within('request.users.name'), view)).toBe(true)
    expect(evaluate(within('none', 'requests'), view)).toBe(true)
    expect(evaluate(within('request.user', 'reques'), view)).toBe(false)
    expect(evaluate({ ...within('request'), except: ['request.users'] } as Filter, view)).toBe(false)
  })
})

test('empty and/or hold and do not hold', () => {
  const view = viewOfJson({})
  expect(evaluate({ op: 'and', of: [] }, view)).toBe(true)
  expect(evaluate({ op: 'or', of: [] }, view)).toBe(false)
  expect(evaluate(ALL, view)).toBe(true)
  expect(evaluate(NONE, view)).toBe(false)
})

test('text is ordered by code points, as UTF-8 bytes are', () => {
  const texts = ['', 'a', 'Z', 'é', '\ud7ff', '\ue000', '\uffee', '😀', 'a😀', 'a\uffee', 'ab']
  for (const a of texts) {
    for (const b of texts) expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
  }
})

test('a hostile pattern is answered in no time', () => {
  const stars: Filter = {
    op: 'wildcard',
    field: [f],
    pattern: Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? ANY : 'a')).concat(['b'] as never),
    cased: false,
  }
  const nested: Filter = { op: 'regex', field: [f], pattern: '^(a+)+$', flags: '' }
  const view = viewOfJson({ [f]: `${'a'.repeat(5000)}!` })
  expect(compileFilter(stars)(view)).toBe(false)
  expect(compileFilter(nested)(view)).toBe(false)
})
