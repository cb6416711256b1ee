import { useState } from 'react'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { CopyButton } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { SelectField, TextField } from '../../parts/Form.tsx'
import type { Me } from '../../session/me.ts'
import { say } from '../../session/say.ts'
import { CreateAccount, type UnitRow } from './queries.ts'

const ROLES: readonly Me['role'][] = [
  'analyst',
  'compliance_officer',
  'unit_user',
  'contractor',
  'system_admin',
  'security_admin',
  'audit_admin',
]

/** Creates an account; the person sets the password by a link that is shown once. */
export function CreateAccountDialog({
  units,
  onCreated,
  onClose,
}: {
  readonly units: readonly UnitRow[]
  readonly onCreated: () => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const t = words.accounts
  const create = useChange(CreateAccount, 'createAccount')
  const [name, setName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [role, setRole] = useState<Me['role']>('analyst')
  const [unitId, setUnitId] = useState('')
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const [link, setLink] = useState<string | undefined>()
  const required = (value: string) => (tried && value.trim() === '' ? words.form.required : undefined)
  if (link !== undefined)
    return (
      <Dialog title={t.created(name)} onClose={onClose} size={520}>
        <p>{t.linkHint}</p>
        <div className="sd-secret">
          <span>{t.link}</span>
          <code>{link}</code>
          <CopyButton kind="default" text={link}>
            {t.copyLink}
          </CopyButton>
        </div>
      </Dialog>
    )
  return (
    <Dialog
      title={t.createTitle}
      submit={t.submit}
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        setTried(true)
        if (name.trim() === '' || displayName.trim() === '') return
        const answer = await create({
          name: name.trim(),
          displayName: displayName.trim(),
          role,
          unitId: unitId === '' ? null : unitId,
        })
        if (!answer.ok) return setFailure(answer.failure)
        say(t.created(name.trim()))
        setLink(answer.value.link)
        onCreated()
      }}
    >
      <TextField
        label={t.name}
        value={name}
        autoComplete="off"
        onChange={(e) => setName(e.target.value)}
        error={required(name)}
        data-autofocus
      />
      <TextField
        label={t.displayName}
        value={displayName}
        autoComplete="off"
        onChange={(e) => setDisplayName(e.target.value)}
        error={required(displayName)}
      />
      <SelectField
        label={t.role}
        value={role}
        onChange={(v) => setRole(ROLES.find((r) => r === v) ?? 'analyst')}
        options={ROLES.map((r) => ({ value: r, label: words.role[r] }))}
      />
      <SelectField
        label={t.unit}
        value={unitId}
        onChange={setUnitId}
        options={[
          { value: '', label: t.rootUnit },
          ...units.filter((u) => u.parentId !== null).map((u) => ({ value: u.id, label: u.name })),
        ]}
      />
    </Dialog>
  )
}
