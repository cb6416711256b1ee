import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { rangeOf } from '../../address/timeRange.ts'
import { count } from '../../format/number.ts'
import { preciseTime } from '../../format/time.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { flatten } from '../../parts/fields.ts'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { QueryBar } from '../../parts/QueryBar.tsx'
import { Empty } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { TimeRange } from '../../parts/TimeRange.tsx'
import { useList } from '../../parts/useList.ts'
import { useSettings } from '../../session/settings.ts'
import { EventDetail } from '../events/EventDetail.tsx'
import type { EventRow } from '../events/queries.ts'
import { fieldText, narrow } from '../events/search.ts'
import { ExceptionDialog } from './ExceptionDialog.tsx'
import { HuntQuery, type RuleDetail } from './queries.ts'

/** Stored events that a rule matches, on or off, newest first: what it would catch, before it raises anything. */
export function RuleHunt({ rule }: { readonly rule: RuleDetail }) {
  const words = useWords()
  const t = words.rule
  const navigate = useNavigate()
  const { language } = useSettings()
  const { values, change } = useAddress()
  const q = values.q ?? ''
  const time = values.t === undefined || values.t === 'all' ? 'now-24h' : values.t
  const [asOf, setAsOf] = useState(Date.now)
  const range = useMemo(() => rangeOf(time, asOf), [time, asOf])
  const [excepting, setExcepting] = useState<EventRow | undefined>()
  const askOnce = useAskOnce()
  const pages = usePages<EventRow>(`${rule.id}\n${q}\n${time}\n${asOf}`, async (after, signal) =>
    pageOf(
      await askOnce(
        HuntQuery,
        {
          id: rule.id,
          query: q === '' ? null : q,
          from: range.from ?? new Date(asOf - 86_400_000).toISOString(),
          to: range.to ?? new Date(asOf).toISOString(),
          first: 100,
          after: after ?? null,
        },
        signal,
      ),
      (d) => d.huntRule,
    ),
  )
  const { rows } = pages
  const openId = values.sel
  const toggle = (id: string) => change({ sel: id === openId ? undefined : id }, 'replace')
  const cursor = useList({
    rows,
    id: (r) => r.id,
    at: openId,
    onMove: (id) => change({ sel: id }, 'replace'),
    onOpen: (r) => toggle(r.id),
  })
  const field = (name: string, width: string): Column<EventRow> => ({
    id: name,
    head: <span className="sd-mono">{name}</span>,
    width,
    mono: true,
    cell: (r) => fieldText(r.ecs, name),
  })
  const columns: readonly Column<EventRow>[] = [
    {
      id: 'time',
      head: words.events.columns.time,
      width: '158px',
      sorted: true,
      cell: (r) => {
        const text = preciseTime(r.timestamp, language)
        return (
          <button
            type="button"
            className="sd-expand"
            aria-expanded={r.id === openId}
            aria-label={r.id === openId ? words.events.collapse(text) : words.events.expand(text)}
            onClick={() => toggle(r.id)}
          >
            <Icon name={r.id === openId ? 'down' : 'right'} size={12} />
            <Time at={r.timestamp} as={preciseTime} />
          </button>
        )
      },
    },
    field('user.name', '110px'),
    field('host.name', '120px'),
    {
      id: 'raw',
      head: words.events.columns.raw,
      width: 'minmax(0, 1fr)',
      mono: true,
      cell: (r) => r.original ?? <span className="sd-3">{words.events.hidden}</span>,
    },
  ]
  const body = useListBody({ ...pages, what: t.huntWhat, rows: rows.length, empty: <Empty>{t.huntEmpty}</Empty> })
  return (
    <>
      <div className="sd-bar">
        <QueryBar
          label={words.events.query}
          hint={words.events.queryHint}
          value={q}
          failure={pages.failure}
          onSubmit={(text) => {
            setAsOf(Date.now())
            change({ q: text, sel: undefined })
          }}
          side={pages.total === undefined ? undefined : t.huntTotal(count(pages.total))}
        />
        <TimeRange
          value={time}
          onChange={(text) => {
            setAsOf(Date.now())
            change({ t: text, sel: undefined })
          }}
        />
      </div>
      <p className="sd-bar-text sd-2">{t.huntText}</p>
      <PagedTable
        pages={pages}
        label={t.huntTable}
        rows={rows}
        rowKey={(r) => r.id}
        columns={columns}
        cursor={cursor}
        onChoose={(r) => toggle(r.id)}
        detail={(r) =>
          r.id === openId ? (
            <EventDetail
              event={r}
              onFilter={(name, value, not) => change({ q: narrow(q, name, value, not), sel: undefined })}
              more={
                rule.canExcept && (
                  <Button kind="link" onClick={() => setExcepting(r)}>
                    {t.except}
                  </Button>
                )
              }
            />
          ) : undefined
        }
        card={(r) => (
          <>
            <div className="sd-card-line">
              {columns[0]!.cell(r)}
              <span className="sd-mono sd-cut">{fieldText(r.ecs, 'user.name')}</span>
            </div>
            <div className="sd-mono sd-cut sd-2">{r.original ?? words.events.hidden}</div>
          </>
        )}
        instead={body}
      />
      {excepting !== undefined && (
        <ExceptionDialog
          rule={rule}
          fields={flatten(excepting.ecs)}
          onClose={() => setExcepting(undefined)}
          onDone={() => void navigate({ to: '/rules/$id', params: { id: rule.id }, search: { tab: 'exceptions' } })}
        />
      )}
    </>
  )
}
