import { useParams } from '@tanstack/react-router'
import { count } from '../../format/number.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page } from '../../frame/Page.tsx'
import { Severity } from '../../glyphs/Severity.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { CopyButton, Entity, Time } from '../../parts/basic.tsx'
import { Facts } from '../../parts/Drawer.tsx'
import { clauseOf } from '../../parts/fields.ts'
import { Go } from '../../parts/Go.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import { RuleQuery } from './queries.ts'

/** One rule, to read: what it looks for, its text, and the latest signals it raised. */
function RulePage() {
  const words = useWords()
  const t = words.rules
  const both = useBoth()
  const { id } = useParams({ from: '/app/rules/$id' })
  const asked = useAsk(RuleQuery, { id, signals: clauseOf('ruleId', id) })
  const rule = asked.data?.rule
  const crumbs = (
    <nav className="sd-crumbs" aria-label={t.title}>
      <Go to="/rules">{t.title}</Go>
      <span aria-hidden="true">›</span>
    </nav>
  )
  if (rule === undefined || rule === null)
    return (
      <Page title={t.title} before={crumbs}>
        {asked.failure !== undefined ? (
          <Failed failure={asked.failure} onRetry={asked.reload} />
        ) : asked.fetching ? (
          <Loading what={t.title} />
        ) : (
          <Empty action={<Go to="/rules">{t.title}</Go>}>{words.state.notFound}</Empty>
        )}
      </Page>
    )
  const signals = asked.data?.signals
  return (
    <Page
      title={both(rule.titleZh, rule.title)}
      before={crumbs}
      beside={<Severity of={rule.level} soft />}
      foot={<Foot />}
    >
      <div className="sd-read">
        <p>{both(rule.descriptionZh, rule.description)}</p>
        <Facts
          of={[
            [t.condition, <code key="c">{rule.condition}</code>],
            [
              t.columns.tags,
              <span key="t" className="sd-mono">
                {rule.tags.join(' ')}
              </span>,
            ],
            [t.columns.status, t.maturity[rule.status as keyof typeof t.maturity] ?? rule.status ?? '–'],
            [
              t.source,
              <span key="s" className="sd-mono">
                {rule.source}
              </span>,
            ],
            [t.columns.hits, count(rule.hits)],
          ]}
        />
        <section>
          <h2>{t.signals}</h2>
          {signals === undefined || signals.edges.length === 0 ? (
            <p className="sd-2">{t.noSignals}</p>
          ) : (
            <ul className="sd-plain-list">
              {signals.edges.map(({ node }) => (
                <li key={node.id}>
                  <Time at={node.first} /> <Entity of={node.entity} />{' '}
                  <span className="sd-2">{node.system?.name ?? ''}</span>{' '}
                  <span className="sd-2">{t.signalCount(count(node.count))}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
        <section>
          <div className="sd-section-head">
            <h2>{t.text}</h2>
            <CopyButton text={rule.text}>{words.form.copy}</CopyButton>
          </div>
          <pre className="sd-code">{rule.text}</pre>
        </section>
      </div>
    </Page>
  )
}

/** One rule, for those whose policy names rules. */
export function AllowedRulePage() {
  return (
    <Allowed page="rules">
      <RulePage />
    </Allowed>
  )
}
