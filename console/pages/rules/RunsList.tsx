import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { compactTime, dayTime } from '../../format/time.ts'
import { useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Time } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { Progress } from '../../parts/Progress.tsx'
import { Empty } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { useEvery } from '../../parts/useEvery.ts'
import { useList } from '../../parts/useList.ts'
import { Gaps } from './Gaps.tsx'
import { RunDrawer } from './RunDrawer.tsx'
import { RunStatus } from './RunStatus.tsx'
import { RunQuery, type RunRow, RunsQuery } from './runQueries.ts'

/** Whether a run still changes. */
const lives = (r: { readonly status: RunRow['status'] }) => r.status === 'queued' || r.status === 'running'

/** Runs of rules over stored events, and the times in which rules did not run. */
export function RunsList() {
  const words = useWords()
  const t = words.runs
  const both = useBoth()
  const { values, change } = useAddress()
  const askOnce = useAskOnce()
  const [started, setStarted] = useState(0)
  const pages = usePages<RunRow>(String(started), async (after, signal) =>
    pageOf(await askOnce(RunsQuery, { first: 50, after: after ?? null }, signal), (d) => d.runs),
  )
  const { rows } = pages
  const follow = async () => {
    for (const { id } of rows.filter(lives)) {
      const answer = await askOnce(RunQuery, { id })
      if (answer.ok && answer.data.run !== null) {
        const next = answer.data.run
        pages.patch((r) => (r.id === id ? next : r))
      }
    }
  }
  useEvery(1000, follow, rows.some(lives))
  const open = (id: string) => change({ sel: id }, values.sel === undefined ? 'push' : 'replace')
  const cursor = useList({ rows, id: (r) => r.id, at: values.sel, onMove: open, onOpen: (r) => open(r.id) })
  const selected = rows[cursor]
  const name = (r: RunRow) => {
    const first = r.rules[0]
    if (first === undefined) return t.ruleCount(count(r.ruleCount))
    const title = both(first.titleZh, first.title)
    return r.ruleCount === 1 ? title : t.andMore(title, count(r.ruleCount))
  }
  const opener = (r: RunRow) => (
    <button type="button" className="sd-cell-button sd-cut" onClick={() => open(r.id)}>
      {name(r)}
    </button>
  )
  const bar = (r: RunRow) => (
    <Progress
      label={`${t.bar}: ${name(r)}`}
      done={r.done}
      total={r.total}
      text={`${count(r.done)} / ${count(r.total)}`}
    />
  )
  // The drawer tells the rest of the open run.
  const roomy = selected === undefined
  const columns: readonly Column<RunRow>[] = [
    { id: 'status', head: t.columns.status, width: '88px', cell: (r) => <RunStatus of={r.status} /> },
    ...(roomy
      ? [
          {
            id: 'purpose',
            head: t.columns.purpose,
            width: '60px',
            cell: (r) => t.purpose[r.purpose],
          } satisfies Column<RunRow>,
        ]
      : []),
    { id: 'rules', head: t.columns.rules, width: 'minmax(0, 1.4fr)', cell: opener },
    ...(roomy
      ? [
          {
            id: 'range',
            head: t.columns.range,
            width: '190px',
            cell: (r) => <Span from={r.from} to={r.to} />,
          } satisfies Column<RunRow>,
        ]
      : []),
    { id: 'progress', head: t.columns.progress, width: 'minmax(110px, 0.8fr)', cell: bar },
    { id: 'signals', head: t.columns.signals, width: '56px', end: true, cell: (r) => count(r.signals) },
    { id: 'incidents', head: t.columns.incidents, width: '72px', end: true, cell: (r) => count(r.incidents) },
    {
      id: 'at',
      head: t.columns.at,
      width: '96px',
      end: true,
      sorted: true,
      cell: (r) => <Time at={r.createdAt} as={compactTime} />,
    },
  ]
  const body = useListBody({
    ...pages,
    what: t.table,
    rows: rows.length,
    empty: <Empty action={<Go to="/rules">{t.toRules}</Go>}>{t.empty}</Empty>,
  })
  return (
    <>
      <Gaps
        ended={rows.filter((r) => r.endedAt !== null).length}
        onStarted={(id) => {
          setStarted((n) => n + 1)
          open(id)
        }}
      />
      <div className="sd-beside" data-open={selected !== undefined || undefined}>
        <div className="sd-list">
          <PagedTable
            pages={pages}
            label={t.table}
            rows={rows}
            rowKey={(r) => r.id}
            columns={columns}
            cursor={cursor}
            onChoose={(r) => open(r.id)}
            card={(r) => (
              <>
                <div className="sd-card-line">
                  <RunStatus of={r.status} />
                  {opener(r)}
                </div>
                <div className="sd-card-line">{bar(r)}</div>
              </>
            )}
            instead={body}
          />
        </div>
        {selected !== undefined && (
          <RunDrawer
            key={selected.id}
            row={selected}
            title={name(selected)}
            onClose={() => change({ sel: undefined })}
            onChanged={(next) => pages.patch((r) => (r.id === next.id ? { ...r, ...next } : r))}
          />
        )}
      </div>
    </>
  )
}

function Span({ from, to }: { readonly from: string; readonly to: string }) {
  return (
    <span className="sd-cut">
      <Time at={from} as={dayTime} /> – <Time at={to} as={dayTime} />
    </span>
  )
}
