import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page, View, Views } from '../../frame/Page.tsx'
import { Severity } from '../../glyphs/Severity.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useKeys } from '../../keys/keys.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Strip } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import { useNarrow } from '../../parts/Table.tsx'
import { useMe } from '../../session/me.ts'
import { ExceptionDialog } from './ExceptionDialog.tsx'
import { ExceptionsList } from './ExceptionsList.tsx'
import { backToList } from './lastList.ts'
import { RuleQuery } from './queries.ts'
import { RemoveFileDialog } from './RemoveFileDialog.tsx'
import { RuleHunt } from './RuleHunt.tsx'
import { RuleSide } from './RuleSide.tsx'
import { RuleSignals } from './RuleSignals.tsx'
import { RuleText } from './RuleText.tsx'
import { RunDialog } from './RunDialog.tsx'
import { SwitchDialog } from './SwitchDialog.tsx'

const TABS = ['rule', 'exceptions', 'signals', 'hunt'] as const
type Tab = (typeof TABS)[number]
type Asking = 'switch' | 'run' | 'except' | 'remove'

/** One rule: its text and what is wrong with it, what it is about, its exceptions and signals, and what it finds. */
function RulePage() {
  const words = useWords()
  const t = words.rule
  const both = useBoth()
  const me = useMe()
  const narrow = useNarrow()
  const navigate = useNavigate()
  const { id } = useParams({ from: '/app/rules/$id' })
  const { values, dropped } = useAddress()
  const asked = useAsk(RuleQuery, { id })
  const [asking, setAsking] = useState<Asking | undefined>()
  const [generation, setGeneration] = useState(0)
  const rule = asked.data?.rule
  useKeys([
    { keys: 'Escape', label: words.rules.title, act: () => void navigate({ to: '/rules', search: backToList(id) }) },
  ])
  const crumbs = (
    <nav className="sd-crumbs" aria-label={words.rules.title}>
      <Go to="/rules" search={backToList(id)}>
        {words.rules.title}
      </Go>
      <span aria-hidden="true">›</span>
    </nav>
  )
  if (rule === undefined || rule === null)
    return (
      <Page title={words.rules.title} before={crumbs}>
        {asked.failure !== undefined ? (
          <Failed failure={asked.failure} onRetry={asked.reload} />
        ) : asked.fetching ? (
          <Loading what={words.rules.title} />
        ) : (
          <Empty action={<Go to="/rules">{words.rules.title}</Go>}>{words.state.notFound}</Empty>
        )}
      </Page>
    )
  const mayChange = asked.data?.canChangeRules === true
  const single = rule.kind === 'rule'
  const shown = TABS.filter(
    (name) =>
      (single || (name !== 'hunt' && name !== 'exceptions')) && (name !== 'hunt' || me.pages.includes('events')),
  )
  const tab: Tab = shown.find((name) => name === values.tab) ?? 'rule'
  const n: Readonly<Record<Tab, number | undefined>> = {
    rule: undefined,
    exceptions: rule.exceptions.filter((e) => e.active).length,
    signals: rule.hits,
    hunt: undefined,
  }
  const buttons =
    rule.canExcept || mayChange ? (
      <>
        {rule.canExcept && <Button onClick={() => setAsking('except')}>{t.except}</Button>}
        {mayChange && (
          <>
            <Button onClick={() => setAsking('run')}>{t.run}</Button>
            <Button onClick={() => setAsking('switch')}>{rule.enabled ? t.switchOff : t.switchOn}</Button>
          </>
        )}
      </>
    ) : null
  return (
    <Page
      title={both(rule.titleZh, rule.title)}
      before={crumbs}
      dropped={dropped}
      beside={
        <>
          <Severity of={rule.level} soft />
          {!rule.enabled && <span className="sd-tag">{t.off}</span>}
        </>
      }
      tools={narrow ? undefined : buttons}
      views={
        <Views label={t.tabsLabel}>
          {shown.map((name) => (
            <View
              key={name}
              n={n[name]}
              link={(content) => (
                <Go
                  to="/rules/$id"
                  params={{ id }}
                  search={name === 'rule' ? {} : { tab: name }}
                  current={name === tab ? 'page' : undefined}
                >
                  {content}
                </Go>
              )}
            >
              {t.tabs[name]}
            </View>
          ))}
        </Views>
      }
      foot={narrow && buttons !== null ? <div className="sd-actions-bottom">{buttons}</div> : <Foot />}
    >
      {!rule.enabled && (
        <Strip tone="note">
          {rule.switchedBy !== null && rule.switchReason !== null
            ? t.offWhy(rule.switchedBy, rule.switchReason)
            : t.offBare}
        </Strip>
      )}
      {tab === 'rule' && (
        <div className="sd-rule">
          <RuleText rule={rule} />
          <RuleSide
            rule={rule}
            onRemove={mayChange && rule.origin === 'imported' ? () => setAsking('remove') : undefined}
          />
        </div>
      )}
      {tab === 'exceptions' && (
        <ExceptionsList ruleId={id} generation={generation} onChanged={asked.reload} key={generation} />
      )}
      {tab === 'signals' && <RuleSignals ruleId={id} />}
      {tab === 'hunt' && <RuleHunt rule={rule} />}
      {asking === 'switch' && <SwitchDialog rule={rule} onDone={asked.reload} onClose={() => setAsking(undefined)} />}
      {asking === 'remove' && (
        <RemoveFileDialog
          name={rule.file}
          onClose={() => setAsking(undefined)}
          onDone={() => void navigate({ to: '/rules' })}
        />
      )}
      {asking === 'run' && (
        <RunDialog
          rule={rule}
          onClose={() => setAsking(undefined)}
          onStarted={(run) => void navigate({ to: '/rules', search: { tab: 'runs', sel: run } })}
        />
      )}
      {asking === 'except' && (
        <ExceptionDialog
          rule={rule}
          onClose={() => setAsking(undefined)}
          onDone={() => {
            asked.reload()
            setGeneration((g) => g + 1)
          }}
        />
      )}
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
