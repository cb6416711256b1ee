import { useState } from 'react'
import { count } from '../../format/number.ts'
import { dayTime, span } from '../../format/time.ts'
import { useAsk, useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Drawer, Facts, Section } from '../../parts/Drawer.tsx'
import { clauseOf } from '../../parts/fields.ts'
import { Go } from '../../parts/Go.tsx'
import { Progress } from '../../parts/Progress.tsx'
import { Failed } from '../../parts/States.tsx'
import { say } from '../../session/say.ts'
import { RunStatus } from './RunStatus.tsx'
import { type CancelledRun, CancelRun, RunQuery, type RunRow } from './runQueries.ts'

/** One run: how far it is, what it found, and where that stands. */
export function RunDrawer({
  row,
  title,
  onClose,
  onChanged,
}: {
  readonly row: RunRow
  readonly title: string
  readonly onClose: () => void
  readonly onChanged: (next: CancelledRun) => void
}) {
  const words = useWords()
  const t = words.runs
  const both = useBoth()
  const asked = useAsk(RunQuery, { id: row.id })
  const [cancelling, setCancelling] = useState(false)
  const lives = row.status === 'queued' || row.status === 'running'
  const rules = asked.data?.run?.rules ?? row.rules
  const rest = row.ruleCount - rules.length
  const only = row.ruleCount === 1 ? rules[0] : undefined
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <div className="sd-line">
            <RunStatus of={row.status} />
            <span className="sd-2">{t.purpose[row.purpose]}</span>
          </div>
          <h2>{title}</h2>
        </>
      }
      foot={
        lives ? (
          <div className="sd-row-of-buttons">
            <Button onClick={() => setCancelling(true)}>{t.cancel}</Button>
          </div>
        ) : undefined
      }
    >
      <Section>
        <Progress
          label={t.bar}
          done={row.done}
          total={row.total}
          text={t.progress(count(row.done), count(row.total))}
        />
        {row.problem !== null && (
          <p className="sd-failed-what">
            {t.problem}: {row.problem}
          </p>
        )}
      </Section>
      <Section title={t.toResult}>
        <Facts
          of={[
            [t.matched, count(row.matched)],
            [
              t.signals,
              <span key="s" className="sd-line">
                {count(row.signals)}
                {row.signals > 0 && only !== undefined && (
                  <Go to="/rules/$id" params={{ id: only.id }} search={{ tab: 'signals' }}>
                    {t.seeSignals}
                  </Go>
                )}
              </span>,
            ],
            [
              t.incidents,
              <span key="i" className="sd-line">
                {count(row.incidents)}
                {row.signals > 0 && (
                  <Go to="/incidents" search={{ q: incidentsOf(row, rules) }}>
                    {t.seeIncidents}
                  </Go>
                )}
              </span>,
            ],
          ]}
        />
      </Section>
      <Section title={words.rule.facts}>
        <Facts
          of={[
            [
              t.range,
              <span key="r">
                <Time at={row.from} as={dayTime} /> – <Time at={row.to} as={dayTime} />
              </span>,
            ],
            [t.columns.at, <Time key="a" at={row.createdAt} />],
            row.endedAt === null
              ? undefined
              : [t.elapsed, span(Date.parse(row.endedAt) - Date.parse(row.createdAt), words)],
            [t.by, row.by],
          ]}
        />
      </Section>
      <Section title={t.columns.rules}>
        {asked.failure !== undefined && <Failed failure={asked.failure} onRetry={asked.reload} />}
        <ul className="sd-plain-list">
          {rules.map((r) => (
            <li key={r.id}>
              <Go to="/rules/$id" params={{ id: r.id }}>
                {both(r.titleZh, r.title)}
              </Go>
            </li>
          ))}
        </ul>
        {rest > 0 && <p className="sd-2">{t.moreRules(count(rest))}</p>}
      </Section>
      {cancelling && (
        <CancelDialog
          id={row.id}
          onClose={() => setCancelling(false)}
          onDone={(next) => {
            setCancelling(false)
            onChanged(next)
          }}
        />
      )}
    </Drawer>
  )
}

/** The search for what a run's rules opened. */
function incidentsOf(row: RunRow, rules: readonly { readonly id: string }[]): string {
  const named = row.ruleCount === rules.length ? rules.map((r) => clauseOf('rule.id', r.id)) : []
  const [only] = named
  return named.length === 0 ? `updatedAt >= "${row.createdAt}"` : named.length === 1 ? only! : `(${named.join(' or ')})`
}

function CancelDialog({
  id,
  onDone,
  onClose,
}: {
  readonly id: string
  readonly onDone: (next: CancelledRun) => void
  readonly onClose: () => void
}) {
  const t = useWords().runs
  const cancel = useChange(CancelRun, 'cancelRun')
  const [failure, setFailure] = useState<Failure | undefined>()
  return (
    <Dialog
      title={t.cancelTitle}
      submit={t.cancel}
      danger
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        const answer = await cancel({ id })
        if (!answer.ok) return setFailure(answer.failure)
        say(t.cancelled)
        onDone(answer.value)
      }}
    >
      <p>{t.cancelText}</p>
    </Dialog>
  )
}
