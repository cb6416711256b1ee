import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import { ANY, type Filter, ONE, or, type ValueLeaf } from '../../core/filter.ts'
import { type FieldMap, mapFields } from '../../core/mapFields.ts'
import { askMeant, type Meaning } from '../../core/meaning.ts'
import { viewOfJson } from '../../core/view.ts'

/** Places of every field in order: `a` and `p`, whose values mean something, then the field itself. */
function mapOf(meanings: readonly Meaning[], only = false): FieldMap {
  return Object.assign((name: string): [string, ...string[]] => (only ? [name] : ['a', 'p', name]), {
    meant: () => [{ name: 'p', after: only ? [] : ['a'], only, meanings }],
  })
}

const WORDS: readonly Meaning[] = [
  { kind: 'word', of: ['egress', 'outbound'], is: 'true' },
  { kind: 'word', of: ['ingress'], is: 'false' },
]
const is = (value: string): Filter => ({ op: 'term', field: ['F'], value, cased: false })
const holds = (filter: Filter, field: FieldMap, event: object) => evaluate(mapFields(filter, field), viewOfJson(event))

test('a value of a table counts as what it means, beside what it is', () => {
  const field = mapOf(WORDS)
  expect(holds(is('true'), field, { p: 'Egress' })).toBe(true)
  expect(holds(is('true'), field, { p: ['x', 'outbound'] })).toBe(true)
  expect(holds(is('true'), field, { p: 'ingress' })).toBe(false)
  expect(holds(is('egress'), field, { p: 'egress' })).toBe(true)
  expect(holds({ op: 'regex', field: ['F'], pattern: '^tr', flags: '' }, field, { p: 'egress' })).toBe(true)
  expect(holds({ op: 'not', of: is('true') }, field, { p: 'egress' })).toBe(false)
})

test('the first place that is present counts, also where another one has a meaning', () => {
  const field = mapOf(WORDS)
  expect(holds(is('true'), field, { a: 'false', p: 'egress' })).toBe(false)
  expect(holds(is('true'), field, { a: null, p: 'egress' })).toBe(false)
  expect(holds(is('true'), field, { p: 'egress', F: 'false' })).toBe(true)
  expect(holds(is('true'), field, { p: 'x', F: 'true' })).toBe(false)
})

test('a place that counts for what it means only makes the field present where it means something', () => {
  const field = mapOf(WORDS, true)
  expect(holds(is('true'), field, { p: 'egress', F: 'x' })).toBe(true)
  expect(holds(is('egress'), field, { p: 'egress' })).toBe(false)
  expect(holds({ op: 'null', field: ['F'] }, field, { p: 'egress' })).toBe(false)
  expect(holds({ op: 'null', field: ['F'] }, field, { p: 'x' })).toBe(true)
  expect(holds({ op: 'exists', field: ['F'] }, field, { p: 'egress' })).toBe(true)
  expect(holds({ op: 'exists', field: ['F'] }, field, { p: 'x' })).toBe(false)
  const text = mapOf([{ kind: 'text', before: 'MD5=', after: '' }], true)
  expect(holds({ op: 'null', field: ['F'] }, text, { p: 'x' })).toBe(false)
})

test('a number is sought decimal and hexadecimal, in so many digits only', () => {
  const field = mapOf([{ kind: 'hex', digits: 8, before: 'DWORD (0x', after: ')' }])
  const contains = (value: string): Filter => ({ op: 'contains', field: ['F'], value, cased: false })
  for (const p of ['3389', 3389, '0x00000d3d', '0xD3D', ['1', '3389']]) {
    expect([p, holds(is('DWORD (0x00000d3d)'), field, { p })]).toEqual([p, true])
    expect([p, holds(contains('0x00000D3D'), field, { p })]).toEqual([p, true])
  }
  for (const p of ['338', '33890', 'd3d'])
    expect([p, holds(is('DWORD (0x00000d3d)'), field, { p })]).toEqual([p, false])
  expect(holds(is('DWORD (0xd3d)'), field, { p: '3389' })).toBe(false)
  expect(holds(contains('DWORD'), field, { p: 'C:\\x.exe' })).toBe(false)
})

const text = (max: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'A', '=', 'İ', '😀', '\n'), maxLength: max })
const pattern = fc.array(fc.oneof(text(3), fc.constant(ANY as typeof ANY), fc.constant(ONE as typeof ONE)), {
  maxLength: 5,
})
const leaf: fc.Arbitrary<ValueLeaf> = fc
  .tuple(fc.constantFrom('term', 'in', 'prefix', 'suffix', 'contains', 'wildcard'), pattern, text(6), fc.boolean())
  .map(([op, pieces, value, cased]): ValueLeaf => {
    const field: [string] = ['p']
    if (op === 'wildcard') return { op, field, pattern: pieces, cased }
    if (op === 'in') return { op, field, values: [value, 'ab'], cased }
    return { op: op as 'term' | 'prefix' | 'suffix' | 'contains', field, value, cased }
  })

test('a text with the value in it is asked as if it stood there', () => {
  let held = 0
  fc.assert(
    fc.property(leaf, text(4), text(2), text(5), (asked, before, after, value) => {
      const meaning: Meaning = { kind: 'text', before, after }
      const meant = askMeant(asked, { name: 'p', after: [], only: false, meanings: [meaning] })
      const whole = { p: [value, before + value + after] }
      const expected = evaluate(asked, viewOfJson(whole))
      if (expected) held++
      expect(evaluate(or(asked, meant), viewOfJson({ p: value }))).toBe(expected)
    }),
    { numRuns: 5000 },
  )
  expect(held).toBeGreaterThan(500)
})
