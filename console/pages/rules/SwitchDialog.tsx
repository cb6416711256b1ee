import { useState } from 'react'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { TextArea } from '../../parts/Form.tsx'
import { say } from '../../session/say.ts'
import { SwitchRule } from './queries.ts'

/** Switches a rule on or off; it wants a reason, and says what follows. */
export function SwitchDialog({
  rule,
  onDone,
  onClose,
}: {
  readonly rule: { readonly id: string; readonly title: string; readonly titleZh: string; readonly enabled: boolean }
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const t = words.rule
  const both = useBoth()
  const change = useChange(SwitchRule, 'switchRule')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const on = !rule.enabled
  const title = both(rule.titleZh, rule.title)
  return (
    <Dialog
      title={on ? t.switchOnTitle(title) : t.switchOffTitle(title)}
      submit={on ? t.switchOn : t.switchOff}
      danger={!on}
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        setTried(true)
        if (reason.trim() === '') return
        const answer = await change({ id: rule.id, on, reason: reason.trim() })
        if (!answer.ok) return setFailure(answer.failure)
        say(on ? t.switchedOn : t.switchedOff)
        onDone()
        onClose()
      }}
    >
      <p>{on ? t.switchOnText : t.switchOffText}</p>
      <TextArea
        label={t.reason}
        hint={t.reasonHint}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        error={tried && reason.trim() === '' ? words.form.required : undefined}
        data-autofocus
      />
    </Dialog>
  )
}
