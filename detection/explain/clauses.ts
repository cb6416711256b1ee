import type { ExplainNode, Explanation } from './types.ts'

/** One line of a rule's searches against one event, as it stands in the condition. */
export interface ClauseMatch {
  /** In Sigma's words: `selection: user.name|startswith: 'adm'`; with `not` before where the condition turns it over. */
  readonly clause: string
  /** The field it found, by its name in the event; the rule's name where it found none. */
  readonly field: string | undefined
  /** The value seen. */
  readonly value: string | undefined
  readonly holds: boolean
  /** Where what matched stands in the raw line, UTF-16 offsets. */
  readonly start: number | undefined
  readonly end: number | undefined
}

/** The tree as a flat list: every line that the conditions of rule and filters use, in order, but those left open. */
export function clausesOf({ nodes }: Pick<Explanation, 'nodes'>): readonly ClauseMatch[] {
  const clauses = new Map<string, ClauseMatch>()
  for (const node of nodes) {
    const place = node.kind === 'item' ? placeOf(node, nodes) : undefined
    if (place === undefined || node.holds === undefined) continue
    const { name, negated } = place
    const { field, value, start, end } = node
    const clause = `${negated ? 'not ' : ''}${name}: ${node.text}`
    const found = node.holds && !negated && node.join !== 'none' && node.join !== 'notAll'
    const span = found ? { start, end } : { start: undefined, end: undefined }
    // A search that the condition names twice is told once.
    clauses.set(clause, { clause, field, value, holds: node.holds !== negated, ...span })
  }
  return [...clauses.values()]
}

/** The search that a line stands in, and whether the condition turns it over; undefined for lines of the log source. */
function placeOf(
  item: ExplainNode,
  nodes: readonly ExplainNode[],
): { readonly name: string; readonly negated: boolean } | undefined {
  let name: string | undefined
  let negated = false
  for (let at = above(item, nodes); at !== undefined; at = above(at, nodes)) {
    if (at.kind === 'search') name = at.text
    if (at.kind === 'source') return undefined
    if (at.kind === 'filter') name = `filter "${at.text}" ${name}`
    if (at.join === 'none') negated = !negated
  }
  return name === undefined ? undefined : { name, negated }
}

function above(node: ExplainNode, nodes: readonly ExplainNode[]): ExplainNode | undefined {
  return node.parent === undefined ? undefined : nodes[node.parent]
}
