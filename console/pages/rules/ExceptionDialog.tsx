import { useState } from 'react'
import { dateTime, parseLocal, toLocal } from '../../format/time.ts'
import { useAsk, useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Dialog } from '../../parts/Dialog.tsx'
import { Choice, SelectField, TextArea, TextField } from '../../parts/Form.tsx'
import type { FlatField } from '../../parts/fields.ts'
import { useMe } from '../../session/me.ts'
import { say } from '../../session/say.ts'
import { useSettings } from '../../session/settings.ts'
import { ExceptionPreview } from './ExceptionPreview.tsx'
import { candidates, has, toggle } from './exceptionClauses.ts'
import { CreateException, ExceptionUnitsQuery } from './exceptionQueries.ts'

const DAYS = { d1: 1, d7: 7, d30: 30, d90: 90 } as const
const UNTIL = ['d1', 'd7', 'd30', 'd90', 'custom'] as const
type Until = (typeof UNTIL)[number]

/**
 * Makes an exception to a rule: which events, until when, on what grounds. From an event its fields are offered as
 * clauses; before it is made it tells what it would have kept back.
 */
export function ExceptionDialog({
  rule,
  entity,
  fields = [],
  unitId,
  like,
  onDone,
  onClose,
}: {
  readonly rule: { readonly id: string; readonly title: string; readonly titleZh: string }
  /** `field:value` of the signal that gave rise to it. */
  readonly entity?: string | undefined
  /** The fields of the event that gave rise to it. */
  readonly fields?: readonly FlatField[]
  readonly unitId?: string | undefined
  /** One that it is to be like. */
  readonly like?: { readonly query: string; readonly reason: string } | undefined
  readonly onDone?: () => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const t = words.exceptions
  const both = useBoth()
  const me = useMe()
  const { language } = useSettings()
  const create = useChange(CreateException, 'createException')
  const units = useAsk(ExceptionUnitsQuery, {})
  const clauses = candidates(entity, fields)
  const [query, setQuery] = useState(
    () => like?.query ?? clauses.filter((c) => c.chosen).reduce((q, c) => toggle(q, c.clause), ''),
  )
  const [reason, setReason] = useState(like?.reason ?? '')
  const [until, setUntil] = useState<Until>('d7')
  const [now] = useState(Date.now)
  const [at, setAt] = useState(() => toLocal(now + 86_400_000))
  const [unit, setUnit] = useState(unitId ?? me.unit.id)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()

  const end = until === 'custom' ? parseLocal(at) : now + DAYS[until] * 86_400_000
  const endError = end === undefined ? words.time.bad : end <= Date.now() ? t.past : undefined
  const title = both(rule.titleZh, rule.title)
  const known = units.data?.units ?? [{ id: me.unit.id, name: me.unit.name }]
  return (
    <Dialog
      title={t.title(title)}
      submit={t.submit}
      failure={failure}
      onClose={onClose}
      size={560}
      onSubmit={async () => {
        setTried(true)
        if (busy || query.trim() === '' || reason.trim() === '' || end === undefined || endError !== undefined) return
        setBusy(true)
        const answer = await create({
          ruleId: rule.id,
          query: query.trim(),
          reason: reason.trim(),
          until: new Date(end).toISOString(),
          unitId: unit,
        })
        setBusy(false)
        if (!answer.ok) return setFailure(answer.failure)
        say(t.created(title))
        onDone?.()
        onClose()
      }}
    >
      <p>{t.text}</p>
      <TextArea
        label={t.query}
        hint={t.queryHint}
        className="sd-input sd-mono"
        value={query}
        spellCheck={false}
        rows={2}
        onChange={(e) => setQuery(e.target.value)}
        error={tried && query.trim() === '' ? words.form.required : undefined}
        data-autofocus
      />
      {clauses.length > 0 && (
        <fieldset className="sd-checks sd-clause-choice">
          <legend>{t.from}</legend>
          <p className="sd-field-hint">{t.fromHint}</p>
          {clauses.map((c) => (
            <label key={c.clause}>
              <input
                type="checkbox"
                checked={has(query, c.clause)}
                onChange={() => setQuery(toggle(query, c.clause))}
              />
              <code>{c.clause}</code>
            </label>
          ))}
        </fieldset>
      )}
      <ExceptionPreview ruleId={rule.id} query={query.trim()} unitId={unit} />
      <Choice<Until>
        label={t.until}
        value={until}
        onChange={setUntil}
        options={UNTIL.map((u) => ({ value: u, label: t.untilIn[u] }))}
      />
      {until === 'custom' ? (
        <TextField
          label={t.untilAt}
          value={at}
          onChange={(e) => setAt(e.target.value)}
          error={tried ? endError : undefined}
        />
      ) : (
        <p className="sd-2 sd-small">{t.untilShown(dateTime(end ?? now, language))}</p>
      )}
      <SelectField
        label={t.unit}
        hint={t.unitHint}
        value={unit}
        onChange={setUnit}
        options={known.map((u) => ({ value: u.id, label: u.name }))}
      />
      <TextArea
        label={t.reason}
        hint={t.reasonHint}
        rows={2}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        error={tried && reason.trim() === '' ? words.form.required : undefined}
      />
    </Dialog>
  )
}
