import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { compactTime } from '../../format/time.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page, View, Views } from '../../frame/Page.tsx'
import { Severity } from '../../glyphs/Severity.tsx'
import { useAsk, useAskOnce } from '../../graphql/ask.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useWords } from '../../messages/index.ts'
import { Time } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { QueryBar } from '../../parts/QueryBar.tsx'
import { Empty } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { FindingDrawer } from './FindingDrawer.tsx'
import { FindingCountsQuery, type FindingRow, FindingsQuery } from './queries.ts'

const VIEWS = ['open', 'fixed', 'accepted', 'false_positive', 'all'] as const
type ViewName = (typeof VIEWS)[number]

function isView(text: string | undefined): text is ViewName {
  return VIEWS.some((v) => v === text)
}

/** What scanners say is weak, and what people decided about it. */
function FindingsPage() {
  const words = useWords()
  const t = words.findings
  const { values, dropped, change } = useAddress()
  const view = isView(values.view) ? values.view : 'open'
  const q = values.q ?? ''
  const query = [view === 'all' ? '' : `status: ${view}`, q === '' ? '' : `(${q})`]
    .filter((x) => x !== '')
    .join(' and ')
  const askOnce = useAskOnce()
  const pages = usePages<FindingRow>(query, async (after, signal) => {
    const answer = await askOnce(
      FindingsQuery,
      { query: query === '' ? null : query, first: 100, after: after ?? null },
      signal,
    )
    return pageOf(answer, (data) => data.findings)
  })
  const counts = useAsk(FindingCountsQuery, {})
  const n = (v: ViewName) =>
    counts.data?.findingCounts.filter((c) => v === 'all' || c.status === v).reduce((sum, c) => sum + c.count, 0)
  const { rows } = pages
  const open = (id: string) => change({ sel: id }, values.sel === undefined ? 'push' : 'replace')
  const cursor = useList({ rows, id: (r) => r.id, at: values.sel, onMove: open, onOpen: (r) => open(r.id) })
  const selected = rows[cursor]

  const columns: readonly Column<FindingRow>[] = [
    { id: 'severity', head: t.columns.severity, width: '76px', cell: (r) => <Severity of={r.severity} /> },
    {
      id: 'title',
      head: t.columns.title,
      width: 'minmax(0, 2fr)',
      cell: (r) => (
        <button type="button" className="sd-cell-button sd-cut" onClick={() => open(r.id)}>
          {r.title}
        </button>
      ),
    },
    {
      id: 'place',
      head: t.columns.place,
      width: 'minmax(0, 1.2fr)',
      mono: true,
      cell: (r) => <span title={r.location}>{shortPath(r.location)}</span>,
    },
    { id: 'scanner', head: t.columns.scanner, width: '128px', cell: (r) => r.scanner },
    { id: 'state', head: t.columns.state, width: '96px', cell: (r) => t.status[r.status] },
    {
      id: 'last',
      head: t.columns.lastSeen,
      width: '100px',
      end: true,
      sorted: true,
      cell: (r) => <Time at={r.lastSeen} as={compactTime} />,
    },
  ]
  const body = useListBody({
    ...pages,
    what: t.title,
    rows: rows.length,
    empty: (
      <Empty
        action={
          view === 'all' && q === '' ? undefined : (
            <Go to="/findings" search={{ view: 'all' }}>
              {t.emptyNext}
            </Go>
          )
        }
      >
        {t.empty}
      </Empty>
    ),
  })
  return (
    <Page
      title={t.title}
      dropped={dropped}
      views={
        <Views label={t.viewsLabel}>
          {VIEWS.map((v) => (
            <View
              key={v}
              n={n(v)}
              link={(content) => (
                <Go
                  to="/findings"
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
            ['/', words.keysHelp.filter],
            ['j k', words.keysHelp.move],
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
          failure={shifted(pages.failure, query, q)}
          side={pages.total === undefined ? undefined : t.summary(count(pages.total))}
        />
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
            card={(r) => (
              <>
                <div className="sd-card-line">
                  <Severity of={r.severity} />
                  <button type="button" className="sd-cell-button sd-cut" onClick={() => open(r.id)}>
                    {r.title}
                  </button>
                </div>
                <div className="sd-card-line sd-2 sd-small">
                  <span className="sd-mono sd-cut">{r.location}</span>
                  <span>{t.status[r.status]}</span>
                </div>
              </>
            )}
            instead={body}
          />
        </div>
        {selected !== undefined && (
          <FindingDrawer
            key={selected.id}
            finding={selected}
            onClose={() => change({ sel: undefined })}
            onChanged={(next) => {
              pages.patch((r) => (r.id === next.id ? next : r))
              counts.reload()
            }}
            onConflict={pages.reload}
          />
        )}
      </div>
    </Page>
  )
}

/** The end of a path says most: `…/sign/SignUtil.java:195`. */
function shortPath(location: string): string {
  const parts = location.split('/')
  return parts.length <= 3 ? location : `…/${parts.slice(-2).join('/')}`
}

/** The reader wrote only part of the text that was sent: positions are moved back to it. */
function shifted(failure: import('../../graphql/failure.ts').Failure | undefined, sent: string, written: string) {
  if (failure === undefined || written === '') return failure
  const before = sent.indexOf(`(${written})`) + 1
  return { ...failure, problems: failure.problems.map((p) => ({ ...p, column: Math.max(1, p.column - before) })) }
}

/** The findings, for those whose policy names them. */
export function AllowedFindingsPage() {
  return (
    <Allowed page="findings">
      <FindingsPage />
    </Allowed>
  )
}
