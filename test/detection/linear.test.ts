import { expect, test } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import { ALL } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { explainRule } from '../../detection/explain/explainRule.ts'
import { createMatcher } from '../../detection/match.ts'
import { LineMatcher } from '../../detection/matchLines.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { filterOf, readDetection } from '../support/sigma.ts'

const repeat = (n: number, text: string): string => Array(n).fill(text).join(',')

/** Lines of JSON that grow with `n`, about as many bytes of each. */
const SHAPES: readonly (readonly [string, (n: number) => string])[] = [
  ['a list of objects', (n) => `{"a":[${repeat(n, '{"b":[{"c":2},{"c":2},{"c":2},{"c":2},{"c":2}]}')}]}`],
  ['values of Windows that have a name each', (n) => `{"Data":[${repeat(n * 3, '{"#text":"aaaa"}')}]}`],
  ['lists of lists', (n) => `{"a":{"b":[${repeat(n * 8, '[{"c":2}]')}]},"f":${'['.repeat(500)}1${']'.repeat(500)}}`],
  ['many names', (n) => `{${Array.from({ length: n * 3 }, (_, i) => `"k${i}.x":${i}`).join(',')}}`],
  ['a deep nest', (n) => `${'{"k":'.repeat(n * 4)}7${'}'.repeat(n * 4)}`],
  ['a long value', (n) => `{"f":"${'a'.repeat(n * 60)}b"}`],
  ['a long value of what the wildcards ask', (n) => `{"f":"${'needl '.repeat(n * 10)}b"}`],
  ['a list of texts', (n) => `{"f":[${repeat(n * 15, '"aaa"')}]}`],
]

const RULES = [
  "s:\n  a.b.c: 1\n  f|re: '(a+)+$'\ncondition: s",
  "s:\n  - a.b.c: 1\n  - Data.#text|contains: ['aab', 'b?b']\ncondition: s",
  "s:\n  f|re: '(.*a){20}c'\ncondition: s",
  "s:\n  f|contains: ['needle*needle*x', '*a?a*a?b?c']\ncondition: s",
  'k: [needle, aaaab]\ncondition: k',
  'k:\n  f|fieldref|contains: Data.#text\ncondition: k',
].map((text) => ({ filter: filterOf(text), routing: ALL }))

const plainTests = RULES.map((r) => compileFilter(r.filter))
const indexed = createMatcher(RULES)
const lines = new LineMatcher(RULES)

const ENGINES: Record<string, (line: string) => () => void> = {
  'the plain evaluator': (line) => {
    const view = viewOfJson(JSON.parse(line) as object)
    return () => plainTests.forEach((holds) => void holds(view))
  },
  'the indexed matcher': (line) => {
    const object = JSON.parse(line) as object
    return () => void indexed.ofJson(object)
  },
  'the matcher of lines': (line) => {
    const bytes = Buffer.from(line)
    return () => void lines.match(bytes, { matched() {}, refused() {} })
  },
}

/** Processor time of one run, microseconds: the mean over so many that even a coarse clock tells. */
function cost(run: () => void): number {
  const before = process.threadCpuUsage()
  for (let runs = 1; ; runs++) {
    run()
    const { user, system } = process.threadCpuUsage(before)
    if (user + system > ENOUGH) return (user + system) / runs
  }
}

const ENOUGH = 50_000
// Eight times as much that is linear costs about eight times as much, what is quadratic sixty-four times.
const MORE = 8
const MOST = 24
const START = 500

/** How many times the cost of the one the other costs: the least of a few attempts, while that is too many. */
function ratioOf(small: () => void, large: () => void): number {
  small()
  let ratio = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 4 && ratio > MOST; attempt++) ratio = Math.min(ratio, cost(large) / cost(small))
  return ratio
}

test('the cost of an explanation grows as rule and event do', () => {
  const explained = (n: number) => {
    const names = Array.from({ length: n }, (_, i) => `f${i}`)
    const searches = names.map((name, i) => `s${i}: {${name}: ${i}}`).join('\n')
    const rule = compileRule(readDetection(`${searches}\ncondition: all of s*`).rule!, NO_PIPELINES)
    const event = Object.fromEntries(names.map((name, i) => [name, i]))
    const original = JSON.stringify(event)
    return () => void explainRule(rule, viewOfJson(event), { original })
  }
  expect(ratioOf(explained(START), explained(START * MORE))).toBeLessThan(MOST)
})

test.each(SHAPES)('the cost of %s grows as it does, in every engine', (_, shape) => {
  for (const [name, engine] of Object.entries(ENGINES)) {
    expect(ratioOf(engine(shape(START)), engine(shape(START * MORE))), name).toBeLessThan(MOST)
  }
})
