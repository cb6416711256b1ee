import type { ReactNode } from 'react'
import { type Mark, mergeMarks } from './marks.ts'

// Control and bidirectional signs can hide what a line really says; they are shown by their code point.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text with unseen signs made visible. */
export function visible(text: string): ReactNode {
  if (text.search(UNSEEN) < 0) return text
  const out: ReactNode[] = []
  let at = 0
  for (const m of text.matchAll(UNSEEN)) {
    if (m.index > at) out.push(text.slice(at, m.index))
    const code = m[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    out.push(
      <span key={m.index} className="sd-control">
        U+{code}
      </span>,
    )
    at = m.index + m[0].length
  }
  if (at < text.length) out.push(text.slice(at))
  return out
}

/** A raw line exactly as it came, breaking anywhere, with the deciding stretches marked and numbered. */
export function Raw({ text, marks = [] }: { readonly text: string; readonly marks?: readonly Mark[] }) {
  return <pre className="sd-raw">{pieces(text, marks)}</pre>
}

function pieces(text: string, marks: readonly Mark[]): ReactNode[] {
  const merged = mergeMarks(marks.filter((m) => m.start >= 0 && m.end > m.start && m.end <= text.length))
  const out: ReactNode[] = []
  let at = 0
  for (const m of merged) {
    if (m.start > at) out.push(<span key={at}>{visible(text.slice(at, m.start))}</span>)
    out.push(
      <mark key={`m${m.start}`}>
        {visible(text.slice(m.start, m.end))}
        <sup>{m.numbers.join(',')}</sup>
      </mark>,
    )
    at = m.end
  }
  if (at < text.length) out.push(<span key={at}>{visible(text.slice(at))}</span>)
  return out
}
