import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { compactTime } from '../../format/time.ts'
import { useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Time } from '../../parts/basic.tsx'
import { FilterMenu } from '../../parts/FilterMenu.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { Empty } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { ExceptionDrawer } from './ExceptionDrawer.tsx'
import { type ExceptionRow, ExceptionsQuery } from './exceptionQueries.ts'

const STATES = ['active', 'ended'] as const

/** What is excepted from rules: for whom, until when, and how much it kept back; of one rule where `ruleId` is given. */
export function ExceptionsList({
  ruleId,
  generation = 0,
  onChanged,
}: {
  readonly ruleId?: string
  readonly generation?: number
  readonly onChanged?: () => void
}) {
  const words = useWords()
  const t = words.exceptions
  const both = useBoth()
  const { values, change } = useAddress()
  const state = STATES.find((s) => s === values.view)
  const askOnce = useAskOnce()
  const [changes, setChanges] = useState(0)
  const key = JSON.stringify([ruleId, state, generation, changes])
  const pages = usePages<ExceptionRow>(key, async (after, signal) =>
    pageOf(
      await askOnce(
        ExceptionsQuery,
        {
          ruleId: ruleId ?? null,
          active: state === undefined ? null : state === 'active',
          first: 100,
          after: after ?? null,
        },
        signal,
      ),
      (d) => d.exceptions,
    ),
  )
  const { rows } = pages
  const open = (id: string) => change({ sel: id }, values.sel === undefined ? 'push' : 'replace')
  const cursor = useList({ rows, id: (r) => r.id, at: values.sel, onMove: open, onOpen: (r) => open(r.id) })
  const selected = rows[cursor]
  const title = (r: ExceptionRow) => (r.rule === null ? r.ruleTitle : both(r.rule.titleZh, r.rule.title))
  const opener = (r: ExceptionRow) => (
    <button type="button" className="sd-cell-button sd-cut" onClick={() => open(r.id)}>
      {ruleId === undefined ? title(r) : r.query}
    </button>
  )
  const columns: readonly Column<ExceptionRow>[] = [
    {
      id: 'state',
      head: t.columns.state,
      width: '72px',
      cell: (r) => (r.active ? t.state.active : <span className="sd-2">{t.state.ended}</span>),
    },
    ...(ruleId === undefined
      ? [{ id: 'rule', head: t.columns.rule, width: 'minmax(0, 1.2fr)', cell: opener } satisfies Column<ExceptionRow>]
      : []),
    {
      id: 'query',
      head: t.columns.query,
      width: 'minmax(0, 1.6fr)',
      mono: true,
      cell: ruleId === undefined ? (r) => <span title={r.query}>{r.query}</span> : opener,
    },
    { id: 'unit', head: t.columns.unit, width: 'minmax(0, 0.7fr)', cell: (r) => r.unit?.name ?? words.table.none },
    { id: 'owner', head: t.columns.owner, width: 'minmax(0, 0.5fr)', cell: (r) => r.owner },
    {
      id: 'until',
      head: t.columns.until,
      width: '100px',
      end: true,
      cell: (r) => <Time at={r.endedAt ?? r.until} as={compactTime} />,
    },
    { id: 'kept', head: t.columns.keptBack, width: '76px', end: true, cell: (r) => count(r.keptBack) },
  ]
  const body = useListBody({
    ...pages,
    what: t.table,
    rows: rows.length,
    empty: (
      <Empty>{state === 'active' ? t.emptyActive : ruleId === undefined ? t.empty : words.rule.noExceptions}</Empty>
    ),
  })
  return (
    <>
      <div className="sd-bar">
        <FilterMenu
          label={t.filter}
          any={t.any}
          value={state}
          options={STATES.map((s) => ({ value: s, label: t.state[s] }))}
          onChange={(next) => change({ view: next, sel: undefined })}
        />
        {pages.total !== undefined && <span className="sd-2 sd-bar-note sd-end">{t.summary(count(pages.total))}</span>}
      </div>
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
            muted={(r) => !r.active}
            card={(r) => (
              <>
                <div className="sd-card-line">
                  {opener(r)}
                  <span className="sd-2">{count(r.keptBack)}</span>
                </div>
                <div className="sd-card-line sd-2 sd-small">
                  <span className="sd-mono sd-cut">{r.query}</span>
                  <span>{r.active ? t.state.active : t.state.ended}</span>
                </div>
              </>
            )}
            instead={body}
          />
        </div>
        {selected !== undefined && (
          <ExceptionDrawer
            key={selected.id}
            exception={selected}
            title={title(selected)}
            linked={ruleId === undefined}
            onClose={() => change({ sel: undefined })}
            onChanged={() => {
              setChanges((n) => n + 1)
              onChanged?.()
            }}
          />
        )}
      </div>
    </>
  )
}
