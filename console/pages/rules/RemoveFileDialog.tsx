import { useState } from 'react'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { SelectField } from '../../parts/Form.tsx'
import { say } from '../../session/say.ts'
import { RemoveRuleFile } from './ruleFileQueries.ts'

/** Takes an imported file of rules away, or a folder that it stands in, after saying what goes with it. */
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
  const [what, setWhat] = useState(name)
  const folders = foldersOf(name)
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
        const answer = await remove({ name: what })
        setBusy(false)
        if (!answer.ok) return setFailure(answer.failure)
        say(t.removed(what))
        onDone()
      }}
    >
      {folders.length === 0 ? (
        <p className="sd-mono sd-wrap">{name}</p>
      ) : (
        <SelectField
          label={t.removeWhat}
          value={what}
          onChange={setWhat}
          options={[{ value: name, label: name }, ...folders.map((f) => ({ value: f, label: t.allOf(f) }))]}
        />
      )}
      <p>{t.removeText}</p>
    </Dialog>
  )
}

/** The folders that a file stands in, the innermost first: `a/b/`, `a/`. */
function foldersOf(name: string): readonly string[] {
  const parts = name.split('/').slice(0, -1)
  return parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/')}/`)
}
