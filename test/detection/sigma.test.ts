import { describe, expect, test } from 'vitest'
import { ALL, ANY, ONE } from '../../core/filter.ts'
import { createMatcher } from '../../detection/match.ts'
import { readPattern } from '../../detection/sigma/text.ts'
import {
  errorsOf as errors,
  filterOf,
  itemMatches,
  matches,
  itemMatches as one,
  readRuleText as read,
  readDetection,
} from '../support/sigma.ts'

describe('a string', () => {
  // Specification, "String Wildcard" and "Escaping".
  test.each([
    ['a\\b', ['a\\b']],
    ['a\\\\b', ['a\\b']],
    ['a\\*b', ['a*b']],
    ['a\\?b', ['a?b']],
    ['a\\\\*', ['a\\', ANY]],
    ['a\\\\\\*', ['a\\*']],
    ['\\\\\\\\server', ['\\\\server']],
    ['\\\\server', ['\\server']],
    ['\\\\\\b', ['\\\\b']],
    ['dir\\', ['dir\\']],
    ['*a?', [ANY, 'a', ONE]],
    ['', []],
  ])('%s', (text, pattern) => {
    expect(readPattern(text)).toEqual(pattern)
  })
})

describe('a detection item', () => {
  test.each<[string, object, boolean]>([
    ['F: AdMin', { F: 'aDmIN' }, true],
    ['F: admin', { F: 'admins' }, false],
    ['F|cased: Admin', { F: 'admin' }, false],
    ['F|contains|cased: dM', { F: 'AdMin' }, true],
    ['F|cased|contains: dM', { F: 'Admin' }, false],
    ['F: ad*n', { F: 'ad\nmin' }, true],
    ['F: ad?in', { F: 'ad\nin' }, true],
    ['F: ad?in', { F: 'adin' }, false],
    ["F: ''", { F: '' }, true],
    ["F: ''", {}, false],
    ["F: '*'", { F: '' }, true],
    ["F: '*'", { F: null }, false],
    ["F|contains: ''", { F: 'x' }, true],
    ["F|contains: 'dir\\'", { F: 'C:\\Dir\\file' }, true],
    ["F|contains: 'dir\\'", { F: 'C:\\dir' }, false],
    ["F|endswith: '*.exe'", { F: 'a.exe' }, true],
    ['F: null', {}, true],
    ['F: null', { F: null }, true],
    ['F: null', { F: '' }, false],
    ['F:', { F: 'x' }, false],
    ['F: []', {}, true],
    ['F: [null, a]', {}, true],
    ['F: [a, b]', { F: 'b' }, true],
    ['F: [a, b]', { F: ['x', 'b'] }, true],
    ['F|contains|all: [a, b]', { F: 'xbxa' }, true],
    ['F|all|contains: [a, b]', { F: 'xbx' }, false],
    ['F: 4688', { F: '4688' }, true],
    ["F: '4688'", { F: 4688 }, true],
    ['F: yes', { F: true }, true],
    ['F: y', { F: 'y' }, true],
    ['F: 0777', { F: 511 }, true],
    ['F: 00000429', { F: '00000429' }, true],
    ['F: true', { F: 'TRUE' }, true],
    ["F|re: '^a.c$'", { F: 'abc' }, true],
    ["F|re: '^a.c$'", { F: 'ABC' }, false],
    ["F|re|i: '^a.c$'", { F: 'ABC' }, true],
    ["F|re: 'a.c'", { F: 'a\nc' }, false],
    ["F|re|s: 'a.c'", { F: 'a\nc' }, true],
    ["F|re|i|m|s: '^b.c$'", { F: 'a\nB\nc' }, true],
    ["F|re|ignorecase: 'B'", { F: 'abc' }, true],
    ["F|re: 'a\\*'", { F: 'a*' }, true],
    ['F|cidr: 10.0.0.0/8', { F: '10.9.9.9' }, true],
    ['F|cidr: 10.0.0.0/8', { F: '::ffff:10.9.9.9' }, true],
    ["F|cidr: ['fe80::/10', 192.168.0.1]", { F: '192.168.0.1' }, true],
    ['F|exists: true', { F: null }, true],
    ['F|exists: yes', {}, false],
    ['F|exists: false', {}, true],
    ['F|exists: false', { F: '' }, false],
    ['F|gt: 5', { F: '6' }, true],
    ['F|gte: 5', { F: 5 }, true],
    ['F|lt: 5', { F: 'four' }, false],
    ['F|lte: 5.5', { F: 5.5 }, true],
    ['F|base64|contains: foo*bar', {}, false],
    ['F|base64|contains: foobar', { F: 'x Zm9vYmFy y' }, true],
    ["F|base64: 'foo\\*'", { F: Buffer.from('foo*').toString('base64') }, true],
    ['a.b: x', { a: { b: 'X' } }, true],
    ['a.b: x', { 'a.b': 'X' }, true],
    ['f: x', { F: 'x' }, false],
  ])('%s against %j', (item, event, expected) => {
    if (item === 'F|base64|contains: foo*bar') expect(errors(`s:\n  ${item}\ncondition: s`)[0]?.[0]).toBe('SIG-016')
    else expect(one(item, event)).toBe(expected)
  })

  test('stands twice with other modifiers and both count', () => {
    const detection = 's:\n  F|startswith: a\n  F|endswith: z\ncondition: s'
    expect(matches(detection, { F: 'a-z' })).toBe(true)
    expect(matches(detection, { F: 'a-y' })).toBe(false)
  })
})

