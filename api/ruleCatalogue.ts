import { basename, dirname, isAbsolute, relative } from 'node:path'
import type { StoredEvent } from '../core/event.ts'
import { covers } from '../core/filter.ts'
import type { Level } from '../core/model/index.ts'
import { viewOfStored } from '../core/view.ts'
import { type ClauseMatch, explainMatch, type LoadedRule, OWN_RULES } from '../detection/index.ts'

/** A detection rule as people read it. */
export interface RuleView {
  readonly id: string
  readonly title: string
  readonly titleZh: string
  readonly description: string
  readonly descriptionZh: string
  readonly level: Level
  readonly status: string | null
  readonly tags: readonly string[]
  /** The rule's own text (YAML). */
  readonly text: string
  /** Its file. */
  readonly source: string
  readonly condition: string
}

/** An event as it is, and as the reader may see it. */
interface Evidence {
  readonly whole: StoredEvent
  readonly shown: StoredEvent
  /** Fields that a reader without a grant does not see; none where he sees all. */
  readonly hidden: readonly string[]
}

/** The detection rules that are loaded. */
export interface RuleCatalogue {
  all(): readonly RuleView[]
  get(id: string): RuleView | undefined
  /**
   * Why a rule matches an event, clause by clause. Whether a clause holds is told to everyone who sees the match; which
   * value decided only where its field is the reader's to see.
   */
  explain(id: string, evidence: Evidence): readonly ClauseMatch[]
}

export function createRuleCatalogue(rules: readonly LoadedRule[]): RuleCatalogue {
  const views = rules.map(viewOf)
  const byId = new Map(rules.map((r, i) => [r.rule.id, { rule: r, view: views[i]! }]))
  return {
    all: () => views,
    get: (id) => byId.get(id)?.view,
    explain(id, { whole, shown, hidden }) {
      const rule = byId.get(id)?.rule
      if (rule === undefined) return []
      const original = viewOfStored(shown).get('event.original')
      const raw = typeof original === 'string' ? original : undefined
      const clauses = explainMatch(rule, viewOfStored(whole), raw)
      if (hidden.length === 0) return clauses
      // Of a rule's values the wording names those that hold: without the field, it names the rule's own.
      const blind = explainMatch(rule, viewOfStored(shown))
      return clauses.map((c, i) =>
        c.field !== undefined && !covers(hidden, c.field)
          ? c
          : { ...c, clause: blind[i]!.clause, value: undefined, start: undefined, end: undefined },
      )
    },
  }
}

function viewOf({ rule, sidecar }: LoadedRule): RuleView {
  return {
    id: rule.id,
    title: rule.title,
    titleZh: sidecar?.titleZh ?? rule.title,
    description: rule.description,
    descriptionZh: sidecar?.descriptionZh ?? rule.description,
    level: rule.level,
    status: rule.status ?? null,
    tags: rule.tags,
    text: rule.text,
    source: shownPath(rule.file),
    condition: rule.conditionText,
  }
}

/** A rule's file as people are told: below the folder of ours, else its name; where folders stand is nobody's business. */
function shownPath(file: string): string {
  const own = relative(dirname(OWN_RULES), file)
  return own.startsWith('..') || isAbsolute(own) ? basename(file) : own
}
