import { EXPLAIN_TEXTS, type ExplainKey } from '../../core/messages/explain.ts'
import type { ExplainNode, Explanation } from '../../detection/index.ts'
import { pointAt, visible } from './terminal.ts'

export interface PrintOptions {
  readonly language: 'zh' | 'en'
  /** The raw line that places in the explanation are of. */
  readonly original: string | undefined
}

type Words = (key: ExplainKey, values?: Readonly<Record<string, string | number>>) => string

/** The words of a language, values put in. */
export function wordsOf(language: 'zh' | 'en'): Words {
  return (key, values = {}) =>
    EXPLAIN_TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** An explanation as an indented tree for people. */
export function printExplanation(explanation: Explanation, { language, original }: PrintOptions): string {
  const t = wordsOf(language)
  const { nodes, nearest, mappings } = explanation
  const depths: number[] = []
  const lines: string[] = []
  for (const node of nodes) {
    const depth = node.parent === undefined ? 0 : depths[node.parent]! + 1
    depths.push(depth)
    const indent = '  '.repeat(depth)
    lines.push(`${indent}${sign(node.holds)} ${headOf(node, explanation, t)}`)
    for (const line of detailsOf(node, nodes, original, t)) lines.push(`${indent}    ${line}`)
    if (node.more > 0) lines.push(`${indent}    … ${t('more', { count: node.more })}`)
  }
  if (nearest.length > 0) {
    lines.push('', t('nearest'))
    for (const id of nearest) lines.push(`  → ${pathOf(nodes[id]!, nodes, t)}`)
  }
  if (mappings.length > 0) {
    lines.push('', t('mappings'))
    for (const m of mappings) {
      const used = m.used === undefined ? t('unused') : t('used', { name: visible(m.used) })
      lines.push(`  ${visible(m.name)}: ${m.paths.map(visible).join(' → ')} (${used})`)
      for (const means of m.means) lines.push(`    ${visible(means)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function sign(holds: boolean | undefined): string {
  return holds === undefined ? '?' : holds ? '✓' : '✗'
}

function headOf(node: ExplainNode, { ruleId, matches, routing }: Explanation, t: Words): string {
  const text = visible(node.text)
  switch (node.kind) {
    case 'rule':
      if (node.parent !== undefined) return text
      return `${text} (${visible(ruleId)}): ${t(matches === undefined ? 'open' : matches ? 'matches' : 'fails')}`
    case 'correlation':
      return `${text} (${visible(ruleId)}): ${t(matches === undefined ? 'open' : matches ? 'counts' : 'countsNot')}`
    case 'source':
      return `${t('source')}: ${text === '' ? t('anySource') : text}${routing.named ? '' : ` (${t('unrestricted')})`}`
    case 'condition':
    case 'filter':
      return `${t(node.kind)}: ${text}`
    case 'and':
    case 'or':
    case 'not':
      return t(node.kind)
    default:
      return text
  }
}

/** What a line saw, and where. */
function detailsOf(
  node: ExplainNode,
  nodes: readonly ExplainNode[],
  original: string | undefined,
  t: Words,
): readonly string[] {
  const { kind, field, value, holds, start, end } = node
  if ((kind !== 'item' && kind !== 'value') || field === undefined) return []
  const seen = value === undefined ? (holds === undefined ? t('hidden') : t('absent')) : visible(value)
  const lines = [`${t('value')} ${visible(field)}: ${seen}`]
  if (start === undefined || end === undefined || original === undefined) return lines
  // Several lines that saw one value point at it once.
  if (nodes.slice(0, node.id).some((n) => n.start === start && n.end === end)) return lines
  return [...lines, `${t('line', { start, end })}:`, ...pointAt(original, start, end)]
}

/** A line with what it stands in: `condition › not › filter_lab › source.ip|cidr: '10.9.0.0/16'`. */
function pathOf(node: ExplainNode, nodes: readonly ExplainNode[], t: Words): string {
  const above = node.parent === undefined || node.parent === 0 ? [] : [pathOf(nodes[node.parent]!, nodes, t)]
  const own =
    node.kind === 'source' ||
    node.kind === 'condition' ||
    node.kind === 'and' ||
    node.kind === 'or' ||
    node.kind === 'not'
      ? t(node.kind)
      : visible(node.text)
  return [...above, own].join(' › ')
}
