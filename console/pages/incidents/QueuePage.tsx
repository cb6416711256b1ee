import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { span } from '../../format/time.ts'
import { Foot, Page, View, Views } from '../../frame/Page.tsx'
import { SEVERITIES, Severity, type SeverityName } from '../../glyphs/Severity.tsx'
import { Status, type StatusName } from '../../glyphs/Status.tsx'
import { useAsk, useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useKeys } from '../../keys/keys.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Avatar, Button, Entity, Kbd, Strip } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { RowsFailure } from '../../parts/ListBody.tsx'
import { QueryBar } from '../../parts/QueryBar.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useIncidentChanges } from '../../session/live.ts'
import { useMe } from '../../session/me.ts'
import { Preview } from './Preview.tsx'
import { CountsQuery, IncidentQuery, QueueQuery, type QueueRow } from './queries.ts'
import { queueOrder } from './queueOrder.ts'
import { useIncidentActions } from './useIncidentActions.tsx'

const OPEN: readonly StatusName[] = ['new', 'triage', 'in_progress', 'contained']
const VIEWS = {
  mine: { status: OPEN, mine: true },
  open: { status: OPEN, mine: false },
  new: { status: ['new'], mine: false },
  in_progress: { status: ['triage', 'in_progress', 'contained'], mine: false },
  closed: { status: ['resolved', 'closed', 'false_positive'], mine: false },
} as const satisfies Record<string, { readonly status: readonly StatusName[]; readonly mine: boolean }>
type ViewName = keyof typeof VIEWS

