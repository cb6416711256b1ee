import { useNavigate } from '@tanstack/react-router'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page } from '../../frame/Page.tsx'
import { SEVERITIES, Severity } from '../../glyphs/Severity.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useKeys } from '../../keys/keys.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { Empty } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { type RuleRow, RulesQuery } from './queries.ts'

/** The rules at work: level, title, technique, and how many signals each raised. */
function RulesPage() {
  const words = useWords()
  const t = words.rules
  const both = useBoth()
  const navigate = useNavigate()
  const { values, dropped, change } = useAddress()
  const asked = useAsk(RulesQuery, {})
  const find = (values.q ?? '').toLowerCase()
  const rows = (asked.data?.rules.edges ?? [])
    .map((e) => e.node)
    .filter((r) => `${r.title} ${r.titleZh} ${r.id} ${r.tags.join(' ')}`.toLowerCase().includes(find))
    .sort(
      (a, b) => SEVERITIES.indexOf(a.level) - SEVERITIES.indexOf(b.level) || b.hits - a.hits || (a.id < b.id ? -1 : 1),
    )
  const open = (r: RuleRow) => void navigate({ to: '/rules/$id', params: { id: r.id } })
  const cursor = useList({
    rows,
    id: (r) => r.id,
    at: values.sel,
    onMove: (id) => change({ sel: id }, 'replace'),
    onOpen: open,
  })
  useKeys([{ keys: '/', label: t.find, act: () => document.getElementById('find-rules')?.focus() }])
  const columns: readonly Column<RuleRow>[] = [
    { id: 'level', head: t.columns.level, width: '76px', sorted: true, cell: (r) => <Severity of={r.level} /> },
    {
      id: 'title',
      head: t.columns.title,
      width: 'minmax(0, 2fr)',
      cell: (r) => (
        <Go to="/rules/$id" params={{ id: r.id }} className="sd-title-link">
          {both(r.titleZh, r.title)}
        </Go>
      ),
    },
    { id: 'tags', head: t.columns.tags, width: 'minmax(0, 1fr)', mono: true, cell: (r) => r.tags.join(' ') },
    {
      id: 'status',
      head: t.columns.status,
      width: '90px',
      cell: (r) => (r.status === null ? '–' : (t.maturity[r.status as keyof typeof t.maturity] ?? r.status)),
    },
    { id: 'hits', head: t.columns.hits, width: '70px', end: true, cell: (r) => count(r.hits) },
  ]
  return (
    <Page
      title={t.title}
      dropped={dropped}
      foot={
        <Foot
          keys={[
            ['/', t.find],
            ['j k', words.keysHelp.move],
            ['Enter', words.keysHelp.open],
          ]}
        />
      }
    >
      <div className="sd-bar">
        <input
          id="find-rules"
          className="sd-input sd-find"
          type="search"
          aria-label={t.find}
          placeholder={t.find}
          value={values.q ?? ''}
          onChange={(e) => change({ q: e.target.value }, 'replace')}
        />
        {asked.data !== undefined && (
          <span className="sd-2 sd-bar-note">{t.summary(count(asked.data.rules.totalCount))}</span>
        )}
      </div>
      <Table
        label={t.table}
        rows={rows}
        rowKey={(r) => r.id}
        columns={columns}
        cursor={cursor}
        follow={cursor}
        onChoose={open}
        card={(r) => (
          <>
            <div className="sd-card-line">
              <Severity of={r.level} />
              <Go to="/rules/$id" params={{ id: r.id }} className="sd-title-link sd-cut">
                {both(r.titleZh, r.title)}
              </Go>
            </div>
            <div className="sd-card-line sd-2 sd-small">
              <span className="sd-mono sd-cut">{r.tags.join(' ')}</span>
              <span>{count(r.hits)}</span>
            </div>
          </>
        )}
        instead={useListBody({
          what: t.title,
          rows: rows.length,
          first: asked.data === undefined,
          failure: asked.failure,
          reload: asked.reload,
          empty: <Empty>{t.empty}</Empty>,
        })}
      />
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
