import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { day } from '../../format/time.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page } from '../../frame/Page.tsx'
import { useAsk, useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button, CopyButton, Time } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { SelectField, TextField } from '../../parts/Form.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { Empty } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useMe } from '../../session/me.ts'
import { say } from '../../session/say.ts'
import { CreateKey, type KeyRow, KeysQuery, RevokeKey } from './queries.ts'

const SCOPES = ['ingest', 'findings', 'read'] as const

/** API keys: what each may do, for which unit; a new secret is shown once. */
function KeysPage() {
  const words = useWords()
  const t = words.keys
  const { dropped } = useAddress()
  const asked = useAsk(KeysQuery, {})
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<KeyRow | undefined>()
  const rows = asked.data?.keys ?? []
  const units = asked.data?.units ?? []
  const unitName = (id: string) => units.find((u) => u.id === id)?.name ?? id
  const scopeNames = (r: KeyRow) => r.scopes.map((s) => t.scopes[s as keyof typeof t.scopes] ?? s).join('、')
  const revoke = (r: KeyRow) =>
    r.revokedAt === null ? (
      <Button kind="link" aria-label={t.revokeTitle(r.name)} onClick={() => setRevoking(r)}>
        {t.revoke}
      </Button>
    ) : null
  const columns: readonly Column<KeyRow>[] = [
    { id: 'name', head: t.columns.name, width: 'minmax(0, 1fr)', cell: (r) => r.name },
    { id: 'scopes', head: t.columns.scopes, width: 'minmax(0, 1fr)', cell: scopeNames },
    {
      id: 'unit',
      head: t.columns.unit,
      width: 'minmax(0, 1fr)',
      cell: (r) => `${unitName(r.unitId)}${r.systemId === null ? '' : ` · ${r.systemId}`}`,
    },
    { id: 'created', head: t.columns.created, width: '110px', cell: (r) => <Time at={r.createdAt} as={day} /> },
    {
      id: 'state',
      head: t.columns.state,
      width: '90px',
      cell: (r) => (r.revokedAt === null ? t.state.active : <span className="sd-2">{t.state.revoked}</span>),
    },
    { id: 'revoke', head: <span className="sd-hidden">{t.revoke}</span>, width: '90px', end: true, cell: revoke },
  ]
  return (
    <Page
      title={t.title}
      dropped={dropped}
      tools={<Button onClick={() => setCreating(true)}>{t.create}</Button>}
      foot={<Foot />}
    >
      <Table
        label={t.table}
        rows={rows}
        rowKey={(r) => r.id}
        columns={columns}
        muted={(r) => r.revokedAt !== null}
        card={(r) => (
          <>
            <div className="sd-card-line">
              <span className="sd-cut">{r.name}</span>
              {revoke(r)}
            </div>
            <div className="sd-card-line sd-2 sd-small">
              <span className="sd-cut">
                {scopeNames(r)} · {unitName(r.unitId)}
              </span>
            </div>
          </>
        )}
        instead={useListBody({
          what: t.title,
          rows: rows.length,
          first: asked.data === undefined,
          failure: asked.failure,
          reload: asked.reload,
          empty: <Empty>{t.empty}</Empty>,
        })}
      />
      {creating && <CreateKeyDialog units={units} onCreated={asked.reload} onClose={() => setCreating(false)} />}
      {revoking !== undefined && (
        <RevokeDialog of={revoking} onDone={asked.reload} onClose={() => setRevoking(undefined)} />
      )}
    </Page>
  )
}

function RevokeDialog({
  of,
  onDone,
  onClose,
}: {
  readonly of: KeyRow
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const t = useWords().keys
  const revoke = useChange(RevokeKey, 'revokeKey')
  const [failure, setFailure] = useState<Failure | undefined>()
  return (
    <Dialog
      title={t.revokeTitle(of.name)}
      submit={t.revoke}
      danger
      failure={failure}
      onClose={onClose}
      onSubmit={async () => {
        const answer = await revoke({ id: of.id })
        if (!answer.ok) return setFailure(answer.failure)
        say(t.revoked(of.name))
        onDone()
        onClose()
      }}
    >
      <p>{t.revokeText}</p>
    </Dialog>
  )
}

function CreateKeyDialog({
  units,
  onCreated,
  onClose,
}: {
  readonly units: readonly { readonly id: string; readonly name: string }[]
  readonly onCreated: () => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const t = words.keys
  const create = useChange(CreateKey, 'createKey')
  const mayRead = useMe().pages.includes('events')
  const [name, setName] = useState('')
  const [unitId, setUnitId] = useState('')
  const [systemId, setSystemId] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(['ingest']))
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const [secret, setSecret] = useState<string | undefined>()
  if (secret !== undefined)
    return (
      <Dialog title={t.created(name)} onClose={onClose} size={520}>
        <p>{t.secretHint}</p>
        <div className="sd-secret">
          <span>{t.secret}</span>
          <code>{secret}</code>
          <CopyButton kind="default" text={secret}>
            {t.copySecret}
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
        if (name.trim() === '' || scopes.size === 0) return
        const answer = await create({
          name: name.trim(),
          unitId: unitId === '' ? null : unitId,
          systemId: systemId.trim() === '' ? null : systemId.trim(),
          scopes: [...scopes],
        })
        if (!answer.ok) return setFailure(answer.failure)
        say(t.created(name.trim()))
        setSecret(answer.value.secret)
        onCreated()
      }}
    >
      <TextField
        label={t.name}
        value={name}
        onChange={(e) => setName(e.target.value)}
        error={tried && name.trim() === '' ? words.form.required : undefined}
        data-autofocus
      />
      <fieldset className="sd-checks">
        <legend>{t.scopesLabel}</legend>
        {SCOPES.map((s) => (
          <label key={s}>
            <input
              type="checkbox"
              checked={scopes.has(s)}
              disabled={s === 'read' && !mayRead}
              aria-describedby={s === 'read' && !mayRead ? 'read-elsewhere' : undefined}
              onChange={() => {
                const next = new Set(scopes)
                if (!next.delete(s)) next.add(s)
                setScopes(next)
              }}
            />
            {t.scopes[s]}
          </label>
        ))}
        {!mayRead && (
          <p id="read-elsewhere" className="sd-field-hint">
            {t.readElsewhere}
          </p>
        )}
        {tried && scopes.size === 0 && <p className="sd-field-error">{t.needScope}</p>}
      </fieldset>
      <SelectField
        label={t.unit}
        value={unitId}
        onChange={setUnitId}
        options={[
          { value: '', label: words.accounts.rootUnit },
          ...units.filter((u) => u.id !== 'root').map((u) => ({ value: u.id, label: u.name })),
        ]}
      />
      <TextField
        label={`${t.system} (${words.form.optional})`}
        value={systemId}
        onChange={(e) => setSystemId(e.target.value)}
      />
    </Dialog>
  )
}

/** API keys, for those whose policy names them. */
export function AllowedKeysPage() {
  return (
    <Allowed page="keys">
      <KeysPage />
    </Allowed>
  )
}