describe('a search', () => {
  test('is AND over a map and OR over a list of maps', () => {
    const detection = 's:\n  - A: 1\n    B: 2\n  - C: 3\ncondition: s'
    expect(matches(detection, { A: 1, B: 2 })).toBe(true)
    expect(matches(detection, { A: 1 })).toBe(false)
    expect(matches(detection, { C: '3' })).toBe(true)
  })
  test('of scalars is keywords, found inside any value but no field name', () => {
    const detection = 'k:\n  - fail\n  - 46\ncondition: k'
    expect(matches(detection, { m: 'it FAILED' })).toBe(true)
    expect(matches(detection, { m: { n: [{ o: 4688 }] } })).toBe(true)
    expect(matches(detection, { fail: 'x' })).toBe(false)
  })
  test('may be one keyword, keywords that must all be there, or a mixture with maps', () => {
    expect(matches('k: fail*d\ncondition: k', { m: 'Failed' })).toBe(true)
    expect(matches("k:\n  '|all': [a, b]\ncondition: k", { m: 'a', n: 'b' })).toBe(true)
    expect(matches("k:\n  '|all': [a, b]\ncondition: k", { m: 'a' })).toBe(false)
    expect(matches('k:\n  - word\n  - F: 1\ncondition: k', { F: 1 })).toBe(true)
    expect(matches('k:\n  - word\n  - F: 1\ncondition: k', { m: 'a word' })).toBe(true)
  })
})

describe('a condition', () => {
  const searches = "a:\n  A: 1\nb:\n  B: 1\nsel_c:\n  C: 1\nsel-d:\n  D: 1\n_e:\n  E: 1\nnota:\n  N: 1\n'1':\n  O: 1\n"
  const holds = (condition: string, event: object) => matches(`${searches}condition: ${condition}`, event)
  test.each<[string, object, boolean]>([
    ['a or b and sel_c', { A: 1 }, true],
    ['(a or b) and sel_c', { A: 1 }, false],
    ['not a and b', { B: 1 }, true],
    ['not (a and b)', { A: 1 }, true],
    ['not not a', { A: 1 }, true],
    ['A_ OR b', { B: 1 }, true],
    ['a AND NOT b', { A: 1 }, true],
    ['1 of sel*', { D: 1 }, true],
    ['1 of sel*', { A: 1 }, false],
    ['any of sel_*', { C: 1 }, true],
    ['all of sel*', { C: 1 }, false],
    ['all of sel*', { C: 1, D: 1 }, true],
    ['1 of *_c', { C: 1 }, true],
    ['1 of them', { E: 1 }, false],
    ['1 of THEM', { A: 1 }, true],
    ['_e', { E: 1 }, true],
    ['1 of a', { A: 1 }, true],
    ['nota', { N: 1 }, true],
    ['not nota', {}, true],
    ['not 1 of sel*', { A: 1 }, true],
    ['sel-d', { D: 1 }, true],
    ['[a, b]', { B: 1 }, true],
  ])('%s with %j', (condition, event, expected) => {
    if (condition.startsWith('A_')) expect(errors(`${searches}condition: ${condition}`)[0]?.[0]).toBe('SIG-011')
    else expect(holds(condition, event)).toBe(expected)
  })
})

