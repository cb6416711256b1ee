import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import type { EventView } from '../../core/event.ts'
import { ALL, and, type Filter } from '../../core/filter.ts'
import { nest } from '../../core/nest.ts'
import { viewOfJson, viewOfStored } from '../../core/view.ts'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { createMatcher } from '../../detection/match.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { describeMaterial, material, objectsIn } from '../support/material.ts'

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

describeMaterial('over the public corpus the indexed matcher', 'sigma/background.ndjson.gz', () => {
  const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance', 'unsupported']
  const lines = gunzipSync(readFileSync(material('sigma/background.ndjson.gz')))
    .toString()
    .trim()
    .split('\n')

  const recorded = readdirSync(material('sigma/regression')).flatMap((name) =>
    objectsIn(readFileSync(material('sigma/regression', name), 'utf8')),
  )

  test('and the plain evaluator agree on recorded events', () => {
    const { pipelines } = loadPipelines(OWN_PIPELINES)
    const { rules } = loadRules(
      folders.map((f) => material('sigma', f)),
      pipelines,
    )
    expect(rules.length).toBeGreaterThan(3500)
    const matcher = createMatcher(rules)
    const expected = plain(rules)
    let matches = 0
    const background = lines.filter((_, i) => i % 40 === 0).map((l) => JSON.parse(l) as object)
    for (const [i, event] of [...background, ...recorded].entries()) {
      const found = matcher.ofJson(event)
      matches += found.length
      expect(found, `event ${i + 1}`).toEqual(expected(viewOfJson(event)))
    }
    expect(matches).toBeGreaterThan(100)
  })
})
