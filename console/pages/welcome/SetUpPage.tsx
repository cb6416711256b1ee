import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useAsk } from '../../graphql/ask.ts'
import { setUpAccount } from '../../graphql/auth.ts'
import type { Failure } from '../../graphql/failure.ts'
import { graphql } from '../../graphql/graphql.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { TextField } from '../../parts/Form.tsx'
import { Empty, Failed, InlineFailure, Loading } from '../../parts/States.tsx'
import { Welcome } from './Welcome.tsx'

const SetupQuery = graphql(`
  query Setup($token: String) { setup(token: $token) { complete link { name displayName role } } me { id role } }
`)

const LEAST = 12

/** The page of a one-time link: who it is for, a name and a password. */
export function SetUpPage() {
  const words = useWords()
  const t = words.setUp
  const { token } = useParams({ from: '/set-up/$token' })
  const asked = useAsk(SetupQuery, { token })
  const link = asked.data?.setup.link
  return (
    <Welcome title={t.title}>
      {asked.failure !== undefined ? (
        <div className="sd-welcome-form">
          <h1>{t.title}</h1>
          <Failed failure={asked.failure} onRetry={asked.reload} />
        </div>
      ) : asked.data === undefined ? (
        <div className="sd-welcome-form">
          <h1>{t.title}</h1>
          <Loading what={t.title} rows={0} />
        </div>
      ) : link === null || link === undefined ? (
        <div className="sd-welcome-form">
          <h1>{t.title}</h1>
          <Empty>{t.gone}</Empty>
          <p className="sd-2">{t.goneNext}</p>
        </div>
      ) : (
        <AccountForm token={token} link={link} />
      )}
    </Welcome>
  )
}

function AccountForm({
  token,
  link,
}: {
  readonly token: string
  readonly link: {
    readonly name: string
    readonly displayName: string
    readonly role: keyof ReturnType<typeof useWords>['role']
  }
}) {
  const words = useWords()
  const t = words.setUp
  const [name, setName] = useState(link.name)
  const [displayName, setDisplayName] = useState(link.displayName)
  const [password, setPassword] = useState('')
  const [repeat, setRepeat] = useState('')
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  // Who is invited to one of the three offices chooses his name; an account that somebody created has one.
  const chosen = link.name === ''
  const first = chosen && link.role === 'system_admin'
  const short = [...password].length < LEAST
  const required = (value: string) => (tried && value.trim() === '' ? words.form.required : undefined)
  const submit = async () => {
    setTried(true)
    if (name.trim() === '' || displayName.trim() === '' || short || password !== repeat) return
    const answer = await setUpAccount({ token, password, name: name.trim(), displayName: displayName.trim() })
    if (answer.ok) {
      const to = first ? `&to=${encodeURIComponent('/set-up/city')}` : ''
      return location.assign(`/sign-in?after=set-up${to}`)
    }
    setFailure({ code: answer.code, message: answer.message, problems: [] })
  }
  return (
    <form
      className="sd-welcome-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {first && <Steps at="account" />}
      <h1>{t.title}</h1>
      <p className="sd-welcome-note">{t.intro(words.role[link.role])}</p>
      <InlineFailure failure={failure} />
      <TextField
        label={t.name}
        hint={chosen ? t.nameHint : undefined}
        readOnly={!chosen}
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        value={name}
        onChange={(e) => setName(e.target.value)}
        error={required(name)}
      />
      <TextField
        label={t.displayName}
        autoComplete="name"
        value={displayName}
        onChange={(e) => setDisplayName(e.target.value)}
        error={required(displayName)}
      />
      <TextField
        label={t.password}
        hint={t.passwordHint}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(e) => setPassword(e.target.value)}
        error={tried && short ? t.passwordHint : undefined}
      />
      <TextField
        label={t.repeat}
        type="password"
        autoComplete="new-password"
        value={repeat}
        onChange={(e) => setRepeat(e.target.value)}
        error={tried && password !== repeat ? t.differ : undefined}
      />
      <Button kind="primary" type="submit">
        {t.submit}
      </Button>
    </form>
  )
}

/** Where one is in the first set-up. */
export function Steps({ at }: { readonly at: 'account' | 'city' | 'source' }) {
  const t = useWords().setUp
  return (
    <ol className="sd-steps" aria-label={t.steps}>
      <li aria-current={at === 'account' ? 'step' : undefined}>1 {t.stepAccount}</li>
      <li aria-current={at === 'city' ? 'step' : undefined}>2 {t.stepCity}</li>
      <li aria-current={at === 'source' ? 'step' : undefined}>3 {t.stepSource}</li>
    </ol>
  )
}
