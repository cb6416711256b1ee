import { useState } from 'react'
import { rangeText } from '../../address/timeRange.ts'
import { count } from '../../format/number.ts'
import { preciseTime } from '../../format/time.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { SeverityGlyph } from '../../glyphs/Severity.tsx'
import { useBoth, useWords } from '../../messages/index.ts'
import { CopyButton, Entity, Time } from '../../parts/basic.tsx'
import { Ecs } from '../../parts/Ecs.tsx'
import { ExplainTree } from '../../parts/ExplainTree.tsx'
import { decisiveOf } from '../../parts/explanation.ts'
import { Choice } from '../../parts/Form.tsx'
import { clauseOf, type FlatField, flatten } from '../../parts/fields.ts'
import { Go } from '../../parts/Go.tsx'
import { Mappings } from '../../parts/Mappings.tsx'
import { Raw } from '../../parts/Raw.tsx'
import { useMe } from '../../session/me.ts'
import { ExceptSignal } from './ExceptSignal.tsx'
import type { SignalDetail } from './queries.ts'
import { WhySimilar } from './WhySimilar.tsx'

type Form = 'raw' | 'ecs' | 'json'

const NOTHING = { marks: [], fields: new Map<string, readonly number[]>() }

/** Why a signal's rule matched: its clauses, and the event in which their values are marked and numbered. */
export function Evidence({ signal }: { readonly signal: SignalDetail }) {
  const words = useWords()
  const t = words.incident
  const both = useBoth()
  const me = useMe()
  const [form, setForm] = useState<Form>('raw')
  const { rule, evidence, explanation } = signal
  const { marks, fields: decisive } = explanation === null ? NOTHING : decisiveOf(explanation)
  const fields = evidence === null ? [] : flatten(evidence.ecs)
  const toEvents = me.pages.includes('events') && evidence !== null
  return (
    <>
      <div className="sd-evidence-head">
        <SeverityGlyph of={signal.level} size={14} />
        <h2>{both(rule.titleZh, rule.title)}</h2>
        <span className="sd-2">
          <Time at={evidence?.timestamp ?? signal.first} as={preciseTime} />
        </span>
        <Entity of={signal.entity} />
        {me.pages.includes('rules') && (
          <span className="sd-end sd-line">
            {evidence !== null && <ExceptSignal signal={signal} evidence={evidence} />}
            <Go to="/rules/$id" params={{ id: rule.id }}>
              {t.rule}
            </Go>
          </span>
        )}
      </div>
      <p className="sd-evidence-about">
        {both(rule.descriptionZh, rule.description)}
        {signal.count > 1 && (
          <>
            {' '}
            <SignalEvents signal={signal} />
          </>
        )}
        {signal.storming && <span className="sd-2"> {t.storming}</span>}
      </p>

      <div className="sd-clauses">
        {signal.correlation !== null && <CorrelationClause of={signal.correlation} />}
        {explanation === null ? (
          <p className="sd-2">{evidence === null ? t.noEvidence : t.noMatch}</p>
        ) : (
          <>
            <ExplainTree explanation={explanation} />
            <Mappings of={explanation.mappings} />
          </>
        )}
        {evidence !== null && <WhySimilar signal={signal} evidence={evidence} />}
      </div>

      {evidence === null ? (
        <p className="sd-2">{t.noEvidence}</p>
      ) : (
        <>
          <div className="sd-evidence-tools">
            <Choice<Form>
              label={t.evidenceView}
              hideLabel
              value={form}
              onChange={setForm}
              options={[
                { value: 'raw', label: t.raw },
                { value: 'ecs', label: t.ecs },
                { value: 'json', label: t.json },
              ]}
            />
            <span className="sd-end">
              {toEvents && (
                <>
                  <Go
                    to="/events"
                    search={{ q: eventQuery(evidence.id), t: aroundTime(evidence.timestamp), sel: evidence.id }}
                  >
                    {t.openInEvents}
                  </Go>
                  <Go
                    to="/events"
                    search={{ q: hostQuery(fields), t: aroundTime(evidence.timestamp), sel: evidence.id }}
                  >
                    {t.around}
                  </Go>
                </>
              )}
              {evidence.original !== null && <CopyButton text={evidence.original}>{t.copyRaw}</CopyButton>}
            </span>
          </div>
          {form === 'raw' && (
            <>
              {evidence.original === null ? (
                <p className="sd-2">{t.noOriginal}</p>
              ) : (
                <Raw text={evidence.original} marks={marks} />
              )}
              <Ecs fields={keyFields(fields, decisive)} decisive={decisive} />
            </>
          )}
          {form === 'ecs' && <Ecs fields={fields} decisive={decisive} />}
          {form === 'json' && <pre className="sd-code">{JSON.stringify(evidence.ecs, null, 2)}</pre>}
          {evidence.hidden.length > 0 && <p className="sd-2 sd-small">{t.hidden(evidence.hidden.join(', '))}</p>}
        </>
      )}
    </>
  )
}

/** How many events a signal counts, as a way to those that it lists: its first ones. */
function SignalEvents({ signal }: { readonly signal: SignalDetail }) {
  const t = useWords().incident
  const me = useMe()
  const ids = signal.events.map((e) => e.id)
  if (ids.length === 0 || !me.pages.includes('events'))
    return <span className="sd-2">{t.eventCount(count(signal.count))}</span>
  return (
    <Go to="/events" search={{ q: ids.map(eventQuery).join(' or '), t: 'all' }}>
      {ids.length < signal.count
        ? t.eventsFirst(count(signal.count), count(ids.length))
        : t.eventCount(count(signal.count))}
    </Go>
  )
}

/** What a correlation asked of its events, and the value that it compared. */
function CorrelationClause({ of }: { readonly of: NonNullable<SignalDetail['correlation']> }) {
  const words = useWords()
  if (of.condition === null) return null
  return (
    <ul className="sd-tree" aria-label={words.rules.kind.correlation}>
      <li>
        <div className="sd-tree-row">
          <span className="sd-tree-truth sd-text-compliant">
            <Icon name="check" size={14} />
            <span className="sd-hidden">{words.why.holds}</span>
          </span>
          <span className="sd-tree-text">
            {words.rules.kind.correlation} <code>{of.condition}</code>
          </span>
          <span className="sd-tree-value sd-mono">= {of.value}</span>
        </div>
      </li>
    </ul>
  )
}

const USUAL = ['user.name', 'source.ip', 'host.name', 'process.name', 'event.action', 'event.outcome', 'url.path']

/** The deciding fields first, then the usual ones. */
function keyFields(
  fields: readonly FlatField[],
  decisive: ReadonlyMap<string, readonly number[]>,
): readonly FlatField[] {
  const first = fields.filter((f) => decisive.has(f.name))
  const then = USUAL.flatMap((name) => fields.filter((f) => f.name === name && !decisive.has(name)))
  return [...first, ...then]
}

/** The search that finds exactly this event. */
export function eventQuery(id: string): string {
  return clauseOf('event.id', id)
}

/** The search for what else the same host said. */
export function hostQuery(fields: readonly FlatField[]): string {
  const host = fields.find((f) => f.name === 'host.name')?.values[0]
  return host === undefined ? '' : clauseOf('host.name', host)
}

/** Half an hour around an instant. */
export function aroundTime(iso: string): string {
  const at = Date.parse(iso)
  return rangeText(at - 15 * 60_000, at + 15 * 60_000)
}
