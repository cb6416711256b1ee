import { useEffect, useState } from 'react'
import { count } from '../../format/number.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { type Answer, useAskOnce } from '../../graphql/ask.ts'
import { useWords } from '../../messages/index.ts'
import { useFailureText } from '../../parts/States.tsx'
import { ExceptionPreviewQuery } from './exceptionQueries.ts'

/** How long one may pause in typing before the server is asked, milliseconds. */
const PAUSE = 400

/** What an exception would have kept back in the last seven days, asked anew while its text is written. */
export function ExceptionPreview({
  ruleId,
  query,
  unitId,
}: {
  readonly ruleId: string
  readonly query: string
  readonly unitId: string
}) {
  const t = useWords().exceptions
  const text = useFailureText()
  const askOnce = useAskOnce()
  const asked = `${unitId} ${query}`
  const [found, setFound] = useState<{ readonly of: string; readonly answer: Answer<number> } | undefined>()
  useEffect(() => {
    if (query === '') return
    const gone = new AbortController()
    const timer = setTimeout(() => {
      askOnce(ExceptionPreviewQuery, { ruleId, query, unitId }, gone.signal).then(
        (answer) =>
          setFound({
            of: `${unitId} ${query}`,
            answer: answer.ok ? { ok: true, data: answer.data.exceptionPreview } : answer,
          }),
        () => undefined,
      )
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      gone.abort()
    }
  }, [askOnce, ruleId, query, unitId])
  if (query === '') return null
  const answer = found?.of === asked ? found.answer : undefined
  return (
    <div className="sd-preview-note" role="status" data-tone={answer !== undefined && !answer.ok ? 'error' : undefined}>
      {answer === undefined ? (
        <span className="sd-2">{t.previewing}…</span>
      ) : !answer.ok ? (
        <>
          <Icon name="warning" size={14} />
          <span>
            {answer.failure.code.startsWith('KQL-')
              ? text(answer.failure)
              : `${t.previewFailed}: ${text(answer.failure)}`}{' '}
            <code>{answer.failure.code}</code>
          </span>
        </>
      ) : answer.data === 0 ? (
        <span>{t.previewNone}</span>
      ) : (
        <span>{t.preview(count(answer.data))}</span>
      )}
    </div>
  )
}
