import { useState } from 'react'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { say } from '../../session/say.ts'
import { RemoveRuleFile } from './ruleFileQueries.ts'

/** Takes an imported file of rules away, after saying what goes with it. */
export function RemoveFileDialog({
  name,
  onDone,
  onClose,
}: {
  readonly name: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const t = useWords().ruleFile
  const remove = useChange(RemoveRuleFile, 'removeRuleFile')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  return (
    <Dialog
      title={t.removeTitle}
      submit={t.remove}
      danger
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        if (busy) return
        setBusy(true)
        const answer = await remove({ name })
        setBusy(false)
        if (!answer.ok) return setFailure(answer.failure)
        say(t.removed(name))
        onDone()
      }}
    >
      <p className="sd-mono sd-wrap">{name}</p>
      <p>{t.removeText}</p>
    </Dialog>
  )
}
