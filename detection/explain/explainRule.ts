import type { EventView } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import type { CompiledRule } from '../compile.ts'
import { locateIn } from '../locate.ts'
import type { Condition, LogSource, Search, SigmaFilter, SigmaRule } from '../sigma/types.ts'
import { type Branch, joined, nearestLines, settle } from './branch.ts'
import { type ItemContext, itemBranch, placesOf, seenAmong } from './items.ts'
import { every, foldedView, some } from './judge.ts'
import { meaningTexts } from './meaningTexts.ts'
import { filterBranch } from './routing.ts'
import type { ExplainedMapping, ExplainNode, Explanation } from './types.ts'

export interface ExplainOptions {
  /** The raw line, in which places are told. */
  readonly original?: string | undefined
  /**
   * Fields that may stand in the event but not in the view, for its reader may not see them: what depends on them is left
   * open, and nothing of them is told.
   */
  readonly hidden?: readonly string[]
  /** It is known that the rule matched; what follows from that is told though it depends on hidden fields. */
  readonly matched?: boolean
  /** Characters that its regular expressions may read, 50 million unless said (some seconds); QRY-303 beyond. */
  readonly budget?: number
}

const BUDGET = 50_000_000

/** Most nodes of an explanation; what lies below is counted. */
const MOST_NODES = 2000

/** What an explanation needs of a rule. */
type Explainable = Pick<CompiledRule, 'rule' | 'filters' | 'field' | 'routing' | 'routed'>

/**
 * Goes through everything that decides whether a rule matches an event (log source, condition, Sigma filters) and tells the
 * truth of each part as the plain evaluator says it, what it saw, and where. Where the rule does not match, `nearest`
 * names the fewest lines that would have to turn out otherwise.
 */
export function explainRule(compiled: Explainable, view: EventView, options: ExplainOptions = {}): Explanation {
  const tree = ruleTree(compiled, { ...seenBy(view, options), field: compiled.field })
  return explanationOf(compiled.rule, tree.root, [tree], options)
}

/**
 * The same for a correlation: whether the event is one that it counts, which is whether any of its base rules matches it.
 * What the correlation makes of several events is not a matter of one.
 */
export function explainCorrelation(
  correlation: { readonly id: string; readonly title: string },
  bases: readonly Explainable[],
  view: EventView,
  options: ExplainOptions = {},
): Explanation {
  const seen = seenBy(view, options)
  const trees = bases.map((b) => ruleTree(b, { ...seen, field: b.field }))
  const root = joined(
    'correlation',
    'any',
    correlation.title,
    trees.map((t) => t.root),
  )
  return explanationOf(correlation, root, trees, options)
}

function seenBy(
  view: EventView,
  { original, hidden = [], budget = BUDGET }: ExplainOptions,
): Omit<ItemContext, 'field'> {
  const locate = original === undefined ? undefined : locateIn(original)
  return { view, folded: foldedView(view), hidden, budget: { left: budget }, locate }
}

/** A rule's tree while it is made, with the branches that are told of by themselves. */
interface RuleTree {
  readonly compiled: Explainable
  readonly context: ItemContext
  readonly root: Branch
  readonly source: Branch
  readonly condition: Branch
  readonly filtered: readonly Branch[]
}

function ruleTree(compiled: Explainable, context: ItemContext): RuleTree {
  const { rule, filters, routing } = compiled
  const source = joined('source', 'all', logSourceText(rule.logsource), routingLines(routing, context))
  const condition = detectionBranch('condition', rule, context)
  const filtered = filters.map((f) => detectionBranch('filter', f, context))
  return {
    compiled,
    context,
    root: joined('rule', 'all', rule.title, [source, condition, ...filtered]),
    source,
    condition,
    filtered,
  }
}

function explanationOf(
  { id, title }: { readonly id: string; readonly title: string },
  root: Branch,
  trees: readonly RuleTree[],
  { matched = false }: ExplainOptions,
): Explanation {
  if (matched && root.holds === undefined) settle(root, true)
  const { nodes, ids } = flatten(root)
  const node = (branch: Branch) => ids.get(branch) ?? 0
  const sources = trees.map((t) => t.source)
  return {
    ruleId: id,
    title,
    matches: root.holds,
    ruleMatches: some(trees.map((t) => every([t.source.holds, t.condition.holds]))),
    routing: {
      holds: some(sources.map((s) => s.holds)),
      named: trees.every((t) => t.compiled.routed),
      text: [...new Set(sources.map((s) => s.text))].join(' · '),
      node: sources[0] === undefined ? 0 : node(sources[0]),
    },
    mappings: trees.flatMap(({ compiled, context }) => mappingsOf([compiled.rule, ...compiled.filters], context)),
    filters: trees.flatMap(({ compiled, filtered }) =>
      compiled.filters.map((f, i) => ({
        id: f.id,
        title: f.title,
        text: f.conditionText,
        holds: filtered[i]!.holds,
        node: node(filtered[i]!),
      })),
    ),
    nodes,
    nearest: root.holds === false ? [...new Set(nearestLines(root, true).flatMap((b) => ids.get(b) ?? []))] : [],
  }
}

