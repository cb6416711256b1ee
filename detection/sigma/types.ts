import type { Place } from '../../core/errors.ts'
import type { Filter } from '../../core/filter.ts'
import type { Level } from '../../core/model/index.ts'

/** What a rule says about where its events come from; lower case. */
export interface LogSource {
  readonly product?: string
  readonly category?: string
  readonly service?: string
}

/** What a document says of itself, for people only. */
export interface About {
  readonly author: string | undefined
  readonly date: string | undefined
  readonly references: readonly string[]
  readonly falsepositives: readonly string[]
}

/** What documents of every kind that raise signals say about themselves. */
export interface RuleHead {
  readonly id: string
  /** What filters and correlations may call it, beside its id. */
  readonly name: string | undefined
  readonly title: string
  readonly description: string
  readonly status: string | undefined
  readonly level: Level
  readonly tags: readonly string[]
  readonly about: About
  /** Other rules by id, and how they are related: `derived`, `obsolete`, `merged`, `renamed`, `similar`. */
  readonly related: readonly { readonly id: string; readonly type: string }[]
  /** Fields that an analyst should look at. */
  readonly fields: readonly string[]
  /** The whole document as written. */
  readonly text: string
  readonly file: string
}

/** A Sigma rule as read: valid, with the field names of its text. */
export interface SigmaRule extends RuleHead {
  readonly logsource: LogSource
  /** Search identifier to what it asks for. */
  readonly searches: ReadonlyMap<string, Search>
  /** Several are alternatives. */
  readonly conditions: readonly Condition[]
  /** The condition as written. */
  readonly conditionText: string
}

/** A Sigma filter as read: what the rules that it names must meet as well. */
export interface SigmaFilter {
  readonly id: string
  readonly title: string
  readonly logsource: LogSource
  /** Ids and names of rules, or any whose log source is within the filter's. */
  readonly rules: readonly string[] | 'any'
  /** Where each of them is named. */
  readonly places: readonly Place[]
  readonly searches: ReadonlyMap<string, Search>
  /** Several are alternatives. */
  readonly conditions: readonly Condition[]
  /** The condition as written. */
  readonly conditionText: string
  readonly file: string
}

/** A search: maps are `every`, lists are `any`. */
export type Search = { readonly kind: 'every' | 'any'; readonly of: readonly Search[] } | Item

/** One line of a search: a field with modifiers and values, or keywords (no field). */
export interface Item {
  readonly kind: 'item'
  readonly field: string | undefined
  /** As written, modifiers included: `CommandLine|contains`; empty for plain keywords. */
  readonly key: string
  readonly values: readonly ItemValue[]
  /** All values must hold (`|all`), else any. */
  readonly all: boolean
  /** Holds where it would not (`|neq`). */
  readonly negated: boolean
}

/** One value of an item, as written and as the filter it asks for (on the field's own name). */
export interface ItemValue {
  readonly shown: string
  readonly filter: Filter
}

export type Condition =
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'search'; readonly name: string }