describe('what does not run is refused by name, with its place', () => {
  const s = 's:\n  F: 1\n'
  test.each<[string, (string | number)[][]]>([
    ['s:\n  F|hour: 24\ncondition: s', [['SIG-016', 8, 13]]],
    ['s:\n  F|contains|expand: "%a%"\ncondition: s', [['SIG-023', 8, 24]]],
    ['s:\n  F|contians: a\ncondition: s', [['SIG-014', 8, 7]]],
    ['s:\n  F|Contains: a\ncondition: s', [['SIG-014', 8, 7]]],
    ['s:\n  F|constructor: a\ncondition: s', [['SIG-014', 8, 7]]],
    ['s:\n  F|contains|base64: a\ncondition: s', [['SIG-015', 8, 16]]],
    ['s:\n  F|contains|startswith: a\ncondition: s', [['SIG-015', 8, 16]]],
    ['s:\n  F|all|exists: true\ncondition: s', [['SIG-015', 8, 11]]],
    ['s:\n  F|i: a\ncondition: s', [['SIG-015', 8, 7]]],
    ['s:\n  F|re|cased: a\ncondition: s', [['SIG-015', 8, 10]]],
    ['s:\n  F|exists: maybe\ncondition: s', [['SIG-016', 8, 15]]],
    ['s:\n  F|gt: "5"\ncondition: s', [['SIG-016', 8, 11]]],
    ['s:\n  F|contains: 5\ncondition: s', [['SIG-016', 8, 17]]],
    ['s:\n  F|contains:\n    - a\n    - null\ncondition: s', [['SIG-016', 10, 9]]],
    ['s:\n  F|re: "(?=a)"\ncondition: s', [['SIG-017', 8, 11]]],
    ['s:\n  F|cidr: 10.0.0.0/40\ncondition: s', [['SIG-018', 8, 13]]],
    ['s:\n  F: 2024-01-01\ncondition: s', [['SIG-019', 8, 8]]],
    ['s:\n  F: 12345678901234567890\ncondition: s', [['SIG-019', 8, 8]]],
    ['s:\n  F: {a: b}\ncondition: s', [['SIG-019', 8, 8]]],
    ["s:\n  '|cidr': 10.0.0.0/8\ncondition: s", [['SIG-021', 8, 5]]],
    ['s: {}\ncondition: s', [['SIG-004', 7, 6]]],
    ['s: []\ncondition: s', [['SIG-004', 7, 6]]],
    ['s:\ncondition: s', [['SIG-004', 7, 5]]],
    [`${s}condition: s or x`, [['SIG-011', 9, 19]]],
    [`${s}condition: 1 of x*`, [['SIG-012', 9, 19]]],
    [`${s}condition: 2 of s`, [['SIG-010', 9, 14]]],
    [`${s}condition: (s or s`, [['SIG-010', 9, 21]]],
    [`${s}condition: s s`, [['SIG-010', 9, 16]]],
    [`${s}condition: s | count() > 5`, [['SIG-020', 9, 16]]],
    [`${s}condition: 's and'`, [['SIG-010', 9, 20]]],
    [`${s}timeframe: 5m\ncondition: s`, [['SIG-020', 9, 3]]],
    [s, [['SIG-003', 6, 1]]],
    [
      'condition: s',
      [
        ['SIG-003', 6, 1],
        ['SIG-011', 7, 14],
      ],
    ],
    [
      `s:\n  F|day: 0\n  G|fieldref|re: b\n  H|re: '('\ncondition: x`,
      [
        ['SIG-016', 8, 12],
        ['SIG-015', 9, 16],
        ['SIG-017', 10, 11],
        ['SIG-011', 11, 14],
      ],
    ],
  ])('%s', (detection, expected) => {
    expect(errors(detection)).toEqual(expected)
  })

  test.each([
    ['a: [', 'SIG-002'],
    ['a: 1\na: 2\n', 'SIG-002'],
    ['- a', 'SIG-006'],
    ['', 'SIG-006'],
    ['title: x\ntaxonomy: mine\nlogsource: {category: c}\ndetection: {s: a, condition: s}\n', 'SIG-005'],
    ['title: x\nlogsource: {category: c}\ndetection: {s: a, condition: s}\nfilter: {}\n', 'SIG-009'],
    ['action: global\n', 'SIG-005'],
    ['logsource: {category: c}\ndetection: {s: a, condition: s}\n', 'SIG-003'],
    ['title: t\ndetection: {s: a, condition: s}\n', 'SIG-003'],
    ['title: t\nlogsource: {definition: d}\ndetection: {s: a, condition: s}\n', 'SIG-004'],
    ['title: t\nlevel: severe\nlogsource: {category: c}\ndetection: {s: a, condition: s}\n', 'SIG-004'],
  ])('document %j', (text, code) => {
    expect(read(text).problems.map((p) => p.code)).toContain(code)
    expect(read(text).rule).toBeUndefined()
  })

  test('a key that holds nothing says nothing', () => {
    const text = 'title: x\nid: x\ntaxonomy:\nlogsource: {category: c}\ndetection: {s: a, condition: s}\n'
    expect(read(text).rule).toMatchObject({ title: 'x' })
  })

  test('a modifier that was probably meant is named', () => {
    const { problems } = readDetection('s:\n  F|contians: a\ncondition: s')
    expect(problems[0]?.message).toBe('there is no modifier "contians"; did you mean "contains"?')
  })
})

