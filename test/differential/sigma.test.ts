import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import { ALL } from '../../core/filter.ts'
import { nest } from '../../core/nest.ts'
import { viewOfJson, viewOfStored } from '../../core/view.ts'
import { createMatcher } from '../../detection/match.ts'
import { storedEvents } from '../support/arbitraries.ts'
import { filterOfMap } from '../support/sigma.ts'
import { MODEL_LISTS, sigmaModels } from '../support/sigmaModel.ts'

test('a random Sigma rule holds for a random event exactly where the specification says so, in every form of the event', () => {
  let held = 0
  fc.assert(
    fc.property(
      sigmaModels,
      fc.array(storedEvents, { minLength: 1, maxLength: 20 }),
      ({ detection, holds }, events) => {
        const filter = filterOfMap(detection, MODEL_LISTS)
        const evaluate = compileFilter(filter)
        const matcher = createMatcher([{ filter, routing: ALL }])
        for (const event of events) {
          const expected = holds(viewOfStored(event))
          if (expected) held++
          expect(evaluate(viewOfStored(event))).toBe(expected)
          expect(matcher.ofStored(event)).toEqual(expected ? [0] : [])
          const json = JSON.parse(JSON.stringify(nest(event))) as object
          const nested = holds(viewOfJson(json))
          expect(evaluate(viewOfJson(json))).toBe(nested)
          expect(matcher.ofJson(json)).toEqual(nested ? [0] : [])
        }
      },
    ),
    { numRuns: 2000 },
  )
  expect(held).toBeGreaterThan(500)
})
