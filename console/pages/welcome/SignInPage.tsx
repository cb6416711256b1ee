import { type KeyboardEvent, useRef, useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { dateTime } from '../../format/time.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { signIn } from '../../graphql/auth.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button, Strip } from '../../parts/basic.tsx'
import { ErrorSummary, TextField } from '../../parts/Form.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { useSettings } from '../../session/settings.ts'
import { Welcome } from './Welcome.tsx'

/** Signing in. Nothing about the estate; wrong name and wrong password read alike; a lockout says when it ends. */
export function SignInPage() {
  const words = useWords()
  const t = words.signIn
  const { language } = useSettings()
  const { values } = useAddress()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [caps, setCaps] = useState(false)
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const busy = useRef(false)

  const errors = [
    ...(name.trim() === '' ? [{ id: 'name', text: t.needName }] : []),
    ...(password === '' ? [{ id: 'password', text: t.needPassword }] : []),
  ]
  const submit = async () => {
    setTried(true)
    if (errors.length > 0 || busy.current) return
    busy.current = true
    const answer = await signIn(name.trim(), password)
    busy.current = false
    // A full load, so that nothing of another session stays in memory.
    if (answer.ok) return location.assign(values.to ?? '/')
    setFailure({
      code: answer.code,
      message:
        answer.code === 'ACC-001'
          ? t.wrong
          : answer.code === 'ACC-002'
            ? t.locked(answer.details.until === undefined ? '…' : dateTime(answer.details.until, language))
            : answer.message,
      problems: [],
    })
  }
  const watchCaps = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'))
  return (
    <Welcome title={t.submit}>
      <form
        className="sd-welcome-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <h1>{t.title}</h1>
        {values.after === 'set-up' && <Strip tone="news">{t.after}</Strip>}
        {tried && errors.length > 0 && <ErrorSummary errors={errors} />}
        <InlineFailure failure={failure} />
        <TextField
          id="name"
          label={t.name}
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={tried && name.trim() === '' ? t.needName : undefined}
        />
        <TextField
          id="password"
          label={t.password}
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          value={password}
          onChange={(e) => setPassword(e.target.value)}
          onKeyDown={watchCaps}
          onKeyUp={watchCaps}
          error={tried && password === '' ? t.needPassword : undefined}
          aside={
            <Button kind="link" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? words.form.hide : words.form.show}
            </Button>
          }
        />
        <div role="status">
          {caps && (
            <p className="sd-caps">
              <Icon name="warning" size={14} />
              {t.capsLock}
            </p>
          )}
        </div>
        <Button kind="primary" type="submit">
          {t.submit}
        </Button>
        <p className="sd-welcome-note">{t.note}</p>
      </form>
    </Welcome>
  )
}
