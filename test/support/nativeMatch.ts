import { expect } from 'vitest'
import { createNormaliser } from '../../collectors/index.ts'
import { evaluate } from '../../core/evaluate.ts'
import { and } from '../../core/filter.ts'
import { viewOfJson, viewOfStored } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { loadPipelines, OWN_PIPELINES } from '../../detection/index.ts'
import { ORIGIN } from './preparedBothWays.ts'
import { readRuleText } from './sigma.ts'

const { pipelines } = loadPipelines(OWN_PIPELINES)
const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })

/** Whether a rule for that log source and with that selection matches an event, as the plain evaluator says. */
export function matches(logsource: string, selection: string, event: object): boolean {
  const { rule, problems } = readRuleText(
    `title: t\nid: x\nlevel: low\nlogsource: ${logsource}\ndetection:\n  s: ${selection}\n  condition: s\n`,
  )
  expect(problems.filter((p) => p.severity === 'error')).toEqual([])
  const { routing, filter, routed } = compileRule(rule!, pipelines)
  expect(routed).toBe(true)
  const whole = and(routing, filter)
  const holds = evaluate(whole, viewOfJson(event))
  // As it is once collected, it means the same.
  const { ecs, rest } = normalise(JSON.stringify(event), 'json', ORIGIN)
  expect(evaluate(whole, viewOfStored({ ecs, rest }))).toBe(holds)
  return holds
}
