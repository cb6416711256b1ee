import { useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count, percent } from '../../format/number.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { rememberChecklist } from '../../frame/menuGroups.ts'
import { Foot, Page } from '../../frame/Page.tsx'
import { ProposalTag, RESULTS, Result, type ResultName } from '../../glyphs/Result.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useKeys } from '../../keys/keys.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Avatar, Button } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { Empty, Failed, Loading } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useSettings } from '../../session/settings.ts'
import { Categories } from './Categories.tsx'
import { ItemDrawer } from './ItemDrawer.tsx'
import { ChecklistQuery, type ChecklistRow, type ChecklistSystem } from './queries.ts'
import { levelText } from './SystemsPage.tsx'
import { letter, onlyProposed, prefix, sectionsOf, waits } from './sections.ts'

type Line =
  | { readonly kind: 'head'; readonly id: string; readonly zh: string; readonly en: string }
  | (ChecklistRow & { readonly kind: 'item' })

/** The checklist of one system: every item, its result, what it rests on, and what still waits for a person. */
function ChecklistPage() {
  const words = useWords()
  const t = words.checklist
  const { id } = useParams({ from: '/app/systems/$id/checklist' })
  const asked = useAsk(ChecklistQuery, { id })
  const system = asked.data?.system
  useEffect(() => {
    if (system?.id !== undefined) rememberChecklist(system.id)
  }, [system?.id])
  const crumbs = (
    <nav className="sd-crumbs" aria-label={t.crumb}>
      <Go to="/systems">{t.crumb}</Go>
      <span aria-hidden="true">›</span>
    </nav>
  )
  if (system === undefined || system === null)
    return (
      <Page title={t.title} before={crumbs}>
        {asked.failure !== undefined ? (
          <Failed failure={asked.failure} onRetry={asked.reload} />
        ) : asked.fetching ? (
          <Loading what={t.title} />
        ) : (
          <Empty action={<Go to="/systems">{t.crumb}</Go>}>{words.state.notFound}</Empty>
        )}
      </Page>
    )
  return <Opened system={system} crumbs={crumbs} reload={asked.reload} />
}

