import { and, conjunction, disjunction, type Filter, not } from '../core/filter.ts'
import { type FieldMap, mapFields } from '../core/mapFields.ts'
import type { DeliveredFields } from './deliveredFields.ts'
import type { Pipelines } from './pipeline.ts'
import { alternatives } from './sigma/alternatives.ts'
import type { Condition, Item, Search, SigmaFilter, SigmaRule } from './sigma/types.ts'

/** A rule ready to run: what it asks of an event, and which events it looks at. */
export interface CompiledRule {
  readonly rule: SigmaRule
  /** Sigma filters that act on it. */
  readonly filters: readonly SigmaFilter[]
  readonly filter: Filter
  /** Events of its log source (see `Route`). A match needs both. */
  readonly routing: Filter
  /** Whether a pipeline names its log source. */
  readonly routed: boolean
  /** Where a field name of its text stands in events. */
  readonly field: FieldMap
  /** The fields that events of its log source have; undefined where nobody can know. */
  readonly delivered: DeliveredFields | undefined
}

/** Compiles a rule and the filters that act on it with the mappings of its log source. Cannot fail: the reader has checked everything. */
export function compileRule(rule: SigmaRule, pipelines: Pipelines, filters: readonly SigmaFilter[] = []): CompiledRule {
  const route = pipelines.route(rule.logsource)
  const filter = and(...[rule, ...filters].map(detectionFilter))
  return {
    rule,
    filters,
    filter: mapFields(filter, route.field),
    routing: route.filter,
    routed: route.named,
    field: route.field,
    delivered: route.delivered,
  }
}

/** What conditions and searches ask, by the field names of their text. */
export function detectionFilter({ conditions, searches }: Pick<SigmaRule, 'conditions' | 'searches'>): Filter {
  return disjunction(conditions.map((c) => conditionFilter(c, searches)))
}

function conditionFilter(condition: Condition, searches: ReadonlyMap<string, Search>): Filter {
  switch (condition.op) {
    case 'search':
      return searchFilter(searches.get(condition.name)!)
    case 'not':
      return not(conditionFilter(condition.of, searches))
    case 'and':
      return conjunction(condition.of.map((c) => conditionFilter(c, searches)))
    case 'or':
      return disjunction(condition.of.map((c) => conditionFilter(c, searches)))
  }
}

function searchFilter(search: Search): Filter {
  if (search.kind === 'item') return itemFilter(search)
  const of = search.of.map(searchFilter)
  return search.kind === 'every' ? conjunction(of) : disjunction(of)
}

/** What one item asks. */
function itemFilter(item: Item): Filter {
  const filters = item.values.map((v) => v.filter)
  const asked = item.all ? conjunction(filters) : alternatives(filters)
  return item.negated ? not(asked) : asked
}
