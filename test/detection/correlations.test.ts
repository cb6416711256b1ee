import { describe, expect, test } from 'vitest'
import { base, fired, firingsOf, hitsOf, type Line, loadText } from '../support/fired.ts'

/** Problems of a correlation over the rules `a`, `b`: code, line and column. */
function problemsOf(correlation: string, head = '') {
  const { problems, correlations } = loadText(
    `${base('a')}${base('b')}title: t\nid: it\n${head}correlation:\n${correlation.replace(/^/gm, '  ')}\n`,
  )
  return { found: problems.map((p) => [p.code, p.line, p.column, p.severity] as const), correlations }
}

const valid = 'type: event_count\nrules: [a]\ngroup-by: [g]\ntimespan: 5m\ncondition: {gte: 2}'
const many = (is: string, count: number, fields = {}): Line[] =>
  Array.from({ length: count }, (_, i) => [i, is, fields] as const)

describe('reading', () => {
  test('a correlation without level has the highest of its rules; everything else of its head is kept', () => {
    const { correlations, rules } = loadText(
      `${base('a').replace('level: low', 'level: high')}${base('b')}title: t\nid: it\nname: it\nstatus: test\nauthor: me\ndate: 2026-11-24
references: https://example.org\nfalsepositives: [none]\nfields: [x]\nrelated: [{id: other, type: similar}]\ntags: [attack.t1110]
correlation: {type: temporal, rules: [a, b-id], timespan: 90m}\n`,
    )
    expect(correlations[0]!.correlation).toMatchObject({
      id: 'it',
      name: 'it',
      level: 'high',
      status: 'test',
      tags: ['attack.t1110'],
      about: { author: 'me', date: '2026-11-24', references: ['https://example.org'], falsepositives: ['none'] },
      fields: ['x'],
      related: [{ id: 'other', type: 'similar' }],
      timespan: 5_400_000,
      condition: { kind: 'number', bounds: [{ op: 'gte', value: 2 }] },
    })
    expect(correlations[0]!.bases).toEqual(['a-id', 'b-id'])
    expect(rules.map((r) => r.signals)).toEqual([false, false])
  })

  test.each([
    ['15s', 15_000],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
    ['1M', 2_629_746_000],
    ['1y', 31_556_952_000],
  ])('timespan %s', (text, ms) => {
    expect(problemsOf(valid.replace('5m', text)).correlations[0]?.correlation.timespan).toBe(ms)
  })

  test.each([
    ['an unknown type', valid.replace('event_count', 'event_sum'), ['SIG-004', 18, 9]],
    ['no type', valid.replace('type: event_count\n', ''), ['SIG-003', 17, 1]],
    ['no rules', valid.replace('rules: [a]\n', ''), ['SIG-003', 17, 1]],
    ['no timespan', valid.replace('timespan: 5m\n', ''), ['SIG-003', 17, 1]],
    ['no condition', valid.replace('condition: {gte: 2}', ''), ['SIG-003', 17, 1]],
    ['a timespan without unit', valid.replace('5m', '300'), ['SIG-004', 21, 13]],
    ['a timespan in words', valid.replace('5m', '5 minutes'), ['SIG-004', 21, 13]],
    ['a timespan of nothing', valid.replace('5m', '0s'), ['SIG-004', 21, 13]],
    ['a list as timespan', valid.replace('5m', '[5m]'), ['SIG-004', 21, 13]],
    ['a list as type', valid.replace('event_count', '[event_count]'), ['SIG-004', 18, 9]],
    ['a list as condition', valid.replace('{gte: 2}', '[{gte: 2}]'), ['SIG-004', 22, 14]],
    ['a map among the rules', valid.replace('[a]', '[a, {b: c}]'), ['SIG-004', 19, 14]],
    ['no rule among the rules', valid.replace('[a]', '[]'), ['SIG-004', 19, 10]],
    ['a rule that is not there', valid.replace('[a]', '[a, nobody]'), ['SIG-102', 19, 14]],
    ['a rule by name and by id', valid.replace('[a]', '[a, a-id]'), ['SIG-004', 19, 14]],
    ['a rule that stands twice', valid.replace('[a]', '[a, a]'), ['SIG-004', 19, 14]],
    ['an unknown key', `${valid}\nwindow: 5m`, ['SIG-100', 23, 3]],
    ['an unknown comparison', valid.replace('gte: 2', 'gte: 2, ge: 3'), ['SIG-100', 22, 23]],
    ['a comparison with text', valid.replace('gte: 2', "gte: '2'"), ['SIG-004', 22, 20]],
    ['a comparison with a list', valid.replace('gte: 2', 'gte: [2]'), ['SIG-004', 22, 20]],
    ['no comparison', valid.replace('gte: 2', ''), ['SIG-003', 22, 3]],
    ['a field that nothing counts', valid.replace('gte: 2', 'gte: 2, field: x'), ['SIG-101', 22, 23]],
    ['a percentile that nothing ranks', valid.replace('gte: 2', 'gte: 2, percentile: 9'), ['SIG-101', 22, 23]],
    ['no field to count', valid.replace('event_', 'value_'), ['SIG-003', 22, 3]],
    [
      'fields to add up',
      valid.replace('event_count', 'value_sum').replace('gte: 2', 'field: [x, y], gte: 2'),
      ['SIG-004', 22, 22],
    ],
    ['text over counts', valid.replace('{gte: 2}', 'a and b'), ['SIG-004', 22, 14]],
    ['generate that is no boolean', `${valid}\ngenerate: 3`, ['SIG-004', 23, 13]],
    ['an alias of a rule elsewhere', `${valid}\naliases: {x: {b: y}}`, ['SIG-108', 23, 13]],
    ['an alias without fields', `${valid}\naliases: {x: y}`, ['SIG-004', 23, 16]],
    [
      'a temporal condition over others',
      'type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: a and c',
      ['SIG-011', 21, 20],
    ],
    [
      'a temporal condition that ends',
      'type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: a and',
      ['SIG-010', 21, 19],
    ],
    [
      'a percentile beyond 100',
      'type: value_percentile\nrules: [a]\ntimespan: 5m\ncondition: {field: x, gte: 1, percentile: 101}',
      ['SIG-004', 21, 45],
    ],
  ])('refuses %s', (_, text, expected) => {
    const { found, correlations } = problemsOf(text)
    expect(found).toContainEqual([...expected, 'error'])
    expect(correlations).toEqual([])
  })

  test.each([
    ['what no window meets', valid.replace('gte: 2', 'eq: 0'), 'SIG-106'],
    ['a range upside down', valid.replace('gte: 2', 'gt: 5, lt: 3'), 'SIG-106'],
    [
      'a percentile not given',
      'type: value_percentile\nrules: [a]\ntimespan: 5m\ncondition: {field: x, lte: 1}',
      'SIG-107',
    ],
    ['a rule that the condition leaves out', 'type: temporal\nrules: [a, b]\ntimespan: 5m\ncondition: a', 'SIG-105'],
    [
      'an alias without a field for a rule',
      'type: temporal\nrules: [a, b]\ngroup-by: [x]\ntimespan: 5m\naliases: {x: {a: y}}',
      'SIG-109',
    ],
  ])('warns of %s', (_, text, code) => {
    const { found, correlations } = problemsOf(text)
    expect(found.map(([c, , , severity]) => [c, severity])).toEqual([[code, 'warning']])
    expect(correlations).toHaveLength(1)
  })

  test('without rules, those of a temporal condition count', () => {
    const { correlations } = problemsOf('type: temporal\ntimespan: 5m\ncondition: a AND (b or not a)')
    expect(correlations[0]!.correlation.rules).toEqual(['a', 'b'])
  })

  test('a condition of ordered rules that comes to too many ways is refused', () => {
    const names = Array.from({ length: 16 }, (_, i) => `r${i}`)
    const pairs = names.flatMap((n, i) => (i % 2 === 0 ? [`(${n} or ${names[i + 1]})`] : []))
    const text = `${names.map(base).join('')}title: t\ncorrelation: {type: temporal_ordered, rules: [${names}], timespan: 1m, condition: '${pairs.join(' and ')}'}\n`
    expect(loadText(text).problems.map((p) => p.code)).toContain('SIG-110')
  })

  test('trap 27: a name of several, a circle, and what rests on either is refused; the rest runs', () => {
    const { problems, correlations, refused } = loadText(
      `${base('a')}${base('b').replace('name: b\n', 'name: a\n')}${['[a]', '[two]', '[one]', '[two, b-id]', '[b-id]']
        .map(
          (rules, i) =>
            `title: t\nid: ${i}\nname: ${['none', 'one', 'two', 'three', 'fine'][i]}\ncorrelation: {type: event_count, rules: ${rules}, timespan: 5m, condition: {gte: 2}}\n`,
        )
        .join('---\n')}`,
    )
    expect(correlations.map((c) => c.correlation.name)).toEqual(['fine'])
    expect(refused).toBe(4)
    expect(problems.flatMap((p) => (p.severity === 'error' ? [`${p.code} ${p.message}`] : [])).toSorted()).toEqual([
      'SIG-102 no rule or correlation "two" is loaded (unknown or refused); give the id or name of one that is',
      'SIG-102 no rule or correlation "two" is loaded (unknown or refused); give the id or name of one that is',
      'SIG-103 "a" stands for several (a-id, b-id); refer to one by its id',
      'SIG-104 correlations refer to each other in a circle: one → two → one; take one reference out',
    ])
  })

  test('a correlation is loaded wherever it stands before what it refers to', () => {
    const chain = (name: string, of: string) =>
      `title: t\nid: ${name}\nname: ${name}\ncorrelation: {type: event_count, rules: [${of}], timespan: 5m, condition: {gte: 2}}\n---\n`
    const { correlations } = loadText(`${chain('x', 'y')}${chain('y', 'z')}${chain('z', 'a')}${base('a')}`)
    expect(correlations.map((c) => c.correlation.id)).toEqual(['z', 'y', 'x'])
    expect(correlations.map((c) => c.signals)).toEqual([false, false, true])
    const deep = Array.from({ length: 30 }, (_, i) => chain(`c${i}`, i === 29 ? 'a' : `c${i + 1}`))
    expect(loadText(`${deep.join('')}${base('a')}`).problems.map((p) => p.code)).toContain('SIG-022')
  })
})