/** The queue of incidents: what does a person decide next. It never moves by itself; news waits behind a counter. */
export function QueuePage() {
  const words = useWords()
  const t = words.incidents
  const both = useBoth()
  const me = useMe()
  const navigate = useNavigate()
  const { values, dropped, change } = useAddress()
  const view: ViewName = values.view !== undefined && values.view in VIEWS ? (values.view as ViewName) : 'open'
  const q = values.q ?? ''
  const wide = useMediaQuery('(min-width: 1200px)', matchMedia('(min-width: 1200px)').matches) ?? true
  const showPreview = wide && values.p !== '0'

  const askOnce = useAskOnce()
  const filter = { query: q === '' ? null : q, status: [...VIEWS[view].status], mine: VIEWS[view].mine || null }
  const pages = usePages<QueueRow>(`${view} ${q}`, async (after, signal) => {
    const answer = await askOnce(QueueQuery, { ...filter, first: 100, after: after ?? null }, signal)
    return pageOf(answer, (data) => data.incidentQueue)
  })
  const counts = useAsk(CountsQuery, {})
  const n = counts.data?.incidentCounts
  const { rows } = pages

  useEffect(() => queueOrder.set(rows.map((r) => r.number)), [rows])

  // The cursor stands on a number, not on a place, so that it stays with its row.
  const at = rows.findIndex((r) => r.number === values.sel)
  const cursor = at >= 0 ? at : rows.length > 0 ? 0 : -1
  const current = rows[cursor]
  const choose = (row: QueueRow | undefined) => row !== undefined && change({ sel: row.number }, 'replace')
  const open = (row: QueueRow | undefined) =>
    row !== undefined && void navigate({ to: '/incidents/$number', params: { number: row.number } })

  const [arrivals, setArrivals] = useState<ReadonlyMap<string, SeverityName>>(new Map())
  const load = () => {
    setArrivals(new Map())
    pages.reload()
    counts.reload()
  }
  useEffect(() => setArrivals(new Map()), [view, q])

  const belongs = (row: { status: StatusName; assignee: { id: string } | null }) =>
    (VIEWS[view].status as readonly StatusName[]).includes(row.status) &&
    (!VIEWS[view].mine || row.assignee?.id === me.id)

  useIncidentChanges(({ incident }) => {
    if (rows.some((r) => r.number === incident.number)) {
      pages.patch((r) => (r.number === incident.number ? { ...r, ...incident } : r))
      return
    }
    if (!belongs(incident) || arrivals.has(incident.number)) return
    const arrive = () => setArrivals((a) => new Map(a).set(incident.number, incident.severity))
    if (q === '') arrive()
    // Whether it matches the query only the server can tell.
    else
      void askOnce(QueueQuery, {
        ...filter,
        query: `(${q}) and number: "${incident.number}"`,
        first: 1,
        after: null,
      }).then(
        (answer) => {
          if (answer.ok && answer.data.incidentQueue.totalCount > 0) arrive()
        },
        () => undefined,
      )
  })

  const detail = useAsk(
    IncidentQuery,
    { number: current?.number ?? '', signals: 2, after: null },
    { pause: current === undefined || !wide },
  )
  const incident = detail.data?.incident?.number === current?.number ? (detail.data?.incident ?? undefined) : undefined
  const actions = useIncidentActions(incident, () => {
    detail.reload()
    counts.reload()
  })
  // What a person just changed shows in the row at once, whether or not the live stream stands.
  useEffect(() => {
    if (incident === undefined) return
    pages.patch((r) =>
      r.number === incident.number && r.version < incident.version
        ? { ...r, version: incident.version, status: incident.status, assignee: incident.assignee }
        : r,
    )
  }, [incident?.version, incident?.number])

  useKeys([
    { keys: 'j', label: words.keysHelp.next, act: () => choose(rows[Math.min(rows.length - 1, cursor + 1)]) },
    { keys: 'k', label: words.keysHelp.previous, act: () => choose(rows[Math.max(0, cursor - 1)]) },
    { keys: 'ArrowDown', label: '', act: () => choose(rows[Math.min(rows.length - 1, cursor + 1)]) },
    { keys: 'ArrowUp', label: '', act: () => choose(rows[Math.max(0, cursor - 1)]) },
    { keys: 'Enter', label: words.keysHelp.open, act: () => open(current) },
    { keys: '.', label: t.load, act: load },
    { keys: 'p', label: t.preview, act: () => change({ p: showPreview ? '0' : undefined }, 'replace'), enabled: wide },
    { keys: 'a', label: words.incident.assign, act: () => actions.openMenu('assign'), enabled: incident !== undefined },
    { keys: 'a a', label: words.incident.assignMe, act: actions.assignMe, enabled: incident?.canAssign === true },
    {
      keys: 's',
      label: words.incident.changeStatus,
      act: () => actions.openMenu('status'),
      enabled: incident !== undefined,
    },
    {
      keys: 'f',
      label: words.incident.markFalse,
      act: () => actions.moveTo('false_positive'),
      enabled: actions.canMarkFalse,
    },
  ])

  const columns: readonly Column<QueueRow>[] = [
    {
      id: 'severity',
      head: t.columns.severity,
      width: '70px',
      sorted: true,
      cell: (r) => <Severity of={r.severity} />,
    },
    {
      id: 'title',
      head: t.columns.title,
      width: 'minmax(0, 1fr)',
      cell: (r) => (
        <div className="sd-two-lines">
          <Go to="/incidents/$number" params={{ number: r.number }} className="sd-title-link">
            {both(r.titleZh, r.title)}
          </Go>
          <div className="sd-second">
            <span className="sd-mono">{r.number}</span>
            <Entity of={r.entity} />
            <span>{r.system?.name ?? ''}</span>
          </div>
        </div>
      ),
    },
    { id: 'status', head: t.columns.status, width: '92px', cell: (r) => <Status of={r.status} /> },
    {
      id: 'owner',
      head: t.columns.owner,
      width: '60px',
      cell: (r) => (r.assignee === null ? '–' : <Avatar name={r.assignee.displayName} alone />),
    },
    { id: 'signals', head: t.columns.signals, width: '52px', end: true, cell: (r) => count(r.signalCount) },
    {
      id: 'waiting',
      head: t.columns.waiting,
      width: '84px',
      end: true,
      cell: (r) => (r.status === 'new' ? span(Date.now() - Date.parse(r.createdAt), words) : '–'),
    },
  ]

  const worst = SEVERITIES.find((s) => [...arrivals.values()].includes(s))
  const empty = rows.length === 0 && !pages.first && pages.failure === undefined
  const syntax = pages.failure?.code.startsWith('KQL-') === true
  return (
    <Page
      title={t.title}
      dropped={dropped}
      stale
      views={
        <Views label={t.viewsLabel}>
          {(Object.keys(VIEWS) as ViewName[]).map((v) => (
            <View
              key={v}
              n={
                n === undefined
                  ? undefined
                  : v === 'mine'
                    ? n.mine
                    : VIEWS[v].status.reduce((sum: number, s) => sum + n[s], 0)
              }
              link={(content) => (
                <Go
                  to="/incidents"
                  search={{ view: v, ...(q === '' ? {} : { q }) }}
                  current={v === view ? 'page' : undefined}
                >
                  {content}
                </Go>
              )}
            >
              {t.views[v]}
            </View>
          ))}
        </Views>
      }
      foot={
        <Foot
          loadedAt={pages.loadedAt}
          keys={[
            ['j k', words.keysHelp.move],
            ['Enter', words.keysHelp.open],
            ['a', words.incident.assign],
            ['s', words.incident.changeStatus],
            ['f', words.incident.falsePositive],
            ['p', t.togglePreview],
          ]}
        />
      }
    >
      <div className="sd-bar">
        <QueryBar
          label={t.query}
          hint={t.queryHint}
          value={q}
          onSubmit={(text) => change({ q: text, sel: undefined })}
          failure={pages.failure}
          side={pages.total === undefined ? undefined : t.summary(count(pages.total))}
        />
      </div>
      <div className="sd-beside">
        <div className="sd-list">
          {arrivals.size > 0 && worst !== undefined && (
            <Strip
              tone="news"
              icon="up"
              action={
                <Button kind="quiet" onClick={load}>
                  <Kbd keys="." />
                  {t.load}
                </Button>
              }
            >
              {t.arrived(count(arrivals.size), words.severity[worst])}
            </Strip>
          )}
          <RowsFailure failure={pages.failure} rows={rows.length} reload={pages.reload} />
          <Table
            label={t.table}
            rows={rows}
            rowKey={(r) => r.id}
            columns={columns}
            total={pages.total}
            twoLines
            cursor={cursor}
            follow={cursor}
            muted={(r) => !belongs(r)}
            onChoose={(r) => (wide ? choose(r) : open(r))}
            onEnd={pages.more}
            loadingMore={pages.loading && !pages.first}
            card={(r) => (
              <>
                <div className="sd-card-line">
                  <Severity of={r.severity} />
                  <Go to="/incidents/$number" params={{ number: r.number }} className="sd-title-link sd-cut">
                    {both(r.titleZh, r.title)}
                  </Go>
                </div>
                <div className="sd-card-line sd-2 sd-small">
                  <Status of={r.status} />
                  <span className="sd-cut">{r.system?.name ?? r.number}</span>
                  <span>{r.status === 'new' ? span(Date.now() - Date.parse(r.createdAt), words) : ''}</span>
                </div>
              </>
            )}
            instead={
              pages.failure !== undefined && (rows.length === 0 || syntax) ? (
                syntax ? (
                  <Empty>{t.emptyQuery}</Empty>
                ) : (
                  <Failed failure={pages.failure} onRetry={pages.reload} />
                )
              ) : pages.first ? (
                pages.cancelled ? (
                  <Empty action={<Button onClick={pages.reload}>{words.state.retry}</Button>}>
                    {words.state.cancelled}
                  </Empty>
                ) : (
                  <Loading what={t.title} onCancel={pages.cancel} />
                )
              ) : empty ? (
                q === '' ? (
                  <Empty
                    action={
                      <Go to="/incidents" search={{ view: view === 'closed' ? 'open' : 'closed' }}>
                        {view === 'closed' ? t.emptyOpen : t.emptyNext}
                      </Go>
                    }
                  >
                    {t.empty[view]}
                  </Empty>
                ) : (
                  <Empty
                    action={
                      <Go to="/incidents" search={{ view }}>
                        {t.clearQuery}
                      </Go>
                    }
                  >
                    {t.emptyQuery}
                  </Empty>
                )
              ) : undefined
            }
          />
        </div>
        {showPreview && current !== undefined && (
          <Preview
            row={current}
            incident={incident}
            failure={detail.failure}
            actions={actions}
            onOpen={() => open(current)}
          />
        )}
        {!showPreview && actions.parts}
      </div>
    </Page>
  )
}
