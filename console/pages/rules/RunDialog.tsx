import { useState } from 'react'
import { startOfDay, toLocal } from '../../format/time.ts'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { Choice } from '../../parts/Form.tsx'
import { useSpan } from '../../parts/useSpan.tsx'
import { say } from '../../session/say.ts'
import { StartRun } from './runQueries.ts'

const QUICK = ['yesterday', 'h24', 'd7', 'd30', 'custom'] as const
type Quick = (typeof QUICK)[number]

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Lets a rule check stored events of a time chosen by name or written down. */
export function RunDialog({
  rule,
  onStarted,
  onClose,
}: {
  readonly rule: { readonly id: string; readonly title: string; readonly titleZh: string }
  readonly onStarted: (runId: string) => void
  readonly onClose: () => void
}) {
  const t = useWords().runs
  const both = useBoth()
  const start = useChange(StartRun, 'startRun')
  const [now] = useState(Date.now)
  const [quick, setQuick] = useState<Quick>('yesterday')
  const written = useSpan(now - DAY, now)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const named = quick === 'custom' ? undefined : rangeFor(quick, now)
  return (
    <Dialog
      title={t.title(both(rule.titleZh, rule.title))}
      submit={t.submit}
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        const range = named ?? written.read()
        if (range === undefined || busy) return
        setBusy(true)
        const answer = await start({
          ruleIds: [rule.id],
          from: new Date(range.from).toISOString(),
          to: new Date(range.to).toISOString(),
          purpose: 'retroactive',
        })
        setBusy(false)
        if (!answer.ok) return setFailure(answer.failure)
        say(t.started)
        onStarted(answer.value.id)
      }}
    >
      <p>{t.text}</p>
      <Choice<Quick>
        label={t.when}
        value={quick}
        onChange={setQuick}
        options={QUICK.map((q) => ({ value: q, label: t.quick[q] }))}
      />
      {named === undefined ? (
        written.fields
      ) : (
        <p className="sd-2 sd-mono">
          {toLocal(named.from)} – {toLocal(named.to)}
        </p>
      )}
    </Dialog>
  )
}

/** The range that a quick choice means now, milliseconds. */
function rangeFor(quick: Exclude<Quick, 'custom'>, now: number): { readonly from: number; readonly to: number } {
  if (quick === 'yesterday') {
    const today = startOfDay(now)
    return { from: startOfDay(today - 1), to: today }
  }
  return { from: now - { h24: DAY, d7: 7 * DAY, d30: 30 * DAY }[quick], to: now }
}
