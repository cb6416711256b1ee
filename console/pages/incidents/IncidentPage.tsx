import { useNavigate, useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { Foot, Page } from '../../frame/Page.tsx'
import { SEVERITIES, Severity } from '../../glyphs/Severity.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useKeys } from '../../keys/keys.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Entity, IconButton, Time } from '../../parts/basic.tsx'
import { Facts, Section } from '../../parts/Drawer.tsx'
import { Go } from '../../parts/Go.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import { useNarrow } from '../../parts/Table.tsx'
import { useIncidentChanges } from '../../session/live.ts'
import { useMe } from '../../session/me.ts'
import { useStore } from '../../session/store.ts'
import { AssignMenu, StatusMenu } from './ActionMenus.tsx'
import { Evidence } from './Evidence.tsx'
import { IncidentQuery, type SignalDetail } from './queries.ts'
import { queueOrder } from './queueOrder.ts'
import { CommentForm, Story } from './Story.tsx'
import { useIncidentActions } from './useIncidentActions.tsx'

/** One incident: what happened, how we know, who does what. */
export function IncidentPage() {
  const words = useWords()
  const t = words.incident
  const both = useBoth()
  const me = useMe()
  const navigate = useNavigate()
  const narrow = useNarrow()
  const { number } = useParams({ from: '/app/incidents/$number' })
  const { values, dropped, change } = useAddress()
  const [shown, setShown] = useState(100)
  const asked = useAsk(IncidentQuery, { number, signals: shown, after: null })
  const incident = asked.data?.incident ?? undefined
  useIncidentChanges((c) => c.incident.number === number && asked.reload())
  const actions = useIncidentActions(incident, asked.reload)

  const order = useStore(queueOrder)
  const at = order.indexOf(number)
  const goTo = (other: string | undefined) =>
    other !== undefined && void navigate({ to: '/incidents/$number', params: { number: other } })

  const signals = incident?.signals.edges.map((e) => e.node) ?? []
  const chosen = signals.find((s) => s.id === values.sel) ?? decisive(signals)
  const commentField = useRef<HTMLTextAreaElement>(null)
  const why = useRef<HTMLElement>(null)

  useKeys([
    { keys: 'j', label: words.keysHelp.next, act: () => goTo(order[at + 1]), enabled: at >= 0 },
    { keys: 'k', label: words.keysHelp.previous, act: () => goTo(order[at - 1]), enabled: at > 0 },
    { keys: 'a', label: t.assign, act: () => actions.openMenu('assign'), enabled: incident?.canAssign === true },
    { keys: 'a a', label: t.assignMe, act: actions.assignMe, enabled: incident?.canAssign === true },
    { keys: 's', label: t.changeStatus, act: () => actions.openMenu('status'), enabled: incident !== undefined },
    { keys: 'f', label: t.markFalse, act: () => actions.moveTo('false_positive'), enabled: actions.canMarkFalse },
    { keys: 'c', label: t.comment, act: () => commentField.current?.focus(), enabled: incident?.canComment === true },
    {
      keys: 'Escape',
      label: t.crumb,
      act: () => void navigate({ to: '/incidents', search: at < 0 ? {} : { sel: number } }),
    },
  ])

  const crumbs = (
    <nav className="sd-crumbs" aria-label={t.crumb}>
      <Go to="/incidents" search={{ sel: number }}>
        {t.crumb}
      </Go>
      <span aria-hidden="true">›</span>
      <span className="sd-mono">{number}</span>
      {at >= 0 && (
        <>
          <span className="sd-tag">{t.position(count(at + 1), count(order.length))}</span>
          <IconButton icon="up" label={words.keysHelp.previous} onClick={() => goTo(order[at - 1])} />
          <IconButton icon="down" label={words.keysHelp.next} onClick={() => goTo(order[at + 1])} />
        </>
      )}
    </nav>
  )
  if (incident === undefined)
    return (
      <Page title={number} before={crumbs} dropped={dropped}>
        {asked.failure !== undefined ? (
          <Failed failure={asked.failure} onRetry={asked.reload} />
        ) : asked.fetching ? (
          <Loading what={t.crumb} />
        ) : (
          <Empty action={<Go to="/incidents">{t.crumb}</Go>}>{words.state.notFound}</Empty>
        )}
      </Page>
    )

  const level = (n: number) => words.systems.levels[n as 1 | 2 | 3 | 4 | 5] ?? String(n)
  const sum = incident.severityWhy
  const evidence = chosen === undefined ? <Empty>{t.noSignals}</Empty> : <Evidence signal={chosen} />
  return (
    <Page
      title={both(incident.titleZh, incident.title)}
      before={crumbs}
      dropped={dropped}
      stale
      below={
        <div className="sd-incident-actions">
          <button
            type="button"
            className="sd-button sd-why"
            onClick={() => {
              why.current?.scrollIntoView({ block: 'nearest' })
              why.current?.focus()
            }}
          >
            <Severity of={incident.severity} soft />
            <span className="sd-hidden">{t.whyTitle(words.severity[incident.severity])}</span>
          </button>
          <StatusMenu incident={incident} actions={actions} />
          <AssignMenu incident={incident} actions={actions} />
          {actions.canMarkFalse && (
            <Button kind="quiet" hint="f" className="sd-hide-narrow" onClick={() => actions.moveTo('false_positive')}>
              {t.markFalse}
            </Button>
          )}
          <span className="sd-2">
            {incident.system === null ? t.noSystem : `${incident.system.name} · ${level(incident.system.level)}`}
            {' · '}
            {incident.unit.name}
          </span>
        </div>
      }
      foot={
        narrow ? (
          <div className="sd-actions-bottom">
            {incident.canComment && <Button onClick={() => commentField.current?.focus()}>{t.comment}</Button>}
            {incident.canAssign && <Button onClick={() => actions.openMenu('assign')}>{t.assign}</Button>}
            {incident.allowedTransitions.length > 0 && (
              <Button kind="primary" onClick={() => actions.openMenu('status')}>
                {t.changeStatus}
              </Button>
            )}
          </div>
        ) : (
          <Foot
            keys={[
              ['j k', words.keysHelp.move],
              ['a', t.assign],
              ['s', t.changeStatus],
              ['f', t.falsePositive],
              ['c', t.comment],
            ]}
          />
        )
      }
    >
      {actions.parts}
      <div className="sd-incident">
        <div className="sd-story">
          <Story
            incident={incident}
            signals={signals}
            chosen={chosen?.id}
            onChoose={(id) => change({ sel: id }, 'replace')}
            inside={narrow ? evidence : undefined}
            onMore={
              incident.signals.pageInfo.hasNextPage && shown < 1000
                ? () => setShown(Math.min(1000, shown + 300))
                : undefined
            }
          />
          {incident.canComment && (
            <CommentForm
              number={incident.number}
              field={commentField}
              onDone={(version) => {
                actions.changedTo(version)
                asked.reload()
              }}
            />
          )}
        </div>
        {!narrow && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section className="sd-evidence" aria-label={t.evidence} tabIndex={0}>
            {evidence}
          </section>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className="sd-incident-side" aria-label={t.facts} tabIndex={0} ref={why}>
          <Section title={t.entity}>
            <Entity of={incident.entity} />
          </Section>
          <Section title={t.whyTitle(words.severity[incident.severity])}>
            <dl className="sd-sum">
              <div>
                <dt>{t.ruleLevel}</dt>
                <dd>{words.severity[sum.ruleLevel]}</dd>
              </div>
              <div>
                <dt>{sum.raisedByLevel === null ? t.notRaised : t.raised(level(sum.raisedByLevel))}</dt>
                <dd>{sum.raisedByLevel === null ? '–' : '+1'}</dd>
              </div>
              <div>
                <dt>{t.sum}</dt>
                <dd>
                  <b>{words.severity[incident.severity]}</b>
                </dd>
              </div>
            </dl>
          </Section>
          <Section title={t.facts}>
            <Facts
              of={[
                [t.first, <Time key="f" at={incident.first} />],
                [t.last, <Time key="l" at={incident.last} />],
                [t.opened, <Time key="o" at={incident.createdAt} />],
                [words.incidents.columns.signals, count(incident.signalCount)],
                [
                  t.rule,
                  me.pages.includes('rules') ? (
                    <Go key="r" to="/rules/$id" params={{ id: sum.ruleId }}>
                      {ruleName(signals, sum.ruleId, both)}
                    </Go>
                  ) : (
                    ruleName(signals, sum.ruleId, both)
                  ),
                ],
                incident.statusReason === null ? undefined : [words.form.reason, incident.statusReason],
              ]}
            />
          </Section>
        </section>
      </div>
    </Page>
  )
}

function ruleName(
  signals: readonly { rule: { id: string; title: string; titleZh: string } }[],
  id: string,
  both: (zh: string, en: string) => string,
): string {
  const rule = signals.find((s) => s.rule.id === id)?.rule
  return rule === undefined ? id : both(rule.titleZh, rule.title)
}

/** The signal to show first: the worst, and of those the earliest. */
function decisive(signals: readonly SignalDetail[]): SignalDetail | undefined {
  return signals.toSorted(
    (a, b) => SEVERITIES.indexOf(a.level) - SEVERITIES.indexOf(b.level) || Date.parse(a.first) - Date.parse(b.first),
  )[0]
}
