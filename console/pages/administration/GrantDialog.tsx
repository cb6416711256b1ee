import { useState } from 'react'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { SelectField, TextArea, TextField } from '../../parts/Form.tsx'
import { say } from '../../session/say.ts'
import { type AccountRow, CreateGrant } from './queries.ts'

/** Grants one account a system or a dataset, with a reason and an end. */
export function GrantDialog({ account, onClose }: { readonly account: AccountRow; readonly onClose: () => void }) {
  const words = useWords()
  const t = words.accounts
  const grant = useChange(CreateGrant, 'createGrant')
  const [what, setWhat] = useState<'dataset' | 'system'>('dataset')
  const [id, setId] = useState('')
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const required = (value: string) => (tried && value.trim() === '' ? words.form.required : undefined)
  return (
    <Dialog
      title={t.grantTitle(account.displayName)}
      submit={t.grantSubmit}
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        setTried(true)
        if (id.trim() === '' || reason.trim() === '' || until === '') return
        const answer = await grant({
          accountId: account.id,
          datasetId: what === 'dataset' ? id.trim() : null,
          systemId: what === 'system' ? id.trim() : null,
          reason: reason.trim(),
          until: new Date(`${until}T23:59:59`).toISOString(),
        })
        if (!answer.ok) return setFailure(answer.failure)
        say(t.granted)
        onClose()
      }}
    >
      <SelectField
        label={t.grantWhat}
        value={what}
        onChange={(v) => setWhat(v === 'system' ? 'system' : 'dataset')}
        options={[
          { value: 'dataset', label: t.grantDataset },
          { value: 'system', label: t.grantSystem },
        ]}
      />
      <TextField label={t.grantId} value={id} onChange={(e) => setId(e.target.value)} error={required(id)} />
      <TextArea
        label={t.grantReason}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        error={required(reason)}
      />
      <TextField
        label={t.grantUntil}
        type="date"
        value={until}
        onChange={(e) => setUntil(e.target.value)}
        error={required(until)}
      />
    </Dialog>
  )
}
