import { useNavigate } from '@tanstack/react-router'
import { useAddress } from '../../address/address.ts'
import { count, percent } from '../../format/number.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page } from '../../frame/Page.tsx'
import { ResultGlyph } from '../../glyphs/Result.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useWords, type Words } from '../../messages/index.ts'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { Empty } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { type SystemRow, SystemsQuery } from './queries.ts'

/** `三级 S3A3`. */
export function levelText(words: Words, s: Pick<SystemRow, 'level' | 'informationLevel' | 'serviceLevel'>): string {
  const level = words.systems.levels[s.level as 1 | 2 | 3 | 4 | 5] ?? String(s.level)
  return `${level} S${s.informationLevel}A${s.serviceLevel}`
}

/** The classified systems one may see: level, how far the checklist is, what is not compliant. */
function SystemsPage() {
  const words = useWords()
  const t = words.systems
  const navigate = useNavigate()
  const { values, dropped, change } = useAddress()
  const asked = useAsk(SystemsQuery, {})
  const rows = [...(asked.data?.systems ?? [])].sort(
    (a, b) => b.level - a.level || a.name.localeCompare(b.name, 'zh-CN'),
  )
  const open = (r: SystemRow) => void navigate({ to: '/systems/$id/checklist', params: { id: r.id } })
  const cursor = useList({
    rows,
    id: (r) => r.id,
    at: values.sel,
    onMove: (id) => change({ sel: id }, 'replace'),
    onOpen: open,
  })
  const columns: readonly Column<SystemRow>[] = [
    {
      id: 'name',
      head: t.columns.name,
      width: 'minmax(0, 1.4fr)',
      cell: (r) => (
        <Go to="/systems/$id/checklist" params={{ id: r.id }} className="sd-title-link">
          <b>{r.name}</b>
        </Go>
      ),
    },
    { id: 'level', head: t.columns.level, width: '112px', sorted: true, cell: (r) => levelText(words, r) },
    { id: 'unit', head: t.columns.unit, width: 'minmax(0, 1fr)', cell: (r) => r.unit.name },
    { id: 'operators', head: t.columns.operators, width: 'minmax(0, 1fr)', cell: (r) => r.operators.join('，') || '–' },
    {
      id: 'rate',
      head: t.columns.rate,
      width: '180px',
      cell: (r) =>
        r.summary.total === 0 ? <span className="sd-2">{t.noChecklist}</span> : <Rate of={r.summary.rate} />,
    },
    {
      id: 'not',
      head: t.columns.not,
      width: '84px',
      cell: (r) =>
        r.summary.not_compliant === 0 ? (
          <span className="sd-2">0</span>
        ) : (
          <span className="sd-state">
            <ResultGlyph of="not_compliant" />
            {count(r.summary.not_compliant)}
          </span>
        ),
    },
    { id: 'open', head: t.columns.open, width: '84px', end: true, cell: (r) => count(r.summary.not_assessed) },
    {
      id: 'proposals',
      head: t.columns.proposals,
      width: '90px',
      end: true,
      cell: (r) =>
        r.summary.proposals === 0 ? (
          '0'
        ) : (
          <Go to="/systems/$id/checklist" params={{ id: r.id }} search={{ only: 'proposal' }}>
            {count(r.summary.proposals)}
          </Go>
        ),
    },
  ]
  return (
    <Page
      title={t.title}
      dropped={dropped}
      foot={
        <Foot
          keys={[
            ['j k', words.keysHelp.move],
            ['Enter', words.keysHelp.open],
          ]}
        />
      }
    >
      {rows.length > 0 && <p className="sd-sentence">{t.summary(count(rows.length))}</p>}
      <Table
        label={t.table}
        rows={rows}
        rowKey={(r) => r.id}
        columns={columns}
        twoLines
        cursor={cursor}
        follow={cursor}
        onChoose={open}
        card={(r) => (
          <>
            <div className="sd-card-line">
              <Go to="/systems/$id/checklist" params={{ id: r.id }} className="sd-title-link sd-cut">
                <b>{r.name}</b>
              </Go>
              <span>{levelText(words, r)}</span>
            </div>
            <div className="sd-card-line sd-2 sd-small">
              <Rate of={r.summary.rate} />
              <span>
                {t.columns.open} {count(r.summary.not_assessed)}
              </span>
            </div>
          </>
        )}
        instead={useListBody({
          what: t.title,
          rows: rows.length,
          first: asked.data === undefined,
          failure: asked.failure,
          reload: asked.reload,
          empty: <Empty>{t.empty}</Empty>,
        })}
      />
    </Page>
  )
}

function Rate({ of }: { readonly of: number | null }) {
  const words = useWords()
  if (of === null)
    return (
      <span className="sd-state sd-2">
        <ResultGlyph of="not_assessed" />
        {words.systems.unknownRate}
      </span>
    )
  return (
    <span className="sd-rate">
      <span className="sd-rate-bar" aria-hidden="true">
        <i style={{ width: `${of * 100}%` }} />
      </span>
      <span>{percent(of)}</span>
    </span>
  )
}

/** The systems, for those whose policy names them. */
export function AllowedSystemsPage() {
  return (
    <Allowed page="systems">
      <SystemsPage />
    </Allowed>
  )
}
