import { useEffect } from 'react'
import { useAddress } from '../../address/address.ts'
import { count, prose } from '../../format/number.ts'
import { compactTime } from '../../format/time.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page } from '../../frame/Page.tsx'
import { Icon } from '../../glyphs/Icon.tsx'
import { ResultGlyph } from '../../glyphs/Result.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { graphql, type ResultOf } from '../../graphql/graphql.ts'
import { useWords } from '../../messages/index.ts'
import { Time } from '../../parts/basic.tsx'
import { Drawer, Facts, Section } from '../../parts/Drawer.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { Empty } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { useSettings } from '../../session/settings.ts'

const CollectorsQuery = graphql(`
  query Collectors {
    collectors {
      id kind address received parsed rejected stored detected dropped lastEventAt state
      reasons { value count }
    }
  }
`)

type Collector = ResultOf<typeof CollectorsQuery>['collectors'][number]

/** What the platform hears, and what it does not: every source with what came, what was refused and when it last spoke. */
function CollectorsPage() {
  const words = useWords()
  const t = words.collectors
  const { language } = useSettings()
  const { values, dropped, change } = useAddress()
  const asked = useAsk(CollectorsQuery, {})
  const { reload } = asked
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), 5000)
    return () => clearInterval(timer)
  }, [reload])
  const rows = asked.data?.collectors ?? []
  const open = (id: string) => change({ sel: id }, values.sel === undefined ? 'push' : 'replace')
  const cursor = useList({ rows, id: (r) => r.id, at: values.sel, onMove: open, onOpen: (r) => open(r.id) })
  const selected = rows[cursor]
  const number = (id: 'received' | 'parsed' | 'rejected' | 'stored' | 'detected' | 'dropped'): Column<Collector> => ({
    id,
    head: t.columns[id],
    width: '84px',
    end: true,
    cell: (r) => count(r[id]),
  })
  const columns: readonly Column<Collector>[] = [
    { id: 'state', head: t.columns.state, width: '110px', cell: (r) => <SourceState of={r.state} /> },
    {
      id: 'source',
      head: t.columns.source,
      width: 'minmax(0, 1fr)',
      cell: (r) => (
        <button type="button" className="sd-cell-button sd-cut sd-mono" onClick={() => open(r.id)}>
          {r.address}
        </button>
      ),
    },
    { id: 'kind', head: t.columns.kind, width: '100px', cell: (r) => r.kind },
    number('received'),
    number('parsed'),
    number('rejected'),
    number('stored'),
    number('detected'),
    number('dropped'),
    {
      id: 'last',
      head: t.columns.last,
      width: '110px',
      end: true,
      cell: (r) => (r.lastEventAt === null ? words.time.never : <Time at={r.lastEventAt} as={compactTime} />),
    },
  ]
  const received = rows.reduce((sum, r) => sum + r.received, 0)
  return (
    <Page title={t.title} dropped={dropped} foot={<Foot keys={[['j k', words.keysHelp.move]]} />}>
      {rows.length > 0 && <p className="sd-sentence">{t.sentence(count(rows.length), prose(received, language))}</p>}
      <div className="sd-beside" data-open={selected !== undefined || undefined}>
        <div className="sd-list">
          <Table
            label={t.table}
            rows={rows}
            rowKey={(r) => r.id}
            columns={
              selected === undefined ? columns : columns.filter((c) => !['parsed', 'stored', 'detected'].includes(c.id))
            }
            cursor={cursor}
            onChoose={(r) => open(r.id)}
            card={(r) => (
              <>
                <div className="sd-card-line">
                  <SourceState of={r.state} />
                  <button type="button" className="sd-cell-button sd-cut sd-mono" onClick={() => open(r.id)}>
                    {r.address}
                  </button>
                </div>
                <div className="sd-card-line sd-2 sd-small">
                  <span className="sd-cut">
                    {t.columns.received} {count(r.received)} · {t.columns.rejected} {count(r.rejected)}
                  </span>
                  <span>
                    {r.lastEventAt === null ? words.time.never : <Time at={r.lastEventAt} as={compactTime} />}
                  </span>
                </div>
              </>
            )}
            instead={useListBody({
              what: t.title,
              rows: rows.length,
              first: asked.data === undefined,
              failure: asked.failure,
              reload,
              empty: <Empty>{t.empty}</Empty>,
            })}
          />
        </div>
        {selected !== undefined && <SourceDrawer source={selected} onClose={() => change({ sel: undefined })} />}
      </div>
    </Page>
  )
}

function SourceState({ of }: { readonly of: string }) {
  const words = useWords()
  const names = words.collectors.state
  const known = of in names ? (of as keyof typeof names) : undefined
  const text = known === undefined ? of : names[known]
  if (known === 'normal')
    return (
      <span className="sd-state sd-2">
        <Icon name="check" size={14} />
        {text}
      </span>
    )
  const tone = known === 'failing' ? 'not-compliant' : known === 'late' ? 'medium' : 'cannot-tell'
  const glyph = known === 'failing' ? 'not_compliant' : known === 'late' ? 'partly_compliant' : 'cannot_tell'
  return (
    <span className={`sd-state sd-text-${tone}`}>
      <ResultGlyph of={glyph} />
      {text}
    </span>
  )
}

function SourceDrawer({ source, onClose }: { readonly source: Collector; readonly onClose: () => void }) {
  const words = useWords()
  const t = words.collectors
  const most = Math.max(1, ...source.reasons.map((r) => r.count))
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <SourceState of={source.state} />
          <h2 className="sd-mono">{source.address}</h2>
        </>
      }
    >
      <Section>
        <Facts
          of={[
            [t.columns.kind, source.kind],
            [t.columns.received, count(source.received)],
            [t.columns.parsed, count(source.parsed)],
            [t.columns.rejected, count(source.rejected)],
            [t.columns.stored, count(source.stored)],
            [t.columns.detected, count(source.detected)],
            [t.columns.dropped, count(source.dropped)],
            [t.columns.last, source.lastEventAt === null ? words.time.never : <Time key="l" at={source.lastEventAt} />],
          ]}
        />
      </Section>
      <Section title={t.reasons}>
        {source.reasons.length === 0 ? (
          <p className="sd-2">{t.noReasons}</p>
        ) : (
          <ul>
            {source.reasons.map((r) => (
              <li key={r.value}>
                <div className="sd-line">
                  <span>{r.value}</span>
                  <span className="sd-end">{count(r.count)}</span>
                </div>
                <div className="sd-value-bar">
                  <i style={{ width: `${(r.count / most) * 100}%` }} />
                </div>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </Drawer>
  )
}

/** The sources, for those whose policy names them. */
export function AllowedCollectorsPage() {
  return (
    <Allowed page="collectors">
      <CollectorsPage />
    </Allowed>
  )
}
