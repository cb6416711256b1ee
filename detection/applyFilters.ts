import { type Problem, problem } from '../core/errors.ts'
import type { LogSource, SigmaFilter, SigmaRule } from './sigma/types.ts'

/**
 * Which filters act on which rules: those that name a rule by id or name, or `any`, and whose log source is the rule's or
 * wider. Warns of a rule named that is not there, or that a filter of that log source cannot act on.
 */
export function applyFilters(
  rules: readonly SigmaRule[],
  filters: readonly SigmaFilter[],
): { readonly filtersOf: (rule: SigmaRule) => readonly SigmaFilter[]; readonly problems: readonly Problem[] } {
  const byRule = new Map<SigmaRule, SigmaFilter[]>()
  const problems: Problem[] = []
  const add = (rule: SigmaRule, filter: SigmaFilter) => {
    const known = byRule.get(rule)
    if (known === undefined) byRule.set(rule, [filter])
    else if (!known.includes(filter)) known.push(filter)
  }
  const byReference = new Map<string, SigmaRule[]>()
  for (const rule of rules) {
    for (const reference of new Set([rule.id, rule.name]))
      if (reference !== undefined) byReference.set(reference, [...(byReference.get(reference) ?? []), rule])
  }
  for (const filter of filters) {
    if (filter.rules === 'any') {
      for (const rule of rules) if (covers(filter.logsource, rule.logsource)) add(rule, filter)
      continue
    }
    for (const [i, reference] of filter.rules.entries()) {
      const place = filter.places[i] ?? { file: filter.file, line: 1, column: 1 }
      const named = byReference.get(reference) ?? []
      if (named.length === 0) problems.push(problem('SIG-060', { rule: reference }, place, 'warning'))
      for (const rule of named) {
        if (covers(filter.logsource, rule.logsource)) add(rule, filter)
        else problems.push(problem('SIG-061', { rule: reference }, place, 'warning'))
      }
    }
  }
  return { filtersOf: (rule) => byRule.get(rule) ?? [], problems }
}

function covers(wide: LogSource, narrow: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every((p) => wide[p] === undefined || wide[p] === narrow[p])
}