describe('types', () => {
  const spans = 'group-by: [g]\ntimespan: 10s\n'

  test('event_count: hits in the last timespan, both ends included', () => {
    const count = `type: event_count\nrules: [a]\n${spans}condition: {gte: 3}`
    expect(
      fired(count, [
        [0, 'a', { g: 'x' }],
        [5, 'a', { g: 'x' }],
        [10, 'a', { g: 'x' }],
      ]),
    ).toEqual([[1, 2, 3]])
    expect(
      fired(count, [
        [0, 'a', { g: 'x' }],
        [5, 'a', { g: 'x' }],
        [10.001, 'a', { g: 'x' }],
      ]),
    ).toEqual([])
    expect(
      fired(count, [
        [0, 'a', { g: 'x' }],
        [1, 'a', { g: 'y' }],
        [2, 'a', { g: 'x' }],
      ]),
    ).toEqual([])
  })

  test('event_count: gt is more than, of several rules together', () => {
    const count = `type: event_count\nrules: [a, b]\n${spans}condition: {gt: 2}`
    expect(
      fired(count, [
        [0, 'a', { g: 'x' }],
        [1, 'b', { g: 'x' }],
      ]),
    ).toEqual([])
    expect(
      fired(count, [
        [0, 'a', { g: 'x' }],
        [1, 'b', { g: 'x' }],
        [2, 'a', { g: 'x' }],
      ]),
    ).toEqual([[1, 2, 3]])
  })

  test('value_count: different values of a field', () => {
    const count = `type: value_count\nrules: [a]\n${spans}condition: {field: user, gte: 3}`
    const of = (...users: (string | undefined)[]) =>
      fired(
        count,
        users.map((user, i) => [i, 'a', { g: 'x', ...(user === undefined ? {} : { user }) }] as const),
      )
    expect(of('u1', 'u2', 'u2', 'u3')).toEqual([[1, 2, 3, 4]])
    expect(of('u1', 'u2', 'u2', 'u1')).toEqual([])
    expect(of('u1', undefined, 'u2', undefined)).toEqual([])
  })

  test('trap 26: tuples of several fields; upper and lower case alike; numbers by their text', () => {
    const count = `type: value_count\nrules: [a]\n${spans}condition: {field: [user, host], gte: 3}`
    const of = (...tuples: (readonly [unknown, unknown])[]) =>
      fired(
        count,
        tuples.map(([user, host], i) => [i, 'a', { g: 'x', user, host }] as const),
      )
    expect(of(['u', 'h'], ['u', 'i'], ['v', 'h'])).toHaveLength(1)
    expect(of(['u', 'h'], ['U', 'H'], ['v', 'h'])).toEqual([])
    expect(of(['1', 'h'], [1, 'h'], ['v', 'h'])).toEqual([])
    expect(of(['u', 'vw'], ['uv', 'w'], ['v', 'h'])).toHaveLength(1)
  })

  test('temporal: all rules, in any order', () => {
    const all = `type: temporal\nrules: [a, b, c]\n${spans}`
    expect(
      fired(all, [
        [0, 'c', { g: 'x' }],
        [4, 'a', { g: 'x' }],
        [9, 'b', { g: 'x' }],
      ]),
    ).toEqual([[1, 2, 3]])
    expect(
      fired(all, [
        [0, 'c', { g: 'x' }],
        [4, 'a', { g: 'x' }],
        [11, 'b', { g: 'x' }],
      ]),
    ).toEqual([])
    expect(
      fired(`${all}condition: {gte: 2}`, [
        [0, 'c', { g: 'x' }],
        [4, 'a', { g: 'x' }],
      ]),
    ).toEqual([[1, 2]])
  })

  test('temporal_ordered: one after another, others in between', () => {
    const ordered = `type: temporal_ordered\nrules: [a, b, c]\n${spans}`
    const at = (...is: string[]) =>
      fired(
        ordered,
        is.map((r, i) => [i, r, { g: 'x' }] as const),
      )
    expect(at('a', 'b', 'c')).toEqual([[1, 2, 3]])
    expect(at('c', 'a', 'a', 'b', 'a', 'c')).toEqual([[1, 2, 3, 4, 5, 6]])
    expect(at('c', 'b', 'a')).toEqual([])
    expect(at('b', 'c', 'a', 'c')).toEqual([])
  })

  test('an event that several of the rules match counts once, where rules count it is one of each', () => {
    const both = `${base('a')}${base('b').replace('is: b', 'more: b')}title: t\nid: it\ncorrelation: `
    const firings = (correlation: string, lines: readonly Line[]) =>
      firingsOf(`${both}${correlation}\n`, lines).map((f) => [f.count, f.value, f.events.map((e) => e.seq)])
    const counted = (condition: string) =>
      `{type: event_count, rules: [a, b], timespan: 10s, condition: {${condition}}}`
    const two: Line[] = [
      [0, 'a', { more: 'b', n: '3' }],
      [1, 'a', { more: 'b', n: '3' }],
    ]
    expect(firings(counted('gte: 3'), two)).toEqual([])
    expect(firings(counted('gte: 2'), two)).toEqual([[2, 2, [1, 2]]])
    expect(firings('{type: value_sum, rules: [a, b], timespan: 10s, condition: {field: n, gte: 6}}', two)).toEqual([
      [2, 6, [1, 2]],
    ])
    expect(firings('{type: temporal, rules: [a, b], timespan: 10s}', two.slice(1))).toEqual([[2, 2, [1]]])
  })

  test('trap 24: of the same moment, the order of arrival counts', () => {
    const ordered = `type: temporal_ordered\nrules: [a, b]\n${spans}`
    expect(
      fired(ordered, [
        [1, 'a', { g: 'x' }],
        [1, 'b', { g: 'x' }],
      ]),
    ).toEqual([[1, 2]])
    expect(
      fired(ordered, [
        [1, 'b', { g: 'x' }],
        [1, 'a', { g: 'x' }],
      ]),
    ).toEqual([])
  })

  test('conditions over rules: not is judged at the end of a window that begins at the first hit', () => {
    const either = `type: temporal\nrules: [a, b, c]\n${spans}condition: a and (b or not c)`
    const at = (...is: (readonly [number, string])[]) =>
      fired(
        either,
        is.map(([s, r]) => [s, r, { g: 'x' }] as const),
      )
    expect(at([0, 'a'])).toEqual([[1]])
    expect(at([0, 'a'], [5, 'c'])).toEqual([])
    expect(at([0, 'a'], [5, 'c'], [6, 'b'])).toEqual([[1, 2, 3]])
    expect(at([0, 'c'], [9, 'a'], [12, 'a'])).toEqual([[3]])
    const ordered = `type: temporal_ordered\nrules: [a, b, c]\n${spans}condition: a and b and not c`
    expect(
      fired(ordered, [
        [0, 'a', { g: 'x' }],
        [1, 'b', { g: 'x' }],
      ]),
    ).toEqual([[1, 2]])
    expect(
      fired(ordered, [
        [0, 'b', { g: 'x' }],
        [1, 'a', { g: 'x' }],
      ]),
    ).toEqual([])
    expect(
      fired(ordered, [
        [0, 'a', { g: 'x' }],
        [1, 'b', { g: 'x' }],
        [2, 'c', { g: 'x' }],
      ]),
    ).toEqual([])
  })

  test.each([
    ['value_sum', 'gt: 10', [5, 6], [5, 5]],
    ['value_avg', 'gte: 4', [3, 5], [3, 4]],
    ['value_median', 'gte: 4', [1, 4, 9], [1, 3, 9]],
    ['value_median', 'gt: 2', [1, 4], [1, 3]],
    ['value_percentile', 'percentile: 90, gte: 5', [1, 1, 1, 1, 1, 1, 1, 1, 5, 5], [1, 1, 1, 1, 1, 1, 1, 1, 1, 5]],
  ])('%s {%s}', (type, condition, holds, fails) => {
    const text = `type: ${type}\nrules: [a]\n${spans}condition: {field: n, ${condition}}`
    // All at one moment, so that only the whole is looked at where the last one decides.
    const at = (numbers: readonly number[]) =>
      fired(
        text,
        numbers.map((n, i) => [i / 10, 'a', { g: 'x', n }] as const),
      )
    expect(at(holds)).toHaveLength(1)
    expect(at(fails)).toHaveLength(0)
  })

  test('text that is a number counts as one, other text takes no part', () => {
    const text = `type: value_sum\nrules: [a]\n${spans}condition: {field: n, gte: 3}`
    expect(
      fired(text, [
        [0, 'a', { g: 'x', n: '1.5' }],
        [1, 'a', { g: 'x', n: 'many' }],
        [2, 'a', { g: 'x', n: '1.5' }],
      ]),
    ).toEqual([[1, 3]])
  })

  test('trap 22: without a number a percentile is the 50th, by nearest rank', () => {
    const text = `type: value_percentile\nrules: [a]\n${spans}condition: {field: n, lte: 1}`
    expect(
      fired(text, [
        [0, 'a', { g: 'x', n: 1 }],
        [1, 'a', { g: 'x', n: 9 }],
      ]),
    ).toEqual([[1, 2]])
    expect(
      fired(text, [
        [0, 'a', { g: 'x', n: 2 }],
        [1, 'a', { g: 'x', n: 9 }],
      ]),
    ).toEqual([])
  })
})

