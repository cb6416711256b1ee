import { useState } from 'react'
import { day } from '../../format/time.ts'
import { Severity } from '../../glyphs/Severity.tsx'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button, Strip, Time } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Drawer, Facts, Section } from '../../parts/Drawer.tsx'
import { TextArea, TextField } from '../../parts/Form.tsx'
import { Raw } from '../../parts/Raw.tsx'
import { say } from '../../session/say.ts'
import { useSettings } from '../../session/settings.ts'
import { Decide, type FindingRow } from './queries.ts'

type Decision = 'accepted' | 'false_positive' | 'open'

/** One finding: where, since when, what stands there, and the decision on it. */
export function FindingDrawer({
  finding,
  onClose,
  onChanged,
  onConflict,
}: {
  readonly finding: FindingRow
  readonly onClose: () => void
  readonly onChanged: (next: FindingRow) => void
  readonly onConflict: () => void
}) {
  const words = useWords()
  const t = words.findings
  const { language } = useSettings()
  const decide = useChange(Decide, 'decideFinding')
  const [asking, setAsking] = useState<Decision | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  const [conflict, setConflict] = useState(false)
  const submit = async (status: Decision, reason: string, until: string | null) => {
    const answer = await decide({ id: finding.id, status, reason, until, version: finding.version })
    if (answer.ok) {
      setAsking(undefined)
      setFailure(undefined)
      say(t.saved[status])
      onChanged(answer.value)
    } else if (answer.kind === 'Conflict') {
      setAsking(undefined)
      setConflict(true)
      onConflict()
    } else setFailure(answer.failure)
  }
  const decided = finding.decision !== null
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <div className="sd-line">
            <Severity of={finding.severity} />
            <span className="sd-2">{finding.scanner}</span>
            <span className="sd-2">{t.status[finding.status]}</span>
          </div>
          <h2>{finding.title}</h2>
        </>
      }
      foot={
        finding.canDecide ? (
          <div className="sd-row-of-buttons">
            {decided ? (
              <Button onClick={() => setAsking('open')}>{t.takeBack}</Button>
            ) : finding.status === 'fixed' ? undefined : (
              <>
                <Button onClick={() => setAsking('accepted')}>{t.accept}</Button>
                <Button onClick={() => setAsking('false_positive')}>{t.markFalse}</Button>
              </>
            )}
          </div>
        ) : (
          <span className="sd-2">{t.cannotDecide}</span>
        )
      }
    >
      {conflict && (
        <Strip tone="conflict" icon="warning">
          <b>{words.conflict.title}</b> {words.conflict.next}
        </Strip>
      )}
      <Section>
        <Facts
          of={[
            [
              t.location,
              <span key="l" className="sd-mono">
                {finding.location}
              </span>,
            ],
            [t.target, finding.target],
            [
              t.rule,
              <span key="r" className="sd-mono">
                {finding.ruleId}
              </span>,
            ],
            finding.system === null ? undefined : [t.system, finding.system.name],
            [t.firstSeen, <Time key="f" at={finding.firstSeen} />],
            [t.lastSeen, <Time key="s" at={finding.lastSeen} />],
            finding.references.length === 0 ? undefined : [t.references, finding.references.join(', ')],
          ]}
        />
      </Section>
      {finding.decision !== null && (
        <Section title={t.decision}>
          <p>
            <b>{t.status[finding.decision.status]}</b>{' '}
            {finding.decision.until !== null && t.until(day(finding.decision.until, language))}
          </p>
          <p>{finding.decision.reason}</p>
          <p className="sd-2">
            {finding.decision.by} · <Time at={finding.decision.at} />
          </p>
        </Section>
      )}
      {finding.description !== '' && (
        <Section title={t.description}>
          <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{finding.description}</p>
        </Section>
      )}
      {finding.context !== null && (
        <Section title={t.context}>
          <Raw text={finding.context} />
        </Section>
      )}
      {asking !== undefined && (
        <DecisionDialog
          decision={asking}
          failure={failure}
          onClose={() => {
            setAsking(undefined)
            setFailure(undefined)
          }}
          onSubmit={(reason, until) => void submit(asking, reason, until)}
        />
      )}
    </Drawer>
  )
}

function DecisionDialog({
  decision,
  failure,
  onClose,
  onSubmit,
}: {
  readonly decision: Decision
  readonly failure: Failure | undefined
  readonly onClose: () => void
  readonly onSubmit: (reason: string, until: string | null) => void
}) {
  const words = useWords()
  const t = words.findings
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <Dialog
      title={t.dialog[decision]}
      submit={t.save[decision]}
      failure={failure}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (reason.trim() === '') return
        onSubmit(
          reason.trim(),
          decision === 'accepted' && until !== '' ? new Date(`${until}T23:59:59`).toISOString() : null,
        )
      }}
    >
      <TextArea
        label={t.reason}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        error={tried && reason.trim() === '' ? words.form.required : undefined}
        data-autofocus
      />
      {decision === 'accepted' && (
        <TextField
          type="date"
          label={`${t.untilLabel} (${words.form.optional})`}
          value={until}
          onChange={(e) => setUntil(e.target.value)}
        />
      )}
    </Dialog>
  )
}
