import { count } from '../../format/number.ts'
import { compactTime } from '../../format/time.ts'
import { Severity } from '../../glyphs/Severity.tsx'
import { useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useWords } from '../../messages/index.ts'
import { Entity, Time } from '../../parts/basic.tsx'
import { clauseOf } from '../../parts/fields.ts'
import { Go } from '../../parts/Go.tsx'
import { RowsFailure, useListBody } from '../../parts/ListBody.tsx'
import { Empty } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useMe } from '../../session/me.ts'
import { type RuleSignalRow, RuleSignalsQuery } from './queries.ts'

/** What a rule raised, newest first, each with a way to its incident. */
export function RuleSignals({ ruleId }: { readonly ruleId: string }) {
  const words = useWords()
  const t = words.rule
  const me = useMe()
  const askOnce = useAskOnce()
  const pages = usePages<RuleSignalRow>(ruleId, async (after, signal) =>
    pageOf(
      await askOnce(RuleSignalsQuery, { query: clauseOf('rule.id', ruleId), first: 100, after: after ?? null }, signal),
      (d) => d.signals,
    ),
  )
  const incident = (r: RuleSignalRow) =>
    r.incidentNumber === null || !me.pages.includes('incidents') ? (
      (r.incidentNumber ?? words.table.none)
    ) : (
      <Go to="/incidents/$number" params={{ number: r.incidentNumber }} search={{ sel: r.id }}>
        {r.incidentNumber}
      </Go>
    )
  const columns: readonly Column<RuleSignalRow>[] = [
    { id: 'level', head: words.rules.columns.level, width: '76px', cell: (r) => <Severity of={r.level} /> },
    {
      id: 'time',
      head: t.signalColumns.time,
      width: '110px',
      sorted: true,
      cell: (r) => <Time at={r.last} as={compactTime} />,
    },
    { id: 'entity', head: t.signalColumns.entity, width: 'minmax(0, 1fr)', cell: (r) => <Entity of={r.entity} /> },
    {
      id: 'system',
      head: t.signalColumns.system,
      width: 'minmax(0, 1fr)',
      cell: (r) => r.system?.name ?? words.table.none,
    },
    { id: 'incident', head: t.signalColumns.incident, width: '150px', mono: true, cell: incident },
    { id: 'count', head: t.signalColumns.count, width: '64px', end: true, cell: (r) => count(r.count) },
  ]
  const body = useListBody({
    ...pages,
    what: t.signals,
    rows: pages.rows.length,
    empty: <Empty>{t.noSignals}</Empty>,
  })
  return (
    <>
      <RowsFailure failure={pages.failure} rows={pages.rows.length} reload={pages.reload} />
      <Table
        label={t.signalTable}
        rows={pages.rows}
        rowKey={(r) => r.id}
        columns={columns}
        total={pages.total}
        onEnd={pages.more}
        loadingMore={pages.loading && !pages.first}
        card={(r) => (
          <>
            <div className="sd-card-line">
              <Severity of={r.level} />
              <Entity of={r.entity} />
              {incident(r)}
            </div>
            <div className="sd-card-line sd-2 sd-small">
              <span className="sd-cut">{r.system?.name ?? words.table.none}</span>
              <Time at={r.last} as={compactTime} />
            </div>
          </>
        )}
        instead={body}
      />
    </>
  )
}
