import { useEffect, useRef, useState } from 'react'
import { count } from '../../format/number.ts'
import { proposedResult, RESULTS, Result, ResultGlyph, type ResultName } from '../../glyphs/Result.tsx'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Strip, Time } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Drawer, Section } from '../../parts/Drawer.tsx'
import { TextArea } from '../../parts/Form.tsx'
import { Go } from '../../parts/Go.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { useMe } from '../../session/me.ts'
import { say } from '../../session/say.ts'
import { EvidenceRows } from './EvidenceRows.tsx'
import {
  AcceptProposal,
  type ChecklistRow,
  type ChecklistSystem,
  OverrideProposal,
  RunCheck,
  SetResult,
} from './queries.ts'
import { questionOf } from './question.ts'
import { waits } from './sections.ts'

type Asking = { readonly how: 'write' | 'override'; readonly value: ResultName | undefined }

/** One item with its evidence: what the check found and on which rows, the current result, what people decided before. */
export function ItemDrawer({
  system,
  row,
  asking: key,
  onAsked,
  onClose,
  onChanged,
}: {
  readonly system: ChecklistSystem
  readonly row: ChecklistRow
  /** A value chosen by key, to be written with its reason. */
  readonly asking: ResultName | undefined
  readonly onAsked: () => void
  readonly onClose: () => void
  readonly onChanged: () => void
}) {
  const words = useWords()
  const t = words.checklist
  const both = useBoth()
  const me = useMe()
  const { item, proposal, result } = row
  const [asking, setAsking] = useState<Asking | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  const [conflict, setConflict] = useState(false)
  const accept = useChange(AcceptProposal, 'acceptProposal')
  const override = useChange(OverrideProposal, 'overrideProposal')
  const set = useChange(SetResult, 'setResult')
  const run = useChange(RunCheck, 'runCheck')
  useEffect(() => {
    if (key === undefined) return
    setAsking({ how: proposal !== null ? 'override' : 'write', value: key })
    onAsked()
  }, [key, proposal, onAsked])

  // What one changed oneself is no conflict, also before the list was loaded anew.
  const own = useRef(0)
  const settle = (
    answer: { ok: true; value: { version: number } } | { ok: false; kind: string; failure: Failure },
    done: string,
  ) => {
    if (answer.ok) {
      if (answer.value.version === Math.max(row.version, own.current) + 1) own.current = answer.value.version
      setAsking(undefined)
      setFailure(undefined)
      setConflict(false)
      say(done)
    } else if (answer.kind === 'Conflict') {
      setAsking(undefined)
      setConflict(true)
    } else setFailure(answer.failure)
    onChanged()
  }
  const base = { systemId: system.id, itemId: item.id, version: Math.max(row.version, own.current) }
  const doubtful = proposal !== null && proposedResult(proposal.state) === 'cannot_tell'
  const verdict = proposal === null ? undefined : proposedResult(proposal.state)
  const question = proposal !== null && me.pages.includes('events') ? questionOf(proposal.query) : undefined
  const confidence = t.confidenceOf[item.confidence as keyof typeof t.confidenceOf] ?? item.confidence
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <div className="sd-line sd-2 sd-small">
            <span className="sd-mono">{item.id}</span>
            <span>{both(item.controlPointZh, item.controlPointEn)}</span>
            <span className="sd-end">
              {t.confidence} {confidence}
            </span>
          </div>
          <h2>{both(item.statementZh, item.statementEn)}</h2>
        </>
      }
      foot={
        system.canAssess ? (
          <>
            <InlineFailure failure={asking === undefined ? failure : undefined} />
            <div className="sd-row-of-buttons">
              {proposal === null ? (
                <Button kind="primary" onClick={() => setAsking({ how: 'write', value: undefined })}>
                  {t.write}
                </Button>
              ) : (
                <>
                  {!doubtful && (
                    <Button
                      kind="primary"
                      onClick={async () => settle(await accept({ ...base, digest: proposal.digest }), t.accepted)}
                    >
                      {t.accept}
                    </Button>
                  )}
                  <Button onClick={() => setAsking({ how: 'override', value: undefined })}>{t.override}</Button>
                </>
              )}
              {item.hasCheck && (
                <Button
                  kind="quiet"
                  onClick={async () => settle(await run({ systemId: system.id, itemId: item.id }), t.ran)}
                >
                  {t.run}
                </Button>
              )}
            </div>
          </>
        ) : (
          <span className="sd-2">{t.cannotAssess}</span>
        )
      }
    >
      {conflict && (
        <Strip tone="conflict" icon="warning">
          <b>{words.conflict.title}</b> {words.conflict.next}
        </Strip>
      )}
      {proposal !== null && verdict !== undefined && (
        <Section>
          <div className="sd-line">
            <span
              className={`sd-state sd-verdict sd-text-${verdict === 'compliant' ? 'compliant' : verdict === 'not_compliant' ? 'not-compliant' : 'cannot-tell'}`}
            >
              <ResultGlyph of={verdict} size={18} />
              {waits(row) || doubtful ? <span className="sd-proposal">{t.proposal}</span> : null}
              {verdict === 'cannot_tell' ? words.check.cannot_tell : words.result[verdict]}
            </span>
            <span className="sd-end sd-2">
              <Time at={proposal.at} />
            </span>
          </div>
          <p>{proposal.why}</p>
          {doubtful && system.canAssess && <p className="sd-2">{t.cannotAccept}</p>}
        </Section>
      )}
      {proposal !== null && (
        <Section
          title={t.check}
          aside={
            question !== undefined ? (
              <Go to="/events" search={question}>
                {t.openInEvents}
              </Go>
            ) : undefined
          }
        >
          <pre className="sd-code">{proposal.query}</pre>
          <EvidenceRows rows={proposal.rows} seen={proposal.rowsSeen} />
          <p className="sd-2 sd-small">
            {t.digest} <span className="sd-mono">{shortDigest(proposal.digest)}</span>
          </p>
        </Section>
      )}
      <Section title={t.now}>
        <p>
          <Result of={result.value} />
          {result.source !== null && (
            <span className="sd-2"> · {t.source[result.source as keyof typeof t.source] ?? result.source}</span>
          )}
        </p>
        {result.reason !== null && <p>{result.reason}</p>}
        {result.author !== null && result.at !== null && (
          <p className="sd-2">
            {result.author} · <Time at={result.at} />
          </p>
        )}
        {proposal === null && <p className="sd-2">{item.hasCheck ? t.notRun : t.noCheck}</p>}
      </Section>
      <Section title={t.history}>
        {result.history.length === 0 ? (
          <p className="sd-2">{t.noHistory}</p>
        ) : (
          <ol className="sd-history">
            {result.history.toReversed().map((h) => (
              <li key={h.at}>
                <Result of={h.value} />{' '}
                <span className="sd-2">
                  {t.source[h.source as keyof typeof t.source] ?? h.source} · {h.author} · <Time at={h.at} />
                </span>
                {h.reason !== null && <p>{h.reason}</p>}
                {h.evidence !== null && (
                  <p className="sd-2 sd-small">{t.evidenceKept(shortDigest(h.evidence.digest))}</p>
                )}
              </li>
            ))}
          </ol>
        )}
      </Section>
      {asking !== undefined && (
        <ResultDialog
          how={asking.how}
          first={asking.value}
          failure={failure}
          onClose={() => {
            setAsking(undefined)
            setFailure(undefined)
          }}
          onSubmit={async (value, reason) =>
            asking.how === 'override'
              ? settle(await override({ ...base, value, reason }), t.overridden)
              : settle(await set({ ...base, value, reason: reason === '' ? null : reason }), t.written)
          }
        />
      )}
    </Drawer>
  )
}

