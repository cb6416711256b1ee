import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import type { EventView, Value } from '../../core/event.ts'
import { parseJson } from '../../core/exactJson.ts'
import type { Filter } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { createMatcher } from '../../detection/match.ts'
import { LineMatcher } from '../../detection/matchLines.ts'
import { material, objectsIn } from './material.ts'

const FOLDERS = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance', 'unsupported']

/** Every public rule. */
export function publicRules() {
  const { rules } = loadRules(
    FOLDERS.map((f) => material('sigma', f)),
    loadPipelines(OWN_PIPELINES).pipelines,
  )
  expect(rules.length).toBeGreaterThan(3500)
  return rules
}

/** Recorded lines of the material: of background traffic, and those that rules must match. */
export function recordedLines(): { readonly background: readonly string[]; readonly regression: readonly string[] } {
  const background = gunzipSync(readFileSync(material('sigma/background.ndjson.gz')))
    .toString()
    .trim()
    .split('\n')
  const folder = material('sigma/regression')
  const regression = readdirSync(folder).flatMap((f) => objectsIn(readFileSync(`${folder}/${f}`, 'utf8')))
  return { background, regression: regression.map((o) => JSON.stringify(o)) }
}

/** Expects matchers of lines and of objects to say of each line what the plain evaluator says; how many rules matched. */
export function expectAgreement(
  rules: readonly { readonly filter: Filter; readonly routing: Filter }[],
  lines: Iterable<string>,
  learnt?: readonly string[],
): number {
  const routings = new Map<string, { readonly holds: ReturnType<typeof compileFilter>; readonly rules: number[] }>()
  for (const [i, { routing }] of rules.entries()) {
    const key = JSON.stringify(routing, (_, v) => (typeof v === 'symbol' ? v.toString() : v))
    const entry = routings.get(key) ?? { holds: compileFilter(routing), rules: [] }
    routings.set(key, entry)
    entry.rules.push(i)
  }
  const filters = rules.map((r) => compileFilter(r.filter))
  const ofObjects = createMatcher(rules)
  const ofLines = new LineMatcher(rules)
  if (learnt !== undefined) ofLines.learn(Buffer.from(learnt.join('\n')))
  let matches = 0
  for (const line of lines) {
    const object = parseJson(line) as object
    const view = remembered(viewOfJson(object))
    const expected: number[] = []
    for (const { holds, rules: routed } of routings.values()) {
      if (holds(view)) for (const i of routed) if (filters[i]!(view)) expected.push(i)
    }
    expected.sort((a, b) => a - b)
    let found: readonly number[] = []
    ofLines.match(Buffer.from(line), {
      matched: (_, these) => {
        found = these
      },
      refused: () => expect.unreachable(line),
    })
    matches += expected.length
    if (found.join() !== expected.join()) expect(found, line).toEqual(expected)
    const ofObject = ofObjects.ofJson(object)
    if (ofObject.join() !== expected.join()) expect(ofObject, line).toEqual(expected)
  }
  return matches
}

/** A view that looks each field up once: thousands of rules ask for the same few. */
function remembered(view: EventView): EventView {
  const values = new Map<string, Value | undefined>()
  return {
    get(name) {
      const known = values.get(name)
      if (known !== undefined || values.has(name)) return known
      const value = view.get(name)
      values.set(name, value)
      return value
    },
    some: view.some,
  }
}
