import type { Problem } from '../core/errors.ts'
import type { StoredEvent } from '../core/event.ts'
import type { RuleSwitch } from '../core/model/index.ts'
import { viewOfStored } from '../core/view.ts'
import {
  type Explanation,
  explainCorrelation,
  explainRule,
  type LoadedRule,
  type RuleBook,
  type RuleView,
} from '../detection/index.ts'
import { correlationText } from './correlationText.ts'

/** An event as the reader may see it. */
interface Evidence {
  readonly shown: StoredEvent
  /** Fields that may stand in the event but not in what is shown. */
  readonly hidden: readonly string[]
  /** It is known to the reader that the rule matched. */
  readonly matched?: boolean
}

/** The rules as they are now, and a way to have a change looked at. */
export interface LiveRules {
  readonly book: RuleBook
  /** Resolves when what documents say by now holds, in lanes from their next job on. */
  look(): Promise<void>
}

/** An explanation, with the exceptions that keep a match of that event back: their ids. */
export type Explained = Explanation & { readonly exceptionIds: readonly string[] }

/** The detection rules, always as they are now. */
export interface RuleCatalogue {
  /** All of them, running or switched off. */
  all(): readonly RuleView[]
  get(id: string): RuleView | undefined
  /** One ready to run; undefined for a correlation and one that is not there. */
  loaded(id: string): LoadedRule | undefined
  /** Whether it runs, not switched off. */
  runs(id: string): boolean
  /** Whether its matches raise no signals of their own: a correlation without `generate` is made of it. */
  isSilent(id: string): boolean
  /** The correlations that name it, running or switched off. */
  countedBy(id: string): readonly RuleView[]
  /** What a correlation asks, in Sigma's words; undefined for a rule and one that is gone. */
  correlationText(id: string): string | undefined
  /** Who switched it last, if anybody ever did. */
  switchOf(id: string): RuleSwitch | undefined
  /** Errors and warnings of all files. */
  problems(): readonly Problem[]
  /** Documents of a file (by its path) that were refused. */
  refusedIn(path: string): number
  /** Ids of exceptions that act on the event, had that rule matched it. */
  exceptionsOn(id: string, event: StoredEvent): readonly string[]
  /** Resolves when a change of documents made before holds. */
  look(): Promise<void>
  /** Why a rule matches an event or does not, as far as it follows from what the reader may see; undefined for one that is gone. */
  explain(id: string, evidence: Evidence): Explained | undefined
}

export function createRuleCatalogue(live: LiveRules): RuleCatalogue {
  const { book } = live
  return {
    all: () => book.all,
    get: (id) => book.get(id),
    loaded: (id) => book.loaded(id),
    runs: (id) => book.runs(id),
    isSilent: (id) => book.isSilent(id),
    countedBy: (id) => book.all.filter((r) => r.correlates.includes(id)),
    correlationText(id) {
      const chain = book.correlation(id)
      return chain === undefined ? undefined : correlationText(chain.at(-1)!)
    },
    switchOf: (id) => book.switchOf(id),
    problems: () => book.problems,
    refusedIn: (path) => book.refusedIn(path),
    exceptionsOn: (id, event) => book.exceptionsOn(id, event),
    look: () => live.look(),
    explain(id, { shown, hidden, matched = false }) {
      const view = viewOfStored(shown)
      const original = view.get('event.original')
      const options = { original: typeof original === 'string' ? original : undefined, hidden, matched }
      const exceptionIds = book.exceptionsOn(id, shown)
      const rule = book.loaded(id)
      if (rule !== undefined) return { ...explainRule(rule, view, options), exceptionIds }
      const correlation = book.get(id)
      if (correlation === undefined) return undefined
      return { ...explainCorrelation(correlation, basesOf(id, book), view, options), exceptionIds }
    },
  }
}

/** The detection rules that a correlation is made of, through other correlations too. */
function basesOf(id: string, book: RuleBook, above: readonly string[] = []): readonly LoadedRule[] {
  if (above.includes(id)) return []
  const rule = book.loaded(id)
  if (rule !== undefined) return [rule]
  const bases = (book.get(id)?.correlates ?? []).flatMap((base) => basesOf(base, book, [...above, id]))
  return [...new Set(bases)]
}