test('aliases are read as what they stand for, unless that grows out of all proportion', () => {
  expect(matches('a: &a\n  - A: 1\n  - B: 1\nb: *a\ncondition: b', { B: 1 })).toBe(true)
  const levels = Array.from(
    { length: 12 },
    (_, i) => `x${i}: &x${i} [${Array(9).fill(i === 0 ? 'y' : `*x${i - 1}`)}]\n`,
  )
  expect(read(`${levels.join('')}detection: {s: *x11, condition: s}\n`).problems.map((p) => p.code)).toEqual([
    'SIG-008',
  ])
  expect(read('detection: {s: {F: &a [*a]}, condition: s}\n').problems.map((p) => p.code)).toEqual(['SIG-008'])
})

test('a list may be as long as a file, but not asked again and again', () => {
  const values = Array.from({ length: 150_000 }, (_, i) => `a${i}`)
  const long = `s:\n  F|contains: &v [${values}]\n`
  expect(matches(`${long}condition: s`, { F: 'xa149999x' })).toBe(true)
  const whole = createMatcher([{ filter: filterOf(`${long}t:\n  F: *v\ncondition: s or t`), routing: ALL }])
  expect(whole.ofJson({ F: 'xa149999x' })).toEqual([0])
  expect(errors(`${long}condition: ${'s or '.repeat(4)}s`)[0]?.[0]).toBe('SIG-008')
  expect(errors(`s:\n  F: 1\ncondition: ${'('.repeat(101)}s${')'.repeat(101)}`)[0]?.[0]).toBe('SIG-022')
})

test('a pattern of identifiers costs no more than its length', () => {
  const name = 'a'.repeat(5_000)
  const condition = `1 of ${'a*'.repeat(500)}b`
  expect(errors(`${name}:\n  F: 1\ncondition: ${condition}`)[0]?.[0]).toBe('SIG-012')
})

test('names that JavaScript knows otherwise are names like any other', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(matches(`${name}:\n  F: 1\ncondition: ${name}`, { F: 1 })).toBe(true)
    expect(itemMatches(`${name}: x`, JSON.parse(`{"${name}": "x"}`) as object)).toBe(true)
    expect(itemMatches(`${name}: x`, {})).toBe(false)
  }
})

test('a search identifier that is not used is a warning, as is a rule without id or level', () => {
  const { rule, problems } = read('title: t\nlogsource: {category: c}\ndetection:\n  s: a\n  t: b\n  condition: s\n')
  expect(rule).toMatchObject({ id: 'r.yml', level: 'medium' })
  expect(problems.map((p) => [p.code, p.severity, p.line])).toEqual([
    ['SIG-032', 'warning', 1],
    ['SIG-031', 'warning', 1],
    ['SIG-030', 'warning', 5],
  ])
})
