import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTest } from '../../core/compare.ts'
import { partOf } from '../../core/datePart.ts'
import { MOST_COMPARED } from '../../core/filter.ts'
import { printKql } from '../../core/kqlPrint.ts'

const compare = (how: 'equal' | 'prefix' | 'suffix' | 'contains') =>
  compareTest({ op: 'compare', field: ['a'], with: ['b'], how, cased: true })

test('a long needle is found exactly where a plain search finds it', () => {
  const ab = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(ab, ab, ab, fc.integer({ min: 30, max: 200 }), (word, head, tail, times) => {
      const needle = word.repeat(times) + tail
      for (const text of [head + needle, needle + head, word.repeat(times + 3) + head, head + needle.slice(1)])
        expect(compare('contains')([text], [needle])).toBe(text.includes(needle))
    }),
  )
})

test('so many texts are compared with, and all of them where it is equality', () => {
  const others = Array.from({ length: MOST_COMPARED + 1 }, (_, i) => `v${i};`)
  const [within, beyond] = [`x v${MOST_COMPARED - 1}; y`, `x v${MOST_COMPARED}; y`]
  expect(compare('contains')([within], others)).toBe(true)
  expect(compare('contains')([beyond], others)).toBe(false)
  // Each text counts once.
  expect(compare('contains')([beyond], ['v0;', ...others.slice(2), 'v0;', 'v0;'])).toBe(true)
  expect(compare('equal')([`v${MOST_COMPARED};`], others)).toBe(true)
})

test.each([
  // ISO 8601 weeks: the first has the year's first Thursday.
  ['2024-12-29T23:59:59Z', 52],
  ['2024-12-30T00:00:00Z', 1],
  ['2020-12-31T00:00:00Z', 53],
  ['2021-01-03T23:59:59Z', 53],
  ['2021-01-04T00:00:00Z', 1],
  ['1969-12-31T00:00:00Z', 1],
  ['1960-01-03T12:00:00Z', 53],
])('%s is in ISO week %d', (text, week) => {
  expect(partOf(Date.parse(text), 'week')).toBe(week)
})

test('the other parts are those of the instant in UTC, also before 1970', () => {
  const at = Date.parse('1969-12-31T23:58:59.999Z')
  const parts = (['minute', 'hour', 'day', 'month', 'year'] as const).map((p) => partOf(at, p))
  expect(parts).toEqual([58, 23, 31, 12, 1969])
})

test('the search bar has no words for either', () => {
  expect(printKql({ op: 'part', field: ['@timestamp'], part: 'hour', gte: 18 })).toBeUndefined()
  expect(printKql({ op: 'compare', field: ['a'], with: ['b'], how: 'equal', cased: false })).toBeUndefined()
})