function Opened({
  system,
  crumbs,
  reload,
}: {
  readonly system: ChecklistSystem
  readonly crumbs: ReactNode
  readonly reload: () => void
}) {
  const words = useWords()
  const t = words.checklist
  const both = useBoth()
  const { language } = useSettings()
  const { values, dropped, change } = useAddress()
  const part = values.part
  const only = values.only === 'proposal'
  const find = (values.q ?? '').trim().toLowerCase()
  const sections = useMemo(() => sectionsOf(system.checklist), [system.checklist])
  const proposals = system.checklist.filter(waits).length

  const fits = (r: ChecklistRow): boolean => {
    const { item } = r
    if (part !== undefined && item.id !== part && !item.id.startsWith(`${part}.`)) return false
    if (only && !waits(r)) return false
    return (
      find === '' ||
      `${item.id} ${item.statementZh} ${item.statementEn} ${item.controlPointZh} ${item.controlPointEn} ${r.proposal?.why ?? ''}`
        .toLowerCase()
        .includes(find)
    )
  }
  // What was shown under this filter stays, greyed, when a decision takes it out: nothing moves under the hand.
  const filter = `${part ?? ''}\n${only}\n${find}`
  const shown = useRef({ filter, ids: new Set<string>() })
  if (shown.current.filter !== filter) shown.current = { filter, ids: new Set() }
  const items = system.checklist.filter((r) => fits(r) || shown.current.ids.has(r.item.id))
  for (const r of items) shown.current.ids.add(r.item.id)
  const lines: Line[] = []
  let head = ''
  for (const row of items) {
    const control = prefix(row.item.id, 4)
    if (control !== head) {
      head = control
      lines.push({ kind: 'head', id: control, zh: row.item.controlPointZh, en: row.item.controlPointEn })
    }
    lines.push({ kind: 'item', ...row })
  }

  const at = items.findIndex((r) => r.item.id === values.sel)
  const selected = items[at]
  const open = (itemId: string) => change({ sel: itemId }, values.sel === undefined ? 'push' : 'replace')
  const step = (by: number) => {
    const next = items[Math.max(0, Math.min(items.length - 1, at + by))]
    if (next !== undefined) open(next.item.id)
  }
  const [asking, setAsking] = useState<ResultName | undefined>()
  useKeys([
    { keys: 'j', label: words.keysHelp.next, act: () => step(1) },
    { keys: 'k', label: words.keysHelp.previous, act: () => step(-1) },
    { keys: 'ArrowDown', label: '', act: () => step(1) },
    { keys: 'ArrowUp', label: '', act: () => step(-1) },
    { keys: '/', label: t.filter, act: () => document.getElementById('find-items')?.focus() },
    ...RESULTS.map((value, i) => ({
      keys: String(i + 1),
      label: `${t.write}: ${words.result[value]}`,
      act: () => setAsking(value),
      enabled: system.canAssess && selected !== undefined,
    })),
  ])

  const columns: readonly Column<Line>[] = [
    {
      id: 'item',
      head: t.columns.item,
      width: 'minmax(0, 1fr)',
      cell: (l) =>
        l.kind === 'item' && (
          <span className="sd-item-cell">
            <span className="sd-letter sd-mono">{letter(l.item.id)}</span>
            <button type="button" className="sd-cell-button sd-cut" onClick={() => open(l.item.id)}>
              <span className="sd-hidden">{l.item.id} </span>
              {both(l.item.statementZh, l.item.statementEn)}
            </button>
          </span>
        ),
    },
    {
      id: 'result',
      head: t.columns.result,
      width: '156px',
      cell: (l) =>
        l.kind === 'item' &&
        (onlyProposed(l) ? <ProposalTag state={l.proposal!.state} /> : <Result of={l.result.value} />),
    },
    {
      id: 'source',
      head: t.columns.source,
      width: '72px',
      cell: (l) =>
        l.kind === 'item' &&
        (l.result.source !== null ? (
          t.source[l.result.source as keyof typeof t.source]
        ) : l.proposal !== null ? (
          t.proposal
        ) : (
          <span className="sd-3">–</span>
        )),
    },
    {
      id: 'author',
      head: t.columns.author,
      width: '56px',
      cell: (l) =>
        l.kind === 'item' &&
        (l.result.author === null ? <span className="sd-3">–</span> : <Avatar name={l.result.author} alone />),
    },
  ]
  const body = useListBody({
    what: t.title,
    rows: lines.length,
    first: false,
    failure: undefined,
    reload,
    empty:
      system.checklist.length === 0 ? (
        <Empty action={<Go to="/systems">{t.crumb}</Go>}>{t.notClassified}</Empty>
      ) : (
        <Empty
          action={<Button onClick={() => change({ q: undefined, part: undefined, only: undefined })}>{t.clear}</Button>}
        >
          {t.empty}
        </Empty>
      ),
  })
  const lineAt = lines.findIndex((l) => l.kind === 'item' && l.item.id === values.sel)
  return (
    <Page
      title={system.name}
      before={crumbs}
      beside={
        <>
          <span className="sd-tag">{levelText(words, system)}</span>
          <span className="sd-tag">{t.selfAssessment}</span>
        </>
      }
      dropped={dropped}
      tools={
        <>
          <span className="sd-figures">
            {t.rate} <b>{system.summary.rate === null ? words.systems.unknownRate : percent(system.summary.rate)}</b>
            {' · '}
            {words.result.not_compliant} <b>{count(system.summary.not_compliant)}</b>
            {' · '}
            {words.result.not_assessed} <b>{count(system.summary.not_assessed)}</b>
          </span>
          <a
            className="sd-button sd-button-default"
            href={`/export/systems/${encodeURIComponent(system.id)}/gaps.csv?lang=${language}`}
            download
          >
            {t.gaps}
          </a>
        </>
      }
      foot={
        <Foot
          keys={[
            ['j k', words.keysHelp.move],
            ['1 – 5', t.write],
            ['/', t.filter],
          ]}
        />
      }
    >
      <div className="sd-beside" data-open={selected !== undefined || undefined}>
        <div className="sd-checklist">
          <Categories sections={sections} part={part} systemId={system.id} keep={{ q: values.q, only: values.only }} />
          <div className="sd-list">
            <div className="sd-bar">
              <input
                id="find-items"
                className="sd-input sd-find"
                type="search"
                aria-label={t.filter}
                placeholder={t.filter}
                value={values.q ?? ''}
                onChange={(e) => change({ q: e.target.value }, 'replace')}
              />
              <Button
                className="sd-toggle"
                aria-pressed={only}
                title={t.withProposalLabel}
                onClick={() => change({ only: only ? undefined : 'proposal' })}
              >
                {t.withProposal(count(proposals))}
              </Button>
            </div>
            <Table
              label={t.table}
              rows={lines}
              rowKey={(l) => (l.kind === 'head' ? l.id : l.item.id)}
              columns={columns}
              total={lines.length}
              cursor={lineAt}
              follow={lineAt}
              muted={(l) => l.kind === 'item' && !fits(l)}
              onChoose={(l) => l.kind === 'item' && open(l.item.id)}
              group={(l) =>
                l.kind === 'head' ? (
                  <>
                    <span className="sd-mono sd-2">{l.id}</span>
                    <b>{both(l.zh, l.en)}</b>
                  </>
                ) : undefined
              }
              card={(l) =>
                l.kind === 'item' && (
                  <>
                    <div className="sd-card-line">
                      <span className="sd-mono sd-2">{l.item.id}</span>
                      <button type="button" className="sd-cell-button sd-cut" onClick={() => open(l.item.id)}>
                        {both(l.item.statementZh, l.item.statementEn)}
                      </button>
                    </div>
                    <div className="sd-card-line sd-small">
                      {onlyProposed(l) ? <ProposalTag state={l.proposal!.state} /> : <Result of={l.result.value} />}
                    </div>
                  </>
                )
              }
              instead={body}
            />
          </div>
        </div>
        {selected !== undefined && (
          <ItemDrawer
            key={selected.item.id}
            system={system}
            row={selected}
            asking={asking}
            onAsked={() => setAsking(undefined)}
            onClose={() => change({ sel: undefined })}
            onChanged={reload}
          />
        )}
      </div>
    </Page>
  )
}

/** The checklist, for those whose policy names systems. */
export function AllowedChecklistPage() {
  return (
    <Allowed page="systems">
      <ChecklistPage />
    </Allowed>
  )
}