describe('groups', () => {
  const text = (more: string) => `type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}\n${more}`

  test('trap 23: without group-by all hits are one group; a hit without the field takes no part', () => {
    expect(
      fired(text(''), [
        [0, 'a', { g: 'x' }],
        [1, 'a', { g: 'y' }],
      ]),
    ).toEqual([[1, 2]])
    expect(
      fired(text('group-by: [g]'), [
        [0, 'a'],
        [1, 'a', { g: null }],
        [2, 'a', { g: 'y' }],
      ]),
    ).toEqual([])
    expect(fired(text('group-by: [g, h]'), many('a', 3, { g: 'x' }))).toEqual([])
    expect(fired(text('group-by: [g, h]'), many('a', 2, { g: 'x', h: 'y' }))).toEqual([[1, 2]])
  })

  test('upper and lower case are alike, of a list the first value counts', () => {
    expect(
      fired(text('group-by: g'), [
        [0, 'a', { g: 'Li' }],
        [1, 'a', { g: 'lI' }],
      ]),
    ).toEqual([[1, 2]])
    expect(
      fired(text('group-by: g'), [
        [0, 'a', { g: ['x', 'y'] }],
        [1, 'a', { g: 'y' }],
        [2, 'a', { g: 'x' }],
      ]),
    ).toEqual([[1, 3]])
  })

  test('units and systems never mix', () => {
    const hits = (fields: readonly Record<string, string>[]) => fields.map((f, i): Line => [i, 'a', f])
    expect(fired(text(''), hits([{ unit: 'u1' }, { unit: 'u2' }]))).toEqual([])
    expect(fired(text(''), hits([{ system: 's1' }, { system: 's2' }, {}]))).toEqual([])
    expect(fired(text(''), hits([{ system: 's1' }, { system: 's1' }]))).toEqual([[1, 2]])
  })

  test('an alias stands for another field per rule', () => {
    const aliased = `type: temporal\nrules: [a, b]\ngroup-by: [inner, outer]\ntimespan: 10s
aliases:\n  inner: {a: destination, b-id: source}\n  outer: {a: source, b-id: destination}`
    expect(
      fired(aliased, [
        [0, 'a', { source: 'o', destination: 'i' }],
        [1, 'b', { source: 'i', destination: 'o' }],
      ]),
    ).toEqual([[1, 2]])
    expect(
      fired(aliased, [
        [0, 'a', { source: 'o', destination: 'i' }],
        [1, 'b', { source: 'o', destination: 'i' }],
      ]),
    ).toEqual([])
  })

  test.each(['constructor', '__proto__', 'toString'])('%s is a name like others', (name) => {
    expect(fired(text(`group-by: [${name}]`), many('a', 2))).toEqual([])
  })

  test('a firing names its group as its first event has it, and the datasets of its events', () => {
    const [firing] = firingsOf(
      `${base('a')}title: t\nid: it\ncorrelation:\n${text('group-by: [g]').replace(/^/gm, '  ')}\n`,
      [
        [0, 'a', { g: 'Li', dataset: 'd2' }],
        [1, 'a', { g: 'li', dataset: 'd1' }],
      ],
    )
    expect(firing).toMatchObject({ rule: 'it', group: { g: 'Li' }, count: 2, value: 2, datasetIds: ['d1', 'd2'] })
    expect(firing?.key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('trap 25: when it fires', () => {
  test('gte: once while it holds, again after it was false, be it between two hits', () => {
    const count = 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}'
    const at = (...times: number[]) =>
      fired(
        count,
        times.map((t) => [t, 'a'] as const),
      )
    expect(at(0, 1, 2, 3, 4, 5)).toEqual([[1, 2]])
    expect(at(0, 1, 30, 31)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(at(0, 1, 12)).toEqual([[1, 2]])
    expect(at(0, 5, 15.5, 16)).toEqual([
      [1, 2],
      [3, 4],
    ])
    // Between 10 and 11 there is one hit left; and between 11 and 12.
    expect(at(0, 1, 11, 12)).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ])
  })

  test.each([
    ['lt: 2', [[0], [30, 31]], [[1]]],
    ['lte: 1', [[0, 1], [30]], [[3]]],
    ['eq: 2', [[0, 1], [30], [60, 61, 62]], [[1, 2]]],
    ['neq: 2', [[0, 1], [30], [60, 61, 62]], [[3], [4, 5, 6]]],
  ])('%s: at the end of windows that begin at a first hit', (condition, windows, expected) => {
    const count = `type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {${condition}}`
    expect(
      fired(
        count,
        windows.flat().map((t) => [t, 'a'] as const),
      ),
    ).toEqual(expected)
  })

  test('trap 20: a range is judged at the end of the window', () => {
    const range = 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gt: 1, lte: 3}'
    const at = (...times: number[]) =>
      fired(
        range,
        times.map((t) => [t, 'a'] as const),
      )
    expect(at(0)).toEqual([])
    expect(at(0, 1, 2)).toEqual([[1, 2, 3]])
    expect(at(0, 1, 2, 3)).toEqual([])
  })
})

describe('generate and chains', () => {
  const failing = `${base('fail')}${base('ok')}title: many\nid: many-id\nname: many\ncorrelation: {type: event_count, rules: [fail], group-by: [host], timespan: 5m, condition: {gte: 3}}\n---\n`
  const success =
    'title: t\nid: it\ncorrelation: {type: temporal_ordered, rules: [many, ok], group-by: [user], timespan: 5m}\n'

  test('trap 21: rules raise no signals of their own unless generate stands at the top or in the correlation', () => {
    const signals = (text: string) => loadText(text).rules.map((r) => r.signals)
    const one = `${base('a')}title: t\nid: it\n`
    const correlation = 'correlation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 2}'
    expect(signals(`${one}${correlation}}\n`)).toEqual([false])
    expect(signals(`${one}generate: true\n${correlation}}\n`)).toEqual([true])
    expect(signals(`${one}${correlation}, generate: true}\n`)).toEqual([true])
    expect(signals(`${one}${correlation}, generate: true}\n---\ntitle: t\nid: other\n${correlation}}\n`)).toEqual([
      false,
    ])
    const { deltas, hits } = hitsOf(`${one}${correlation}}\n`, [[0, 'a']])
    expect([deltas.length, hits.length]).toEqual([0, 1])
  })

  test('the chained one uses its own group-by: with each value that the events below have', () => {
    const lines: Line[] = [
      [0, 'fail', { host: 'h', user: 'u1' }],
      [1, 'fail', { host: 'h', user: 'u2' }],
      [2, 'fail', { host: 'h', user: 'u2' }],
      [10, 'ok', { host: 'elsewhere', user: 'u2' }],
      [11, 'ok', { host: 'elsewhere', user: 'u3' }],
    ]
    const firings = firingsOf(`${failing}${success}`, lines)
    expect(
      firings.map(({ rule, group, count, events }) => ({ rule, group, count, seqs: events.map((e) => e.seq) })),
    ).toEqual([{ rule: 'it', group: { user: 'u2' }, count: 2, seqs: [1, 2, 3, 4] }])
    expect(firings[0]!.to - firings[0]!.from).toBe(10_000)
    expect(
      firingsOf(
        `${failing}${success}`,
        [...lines.slice(3), ...lines.slice(0, 3)].map(([t, ...l], i) => [i < 2 ? t - 20 : t, ...l] as Line),
      ),
    ).toEqual([])
  })

  test('one below fires by itself as well under generate', () => {
    const lines = many('fail', 3, { host: 'h', user: 'u' })
    const rulesOf = (text: string) => firingsOf(text, [...lines, [9, 'ok', { user: 'u' }]]).map((f) => f.rule)
    expect(rulesOf(`${failing}${success}`)).toEqual(['it'])
    expect(rulesOf(`${failing}${success.replace('correlation:', 'generate: true\ncorrelation:')}`)).toEqual([
      'many-id',
      'it',
    ])
  })

  test('a filter acts on base rules, and so on what correlations count', () => {
    const filter = `title: f\nid: f\nlogsource: {category: c}\nfilter: {rules: [fail, many], s: {user: admin}, condition: not s}\n---\n`
    const lines = many('fail', 3, { host: 'h', user: 'admin' })
    const counted = failing.replace('\n---\ntitle: t', '')
    expect(firingsOf(counted.replace(/---\n$/, ''), lines)).toHaveLength(1)
    expect(firingsOf(`${filter}${counted.replace(/---\n$/, '')}`, lines)).toHaveLength(0)
    expect(loadText(`${filter}${failing}`).problems.map((p) => p.code)).toContain('SIG-060')
  })
})
