import { graphql, type ResultOf } from '../graphql/graphql.ts'
import type { Mark } from './marks.ts'

/** Everything that an explanation shows. */
export const ExplanationParts = graphql(`
  fragment ExplanationParts on Explanation {
    matches title missing
    routing { named }
    exceptions { id query reason until }
    mappings { name paths used means }
    nodes { id parent kind join text holds field value start end more }
  }
`)

export type Explanation = ResultOf<typeof ExplanationParts>
export type ExplainNode = Explanation['nodes'][number]

/** Numbers of the lines that are shown and marked: those of the rule and its filters, in order. */
export function numbersOf({ nodes }: Pick<Explanation, 'nodes'>): ReadonlyMap<string, number> {
  const inSource = new Set<string>()
  const numbers = new Map<string, number>()
  for (const n of nodes) {
    if (n.kind === 'source' || (n.parent !== null && inSource.has(n.parent))) inSource.add(n.id)
    else if (n.kind === 'item') numbers.set(n.id, numbers.size + 1)
  }
  return numbers
}

/** The stretches of the raw line that decided, and the fields: of lines that hold, and of those that were missed. */
export function decisiveOf(explanation: Explanation): {
  readonly marks: readonly Mark[]
  readonly fields: ReadonlyMap<string, readonly number[]>
} {
  const marks: Mark[] = []
  const fields = new Map<string, number[]>()
  for (const [id, n] of numbersOf(explanation)) {
    const node = explanation.nodes[Number(id)]!
    if (node.holds !== true && !explanation.missing.includes(id)) continue
    if (node.start !== null && node.end !== null) marks.push({ start: node.start, end: node.end, n })
    if (node.field !== null && node.value !== null) fields.set(node.field, [...(fields.get(node.field) ?? []), n])
  }
  return { marks, fields }
}

/** The nodes right below one, in order. */
export function childrenOf(nodes: readonly ExplainNode[]): ReadonlyMap<string | null, readonly ExplainNode[]> {
  const below = new Map<string | null, ExplainNode[]>()
  for (const n of nodes) below.set(n.parent, [...(below.get(n.parent) ?? []), n])
  return below
}
