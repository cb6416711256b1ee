import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import type { EcsObject, StoredEvent, Value } from '../../core/event.ts'
import { and, covers, type Filter, UNLISTED } from '../../core/filter.ts'
import { viewOfStored } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { explainRule } from '../../detection/explain/explainRule.ts'
import type { ExplainNode } from '../../detection/explain/types.ts'
import { createPipelines, type PipelineSource, readPipeline } from '../../detection/pipeline.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { ruleOfMap } from '../support/sigma.ts'
import { MODEL_LISTS, sigmaModels } from '../support/sigmaModel.ts'

const pipelines = createPipelines([
  readPipeline(
    `fields: { CommandLine: [process.command_line], message: [a.b] }
values: { CommandLine: { process.command_line: { admin: root, a: ab } }, user.name: { a.b: 'a{value}' } }`,
    'p.yaml',
  ) as PipelineSource,
])

const hiddenFields = fc.subarray(['user.name', 'message', 'event.original', 'process', 'a.b', 'CommandLine', UNLISTED])

function ruleOf(detection: Readonly<Record<string, unknown>>, routing: Filter) {
  return { ...compileRule(ruleOfMap(detection, MODEL_LISTS), pipelines), routing }
}

/** The truth of every node by those below it, `turned` ones the other way round. */
function recomputed(nodes: readonly ExplainNode[], turned: ReadonlySet<number>): readonly boolean[] {
  const truths: boolean[] = nodes.map((n) => n.holds!)
  for (const node of [...nodes].reverse()) {
    if (turned.has(node.id)) truths[node.id] = !node.holds
    else if (node.join !== undefined && node.more === 0) {
      const below = nodes.filter((n) => n.parent === node.id).map((n) => truths[n.id]!)
      const all = node.join === 'all' || node.join === 'notAll'
      const held = all ? below.every((t) => t) : below.some((t) => t)
      truths[node.id] = held !== (node.join === 'none' || node.join === 'notAll')
    }
  }
  return truths
}

test('the root of an explanation, and every node of it, is as the plain evaluator says', () => {
  let held = 0
  fc.assert(
    fc.property(sigmaModels, filters, storedEvents, fc.boolean(), ({ detection }, routing, event, routed) => {
      const rule = ruleOf(detection, routed ? routing : { op: 'all' })
      const view = viewOfStored(event)
      const { matches, ruleMatches, nodes, nearest, routing: route } = explainRule(rule, view)
      const expected = evaluate(and(rule.filter, rule.routing), view)
      if (expected) held++
      expect(matches).toBe(expected)
      expect(ruleMatches).toBe(expected)
      expect(route.holds).toBe(evaluate(rule.routing, view))
      expect(recomputed(nodes, new Set())).toEqual(nodes.map((n) => n.holds))
      expect(nearest.length > 0).toBe(!expected)
    }),
    { numRuns: 1500 },
  )
  expect(held).toBeGreaterThan(200)
})

test('the nearest lines turn the root when they turn, and no smaller set of lines does', () => {
  let compared = 0
  fc.assert(
    fc.property(sigmaModels, filters, storedEvents, ({ detection }, routing, event) => {
      const { nodes, nearest } = explainRule(ruleOf(detection, routing), viewOfStored(event))
      // A search that stands in the condition twice counts twice.
      const named = nodes.flatMap((n) => (n.kind === 'search' ? [n.text] : []))
      if (nearest.length === 0 || new Set(named).size < named.length) return
      const isLine = (n: ExplainNode) => n.kind === 'item' || !nodes.some((m) => m.parent === n.id)
      expect(nearest.every((id) => isLine(nodes[id]!))).toBe(true)
      // What nothing stands below is a constant: it is named where no line would do, and turned by nobody else.
      if (nearest.some((id) => nodes[id]!.kind !== 'item')) return
      const lines = nodes.filter((n) => n.kind === 'item').map((n) => n.id)
      const turns = (set: readonly number[]) => recomputed(nodes, new Set(set))[0]
      expect(turns(nearest)).toBe(true)
      expect([...nearest].sort((a, b) => a - b)).toEqual(nearest)
      if (lines.length > 9) return
      compared++
      for (let bits = 0; bits < 1 << lines.length; bits++) {
        const set = lines.filter((_, i) => bits & (1 << i))
        if (set.length < nearest.length) expect(turns(set)).toBe(false)
      }
    }),
    { numRuns: 500 },
  )
  expect(compared).toBeGreaterThan(100)
})

test('with fields hidden, what is said is true of the whole event, and nothing hidden stands in it', () => {
  let open = 0
  let said = 0
  fc.assert(
    fc.property(sigmaModels, filters, storedEvents, hiddenFields, ({ detection }, routing, event, hidden) => {
      const rule = ruleOf(detection, routing)
      const shown = viewOfStored(without(event, hidden))
      const whole = explainRule(rule, viewOfStored(event))
      const { matches, nodes, mappings } = explainRule(rule, shown, { hidden })
      expect(matches ?? whole.matches).toBe(whole.matches)
      if (matches === undefined) open++
      else said++
      for (const { field, value } of nodes)
        if (value !== undefined) expect([field, covers(hidden, field!)]).toEqual([field, false])
      for (const m of mappings) if (m.used !== undefined) expect(covers(hidden, m.used)).toBe(false)
      // What follows from its having matched is true where it has.
      if (whole.matches !== true) return
      const settled = explainRule(rule, shown, { hidden, matched: true })
      expect(settled.matches).toBe(true)
      for (const [i, { holds }] of settled.nodes.entries())
        if (holds !== undefined) expect(holds).toBe(whole.nodes[i]!.holds)
    }),
    { numRuns: 1000 },
  )
  expect(open).toBeGreaterThan(100)
  expect(said).toBeGreaterThan(100)
})

function without({ ecs, rest }: StoredEvent, hidden: readonly string[]): StoredEvent {
  const cut = (group: EcsObject, prefix: string): EcsObject =>
    Object.fromEntries(
      Object.entries(group).flatMap(([key, value]): [string, Value | EcsObject][] => {
        if (typeof value === 'object' && value !== null && !Array.isArray(value))
          return [[key, cut(value as EcsObject, `${prefix}${key}.`)]]
        return covers(hidden, prefix + key) ? [] : [[key, value]]
      }),
    )
  return { ecs: cut(ecs, ''), rest: Object.fromEntries(Object.entries(rest).filter(([name]) => !covers(hidden, name))) }
}
