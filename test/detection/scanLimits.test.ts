import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL, type Filter } from '../../core/filter.ts'
import { LineMatcher } from '../../detection/matchLines.ts'
import { layout as at, openPlainScan, openScan } from '../../detection/scan/index.ts'
import { plain, type Rule, told } from '../support/lineAnswers.ts'

const term = (field: string, value: string | number): Filter => ({ op: 'term', field: [field], value, cased: false })
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const rule = (filter: Filter, routing: Filter = ALL): Rule => ({ filter, routing })

/** Expects both scans to say of lines what the plain evaluator says; how many of them some rule matches. */
function expectPlain(rules: readonly Rule[], lines: readonly string[], scans = [openScan, openPlainScan]): number {
  const expected = lines.map(plain(rules))
  for (const open of scans) {
    const found = told(new LineMatcher(rules, { openScan: open }), lines)
    for (const [i, line] of lines.entries()) expect(found[i], line.slice(0, 300)).toEqual(expected[i])
  }
  return expected.filter((e) => e !== undefined && e.length > 0).length
}

describe('at its limits the scan still answers what the plain evaluator does', () => {
  test('with more values in a line than it keeps', () => {
    const rules = [rule(term('a.b', 'last')), rule(term('c', 'last'))]
    const lines = [-1, 0, 1, 3000].flatMap((more) => {
      const values = numbers(at.MOST_SPANS + more)
      return [
        JSON.stringify({ a: values.map((i) => ({ b: i === values.length - 1 ? 'last' : i })) }),
        JSON.stringify({ a: { b: values.slice(1) }, c: 'last' }),
        JSON.stringify({ c: 'last', a: { b: values } }),
      ]
    })
    expect(expectPlain(rules, lines)).toBe(lines.length)
  })

  test('with more levels than it follows', () => {
    const lines = [-2, -1, 0, 1, 50].flatMap((more) => {
      const depth = at.MOST_DEPTH + more
      return [
        `{"x":${'['.repeat(depth)}${']'.repeat(depth)},"a":"hit"}`,
        `{"a":${'['.repeat(depth)}"hit"${']'.repeat(depth)}}`,
        `{"x":${'{"x":'.repeat(depth)}1${'}'.repeat(depth)},"a":"hit"}`,
      ]
    })
    expect(expectPlain([rule(term('a', 'hit'))], lines)).toBeGreaterThan(9)
  })

  test('with more values in the fields of log sources than make a class', () => {
    const rules = [rule(term('a', 'hit'), term('code', 7)), rule(term('code', 3)), rule(term('a', 'hit'))]
    const lines = [-1, 0, 1, 500].flatMap((more) => {
      const code = numbers(at.MOST_PAIRS + more).map((i) => i + 100)
      return [
        JSON.stringify({ code, a: 'hit' }),
        JSON.stringify({ code: [...code.slice(1), 7], a: 'hit' }),
        JSON.stringify({ code: [...code.slice(1), 7], a: 'miss' }),
        JSON.stringify({ a: 'hit', code: [7, ...code.slice(1)] }),
      ]
    })
    expect(expectPlain(rules, lines)).toBe(12)
  })

  test('with values of log sources longer than it keeps', () => {
    const long = (more: number) => 'x'.repeat(at.LONGEST_VALUE + more)
    const rules = [-1, 0, 1].map((more) => rule(term('a', 'hit'), term('channel', long(more))))
    const lines = [-2, -1, 0, 1, 2].map((more) => JSON.stringify({ a: 'hit', channel: long(more) }))
    expect(expectPlain(rules, lines)).toBe(3)
  })

  test('with more values of log sources than it remembers', () => {
    const rules = [rule(term('a', 'hit'), { op: 'suffix', field: ['channel'], value: '7', cased: false })]
    const lines = [...numbers(5000), ...numbers(20)].map((i) => JSON.stringify({ channel: `c${i}`, a: 'hit' }))
    expect(expectPlain(rules, lines)).toBe(502)
  })

  test('with more classes of events than plans are made for, and than it remembers', () => {
    const rules = numbers(70).flatMap((i) => [
      rule(term('a', 'hit'), term('code', i)),
      rule({ op: 'contains', field: ['a'], value: 'hit', cased: false }, term('kind', i)),
    ])
    const lines = [...numbers(4900), ...numbers(50)].map((i) =>
      JSON.stringify({ code: i % 70, a: i % 3 === 0 ? 'hit' : 'miss', kind: Math.floor(i / 70) }),
    )
    expect(expectPlain(rules, lines)).toBe(1651)
  })

  test('with plans that do not fit into its memory', () => {
    const fields = numbers(150_000).map((i): Filter => ({ op: 'exists', field: [`f${i}`] }))
    const rules = [
      rule({ op: 'or', of: fields }, term('code', 'none')),
      ...numbers(500).map((i) => rule(term('a', 'hit'), term('code', i))),
    ]
    const lines = numbers(500).map((i) => JSON.stringify({ code: i, a: i % 2 === 0 ? 'hit' : 'miss' }))
    expect(expectPlain(rules, lines, [openScan])).toBe(250)
  }, 120_000)

  test('with lines as long as a block, one byte more or less', () => {
    const block = 1 << 18
    const lines = [-70, -65, -64, -3, -2, -1, 0, 1, 2, 64].flatMap((more) => {
      const hit = '{"b":"","a":"hit"}'
      const miss = '{"b":"","a":"mis"}'
      const fill = (line: string) => line.replace('""', `"${'y'.repeat(block + more - line.length)}"`)
      return [fill(hit), hit, miss, fill(miss), fill(hit)]
    })
    expect(expectPlain([rule(term('a', 'hit'))], lines)).toBe(30)
  })

  test('with names that look like those it expects', () => {
    const stem = 'a'.repeat(at.LONGEST_KNOWN)
    const names = [-17, -16, -2, -1, 0].map((end) => stem.slice(0, at.LONGEST_KNOWN + end))
    const other = (name: string) => `${name.slice(0, -1)}b`
    const keys = [...names, ...names.map(other), 'a', 'b', '', 'ab', '数据', 'a.b']
    const rules = keys.map((key) => rule(term(key, 1)))
    const line = fc
      .array(fc.tuple(fc.constantFrom(...keys, 'x', 'y', `${stem}x`), fc.constantFrom('1', '2', '{"b":1,"x":1}')), {
        maxLength: 8,
      })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`)
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (lines) => {
        expectPlain(rules, lines)
      }),
      { numRuns: 200 },
    )
  })
})
