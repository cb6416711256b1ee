import { useEffect, useState } from 'react'
import { count } from '../../format/number.ts'
import { useAsk, useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { graphql } from '../../graphql/graphql.ts'
import { useWords } from '../../messages/index.ts'
import { Button, CopyButton } from '../../parts/basic.tsx'
import { Choice, TextField } from '../../parts/Form.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { CreateKey } from '../administration/queries.ts'
import { configuration, type Sender } from './configuration.ts'
import { Guarded } from './Guarded.tsx'
import { Steps } from './SetUpPage.tsx'

const ReceivedQuery = graphql(`
  query Received { collectors { id kind address received } }
`)

/** Third step of the first set-up: a key, the configuration of a sender, and the wait for the first event. */
export function SourcePage() {
  const t = useWords().setUp
  return (
    <Guarded title={t.sourceTitle}>
      <SourceForm />
    </Guarded>
  )
}

function SourceForm() {
  const words = useWords()
  const t = words.setUp
  const create = useChange(CreateKey, 'createKey')
  const [name, setName] = useState(t.keyNameDefault)
  const [secret, setSecret] = useState<string | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  const [sender, setSender] = useState<Sender>('curl')
  const [address, setAddress] = useState(`${location.protocol}//${location.hostname}:8471`)
  const received = useAsk(ReceivedQuery, {}, { pause: secret === undefined })
  const { reload } = received
  useEffect(() => {
    if (secret === undefined) return
    const timer = setInterval(reload, 3000)
    return () => clearInterval(timer)
  }, [secret, reload])
  const total = received.data?.collectors.reduce((sum, c) => sum + c.received, 0) ?? 0
  const text = secret === undefined ? '' : configuration(sender, address, secret)
  return (
    <div className="sd-welcome-form" data-wide>
      <Steps at="source" />
      <h1>{t.sourceTitle}</h1>
      <p className="sd-welcome-note">{t.sourceIntro}</p>
      {secret === undefined ? (
        <form
          noValidate
          className="sd-dialog-body"
          onSubmit={async (event) => {
            event.preventDefault()
            const answer = await create({
              name: name.trim() === '' ? t.keyNameDefault : name.trim(),
              unitId: null,
              systemId: null,
              scopes: ['ingest'],
            })
            if (answer.ok) setSecret(answer.value.secret)
            else setFailure(answer.failure)
          }}
        >
          <TextField label={t.keyName} value={name} onChange={(e) => setName(e.target.value)} />
          <InlineFailure failure={failure} />
          <Button kind="primary" type="submit">
            {t.createKey}
          </Button>
        </form>
      ) : (
        <>
          <div className="sd-secret">
            <span>{t.secret}</span>
            <code>{secret}</code>
            <CopyButton kind="default" text={secret}>
              {words.keys.copySecret}
            </CopyButton>
          </div>
          <TextField label={t.host} value={address} onChange={(e) => setAddress(e.target.value)} />
          <Choice<Sender>
            label={t.configKind}
            value={sender}
            onChange={setSender}
            options={[
              { value: 'curl', label: t.curl },
              { value: 'rsyslog', label: t.rsyslog },
              { value: 'filebeat', label: t.filebeat },
            ]}
          />
          <div>
            <div className="sd-section-head">
              <h2>{t.config}</h2>
              <CopyButton text={text}>{words.form.copy}</CopyButton>
            </div>
            <pre className="sd-code">{text}</pre>
          </div>
          <p role="status">{total === 0 ? t.waiting : t.arrived(count(total))}</p>
        </>
      )}
      <a className="sd-button sd-button-default" href="/">
        {t.finish}
      </a>
    </div>
  )
}
