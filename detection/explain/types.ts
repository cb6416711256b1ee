/**
 * What a node of an explanation is: a correlation of rules; a rule with all that acts on it, its log source, its condition, a
 * Sigma filter; `and`, `or`, `not` and searches of a condition; one line of a search; one of a line's values.
 */
export type NodeKind =
  | 'correlation'
  | 'rule'
  | 'source'
  | 'condition'
  | 'filter'
  | 'and'
  | 'or'
  | 'not'
  | 'search'
  | 'item'
  | 'value'

/** How a node follows from those below it: `notAll` is an item's `|neq` under `|all`. */
export type Join = 'all' | 'any' | 'none' | 'notAll'

/** One node of the tree. Plain data. */
export interface ExplainNode {
  /** Its place in the list. */
  readonly id: number
  readonly parent: number | undefined
  readonly kind: NodeKind
  /** Undefined where nothing is below it: it was judged on the event itself. */
  readonly join: Join | undefined
  /** In Sigma's words, as the rule writes it: `CommandLine|contains: ' -enc '`; a search's name; a condition. */
  readonly text: string
  /** Undefined where it depends on fields that the reader may not see. */
  readonly holds: boolean | undefined
  /** The field it looked at, by its name in the event; the rule's name for it where the event has none. */
  readonly field: string | undefined
  /** The value it saw; undefined where the field is absent or hidden. */
  readonly value: string | undefined
  /** Where that stands in the raw line, UTF-16 offsets. */
  readonly start: number | undefined
  readonly end: number | undefined
  /** How many nodes below it are left out. */
  readonly more: number
}

/** Where a field of the rule is looked for. */
export interface ExplainedMapping {
  readonly name: string
  /** In order; the first present counts. */
  readonly paths: readonly string[]
  /** The one that is present, if any is that the reader may see. */
  readonly used: string | undefined
  /** What values mean at paths whose sources write them otherwise than rules do: `network.direction: egress = true`. */
  readonly means: readonly string[]
}

/** A Sigma filter that acts on the rule. */
export interface ExplainedFilter {
  readonly id: string
  readonly title: string
  /** Its condition. */
  readonly text: string
  readonly holds: boolean | undefined
  /** Its node. */
  readonly node: number
}

/** Why a rule matches an event, or does not; of a correlation, why it counts it. */
export interface Explanation {
  readonly ruleId: string
  readonly title: string
  /** Log source, condition and filters together; undefined where it depends on hidden fields. */
  readonly matches: boolean | undefined
  /** The same without the filters. */
  readonly ruleMatches: boolean | undefined
  readonly routing: {
    readonly holds: boolean | undefined
    /** Whether a pipeline names the log source; one that none names restricts nothing. */
    readonly named: boolean
    /** As the rule writes it. */
    readonly text: string
    readonly node: number
  }
  readonly mappings: readonly ExplainedMapping[]
  readonly filters: readonly ExplainedFilter[]
  /** The tree from its root on, each node before those below it. */
  readonly nodes: readonly ExplainNode[]
  /** Where it does not match: the fewest lines that would have to turn out otherwise, in the tree's order. */
  readonly nearest: readonly number[]
}
