import { type ReactNode, useRef, useState } from 'react'
import type { StatusName } from '../../glyphs/Status.tsx'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button, Strip } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { TextArea } from '../../parts/Form.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { useMe } from '../../session/me.ts'
import { alarm, say } from '../../session/say.ts'
import { Assign, type IncidentDetail, Transition } from './queries.ts'

type Handled = Pick<IncidentDetail, 'number' | 'version' | 'status' | 'assignee' | 'allowedTransitions' | 'canAssign'>

export interface IncidentActions {
  readonly assignTo: (person: { id: string; displayName: string } | null) => void
  readonly assignMe: () => void
  readonly moveTo: (to: StatusName) => void
  readonly canMarkFalse: boolean
  /** Takes note of a version that came from one's own change, before the page was loaded anew. */
  readonly changedTo: (version: number) => void
  /** The menu that is open, so that keys can open it too. */
  readonly menu: 'status' | 'assign' | undefined
  readonly openMenu: (menu: 'status' | 'assign' | undefined) => void
  /** Dialogs and what went wrong. */
  readonly parts: ReactNode
}

interface Attempt {
  readonly failure: Failure
  readonly conflict: boolean
  readonly again: (version: number) => void
}

/** What a person may do with one incident: assign it, move it on, with a reason where one is due. */
export function useIncidentActions(incident: Handled | undefined, onChanged: () => void): IncidentActions {
  const words = useWords()
  const me = useMe()
  const assign = useChange(Assign, 'assignIncident')
  const transition = useChange(Transition, 'transitionIncident')
  const [menu, openMenu] = useState<'status' | 'assign' | undefined>()
  const [asking, setAsking] = useState<StatusName | undefined>()
  const [attempt, setAttempt] = useState<Attempt | undefined>()
  const own = useRef({ number: '', version: 0 })
  // One's own change is no conflict: where it was the very next version, nobody else came in between.
  const changedTo = (version: number) => {
    if (incident !== undefined && version === now() + 1) own.current = { number: incident.number, version }
  }
  const now = () => {
    const mine = own.current.number === incident?.number ? own.current.version : 0
    return Math.max(mine, incident?.version ?? 0)
  }

  const doAssign = async (person: { id: string; displayName: string } | null, version: number) => {
    if (incident === undefined) return
    const answer = await assign({ number: incident.number, accountId: person?.id ?? null, version })
    if (answer.ok) {
      setAttempt(undefined)
      changedTo(answer.value.version)
      say(person === null ? words.incident.done.unassigned : words.incident.done.assigned(person.displayName))
    } else {
      if (answer.kind === 'Conflict') alarm(words.conflict.title)
      setAttempt({
        failure: answer.failure,
        conflict: answer.kind === 'Conflict',
        again: (v) => void doAssign(person, v),
      })
    }
    onChanged()
  }

  const doMove = async (to: StatusName, reason: string, version: number): Promise<boolean> => {
    if (incident === undefined) return false
    const answer = await transition({ number: incident.number, to, reason: reason === '' ? null : reason, version })
    if (answer.ok) {
      setAttempt(undefined)
      changedTo(answer.value.version)
      say(words.incident.done.status(words.status[to]))
      onChanged()
      return true
    }
    if (answer.kind === 'Conflict') alarm(words.conflict.title)
    setAttempt({
      failure: answer.failure,
      conflict: answer.kind === 'Conflict',
      again: (v) => void doMove(to, reason, v),
    })
    if (answer.kind === 'Conflict') {
      onChanged()
      return true
    }
    return false
  }

  return {
    assignTo: (person) => incident !== undefined && void doAssign(person, now()),
    assignMe: () => incident?.canAssign === true && void doAssign({ id: me.id, displayName: me.displayName }, now()),
    moveTo: (to) => {
      if (incident === undefined || !incident.allowedTransitions.includes(to)) return
      setAttempt(undefined)
      // Final words want a reason; steps on the way do not hold a person up.
      if (to === 'false_positive' || to === 'closed' || to === 'resolved') setAsking(to)
      else void doMove(to, '', now())
    },
    canMarkFalse: incident?.allowedTransitions.includes('false_positive') ?? false,
    changedTo,
    menu,
    openMenu,
    parts: (
      <>
        {asking !== undefined && incident !== undefined && (
          <ReasonDialog
            to={asking}
            failure={attempt?.conflict === false ? attempt.failure : undefined}
            onClose={() => {
              setAsking(undefined)
              setAttempt(undefined)
            }}
            onSubmit={async (reason) => {
              if (await doMove(asking, reason, now())) setAsking(undefined)
            }}
          />
        )}
        {attempt?.conflict === true && incident !== undefined && (
          <Strip
            tone="conflict"
            icon="warning"
            action={
              <span className="sd-row-of-buttons">
                <Button onClick={() => setAttempt(undefined)}>{words.conflict.theirs}</Button>
                <Button onClick={() => attempt.again(now())}>{words.conflict.mine}</Button>
              </span>
            }
          >
            <b>{words.conflict.title}</b> {words.conflict.next} <code>{attempt.failure.code}</code>
          </Strip>
        )}
        {attempt?.conflict === false && asking === undefined && <InlineFailure failure={attempt.failure} />}
      </>
    ),
  }
}

function ReasonDialog({
  to,
  failure,
  onClose,
  onSubmit,
}: {
  readonly to: StatusName
  readonly failure: Failure | undefined
  readonly onClose: () => void
  readonly onSubmit: (reason: string) => Promise<void>
}) {
  const words = useWords()
  const t = words.incident
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const falsePositive = to === 'false_positive'
  const missing = falsePositive && reason.trim() === ''
  return (
    <Dialog
      title={falsePositive ? t.dialogFalse : t.dialog(words.status[to])}
      submit={falsePositive ? t.markFalse : t.saveStatus(words.status[to])}
      failure={failure}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (!missing) void onSubmit(reason.trim())
      }}
    >
      {falsePositive && <p>{t.dialogFalseText}</p>}
      <TextArea
        label={falsePositive ? t.reasonFalse : `${t.reasonOther} (${words.form.optional})`}
        hint={falsePositive ? t.reasonFalseHint : undefined}
        error={tried && missing ? words.form.required : undefined}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        data-autofocus
      />
    </Dialog>
  )
}