/** The parts of a log source as a rule writes them. */
function logSourceText(logsource: LogSource): string {
  return (['product', 'category', 'service'] as const)
    .flatMap((part) => (logsource[part] === undefined ? [] : [`${part}: ${logsource[part]}`]))
    .join(', ')
}

function routingLines(routing: Filter, context: ItemContext): readonly Branch[] {
  const branch = filterBranch(routing, context)
  return branch.kind === 'and' ? branch.of : [branch]
}

/** A condition with its own node on top; of several, one is enough. */
function detectionBranch(
  kind: 'condition' | 'filter',
  detection: SigmaRule | SigmaFilter,
  context: ItemContext,
): Branch {
  const { searches, conditions, conditionText, title } = detection
  const known = new Map<string, Branch>()
  const searched = (name: string) => {
    const branch = known.get(name) ?? searchBranch('search', name, searches.get(name)!, context)
    known.set(name, branch)
    return branch
  }
  const text = kind === 'filter' ? title : conditionText
  if (conditions.length > 1)
    return joined(
      kind,
      'any',
      text,
      conditions.map((c) => conditionBranch(c, searched)),
    )
  const [only] = conditions
  if (only!.op === 'search') return joined(kind, 'all', text, [searched(only!.name)])
  const { join, of } = conditionBranch(only!, searched)
  return joined(kind, join!, text, of)
}

function conditionBranch(condition: Condition, searched: (name: string) => Branch): Branch {
  switch (condition.op) {
    case 'search':
      return searched(condition.name)
    case 'not':
      return joined('not', 'none', '', [conditionBranch(condition.of, searched)])
    default:
      return joined(
        condition.op,
        condition.op === 'and' ? 'all' : 'any',
        '',
        condition.of.map((c) => conditionBranch(c, searched)),
      )
  }
}

function searchBranch(kind: 'search' | 'and' | 'or', name: string, search: Search, context: ItemContext): Branch {
  if (search.kind === 'item')
    return kind === 'search' ? joined(kind, 'all', name, [itemBranch(search, context)]) : itemBranch(search, context)
  const of = search.of.map((s) => searchBranch(s.kind === 'any' ? 'or' : 'and', '', s, context))
  return joined(kind, search.kind === 'every' ? 'all' : 'any', name, of)
}

/** Every field that the rule and its filters ask for, in the order of their text. */
function mappingsOf(
  detections: readonly Pick<SigmaRule, 'searches'>[],
  context: ItemContext,
): readonly ExplainedMapping[] {
  const names = new Set<string>()
  const visit = (search: Search): void => {
    if (search.kind !== 'item') {
      for (const s of search.of) visit(s)
      return
    }
    if (search.field !== undefined) names.add(search.field)
    for (const { filter } of search.values) if (filter.op === 'compare') for (const n of filter.with) names.add(n)
  }
  for (const { searches } of detections) for (const search of searches.values()) visit(search)
  return [...names].map((name) => {
    const places = placesOf(name, context.field)
    const paths = [...new Set([...places.flat(), ...(context.field.also?.(name) ?? [])])]
    return { name, paths, used: seenAmong(places, undefined, context)?.name, means: meaningTexts(name, context.field) }
  })
}

/** The tree as a list, each node before those below it. A search that a condition names twice stands there twice. */
function flatten(root: Branch): { readonly nodes: readonly ExplainNode[]; readonly ids: ReadonlyMap<Branch, number> } {
  const nodes: ExplainNode[] = []
  const ids = new Map<Branch, number>()
  let promised = 1
  const visit = (branch: Branch, parent: number | undefined): void => {
    const id = nodes.length
    if (!ids.has(branch)) ids.set(branch, id)
    const { kind, join, text, holds, field, value, span, of } = branch
    const fits = promised + of.length <= MOST_NODES
    const found = span?.()
    const place = { start: found?.start, end: found?.end }
    nodes.push({
      id,
      parent,
      kind,
      join,
      text,
      holds,
      field,
      value,
      ...place,
      more: branch.more + (fits ? 0 : of.length),
    })
    if (!fits) return
    promised += of.length
    for (const b of of) visit(b, id)
  }
  visit(root, undefined)
  return { nodes, ids }
}
