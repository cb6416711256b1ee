import { useState } from 'react'
import { count } from '../../format/number.ts'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Drawer, Facts, Section } from '../../parts/Drawer.tsx'
import { clauseOf } from '../../parts/fields.ts'
import { Go } from '../../parts/Go.tsx'
import { useMe } from '../../session/me.ts'
import { say } from '../../session/say.ts'
import { ExceptionDialog } from './ExceptionDialog.tsx'
import { EndException, type ExceptionRow } from './exceptionQueries.ts'

/** One exception: what it is about, on what grounds, and what it kept back. */
export function ExceptionDrawer({
  exception,
  title,
  linked,
  onClose,
  onChanged,
}: {
  readonly exception: ExceptionRow
  readonly title: string
  /** Whether to lead to its rule. */
  readonly linked: boolean
  readonly onClose: () => void
  /** It was ended, or one like it was made. */
  readonly onChanged: () => void
}) {
  const words = useWords()
  const t = words.exceptions
  const me = useMe()
  const [asking, setAsking] = useState<'end' | 'renew' | undefined>()
  const ids = exception.recentEventIds
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <div className="sd-line">
            <span>{exception.active ? t.state.active : t.state.ended}</span>
            <span className="sd-2">{t.keptBackCount(count(exception.keptBack))}</span>
          </div>
          <h2>{title}</h2>
        </>
      }
      foot={
        <div className="sd-row-of-buttons">
          {exception.canEnd && <Button onClick={() => setAsking('end')}>{t.end}</Button>}
          {exception.rule?.canExcept === true && <Button onClick={() => setAsking('renew')}>{t.renew}</Button>}
          {linked && (
            <Go className="sd-button sd-button-quiet" to="/rules/$id" params={{ id: exception.ruleId }}>
              {t.openRule}
            </Go>
          )}
        </div>
      }
    >
      <Section title={t.columns.query}>
        <pre className="sd-code">{exception.query}</pre>
        {!exception.actsOnImportant && <p className="sd-2 sd-small">{t.notImportant}</p>}
      </Section>
      <Section title={t.reason}>
        <p className="sd-prose">{exception.reason}</p>
      </Section>
      <Section>
        <Facts
          of={[
            [t.columns.unit, exception.unit?.name ?? words.table.none],
            [t.columns.owner, exception.owner],
            [t.createdAt, <Time key="c" at={exception.createdAt} />],
            [t.until, <Time key="u" at={exception.until} />],
            exception.endedAt === null
              ? undefined
              : [
                  t.endedAt,
                  <span key="e">
                    <Time at={exception.endedAt} /> {exception.endedBy}
                  </span>,
                ],
          ]}
        />
      </Section>
      <Section title={t.keptBack}>
        {exception.keptBack === 0 ? (
          <p className="sd-2">{t.keptBackNone}</p>
        ) : (
          <>
            <p>{t.keptBackCount(count(exception.keptBack))}</p>
            {exception.lastKeptBack !== null && (
              <p className="sd-2">
                {t.lastKeptBack} <Time at={exception.lastKeptBack} />
              </p>
            )}
            {ids.length > 0 && me.pages.includes('events') && (
              <p>
                <Go to="/events" search={{ q: ids.map((id) => clauseOf('event.id', id)).join(' or '), t: 'all' }}>
                  {t.seeEvents(count(ids.length))}
                </Go>
              </p>
            )}
          </>
        )}
      </Section>
      {asking === 'renew' && exception.rule !== null && (
        <ExceptionDialog
          rule={exception.rule}
          like={exception}
          unitId={exception.unit?.id}
          onClose={() => setAsking(undefined)}
          onDone={onChanged}
        />
      )}
      {asking === 'end' && (
        <EndDialog
          id={exception.id}
          title={title}
          onClose={() => setAsking(undefined)}
          onDone={() => {
            setAsking(undefined)
            onChanged()
          }}
        />
      )}
    </Drawer>
  )
}

function EndDialog({
  id,
  title,
  onDone,
  onClose,
}: {
  readonly id: string
  readonly title: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const t = useWords().exceptions
  const end = useChange(EndException, 'endException')
  const [failure, setFailure] = useState<Failure | undefined>()
  return (
    <Dialog
      title={t.endTitle}
      submit={t.end}
      danger
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        const answer = await end({ id })
        if (!answer.ok) return setFailure(answer.failure)
        say(t.ended)
        onDone()
      }}
    >
      <p>{t.endText(title)}</p>
    </Dialog>
  )
}
