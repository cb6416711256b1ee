import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page, View, Views } from '../../frame/Page.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { ExceptionsList } from './ExceptionsList.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { ProblemsList } from './ProblemsList.tsx'
import { RuleCountsQuery } from './queries.ts'
import { RulesList } from './RulesList.tsx'
import { RunsList } from './RunsList.tsx'

const TABS = ['rules', 'problems', 'exceptions', 'runs'] as const
type Tab = (typeof TABS)[number]

/** The rules at work, what is wrong with some, what is excepted from them, and their runs over the past. */
function RulesPage() {
  const words = useWords()
  const t = words.rules
  const { values, dropped } = useAddress()
  const counts = useAsk(RuleCountsQuery, {})
  const mayChange = counts.data?.canChangeRules === true
  const shown = TABS.filter((name) => name !== 'runs' || mayChange)
  const tab: Tab = shown.find((name) => name === values.tab) ?? 'rules'
  const [importing, setImporting] = useState(false)
  const [generation, setGeneration] = useState(0)
  const n: Readonly<Record<Tab, number | undefined>> = {
    rules: counts.data?.rules.totalCount,
    problems: counts.data?.ruleProblems.totalCount,
    exceptions: counts.data?.exceptions.totalCount,
    runs: undefined,
  }
  return (
    <Page
      title={t.title}
      dropped={dropped}
      tools={mayChange ? <Button onClick={() => setImporting(true)}>{t.import}</Button> : undefined}
      views={
        <Views label={t.viewsLabel}>
          {shown.map((name) => (
            <View
              key={name}
              n={n[name]}
              link={(content) => (
                <Go
                  to="/rules"
                  search={name === 'rules' ? {} : { tab: name }}
                  current={name === tab ? 'page' : undefined}
                >
                  {content}
                </Go>
              )}
            >
              {t.views[name]}
            </View>
          ))}
        </Views>
      }
      foot={
        <Foot
          keys={[
            ...(tab === 'rules' ? [['/', t.find] as const] : []),
            ['j k', words.keysHelp.move],
            ['Enter', words.keysHelp.open],
          ]}
        />
      }
    >
      {tab === 'rules' && <RulesList generation={generation} />}
      {tab === 'problems' && <ProblemsList generation={generation} onChanged={counts.reload} />}
      {tab === 'exceptions' && <ExceptionsList onChanged={counts.reload} />}
      {tab === 'runs' && <RunsList />}
      {importing && (
        <ImportDialog
          onImported={() => {
            counts.reload()
            setGeneration((g) => g + 1)
          }}
          onClose={() => setImporting(false)}
        />
      )}
    </Page>
  )
}

/** The rules, for those whose policy names them. */
export function AllowedRulesPage() {
  return (
    <Allowed page="rules">
      <RulesPage />
    </Allowed>
  )
}
