import type { Config } from '../core/config.ts'
import type { Tell } from '../core/telemetry.ts'
import {
  type LoadedRule,
  loadLists,
  loadPipelines,
  loadRules,
  OWN_LISTS,
  OWN_PIPELINES,
  OWN_RULES,
} from '../detection/index.ts'
import type { RuleFacts } from '../response/index.ts'

/** The rules that run. */
export interface Rules {
  /** Folders that they come from. */
  readonly roots: readonly string[]
  /** Folders of lists for their placeholders. */
  readonly lists: readonly string[]
  readonly loaded: readonly LoadedRule[]
  readonly refused: number
  /** What a signal keeps of its rule; undefined for one that is gone. */
  facts(id: string): RuleFacts | undefined
}

/**
 * Loads our own rules and those of the folder that the configuration names; tells of each that does not load, and of lists
 * that cannot be read.
 */
export function openRules(config: Config, tell: Tell): Rules {
  const roots = config.rules === undefined ? [OWN_RULES] : [OWN_RULES, config.rules]
  const lists = config.lists === undefined ? [OWN_LISTS] : [OWN_LISTS, config.lists]
  const named = loadLists(lists)
  const { rules, refused, problems } = loadRules(roots, loadPipelines(OWN_PIPELINES).pipelines, named.lists)
  for (const p of [...named.problems, ...problems]) if (p.severity === 'error') tell('rule_refused', { ...p })
  const facts = new Map(rules.map((r) => [r.rule.id, factsOf(r)]))
  return { roots, lists, loaded: rules, refused, facts: (id) => facts.get(id) }
}

function factsOf({ rule, sidecar }: LoadedRule): RuleFacts {
  return { title: rule.title, titleZh: sidecar?.titleZh ?? rule.title, level: rule.level, tags: rule.tags }
}
