import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { rangeOf } from '../../address/timeRange.ts'
import { count } from '../../format/number.ts'
import { preciseTime } from '../../format/time.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page } from '../../frame/Page.tsx'
import { Icon } from '../../glyphs/Icon.tsx'
import { useAsk, useAskOnce } from '../../graphql/ask.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useKeys } from '../../keys/keys.ts'
import { useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { RowsFailure } from '../../parts/ListBody.tsx'
import { QueryBar } from '../../parts/QueryBar.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { TimeRange } from '../../parts/TimeRange.tsx'
import { useSettings } from '../../session/settings.ts'
import { EventDetail } from './EventDetail.tsx'
import { Fields } from './Fields.tsx'
import { Histogram, useStepText } from './Histogram.tsx'
import { type EventRow, EventsQuery, HistogramQuery } from './queries.ts'
import { fieldText, narrow } from './search.ts'

/** The search in what was logged. The range is fixed when one searches, so that lists and counts agree. */
function EventsPage() {
  const words = useWords()
  const t = words.events
  const { language, zone } = useSettings()
  const { values, dropped, change } = useAddress()
  const q = values.q ?? ''
  const time = values.t ?? 'now-24h'
  const [asOf, setAsOf] = useState(Date.now)
  const range = useMemo(() => rangeOf(time, asOf), [time, asOf])
  const vars = { query: q === '' ? null : q, from: range.from ?? null, to: range.to ?? null }
  const askOnce = useAskOnce()
  const pages = usePages<EventRow>(`${q}\n${time}\n${asOf}`, async (after, signal) => {
    const answer = await askOnce(EventsQuery, { ...vars, first: 100, after: after ?? null }, signal)
    if (!answer.ok) return answer
    const c = answer.data.events
    return {
      ok: true,
      data: {
        rows: c.edges.map((e) => e.node),
        total: c.totalCount,
        tookMs: c.tookMs,
        next: c.pageInfo.hasNextPage ? (c.pageInfo.endCursor ?? undefined) : undefined,
      },
    }
  })
  const bounded = range.from !== undefined && range.to !== undefined
  const histogram = useAsk(
    HistogramQuery,
    { query: vars.query, from: range.from ?? '', to: range.to ?? '', buckets: 90 },
    { pause: !bounded },
  )
  const stepText = useStepText()
  const [asTable, setAsTable] = useState(false)
  const roomy = useMediaQuery('(min-width: 1024px)', matchMedia('(min-width: 1024px)').matches) ?? true

  const { rows } = pages
  const [cursorId, setCursorId] = useState<string | undefined>(values.sel)
  const at = rows.findIndex((r) => r.id === cursorId)
  const cursor = at >= 0 ? at : rows.length > 0 ? 0 : -1
  const openId = values.sel
  const toggle = (id: string | undefined) => change({ sel: id === openId ? undefined : id }, 'replace')
  const move = (by: number) => setCursorId(rows[Math.max(0, Math.min(rows.length - 1, cursor + by))]?.id)
  const search = (text: string) => {
    setAsOf(Date.now())
    change({ q: text, sel: undefined })
  }
  const filter = (field: string, value: string, not: boolean) =>
    change({ q: narrow(q, field, value, not), sel: undefined })

  useKeys([
    { keys: 'j', label: words.keysHelp.next, act: () => move(1) },
    { keys: 'k', label: words.keysHelp.previous, act: () => move(-1) },
    { keys: 'ArrowDown', label: '', act: () => move(1) },
    { keys: 'ArrowUp', label: '', act: () => move(-1) },
    { keys: 'Enter', label: words.keysHelp.open, act: () => toggle(rows[cursor]?.id) },
    { keys: 'x', label: words.keysHelp.open, act: () => toggle(rows[cursor]?.id) },
    { keys: 'Escape', label: words.keysHelp.close, act: () => toggle(openId), enabled: openId !== undefined },
  ])

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
      head: t.columns.time,
      width: '158px',
      sorted: true,
      cell: (r) => {
        const text = preciseTime(r.timestamp, language)
        return (
          <button
            type="button"
            className="sd-expand"
            aria-expanded={r.id === openId}
            aria-label={r.id === openId ? t.collapse(text) : t.expand(text)}
            onClick={() => {
              setCursorId(r.id)
              toggle(r.id)
            }}
          >
            <Icon name={r.id === openId ? 'down' : 'right'} size={12} />
            <Time at={r.timestamp} as={preciseTime} />
          </button>
        )
      },
    },
    field('event.action', '126px'),
    field('user.name', '104px'),
    ...(roomy ? [field('host.name', '110px'), field('process.name', '96px')] : []),
    {
      id: 'raw',
      head: t.columns.raw,
      width: 'minmax(0, 1fr)',
      mono: true,
      cell: (r) => r.original ?? <span className="sd-3">{t.hidden}</span>,
    },
  ]
  const syntax = pages.failure?.code.startsWith('KQL-') === true
  const total = pages.total
  return (
    <Page
      title={t.title}
      dropped={dropped}
      foot={
        <Foot
          keys={[
            ['/', words.keysHelp.filter],
            ['j k', words.keysHelp.move],
            ['x', words.keysHelp.open],
          ]}
          right={words.frame.zone(
            zone === 'browser' ? Intl.DateTimeFormat().resolvedOptions().timeZone : words.me.zones[zone],
          )}
        />
      }
    >
      <div className="sd-bar">
        <QueryBar label={t.query} hint={t.queryHint} value={q} onSubmit={search} failure={pages.failure} />
        <TimeRange
          value={time}
          onChange={(text) => {
            setAsOf(Date.now())
            change({ t: text, sel: undefined })
          }}
        />
        <Button
          kind="primary"
          onClick={() => {
            const text = document.querySelector<HTMLTextAreaElement>('.sd-query textarea')?.value ?? q
            search(text.trim())
          }}
        >
          {t.search}
        </Button>
      </div>
      <div className="sd-histogram">
        <div className="sd-histogram-head">
          <span>
            {total !== undefined && (
              <>
                <b>{t.total(count(total))}</b>
                {pages.tookMs !== undefined && ` · ${t.took((pages.tookMs / 1000).toFixed(2))}`}
              </>
            )}
          </span>
          {histogram.data !== undefined && bounded && (
            <span className="sd-row-of-buttons">
              {t.step(stepText(histogram.data.eventHistogram.step))}
              <Button kind="quiet" icon="table" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
                {asTable ? t.asChart : t.asTable}
              </Button>
            </span>
          )}
        </div>
        {histogram.data !== undefined && bounded && !syntax && (
          <Histogram
            step={histogram.data.eventHistogram.step}
            buckets={histogram.data.eventHistogram.buckets}
            from={Date.parse(range.from)}
            to={Date.parse(range.to)}
            onRange={(text) => change({ t: text, sel: undefined })}
            table={asTable}
          />
        )}
      </div>
      <RowsFailure failure={pages.failure} rows={rows.length} reload={pages.reload} />
      <div className="sd-events">
        <Fields query={q} range={range} total={total ?? 0} onFilter={filter} />
        <Table
          label={t.table}
          rows={rows}
          rowKey={(r) => r.id}
          columns={columns}
          total={total}
          cursor={cursor}
          follow={cursor}
          onChoose={(r) => {
            setCursorId(r.id)
            toggle(r.id)
          }}
          onEnd={pages.more}
          loadingMore={pages.loading && !pages.first}
          detail={(r) => (r.id === openId ? <EventDetail event={r} onFilter={filter} /> : undefined)}
          card={(r) => (
            <>
              <div className="sd-card-line">
                {columns[0]!.cell(r)}
                <span className="sd-mono sd-cut">{fieldText(r.ecs, 'event.action')}</span>
              </div>
              <div className="sd-mono sd-cut sd-2">{r.original ?? t.hidden}</div>
            </>
          )}
          instead={
            pages.failure !== undefined && (rows.length === 0 || syntax) ? (
              syntax ? (
                <Empty>{t.errorAt(pages.failure.message)}</Empty>
              ) : (
                <Failed failure={pages.failure} onRetry={pages.reload} />
              )
            ) : pages.first ? (
              pages.cancelled ? (
                <Empty action={<Button onClick={pages.reload}>{words.state.retry}</Button>}>
                  {words.state.cancelled}
                </Empty>
              ) : (
                <Loading what={t.what} onCancel={pages.cancel} />
              )
            ) : rows.length === 0 ? (
              <Empty
                action={
                  <span className="sd-row-of-buttons">
                    <Button
                      onClick={() => {
                        setAsOf(Date.now())
                        change({ t: 'now-30d' })
                      }}
                    >
                      {t.emptyNext}
                    </Button>
                    {q !== '' && (
                      <Button kind="quiet" onClick={() => search('')}>
                        {t.clearQuery}
                      </Button>
                    )}
                  </span>
                }
              >
                {t.empty}
              </Empty>
            ) : undefined
          }
        />
      </div>
    </Page>
  )
}

/** The search, for those whose policy names it. */
export function AllowedEventsPage() {
  return (
    <Allowed page="events">
      <EventsPage />
    </Allowed>
  )
}
