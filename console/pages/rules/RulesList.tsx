import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { compactTime } from '../../format/time.ts'
import { SEVERITIES, Severity, SeverityGlyph, type SeverityName } from '../../glyphs/Severity.tsx'
import { useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useKeys } from '../../keys/keys.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { FilterMenu, FilterSetMenu } from '../../parts/FilterMenu.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { Empty } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { useSettled } from '../../parts/useSettled.ts'
import { useAttack } from './attack.ts'
import { rememberList } from './lastList.ts'
import { ProblemBadge } from './ProblemBadge.tsx'
import { type RuleRow, RulesQuery } from './queries.ts'

const ORIGINS = ['own', 'imported', 'configured'] as const

/** Every rule with its level, technique, log source and signals; the filters stand in the address. */
export function RulesList({ generation }: { readonly generation: number }) {
  const words = useWords()
  const t = words.rules
  const both = useBoth()
  const attack = useAttack()
  const navigate = useNavigate()
  const { values, change } = useAddress()
  const levels = SEVERITIES.filter((s) => values.level?.split(',').includes(s) === true)
  const origin = ORIGINS.find((o) => o === values.origin)
  const on = values.on
  const { sort } = values
  const q = useSettled(values.q ?? '')
  const askOnce = useAskOnce()
  const key = JSON.stringify([q, levels, origin, on, sort, generation])
  const pages = usePages<RuleRow>(key, async (after, signal) =>
    pageOf(
      await askOnce(
        RulesQuery,
        {
          query: queryOf(q),
          origin: origin ?? null,
          level: levels.length === 0 ? null : levels,
          enabled: on === undefined ? null : on === '1',
          sort: sort === 'hits' ? sort : 'level',
          first: 200,
          after: after ?? null,
        },
        signal,
      ),
      (d) => d.rules,
    ),
  )
  const { rows } = pages
  const open = (r: RuleRow) => void navigate({ to: '/rules/$id', params: { id: r.id } })
  const cursor = useList({
    rows,
    id: (r) => r.id,
    at: values.sel,
    onMove: (id) => change({ sel: id }, 'replace'),
    onOpen: open,
  })
  useKeys([{ keys: '/', label: t.find, act: () => document.getElementById('find-rules')?.focus() }])
  useEffect(() => rememberList(values), [values])
  const filtered = (values.q ?? '') !== '' || levels.length > 0 || origin !== undefined || on !== undefined
  const clear = () => change({ q: undefined, level: undefined, origin: undefined, on: undefined, sel: undefined })
  const techniques = (r: RuleRow) => {
    const tags = attack(r.tags)
    const named = tags.filter((a) => a.technique)
    return (named.length > 0 ? named : tags).map((a) => a.text).join(' ')
  }
  const title = (r: RuleRow) => (
    <Go to="/rules/$id" params={{ id: r.id }} className="sd-title-link sd-cut">
      {both(r.titleZh, r.title)}
    </Go>
  )
  const badge = (r: RuleRow) => <ProblemBadge problems={r.problems} />
  const columns: readonly Column<RuleRow>[] = [
    {
      id: 'level',
      head: t.columns.level,
      width: '76px',
      sorted: sort === undefined,
      cell: (r) => <Severity of={r.level} />,
    },
    {
      id: 'title',
      head: t.columns.title,
      width: 'minmax(0, 2.4fr)',
      cell: (r) => (
        <span className="sd-title-cell">
          {title(r)}
          {r.kind === 'correlation' && <span className="sd-tag">{t.kind.correlation}</span>}
          {badge(r)}
        </span>
      ),
    },
    { id: 'tags', head: t.columns.tags, width: 'minmax(0, 0.8fr)', mono: true, cell: techniques },
    {
      id: 'logsource',
      head: t.columns.logsource,
      width: 'minmax(0, 1fr)',
      cell: (r) =>
        r.logsource === '' ? words.table.none : <span title={r.logsource}>{shortSource(r.logsource)}</span>,
    },
    {
      id: 'origin',
      head: t.columns.origin,
      width: '84px',
      cell: (r) => (r.origin === null ? words.table.none : t.origin[r.origin]),
    },
    {
      id: 'on',
      head: t.columns.on,
      width: '60px',
      cell: (r) => <span className={r.enabled ? 'sd-2' : undefined}>{t.onState[r.enabled ? 'on' : 'off']}</span>,
    },
    {
      id: 'hits',
      head: t.columns.hits,
      width: '64px',
      end: true,
      sorted: sort !== undefined,
      cell: (r) => count(r.hits),
    },
    {
      id: 'last',
      head: t.columns.lastSignal,
      width: '94px',
      end: true,
      cell: (r) => (r.lastSignal === null ? words.table.none : <Time at={r.lastSignal} as={compactTime} />),
    },
  ]
  const body = useListBody({
    ...pages,
    what: t.title,
    rows: rows.length,
    empty: <Empty action={filtered ? <Button onClick={clear}>{t.clear}</Button> : undefined}>{t.empty}</Empty>,
  })
  return (
    <>
      <div className="sd-bar">
        <input
          id="find-rules"
          className="sd-input sd-find"
          type="search"
          aria-label={t.find}
          placeholder={t.findHint}
          value={values.q ?? ''}
          onChange={(e) => change({ q: e.target.value, sel: undefined }, 'replace')}
        />
        <FilterSetMenu<SeverityName>
          label={t.filters.level}
          any={t.filters.any}
          values={levels}
          options={SEVERITIES.map((s) => ({ value: s, label: words.severity[s], glyph: <SeverityGlyph of={s} /> }))}
          onChange={(next) => change({ level: next.length === 0 ? undefined : next.join(','), sel: undefined })}
        />
        <FilterMenu
          label={t.filters.origin}
          any={t.filters.any}
          value={origin}
          options={ORIGINS.map((o) => ({ value: o, label: t.origin[o] }))}
          onChange={(next) => change({ origin: next, sel: undefined })}
        />
        <FilterMenu<'1' | '0'>
          label={t.filters.on}
          any={t.filters.any}
          value={on === '1' || on === '0' ? on : undefined}
          options={[
            { value: '1', label: t.onState.on },
            { value: '0', label: t.onState.off },
          ]}
          onChange={(next) => change({ on: next, sel: undefined })}
        />
        <FilterMenu
          label={t.sort}
          any={t.sortBy.level}
          value={sort === 'hits' ? sort : undefined}
          options={[{ value: 'hits', label: t.sortBy.hits }]}
          onChange={(next) => change({ sort: next, sel: undefined })}
        />
        {filtered && (
          <Button kind="quiet" onClick={clear}>
            {t.clear}
          </Button>
        )}
        {pages.total !== undefined && <span className="sd-2 sd-bar-note sd-end">{t.summary(count(pages.total))}</span>}
      </div>
      <PagedTable
        pages={pages}
        label={t.table}
        rows={rows}
        rowKey={(r) => r.id}
        columns={columns}
        cursor={cursor}
        onChoose={open}
        muted={(r) => !r.enabled}
        card={(r) => (
          <>
            <div className="sd-card-line">
              <Severity of={r.level} />
              {title(r)}
              {badge(r)}
            </div>
            <div className="sd-card-line sd-2 sd-small">
              <span className="sd-cut">
                {[techniques(r), shortSource(r.logsource), r.enabled ? '' : t.onState.off]
                  .filter((x) => x !== '')
                  .join(' · ')}
              </span>
              <span>{count(r.hits)}</span>
            </div>
          </>
        )}
        instead={body}
      />
    </>
  )
}

/** `product: windows, category: process_creation` in a column: the values alone. */
function shortSource(logsource: string): string {
  return logsource
    .split(', ')
    .map((part) => part.replace(/^[a-z]+: /, ''))
    .join(' · ')
}

/** Plain words as search text in which each must stand somewhere; what looks like search text (KQL) stays as it is. */
function queryOf(text: string): string | null {
  const written = text.trim()
  if (written === '') return null
  if (/[:()"<>*]/.test(written)) return written
  return written
    .split(/\s+/)
    .map((word) => `"${word.replaceAll('\\', '\\\\')}"`)
    .join(' and ')
}
