import { type ReactNode, type RefObject, useState } from 'react'
import { count } from '../../format/number.ts'
import { compactTime, span } from '../../format/time.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { SeverityGlyph, type SeverityName } from '../../glyphs/Severity.tsx'
import { StatusGlyph, type StatusName } from '../../glyphs/Status.tsx'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Avatar, Button, Time } from '../../parts/basic.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { say } from '../../session/say.ts'
import { Comment, type IncidentDetail, type SignalDetail, type TimelineStep } from './queries.ts'
import { stepsOf, technique } from './steps.ts'

/** The story of an incident; choosing a signal shows its evidence. */
export function Story({
  incident,
  signals,
  chosen,
  onChoose,
  inside,
  onMore,
}: {
  readonly incident: IncidentDetail
  readonly signals: readonly SignalDetail[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  /** The evidence, where it is shown inside the story. */
  readonly inside?: ReactNode
  /** Loads further signals, where there are any. */
  readonly onMore?: (() => void) | undefined
}) {
  const words = useWords()
  const t = words.incident
  const both = useBoth()
  const steps = stepsOf(signals, incident.timeline)
  return (
    <>
      <div className="sd-story-head">
        <h2>{t.story}</h2>
        <span className="sd-2">{span(Date.parse(incident.last) - Date.parse(incident.first), words)}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol tabIndex={0} aria-label={t.story}>
        {steps.map((step) =>
          step.kind === 'gap' ? (
            <li key={`gap${step.at}`} className="sd-story-gap">
              <span />
              <span>{t.gap(span(step.ms, words))}</span>
            </li>
          ) : step.kind === 'signal' ? (
            <li key={step.signal.id}>
              <button
                type="button"
                className="sd-step"
                aria-current={step.signal.id === chosen ? 'true' : undefined}
                onClick={() => onChoose(step.signal.id)}
              >
                <span className="sd-step-glyph">
                  <SeverityGlyph of={step.signal.level} />
                </span>
                <span>
                  {both(step.signal.rule.titleZh, step.signal.rule.title)}
                  <small>
                    <Time at={step.signal.first} as={compactTime} /> {technique(step.signal.rule.tags)}
                    {step.signal.count > 1 && ` · ${t.eventCount(count(step.signal.count))}`}
                  </small>
                  {step.signal.correlation !== null && <Correlated of={step.signal.correlation} />}
                </span>
              </button>
              {step.signal.id === chosen && inside !== undefined && (
                <div className="sd-step-evidence">
                  <div className="sd-evidence">{inside}</div>
                </div>
              )}
            </li>
          ) : (
            <li key={`${step.at}${step.entry.type}`}>
              <Act entry={step.entry} />
            </li>
          ),
        )}
        {onMore !== undefined && (
          <li>
            <Button onClick={onMore}>{t.moreSignals}</Button>
          </li>
        )}
      </ol>
    </>
  )
}

/** What a correlation put together: of which rules, in what time, and what their events have in common. */
function Correlated({ of }: { readonly of: NonNullable<SignalDetail['correlation']> }) {
  const words = useWords()
  const t = words.incident
  const both = useBoth()
  const rules = of.rules.map((r) => both(r.titleZh, r.title)).join('、')
  return (
    <>
      <small>{t.correlated(rules, span(Date.parse(of.to) - Date.parse(of.from), words))}</small>
      {of.group.length > 0 && <small>{t.correlatedBy(of.group.map((g) => `${g.name} ${g.value}`).join('、'))}</small>}
    </>
  )
}

function Act({ entry }: { readonly entry: TimelineStep }) {
  const words = useWords()
  const t = words.incident
  const status = (s: string | null) => words.status[s as StatusName] ?? s ?? ''
  const severity = (s: string | null) => words.severity[s as SeverityName] ?? s ?? ''
  const what =
    entry.type === 'status'
      ? t.entry.status(entry.by, status(entry.from), status(entry.to))
      : entry.type === 'assigned'
        ? entry.to === null
          ? t.entry.unassigned(entry.by)
          : t.entry.assigned(entry.by, entry.to)
        : entry.type === 'severity'
          ? t.entry.severity(severity(entry.from), severity(entry.to))
          : t.commented(entry.by)
  return (
    <div className="sd-step">
      <span className="sd-step-glyph">
        {entry.type === 'comment' ? (
          <Avatar name={entry.by} />
        ) : entry.type === 'status' ? (
          <StatusGlyph of={entry.to as StatusName} />
        ) : entry.type === 'severity' ? (
          <SeverityGlyph of={entry.to as SeverityName} />
        ) : (
          <Icon name="arrow" size={14} />
        )}
      </span>
      <span>
        <span className="sd-step-quiet">
          {what} · <Time at={entry.at} as={compactTime} />
        </span>
        {entry.type === 'comment' && <span style={{ display: 'block', whiteSpace: 'pre-wrap' }}>{entry.text}</span>}
        {entry.reason !== null && <span style={{ display: 'block' }}>{t.entry.reason(entry.reason)}</span>}
      </span>
    </div>
  )
}

/** Where a comment is written. Ctrl Enter posts it. */
export function CommentForm({
  number,
  field,
  onDone,
}: {
  readonly number: string
  readonly field: RefObject<HTMLTextAreaElement | null>
  readonly onDone: (version: number) => void
}) {
  const words = useWords()
  const comment = useChange(Comment, 'commentIncident')
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<Failure | undefined>()
  const post = async () => {
    if (text.trim() === '') {
      field.current?.focus()
      return
    }
    const answer = await comment({ number, text: text.trim() })
    if (!answer.ok) return setFailure(answer.failure)
    setFailure(undefined)
    setText('')
    say(words.incident.done.commented)
    onDone(answer.value.version)
  }
  return (
    <div className="sd-comment">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void post()
        }}
      >
        <textarea
          ref={field}
          className="sd-input"
          rows={text === '' ? 1 : 3}
          aria-label={words.incident.commentLabel}
          placeholder={words.incident.commentLabel}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
              event.preventDefault()
              void post()
            }
          }}
        />
        <InlineFailure failure={failure} />
        <Button type="submit">{words.incident.send}</Button>
      </form>
    </div>
  )
}
