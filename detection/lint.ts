import { type Place, type Problem, problem } from '../core/errors.ts'
import { compileFilter } from '../core/evaluate.ts'
import { and } from '../core/filter.ts'
import { viewOfEvent } from '../core/usualForm.ts'
import { correlationTest } from './correlate/correlationTest.ts'
import type { LoadedCorrelation, LoadedRule, LoadedRules } from './loadRules.ts'
import { coverOf } from './matcher/cover.ts'
import { neverMatches } from './neverMatches.ts'
import type { Sample } from './sidecar.ts'

/** What a person should know of a rule that loads: warnings, and samples (given as events) that do not do as they say. */
export function lintRule(loaded: LoadedRule): readonly Problem[] {
  const { rule, sidecar } = loaded
  const top = { file: rule.file, line: 1, column: 1 }
  const problems: Problem[] = []
  if (!loaded.routed) {
    const logsource = Object.entries(rule.logsource).map(([k, v]) => `${k}: ${v}`)
    problems.push(problem('SIG-034', { logsource: logsource.join(', ') }, top, 'warning'))
  }
  if (coverOf(loaded.filter) === undefined) problems.push(problem('SIG-035', {}, top, 'warning'))
  const never = loaded.delivered === undefined ? undefined : neverMatches(rule, loaded.delivered)
  if (never !== undefined) problems.push(never)
  if (sidecar === undefined) return problems
  const wanted = new Set(sidecar.samples.map((s) => s.matches))
  if (wanted.size < 2) problems.push(problem('SIG-041', {}, top, 'warning'))
  const holds = compileFilter(and(loaded.routing, loaded.filter))
  for (const sample of sidecar.samples) {
    if (sample.event === undefined || holds(viewOfEvent(sample.event)) === sample.matches) continue
    problems.push(sampleProblem(sample, top))
  }
  return problems
}

/**
 * What a person should know of a correlation that loads: fields that no event of a rule has, whose matches so take no part,
 * and samples (given as events) that do not do as they say.
 */
export function lintCorrelation(
  loaded: LoadedCorrelation,
  rules: Pick<LoadedRules, 'rules' | 'correlations'>,
): readonly Problem[] {
  const { sidecar, correlation } = loaded
  const problems = [...missingFields(loaded, rules)]
  if (sidecar === undefined) return problems
  const top = { file: correlation.file, line: 1, column: 1 }
  const wanted = new Set(sidecar.samples.map((s) => s.matches))
  if (wanted.size < 2) problems.push(problem('SIG-041', {}, top, 'warning'))
  const fires = correlationTest(loaded, rules)
  for (const sample of sidecar.samples) {
    const events = sample.events ?? (sample.event === undefined ? undefined : [sample.event])
    if (events === undefined || fires(events.map(viewOfEvent)) === sample.matches) continue
    problems.push(sampleProblem(sample, top))
  }
  return problems
}

function missingFields(
  { correlation, references, aliases }: LoadedCorrelation,
  { rules }: Pick<LoadedRules, 'rules'>,
): readonly Problem[] {
  const { groupBy, condition, places } = correlation
  const asked = [...groupBy, ...(condition.kind === 'number' ? condition.fields : [])]
  return references.flatMap(({ id, reference }, i) => {
    const delivered = rules.find((r) => r.rule.id === id)?.delivered
    if (delivered === undefined) return []
    const names = asked.map((name) => aliases.get(name)?.get(id) ?? name)
    return names.flatMap((field) => {
      if (delivered.has(field)) return []
      const near = delivered.nearest(field)
      const hint = near === undefined ? '' : `; did you mean "${near}"?`
      return [problem('SIG-111', { field, rule: reference, hint }, places[i]!, 'warning')]
    })
  })
}

function sampleProblem({ name, matches }: Sample, place: Place): Problem {
  return problem('SIG-043', { name, expected: matches ? 'match' : 'stay silent' }, place)
}
