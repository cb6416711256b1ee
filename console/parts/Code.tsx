import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../messages/index.ts'
import { visible } from './Raw.tsx'

/** A problem at a place of a text, counted from one. */
export interface CodeProblem {
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** YAML with line numbers, its keys and strings told apart; lines with problems marked, the place underlined. */
export function Code({
  text,
  problems = [],
  at,
  label,
}: {
  readonly text: string
  readonly problems?: readonly CodeProblem[]
  /** The line to bring into view. */
  readonly at?: number | undefined
  readonly label: string
}) {
  const words = useWords()
  const box = useRef<HTMLOListElement>(null)
  useEffect(() => {
    if (at !== undefined)
      box.current?.querySelector(`[data-line="${at}"]`)?.scrollIntoView({ block: 'center', inline: 'nearest' })
  }, [at])
  const lines = text.replace(/\n$/, '').split('\n')
  const prose = inBlocks(lines)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="sd-lines" tabIndex={0} role="group" aria-label={label}>
      <ol ref={box}>
        {lines.map((line, i) => {
          const n = i + 1
          const here = problems.filter((p) => p.line === n)
          const worst = here.find((p) => p.severity === 'error') ?? here[0]
          return (
            <li
              key={n}
              data-line={n}
              data-at={n === at || undefined}
              data-problem={worst?.severity}
              title={worst === undefined ? undefined : here.map((p) => p.message).join('\n')}
            >
              <span className="sd-line-n" aria-hidden="true">
                {n}
              </span>
              <code>{coloured(line, worst?.column, prose.has(i))}</code>
              {worst !== undefined && (
                <span className="sd-hidden">
                  {here.map((p) => `${words.problems.severity[p.severity]}: ${p.message}`).join(' ')}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </div>
  )
}

const KEY = /^(\s*(?:- )*)([^\s#'"-][^#'"]*?)(:)(?=\s|$)/

/** Lines of texts that stand below `|` or `>`: nothing in them is a key. */
function inBlocks(lines: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>()
  let deeperThan: number | undefined
  for (const [i, line] of lines.entries()) {
    const indent = line.search(/\S/)
    if (deeperThan !== undefined && (indent < 0 || indent > deeperThan)) found.add(i)
    else deeperThan = /[:-]\s+[|>][-+\d]*\s*$/.test(line) ? indent : undefined
  }
  return found
}

type Piece = readonly [text: string, className: string | undefined]

/** One line of YAML in coloured pieces, the word at `column` underlined. */
function coloured(line: string, column: number | undefined, prose: boolean): ReactNode[] {
  const pieces = prose ? [[line, undefined] as const] : piecesOf(line)
  const from = column === undefined ? -1 : Math.min(column - 1, Math.max(0, line.length - 1))
  const word = from < 0 ? 0 : (/^[^\s|:,]+/.exec(line.slice(from))?.[0].length ?? 1)
  const out: ReactNode[] = []
  let start = 0
  for (const [text, className] of pieces) {
    const cuts = [0, from - start, from + word - start, text.length].filter((c) => c >= 0 && c <= text.length)
    for (let i = 0; i + 1 < cuts.length; i++) {
      const [a, b] = [cuts[i]!, cuts[i + 1]!]
      if (a >= b) continue
      const wrong = from >= 0 && start + a >= from && start + b <= from + word
      const names = [className, wrong ? 'sd-wrong' : undefined].filter((c) => c !== undefined).join(' ')
      out.push(
        <span key={start + a} {...(names === '' ? {} : { className: names })}>
          {visible(text.slice(a, b))}
        </span>,
      )
    }
    start += text.length
  }
  return out
}

function piecesOf(line: string): readonly Piece[] {
  if (/^\s*#/.test(line)) return [[line, 'sd-y-comment']]
  const key = KEY.exec(line)
  if (key === null) return valuePieces(line)
  const [whole, lead, name, colon] = key as unknown as [string, string, string, string]
  return [[lead, undefined], [name, 'sd-y-key'], [colon, 'sd-y-sign'], ...valuePieces(line.slice(whole.length))]
}

function valuePieces(text: string): readonly Piece[] {
  const comment = /\s#.*$/.exec(text)
  const quoted = /^(\s*(?:- )*\s*)('(?:[^']|'')*'|"(?:\\.|[^"\\])*")(.*)$/.exec(text)
  if (quoted !== null) {
    const [, lead, string, rest] = quoted as unknown as [string, string, string, string]
    return [
      [lead, undefined],
      [string, 'sd-y-string'],
      [rest, 'sd-y-comment'],
    ]
  }
  if (comment === null) return [[text, undefined]]
  return [
    [text.slice(0, comment.index), undefined],
    [text.slice(comment.index), 'sd-y-comment'],
  ]
}
