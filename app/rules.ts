import type { Config } from '../core/config.ts'
import type { Tell } from '../core/telemetry.ts'
import { type LoadedRule, loadPipelines, loadRules, OWN_PIPELINES, OWN_RULES } from '../detection/index.ts'
import type { RuleFacts } from '../response/index.ts'

/** The rules that run. */
export interface Rules {
  /** Folders that they come from. */
  readonly roots: readonly string[]
  readonly loaded: readonly LoadedRule[]
  readonly refused: number
  /** What a signal keeps of its rule; undefined for one that is gone. */
  facts(id: string): RuleFacts | undefined
}

/** Loads our own rules and those of the folder that the configuration names; tells of each that does not load. */
export function openRules(config: Config, tell: Tell): Rules {
  const roots = config.rules === undefined ? [OWN_RULES] : [OWN_RULES, config.rules]
  const { rules, refused, problems } = loadRules(roots, loadPipelines(OWN_PIPELINES).pipelines)
  for (const p of problems) if (p.severity === 'error') tell('rule_refused', { ...p })
  const facts = new Map(rules.map((r) => [r.rule.id, factsOf(r)]))
  return { roots, loaded: rules, refused, facts: (id) => facts.get(id) }
}

function factsOf({ rule, sidecar }: LoadedRule): RuleFacts {
  return { title: rule.title, titleZh: sidecar?.titleZh ?? rule.title, level: rule.level, tags: rule.tags }
}