function shortDigest(digest: string): string {
  const [algorithm, hex = ''] = digest.split(':')
  return hex.length > 12 ? `${algorithm} ${hex.slice(0, 4)}…${hex.slice(-4)}` : digest
}

function ResultDialog({
  how,
  first,
  failure,
  onClose,
  onSubmit,
}: {
  readonly how: 'write' | 'override'
  readonly first: ResultName | undefined
  readonly failure: Failure | undefined
  readonly onClose: () => void
  readonly onSubmit: (value: ResultName, reason: string) => void
}) {
  const words = useWords()
  const t = words.checklist
  const [value, setValue] = useState<ResultName | undefined>(first)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const needs = how === 'override' || value === 'not_applicable' || value === 'not_compliant'
  const missing = needs && reason.trim() === ''
  return (
    <Dialog
      title={how === 'override' ? t.overrideTitle : t.writeTitle}
      submit={how === 'override' ? t.saveOverride : t.saveResult}
      failure={failure}
      onClose={onClose}
      onSubmit={() => {
        setTried(true)
        if (value !== undefined && !missing) onSubmit(value, reason.trim())
      }}
    >
      <fieldset className="sd-checks sd-column">
        <legend>{t.value}</legend>
        {RESULTS.map((r, i) => (
          <label key={r}>
            <input
              type="radio"
              name="result"
              checked={value === r}
              onChange={() => setValue(r)}
              {...(i === 0 && first === undefined ? { 'data-autofocus': true } : {})}
            />
            <Result of={r} />
          </label>
        ))}
        {tried && value === undefined && <p className="sd-field-error">{words.form.required}</p>}
      </fieldset>
      <TextArea
        label={needs ? t.reason : `${t.reason} (${words.form.optional})`}
        hint={t.reasonHint}
        error={tried && missing ? words.form.required : undefined}
        value={reason}
        onChange={(e) => setReason(e.target.value)}
        {...(first === undefined ? {} : { 'data-autofocus': true })}
      />
      <p className="sd-2 sd-small">{count(reason.length)} / 2,000</p>
    </Dialog>
  )
}
