import { count } from '../format/number.ts'
import { Icon } from '../glyphs/Icon.tsx'
import { useWords, type Words } from '../messages/index.ts'
import { childrenOf, type ExplainNode, type Explanation, numbersOf } from './explanation.ts'
import { visible } from './Raw.tsx'

interface Shown {
  readonly explanation: Explanation
  readonly below: ReadonlyMap<string | null, readonly ExplainNode[]>
  readonly numbers: ReadonlyMap<string, number>
  readonly words: Words
}

/**
 * Why a rule matched an event, or did not, as a tree: each part with whether it holds and the value it saw; lines carry the
 * numbers of their marks in the raw line, and the ones that a match lacked are set off.
 */
export function ExplainTree({ explanation }: { readonly explanation: Explanation }) {
  const words = useWords()
  const below = childrenOf(explanation.nodes)
  const root = explanation.nodes[0]
  if (root === undefined) return null
  const shown: Shown = { explanation, below, numbers: numbersOf(explanation), words }
  return (
    <ul className="sd-tree" aria-label={words.why.tree}>
      {(below.get(root.id) ?? []).map((node) => (
        <Branch key={node.id} node={node} shown={shown} />
      ))}
    </ul>
  )
}

function Branch({ node, shown }: { readonly node: ExplainNode; readonly shown: Shown }) {
  const { explanation, below, numbers, words } = shown
  const children = below.get(node.id) ?? []
  const missed = explanation.missing.includes(node.id)
  const inner = (
    <ul>
      {children.map((child) => (
        <Branch key={child.id} node={child} shown={shown} />
      ))}
      {node.more > 0 && <li className="sd-2 sd-small">{words.why.more(count(node.more))}</li>}
    </ul>
  )
  const hasInner = children.length > 0 || node.more > 0
  return (
    <li>
      <div className="sd-tree-row" data-missed={missed || undefined} data-kind={node.kind}>
        <Truth holds={node.holds} words={words} />
        {numbers.has(node.id) && (
          <span className="sd-clause-n" data-off={node.holds !== true || undefined}>
            {numbers.get(node.id)}
          </span>
        )}
        <span className="sd-tree-text">
          <Text node={node} shown={shown} />
        </span>
        {missed && <span className="sd-tree-missed">{words.why.nearest}</span>}
        <Value node={node} words={words} />
      </div>
      {hasInner &&
        (node.kind === 'item' ? (
          <details>
            <summary>{words.why.values(count(children.length + node.more))}</summary>
            {inner}
          </details>
        ) : node.kind === 'source' && node.holds === true ? (
          <details>
            <summary>{words.why.clauses(count(children.length + node.more))}</summary>
            {inner}
          </details>
        ) : (
          inner
        ))}
    </li>
  )
}

function Truth({ holds, words }: { readonly holds: boolean | null; readonly words: Words }) {
  const t = words.why
  return (
    <span className={holds === true ? 'sd-tree-truth sd-text-compliant' : 'sd-tree-truth sd-2'}>
      {holds === null ? <span aria-hidden="true">?</span> : <Icon name={holds ? 'check' : 'close'} size={14} />}
      <span className="sd-hidden">{holds === null ? t.open : holds ? t.holds : t.fails}</span>
    </span>
  )
}

function Text({ node, shown }: { readonly node: ExplainNode; readonly shown: Shown }) {
  const t = shown.words.why
  switch (node.kind) {
    case 'source':
      return (
        <>
          {t.source} <code>{node.text === '' ? t.anySource : node.text}</code>
          {!shown.explanation.routing.named && <span className="sd-2"> {t.unrestricted}</span>}
        </>
      )
    case 'condition':
    case 'filter':
      return (
        <>
          {t[node.kind]} <code>{visible(node.text)}</code>
        </>
      )
    case 'and':
    case 'or':
    case 'not':
      return <span className="sd-2">{t[node.kind]}</span>
    case 'search':
      return <b className="sd-mono">{visible(node.text)}</b>
    default:
      return <code>{visible(node.text)}</code>
  }
}

/** What a line saw; under another name than the rule's, with the name that the event has for it. */
function Value({ node, words }: { readonly node: ExplainNode; readonly words: Words }) {
  if (node.field === null) return null
  const own = node.text.startsWith(`${node.field}:`) || node.text.startsWith(`${node.field}|`)
  return (
    <span className="sd-tree-value">
      {!own && <span className="sd-mono">{node.field} </span>}
      {node.value === null ? (
        <span>{node.holds === null ? words.why.hidden : words.why.absent}</span>
      ) : (
        <span className="sd-mono">= {visible(node.value)}</span>
      )}
    </span>
  )
}
