import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL, type Filter } from '../../core/filter.ts'
import { nest } from '../../core/nest.ts'
import { LineMatcher } from '../../detection/matchLines.ts'
import { openPlainScan } from '../../detection/scan/index.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { choices, writeOddly } from '../support/jsonLines.ts'
import { plain, type Rule, told } from '../support/lineAnswers.ts'

const rules = fc.array(
  fc.record({ filter: filters, routing: fc.oneof({ weight: 2, arbitrary: fc.constant(ALL) }, filters) }),
  { minLength: 1, maxLength: 12 },
)

describe('the matcher of lines', () => {
  test('says of a line, however it is written, what the plain evaluator says of the parsed object', () => {
    fc.assert(
      fc.property(
        rules,
        fc.array(storedEvents, { minLength: 1, maxLength: 6 }),
        choices,
        fc.boolean(),
        (some, events, choose, learn) => {
          const matcher = new LineMatcher(some)
          const slow = new LineMatcher(some, { openScan: openPlainScan })
          const expected = plain(some)
          const lines = events
            .flatMap((e) => [nest(e), { ...e.rest, ...e.ecs }, { list: [e.rest], ...e.ecs }])
            .map((o) => writeOddly(o, choose).toWellFormed())
          if (learn) for (const m of [matcher, slow]) m.learn(Buffer.from(lines.join('\n')))
          expect(told(slow, lines), lines.join('\n')).toEqual(lines.map(expected))
          expect(told(matcher, lines), lines.join('\n')).toEqual(lines.map(expected))
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('seeks texts that are longer than all that stands before their rarest piece', () => {
    const long = (text: string, rare: number) => `${'ab'.repeat(rare)}${text}${'ab'.repeat(200)}`
    const texts = [long('kzq', 0), long('kzq', 90), long('kzq', 400), `${'ab'.repeat(300)}kzqx`]
    const some = texts.flatMap((value): Rule[] => [
      { filter: { op: 'contains', field: ['a'], value, cased: false }, routing: ALL },
      { filter: { op: 'suffix', field: ['a'], value, cased: false }, routing: ALL },
      { filter: { op: 'keyword', pattern: [value], cased: false }, routing: ALL },
    ])
    const values = ['kzq', 'abkzqx', 'kzqababababab', 'ab'.repeat(150), ...texts, ...texts.map((t) => t.slice(0, -1))]
    for (const open of [undefined, openPlainScan]) {
      const lines = values.map((a) => JSON.stringify({ a }))
      // Each line as the first of its block.
      const matcher = new LineMatcher(some, open === undefined ? {} : { openScan: open })
      for (const line of lines) expect(told(matcher, [line])).toEqual([plain(some)(line)])
      expect(told(matcher, lines)).toEqual(lines.map(plain(some)))
    }
  })

  test('finds again what it had found when it met a field for the first time', () => {
    const some = ['a', 'b', 'c'].map((name): Rule => ({ filter: { op: 'exists', field: [name] }, routing: ALL }))
    const lines = ['{"a":1}', '{"a":1,"b":1}', '{"c":"\u00e9","b":1,"a":1}', '{"b":1,"c":1}']
    for (const options of [{}, { openScan: openPlainScan }])
      expect(told(new LineMatcher(some, options), lines)).toEqual([[0], [0, 1], [0, 1, 2], [1, 2]])
  })

  test('says the same while it learns from the lines, and after', () => {
    fc.assert(
      fc.property(rules, fc.array(storedEvents, { minLength: 1, maxLength: 4 }), (some, events) => {
        const matcher = new LineMatcher(some, { learns: true })
        const lines = events.map((e) => JSON.stringify(nest(e)).toWellFormed())
        const expected = lines.map(plain(some))
        const many = Array.from({ length: 400 }, () => lines).flat()
        for (let i = 0; i < 3; i++)
          expect(told(matcher, many)).toEqual(Array.from({ length: 400 }, () => expected).flat())
      }),
      { numRuns: 30 },
    )
  })

  test('refuses exactly the lines that JSON.parse refuses, or that are no objects', () => {
    const some = [{ filter: { op: 'exists', field: ['a'] } as Filter, routing: ALL }]
    const matcher = new LineMatcher(some)
    const expected = plain(some)
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '"a"',
        '"a":',
        '"b":',
        '{"a":',
        '1',
        '-',
        '0',
        '01',
        '.5',
        '1e',
        'E+1',
        'true',
        'tru',
      ],
      ...[
        'false',
        'null',
        'nul',
        '\\',
        '\\u',
        '\\u00e',
        '\\n',
        '\\x',
        '\t',
        ' ',
        '\r',
        '\u0001',
        '\u00e9',
        '数据',
        '\ufeff',
        '\u2028',
      ],
      ...[
        '"\\u0061":1',
        '"a\\"":',
        '{"a":1}',
        '{"a":[]}',
        '{"a":[{"a":{}}]}',
        '-0',
        '1.50',
        '12345678901234567890',
        'Infinity',
      ],
    )
    fc.assert(
      fc.property(
        fc.array(
          fc.array(piece, { maxLength: 12 }).map((p) => p.join('')),
          { minLength: 1, maxLength: 40 },
        ),
        (lines) => {
          expect(told(matcher, lines), lines.join('\n')).toEqual(lines.map(expected))
        },
      ),
      { numRuns: 5000 },
    )
    const written = '{"a": [1, -2.5e+3, {"b\\u0041": "c\\\\\\"\\/\\n"}, null, true, false], "d": {}, "e": "\u00e9数"}'
    const mutated: string[] = []
    for (let i = 0; i <= written.length; i++) {
      for (const c of ['', ...'{}[]":,\\ 0-e.u\u0007x']) {
        mutated.push(written.slice(0, i) + c + written.slice(i + 1), written.slice(0, i) + c + written.slice(i))
      }
    }
    expect(told(matcher, mutated)).toEqual(mutated.map(expected))
  })

  test('reads bytes that are no UTF-8 as JSON.parse reads the decoded line', () => {
    const some: Rule[] = ['\ufffd', 'k', 'i', 'é', 'ａ'].map((value) => ({
      filter: { op: 'contains', field: ['a'], value, cased: false },
      routing: ALL,
    }))
    const matcher = new LineMatcher(some)
    const expected = plain(some)
    for (let n = 0; n < 20_000; n++) {
      const bytes = [0, 1, 2, 3].map(
        (i) =>
          [0x6b, 0xe2, 0x84, 0xaa, 0xc4, 0xb0, 0xc3, 0x89, 0xef, 0xbc, 0xa1, 0xf0, 0x9f, 0xff][
            Math.floor(n / 14 ** i) % 14
          ]!,
      )
      const line = Buffer.concat([Buffer.from('{"a":"x'), Buffer.from(bytes), Buffer.from('"}')])
      let found: readonly number[] = []
      matcher.match(line, { matched: (_, rules) => (found = rules), refused: () => expect.unreachable() })
      expect(found, line.toString('hex')).toEqual(expected(line.toString('utf8')))
    }
  })

  test('lives through long, wide, deep and odd lines', () => {
    const some: Rule[] = [
      { filter: { op: 'term', field: ['a.b'], value: 1, cased: false }, routing: ALL },
      { filter: { op: 'contains', field: ['long'], value: 'needle', cased: false }, routing: ALL },
      { filter: { op: 'keyword', pattern: ['needle'], cased: false }, routing: ALL },
      { filter: { op: 'compare', field: ['long'], with: ['many'], how: 'contains', cased: false }, routing: ALL },
    ]
    const matcher = new LineMatcher(some)
    const expected = plain(some)
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}.x`, i]))
    const lines = [
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
      `{"a":${'['.repeat(50_000)}{"b":1}${']'.repeat(50_000)}}`,
      `{"a":${'['.repeat(200)}{"b":1}${']'.repeat(200)}}`,
      '{"__proto__": {"a": {"b": 1}}, "constructor": {"b": 1}}',
      '{"a": {"__proto__": 1, "b": 1}}',
      JSON.stringify({ ...wide, 'a.b': '1' }),
      JSON.stringify({ a: Array.from({ length: 5_000 }, (_, i) => ({ b: i })) }),
      JSON.stringify({ long: `${'x'.repeat(200_000)}NEEDLE` }),
      JSON.stringify({ long: `${'x'.repeat(2_000_000)}NEEDLE`, 'a.b': 1 }),
      JSON.stringify({ long: `${'\u0130'.repeat(200_000)}NEEDLE` }),
      JSON.stringify({ long: 'end', many: Array.from({ length: 3_000 }, (_, i) => (i === 99 ? 'END' : `${i}`)) }),
      JSON.stringify({ long: 'end', many: Array.from({ length: 300 }, (_, i) => (i === 200 ? 'END' : `${i}`)) }),
      '{"a":{"b":1},"a":5}',
      '{"a":{"b":2},"a":{"b":1}}',
      '{"a":{"b":1},"a.b":2}',
      '{"\\u0061":{"b":1}}',
      '',
      '   ',
      '{"a.b":1.0}',
      '{"a.b":[[],[[1]]]}',
    ]
    expect(told(matcher, lines)).toEqual(lines.map((l) => (l.trim() === '' ? undefined : expected(l))))
  })
})
