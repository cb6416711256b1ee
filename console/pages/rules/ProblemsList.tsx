import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { FilterMenu } from '../../parts/FilterMenu.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { Empty } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { ProblemGlyph } from './ProblemBadge.tsx'
import { ProblemDrawer } from './ProblemDrawer.tsx'
import { type ProblemRow, RuleProblemsQuery } from './queries.ts'

const SEVERITIES = ['error', 'warning'] as const

/** Rules that were refused and rules that look wrong: what, where, and what to do about it. */
export function ProblemsList({
  generation,
  onChanged,
}: {
  readonly generation: number
  readonly onChanged: () => void
}) {
  const words = useWords()
  const t = words.problems
  const both = useBoth()
  const { values, change } = useAddress()
  const severity = SEVERITIES.find((s) => s === values.view)
  const askOnce = useAskOnce()
  const [removed, setRemoved] = useState(0)
  const pages = usePages<ProblemRow>(JSON.stringify([severity, generation, removed]), async (after, signal) =>
    pageOf(
      await askOnce(RuleProblemsQuery, { severity: severity ?? null, first: 200, after: after ?? null }, signal),
      (d) => d.ruleProblems,
    ),
  )
  const { rows } = pages
  const open = (r: ProblemRow) => change({ sel: keyOf(r) }, values.sel === undefined ? 'push' : 'replace')
  const cursor = useList({
    rows,
    id: keyOf,
    at: values.sel,
    onMove: (id) => change({ sel: id }, values.sel === undefined ? 'push' : 'replace'),
    onOpen: open,
  })
  const selected = rows[cursor]
  const state = (r: ProblemRow) => (
    <span className="sd-state">
      <ProblemGlyph of={r.severity} />
      <span>{t.severity[r.severity]}</span>
    </span>
  )
  const where = (r: ProblemRow) => t.at(r.file, String(r.line), String(r.column))
  const message = (r: ProblemRow) => both(r.messageZh, r.message)
  const toRule = (r: ProblemRow) =>
    r.severity === 'error' ? (
      <span className="sd-2">{t.refused}</span>
    ) : r.ruleId === null ? null : (
      <Go to="/rules/$id" params={{ id: r.ruleId }} aria-label={`${t.openRule} ${where(r)}`}>
        {t.openRule}
      </Go>
    )
  const columns: readonly Column<ProblemRow>[] = [
    { id: 'severity', head: t.columns.severity, width: '70px', cell: state },
    {
      id: 'message',
      head: t.columns.message,
      width: 'minmax(0, 2fr)',
      cell: (r) => (
        <button type="button" className="sd-cell-button sd-wrap" onClick={() => open(r)}>
          {message(r)}
        </button>
      ),
    },
    {
      id: 'where',
      head: t.columns.where,
      width: 'minmax(0, 1.2fr)',
      cell: (r) => (
        <span className="sd-mono sd-wrap" title={where(r)}>
          {where(r)}
        </span>
      ),
    },
    { id: 'code', head: t.columns.code, width: '72px', mono: true, cell: (r) => r.code },
    { id: 'rule', head: <span className="sd-hidden">{t.openRule}</span>, width: '72px', end: true, cell: toRule },
  ]
  const body = useListBody({ ...pages, what: t.table, rows: rows.length, empty: <Empty>{t.empty}</Empty> })
  return (
    <>
      <div className="sd-bar">
        <FilterMenu
          label={t.filter}
          any={t.any}
          value={severity}
          options={SEVERITIES.map((s) => ({ value: s, label: t.severity[s] }))}
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
            rowKey={keyOf}
            columns={columns}
            twoLines
            cursor={cursor}
            onChoose={open}
            card={(r) => (
              <>
                <div className="sd-card-line">
                  {state(r)}
                  <code>{r.code}</code>
                  <span className="sd-end">{toRule(r)}</span>
                </div>
                <button type="button" className="sd-cell-button sd-wrap" onClick={() => open(r)}>
                  {message(r)}
                </button>
                <div className="sd-mono sd-2 sd-small sd-wrap">{where(r)}</div>
              </>
            )}
            instead={body}
          />
        </div>
        {selected !== undefined && (
          <ProblemDrawer
            key={selected.file}
            problem={selected}
            others={rows.filter((r) => r.file === selected.file && r !== selected)}
            onClose={() => change({ sel: undefined })}
            onRemoved={() => {
              change({ sel: undefined })
              setRemoved((n) => n + 1)
              onChanged()
            }}
          />
        )}
      </div>
    </>
  )
}

function keyOf(r: ProblemRow): string {
  return `${r.file}:${r.line}:${r.column}:${r.code}`
}
