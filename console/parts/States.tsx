import { type ReactNode, useEffect, useState } from 'react'
import { Icon } from '../glyphs/Icon.tsx'
import type { Failure } from '../graphql/failure.ts'
import { useWords } from '../messages/index.ts'
import { alarm } from '../session/say.ts'
import { Button, CopyButton } from './basic.tsx'

/** Rows to come: nothing for 200 ms, then their outline, after 3 s what is asked and a way out. */
export function Loading({
  what,
  onCancel,
  rows = 6,
}: {
  readonly what: string
  readonly onCancel?: (() => void) | undefined
  readonly rows?: number
}) {
  const words = useWords()
  const [ms, setMs] = useState(0)
  useEffect(() => {
    const start = performance.now()
    const timer = setInterval(() => setMs(performance.now() - start), 200)
    return () => clearInterval(timer)
  }, [])
  if (ms < 200) return <div className="sd-loading" aria-busy="true" />
  return (
    <div className="sd-loading" aria-busy="true">
      <span className="sd-hidden" role="status">
        {words.state.loading}
      </span>
      {Array.from({ length: rows }, (_, i) => `row-${i}`).map((key, i) => (
        <div key={key} className="sd-skeleton-row" aria-hidden="true">
          <span style={{ width: 44 }} />
          <span style={{ width: `${38 - (i % 3) * 9}%` }} />
          <span style={{ width: 52, marginLeft: 'auto' }} />
        </div>
      ))}
      {ms >= 3000 && (
        <div className="sd-loading-long">
          <span>{words.state.loadingLong(what, String(Math.floor(ms / 1000)))}</span>
          {onCancel !== undefined && <Button onClick={onCancel}>{words.state.cancel}</Button>}
        </div>
      )}
    </div>
  )
}

/** Why there is nothing, and one thing to do. */
export function Empty({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="sd-empty">
      <p>{children}</p>
      {action}
    </div>
  )
}

/** What a person reads about a failure: the server's sentence, or ours where no answer came. */
export function useFailureText(): (failure: Failure) => string {
  const words = useWords()
  return (failure) =>
    failure.code === 'NET'
      ? words.state.offline
      : failure.message === '' || failure.code === 'API-500'
        ? words.state.unexpected
        : failure.message
}

/** A failure, in the part that failed only: what, the code, the next step. */
export function Failed({ failure, onRetry }: { readonly failure: Failure; readonly onRetry?: () => void }) {
  const words = useWords()
  const text = useFailureText()(failure)
  if (failure.code === 'ACC-004') return <NoPermission text={text} code={failure.code} />
  return (
    <div className="sd-failed">
      <p className="sd-failed-what">
        <Icon name="warning" />
        <span>{text}</span>
      </p>
      <p className="sd-2">
        <code>{failure.code}</code>
      </p>
      <div className="sd-row-of-buttons">
        {onRetry !== undefined && <Button onClick={onRetry}>{words.state.retry}</Button>}
        <CopyButton text={`${failure.code} ${text} ${location.pathname}${location.search} ${new Date().toISOString()}`}>
          {words.state.copyDetails}
        </CopyButton>
      </div>
    </div>
  )
}

/** Not allowed: said plainly, with what to do. */
export function NoPermission({ text, code }: { readonly text: string; readonly code?: string }) {
  return (
    <div className="sd-failed">
      <p className="sd-failed-what sd-no-permission">
        <Icon name="lock" />
        <span>{text}</span>
      </p>
      {code !== undefined && (
        <p className="sd-2">
          <code>{code}</code>
        </p>
      )}
    </div>
  )
}

/** A failed save beside the control that failed. Heard at once. */
export function InlineFailure({ failure }: { readonly failure: Failure | undefined }) {
  const text = useFailureText()
  const message = failure === undefined ? '' : text(failure)
  useEffect(() => {
    if (message !== '') alarm(message)
  }, [message])
  if (failure === undefined) return null
  return (
    <div className="sd-inline-failure">
      <Icon name="warning" size={14} />
      <span>
        {message} <code>{failure.code}</code>
        {failure.problems.length > 1 && (
          <ul>
            {failure.problems.map((p) => (
              <li key={`${p.line}:${p.column}:${p.message}`}>{p.message}</li>
            ))}
          </ul>
        )}
      </span>
    </div>
  )
}
