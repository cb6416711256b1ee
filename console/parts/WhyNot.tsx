import { type ReactNode, useEffect, useRef } from 'react'
import { count } from '../format/number.ts'
import { preciseTime } from '../format/time.ts'
import { Icon } from '../glyphs/Icon.tsx'
import { useAsk } from '../graphql/ask.ts'
import type { ResultOf } from '../graphql/graphql.ts'
import { useBoth, useWords } from '../messages/index.ts'
import { Button, Time } from './basic.tsx'
import { Dialog } from './Dialog.tsx'
import { ExplainTree } from './ExplainTree.tsx'
import { decisiveOf } from './explanation.ts'
import { Mappings } from './Mappings.tsx'
import { PickEvent } from './PickEvent.tsx'
import { PickRule } from './PickRule.tsx'
import { Raw } from './Raw.tsx'
import { Failed, Loading } from './States.tsx'
import { ExplainMatchQuery, type NamedRule, NamedRuleQuery, OneEventQuery } from './whyNotQueries.ts'

/** Where events stand that one may ask about instead. */
export interface Around {
  readonly query: string
  readonly from: string
  readonly to: string
  /** The event that is not asked about. */
  readonly except: string
}

/** Asks why a rule did not match an event: one chooses rule and event, and reads where it was missed. */
export function WhyNot({
  rule,
  event,
  suggested,
  around,
  onRule,
  onEvent,
  onClose,
}: {
  readonly rule: string | undefined
  readonly event: string | undefined
  /** Rules that are offered first. */
  readonly suggested: readonly NamedRule[]
  readonly around?: Around | undefined
  readonly onRule: (id: string | undefined) => void
  readonly onEvent?: (id: string | undefined) => void
  readonly onClose: () => void
}) {
  const t = useWords().why
  // What was chosen from leaves the page, and must not take the focus along: out of the dialog, keys are the page's.
  const body = useRef<HTMLDivElement>(null)
  const chosen = `${rule} ${event}`
  const before = useRef(chosen)
  useEffect(() => {
    if (before.current !== chosen) body.current?.focus()
    before.current = chosen
  }, [chosen])
  return (
    <Dialog title={t.dialog} size={820} onClose={onClose}>
      <div ref={body} tabIndex={-1}>
        <section className="sd-why-part">
          <h3>{t.chooseRule}</h3>
          {rule === undefined ? (
            <PickRule suggested={suggested} onPick={(id) => onRule(id)} />
          ) : (
            <Chosen label={t.otherRule} onChange={() => onRule(undefined)}>
              <RuleName id={rule} known={suggested.find((r) => r.id === rule)} />
            </Chosen>
          )}
        </section>
        <section className="sd-why-part">
          <h3>{t.chooseEvent}</h3>
          {event === undefined ? (
            around !== undefined && <PickEvent around={around} onPick={(id) => onEvent?.(id)} />
          ) : (
            <EventAndAnswer rule={rule} event={event} onOther={around && onEvent && (() => onEvent(undefined))} />
          )}
        </section>
      </div>
    </Dialog>
  )
}

function Chosen({
  label,
  onChange,
  children,
}: {
  readonly label: string
  readonly onChange: () => void
  readonly children: ReactNode
}) {
  return (
    <div className="sd-line">
      {children}
      <span className="sd-end">
        <Button kind="link" onClick={onChange}>
          {label}
        </Button>
      </span>
    </div>
  )
}

function RuleName({ id, known }: { readonly id: string; readonly known: NamedRule | undefined }) {
  const both = useBoth()
  const asked = useAsk(NamedRuleQuery, { id }, { pause: known !== undefined })
  const rule = known ?? asked.data?.rule
  return <b>{rule === undefined || rule === null ? id : both(rule.titleZh, rule.title)}</b>
}

function EventAndAnswer({
  rule,
  event,
  onOther,
}: {
  readonly rule: string | undefined
  readonly event: string
  readonly onOther: (() => void) | undefined
}) {
  const words = useWords()
  const t = words.why
  const about = useAsk(OneEventQuery, { id: event })
  const asked = useAsk(ExplainMatchQuery, { ruleId: rule ?? '', eventId: event }, { pause: rule === undefined })
  const known = about.data?.event
  const explanation = rule === undefined ? undefined : asked.data?.explainMatch
  const { marks } = explanation === undefined ? { marks: [] } : decisiveOf(explanation)
  return (
    <>
      {known !== undefined && known !== null && (
        <div className="sd-line">
          <Time at={known.timestamp} as={preciseTime} />
          {onOther !== undefined && (
            <span className="sd-end">
              <Button kind="link" onClick={onOther}>
                {t.otherEvent}
              </Button>
            </span>
          )}
        </div>
      )}
      {known?.original != null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div className="sd-raw-scroll" tabIndex={0} role="group" aria-label={words.incident.raw}>
          <Raw text={known.original} marks={marks} />
        </div>
      )}
      {known !== undefined && known !== null && known.original === null && (
        <p className="sd-2">{words.incident.noOriginal}</p>
      )}
      {rule !== undefined &&
        (asked.failure !== undefined ? (
          <Failed failure={asked.failure} onRetry={asked.reload} />
        ) : explanation === undefined ? (
          <Loading what={t.checking} rows={3} />
        ) : (
          <>
            <Verdict explanation={explanation} rule={asked.data?.rule ?? undefined} />
            <ExplainTree explanation={explanation} />
            <Mappings of={explanation.mappings} />
            {known !== undefined && known !== null && known.hidden.length > 0 && (
              <p className="sd-2 sd-small">{words.incident.hidden(known.hidden.join(', '))}</p>
            )}
          </>
        ))}
    </>
  )
}

/** Whether it matches, what a match lacked, and what keeps a match from raising a signal. */
function Verdict({
  explanation,
  rule,
}: {
  readonly explanation: ResultOf<typeof ExplainMatchQuery>['explainMatch']
  readonly rule: NonNullable<ResultOf<typeof ExplainMatchQuery>['rule']> | undefined
}) {
  const t = useWords().why
  const { matches, missing, nodes, exceptions, otherExceptions } = explanation
  const verdict = rule?.kind === 'correlation' ? t.counts : t.verdict
  return (
    <div className="sd-why-verdict" role="status">
      <p>
        {matches === null ? <span aria-hidden="true">?</span> : <Icon name={matches ? 'check' : 'close'} size={14} />}{' '}
        <b>{matches === null ? t.unknown : matches ? verdict.matches : verdict.not}</b>
      </p>
      {matches !== false &&
        exceptions.map((e) => (
          <p key={e.id}>
            {t.keptBack(e.reason)} <code>{e.query}</code>
          </p>
        ))}
      {matches !== false && otherExceptions > 0 && <p>{t.keptBackAbove(count(otherExceptions))}</p>}
      {matches !== false && rule?.silent === true && <p>{t.silent}</p>}
      {matches !== false && rule?.enabled === false && <p>{t.off}</p>}
      {missing.length > 0 && (
        <>
          <p>{t.lacks(String(missing.length))}</p>
          <ul>
            {missing.map((id) => (
              <li key={id}>
                <code>{nodes[Number(id)]?.text}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
