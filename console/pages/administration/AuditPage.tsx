import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { clock, compactTime } from '../../format/time.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page, View, Views } from '../../frame/Page.tsx'
import { ResultGlyph } from '../../glyphs/Result.tsx'
import { useAsk, useAskOnce } from '../../graphql/ask.ts'
import { graphql, type ResultOf } from '../../graphql/graphql.ts'
import { pageOf } from '../../graphql/pageOf.ts'
import { usePages } from '../../graphql/usePages.ts'
import { useWords, type Words } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { PagedTable } from '../../parts/PagedTable.tsx'
import { QueryBar } from '../../parts/QueryBar.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import type { Column } from '../../parts/Table.tsx'
import { useList } from '../../parts/useList.ts'
import { AuditDrawer } from './AuditDrawer.tsx'

const AuditQuery = graphql(`
  query Audit($query: String, $first: Int, $after: String) {
    audit(query: $query, first: $first, after: $after) {
      totalCount
      edges { node { id seq at actor action targetKind targetId unitId reason before after prev hash algorithm } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type AuditRow = ResultOf<typeof AuditQuery>['audit']['edges'][number]['node']

const VerificationQuery = graphql(`
  query AuditVerification { auditVerification { entries brokenSeq brokenWhy at selfAttested } }
`)

/** What an act is called; an unknown one goes by its own name. */
export function actionText(words: Words, action: string): string {
  return words.audit.actions[action] ?? action
}

/** Who did what, and whether the record is whole. */
function AuditPage() {
  const words = useWords()
  const t = words.audit
  const { values, dropped, change } = useAddress()
  const tab = values.tab === 'verification' ? 'verification' : 'entries'
  return (
    <Page
      title={t.title}
      dropped={dropped}
      views={
        <Views label={t.tabsLabel}>
          {(['entries', 'verification'] as const).map((name) => (
            <View
              key={name}
              link={(content) => (
                <Go
                  to="/audit"
                  search={name === 'entries' ? {} : { tab: name }}
                  current={name === tab ? 'page' : undefined}
                >
                  {content}
                </Go>
              )}
            >
              {t.tabs[name]}
            </View>
          ))}
        </Views>
      }
      foot={
        <Foot
          keys={
            tab === 'entries'
              ? [
                  ['/', words.keysHelp.filter],
                  ['j k', words.keysHelp.move],
                ]
              : []
          }
        />
      }
    >
      {tab === 'entries' ? <Entries values={values} change={change} /> : <Verification />}
    </Page>
  )
}

function Entries({ values, change }: Pick<ReturnType<typeof useAddress>, 'values' | 'change'>) {
  const words = useWords()
  const t = words.audit
  const q = values.q ?? ''
  const askOnce = useAskOnce()
  const pages = usePages<AuditRow>(q, async (after, signal) => {
    const answer = await askOnce(AuditQuery, { query: q === '' ? null : q, first: 100, after: after ?? null }, signal)
    return pageOf(answer, (data) => data.audit)
  })
  const { rows } = pages
  const open = (id: string) => change({ sel: id }, values.sel === undefined ? 'push' : 'replace')
  const cursor = useList({ rows, id: (r) => r.id, at: values.sel, onMove: open, onOpen: (r) => open(r.id) })
  const selected = rows[cursor]
  const columns: readonly Column<AuditRow>[] = [
    {
      id: 'time',
      head: t.columns.time,
      width: '108px',
      sorted: true,
      cell: (r) => <Time at={r.at} as={compactTime} />,
    },
    {
      id: 'seq',
      head: t.columns.seq,
      width: '72px',
      end: true,
      cell: (r) => <span className="sd-mono">{count(r.seq)}</span>,
    },
    { id: 'who', head: t.columns.who, width: '130px', mono: true, cell: (r) => r.actor },
    {
      id: 'action',
      head: t.columns.action,
      width: 'minmax(0, 0.8fr)',
      cell: (r) => (
        <button type="button" className="sd-cell-button sd-cut" onClick={() => open(r.id)}>
          {actionText(words, r.action)}
        </button>
      ),
    },
    {
      id: 'what',
      head: t.columns.what,
      width: 'minmax(0, 1fr)',
      cell: (r) => (
        <>
          <span className="sd-mono">{r.targetId}</span>{' '}
          <span className="sd-2 sd-small">{r.reason ?? r.targetKind}</span>
        </>
      ),
    },
  ]
  const body = useListBody({
    ...pages,
    what: t.title,
    rows: rows.length,
    empty: (
      <Empty action={q === '' ? undefined : <Button onClick={() => change({ q: undefined })}>{t.clearQuery}</Button>}>
        {q === '' ? t.none : t.empty}
      </Empty>
    ),
  })
  return (
    <>
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
                  <button type="button" className="sd-cell-button sd-cut" onClick={() => open(r.id)}>
                    {actionText(words, r.action)}
                  </button>
                  <Time at={r.at} as={compactTime} />
                </div>
                <div className="sd-card-line sd-2 sd-small">
                  <span className="sd-mono sd-cut">
                    {r.actor} · {r.targetId}
                  </span>
                </div>
              </>
            )}
            instead={body}
          />
        </div>
        {selected !== undefined && (
          <AuditDrawer key={selected.id} entry={selected} onClose={() => change({ sel: undefined })} />
        )}
      </div>
    </>
  )
}

function Verification() {
  const words = useWords()
  const t = words.audit
  const asked = useAsk(VerificationQuery, {})
  const v = asked.data?.auditVerification
  if (v === undefined)
    return asked.failure === undefined ? (
      <Loading what={t.tabs.verification} rows={2} />
    ) : (
      <Failed failure={asked.failure} onRetry={asked.reload} />
    )
  const broken = v.brokenSeq
  const whole = broken === null
  return (
    <div className="sd-verification">
      <div className="sd-verification-verdict" role="status">
        <ResultGlyph of={whole ? 'compliant' : 'not_compliant'} size={22} />
        <span>{v.entries === 0 ? t.none : broken === null ? t.whole(count(v.entries)) : t.broken(count(broken))}</span>
        <small>{t.checked(clock(v.at))}</small>
      </div>
      <p>{whole ? t.wholeText : t.brokenText}</p>
      {v.brokenWhy !== null && (
        <p>
          <code>{v.brokenWhy}</code>
        </p>
      )}
      {v.selfAttested && <p className="sd-2">{t.selfAttested}</p>}
      <Button onClick={asked.reload}>{t.again}</Button>
      <h2>{t.offline}</h2>
      <p className="sd-2">{t.offlineText}</p>
      <pre className="sd-code">npx suidun audit verify</pre>
    </div>
  )
}

/** The audit log, for those whose policy names it. */
export function AllowedAuditPage() {
  return (
    <Allowed page="audit">
      <AuditPage />
    </Allowed>
  )
}
