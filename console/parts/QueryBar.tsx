import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../glyphs/Icon.tsx'
import type { Failure } from '../graphql/failure.ts'
import { useKeys } from '../keys/keys.ts'
import { useWords } from '../messages/index.ts'
import { useFailureText } from './States.tsx'

/**
 * One line of KQL that grows to five. Fields and connecting words are coloured; where the server found an error it is
 * underlined and said in words below.
 */
export function QueryBar({
  label,
  hint,
  value,
  onSubmit,
  failure,
  side,
}: {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly onSubmit: (text: string) => void
  readonly failure?: Failure | undefined
  readonly side?: ReactNode
}) {
  const words = useWords()
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const shown = useRef<HTMLPreElement>(null)
  const [text, setText] = useState(value)
  const [asked, setAsked] = useState(value)
  if (asked !== value) {
    setAsked(value)
    setText(value)
  }
  useKeys([{ keys: '/', label: words.keysHelp.filter, act: () => area.current?.focus() }])
  const syntax = failure?.code.startsWith('KQL-') === true && text === value ? failure : undefined
  const offset = syntax === undefined ? undefined : errorOffset(text, syntax)
  const message = useFailureText()
  useEffect(() => {
    if (syntax !== undefined) area.current?.focus()
  }, [syntax])
  const submit = () => onSubmit(text.trim())
  return (
    <form
      className="sd-query"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="sd-query-box">
        <Icon name="search" size={14} />
        <div className="sd-query-text">
          <pre aria-hidden="true" ref={shown}>
            {highlight(text, offset)}
            {'\n'}
          </pre>
          <textarea
            ref={area}
            aria-label={label}
            aria-invalid={syntax !== undefined || undefined}
            aria-describedby={syntax === undefined ? undefined : id}
            rows={1}
            placeholder={hint}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onScroll={(event) => {
              if (shown.current !== null) shown.current.scrollTop = event.currentTarget.scrollTop
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
                event.preventDefault()
                submit()
              }
            }}
          />
        </div>
        {side !== undefined && <span className="sd-query-side">{side}</span>}
      </div>
      {syntax !== undefined && (
        <p className="sd-query-error" id={id} role="alert">
          <Icon name="warning" size={14} />
          <span>
            {message(syntax)} <code>{syntax.code}</code>
          </span>
        </p>
      )}
    </form>
  )
}

/** Where in the text the first problem stands, as a character index. */
function errorOffset(text: string, failure: Failure): number | undefined {
  const p = failure.problems[0]
  if (p === undefined) return undefined
  const lines = text.split('\n')
  let at = 0
  for (let i = 0; i < p.line - 1 && i < lines.length; i++) at += lines[i]!.length + 1
  return Math.min(text.length, at + p.column - 1)
}

const TOKEN = /("(?:\\.|[^"\\])*"?)|([A-Za-z_@][\w.@*-]*)(?=\s*(?::|<=?|>=?))|\b(and|or|not)\b/gi

function highlight(text: string, error: number | undefined): ReactNode[] {
  const out: ReactNode[] = []
  const push = (from: number, to: number, cls: string | undefined) => {
    if (from >= to) return
    if (error !== undefined && error >= from && error < to) {
      if (error > from) push(from, error, cls)
      const end = wordEnd(text, error)
      out.push(
        <span key={`e${error}`} className="sd-q-error">
          {text.slice(error, Math.min(end, to))}
        </span>,
      )
      if (end < to) out.push(<Piece key={end} cls={cls} text={text.slice(end, to)} />)
      return
    }
    out.push(<Piece key={from} cls={cls} text={text.slice(from, to)} />)
  }
  let at = 0
  for (const m of text.matchAll(TOKEN)) {
    push(at, m.index, undefined)
    at = m.index + m[0].length
    push(m.index, at, m[2] !== undefined ? 'sd-q-field' : m[3] !== undefined ? 'sd-q-word' : undefined)
  }
  push(at, text.length, undefined)
  if (error !== undefined && error >= text.length)
    out.push(
      <span key="end" className="sd-q-error">
        {'  '}
      </span>,
    )
  return out
}

function Piece({ cls, text }: { readonly cls: string | undefined; readonly text: string }) {
  return cls === undefined ? text : <span className={cls}>{text}</span>
}

function wordEnd(text: string, at: number): number {
  const m = /^(?:[^\s()"]+|.)/.exec(text.slice(at))
  return at + (m === null ? 1 : m[0].length)
}
