import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import type { EventView } from '../../core/event.ts'
import { ALL, and, type Filter } from '../../core/filter.ts'
import { nest } from '../../core/nest.ts'
import { viewOfJson, viewOfStored } from '../../core/view.ts'
import { createMatcher } from '../../detection/match.ts'
import { expectAgreement, publicRules, recordedLines } from '../support/agreement.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { describeMaterial } from '../support/material.ts'
import { mutatedLines, randomNumbers } from '../support/mutatedLines.ts'

/** The plain evaluator over a list of rules. */
function plain(rules: readonly { filter: Filter; routing: Filter }[]): (view: EventView) => number[] {
  const tests = rules.map((r) => compileFilter(and(r.routing, r.filter)))
  return (view) => tests.flatMap((holds, i) => (holds(view) ? [i] : []))
}

describe('the indexed matcher', () => {
  const rules = fc.array(
    fc.record({ filter: filters, routing: fc.oneof({ weight: 2, arbitrary: fc.constant(ALL) }, filters) }),
    { minLength: 1, maxLength: 12 },
  )

  test('says of a stored event what the plain evaluator says', () => {
    fc.assert(
      fc.property(rules, fc.array(storedEvents, { minLength: 1, maxLength: 6 }), (some, events) => {
        const matcher = createMatcher(some)
        const expected = plain(some)
        for (const event of events) expect(matcher.ofStored(event)).toEqual(expected(viewOfStored(event)))
      }),
      { numRuns: 3000 },
    )
  })

  test('says of a JSON object what the plain evaluator says', () => {
    fc.assert(
      fc.property(rules, fc.array(storedEvents, { minLength: 1, maxLength: 6 }), (some, events) => {
        const matcher = createMatcher(some)
        const expected = plain(some)
        for (const event of events) {
          for (const object of [nest(event), { ...event.rest, ...event.ecs }, { list: [event.rest], ...event.ecs }]) {
            const json = JSON.parse(JSON.stringify(object)) as object
            expect(matcher.ofJson(json)).toEqual(expected(viewOfJson(json)))
          }
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('lives through odd objects', () => {
    const matcher = createMatcher([{ filter: { op: 'term', field: ['a.b'], value: 1, cased: false }, routing: ALL }])
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as object
    const lists = JSON.parse(`{"a":${'['.repeat(50_000)}{"b":1}${']'.repeat(50_000)}}`) as object
    expect(matcher.ofJson(deep)).toEqual([])
    expect(matcher.ofJson(lists)).toEqual([0])
    expect(matcher.ofJson(JSON.parse('{"__proto__": {"a": {"b": 1}}, "constructor": {"b": 1}}') as object)).toEqual([])
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}.x`, i]))
    expect(matcher.ofJson({ ...wide, 'a.b': '1' })).toEqual([0])
  })
})

describeMaterial(
  'over the public corpus every matcher and the plain evaluator agree',
  'sigma/background.ndjson.gz',
  () => {
    const rules = publicRules()
    const { background, regression } = recordedLines()

    test('on recorded events', () => {
      expect(expectAgreement(rules, background, background.slice(0, 2_000))).toBeGreaterThan(10)
      expect(expectAgreement(rules, regression)).toBeGreaterThan(100)
    }, 600_000)

    test('on 100,000 events made of these, written in odd ways', () => {
      const events = [...background, ...regression, ...regression].map((l) => JSON.parse(l) as object)
      const lines = mutatedLines(events, 100_000, randomNumbers(42))
      expect(expectAgreement(rules, lines, background.slice(0, 2_000))).toBeGreaterThan(500)
    }, 1_200_000)
  },
)
