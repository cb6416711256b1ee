import { useState } from 'react'
import type { Range } from '../../address/timeRange.ts'
import { count, percent } from '../../format/number.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useWords } from '../../messages/index.ts'
import { PlusMinus } from '../../parts/Ecs.tsx'
import { Failed } from '../../parts/States.tsx'
import { TopQuery } from './queries.ts'

const COLUMNS = ['event.action', 'user.name', 'host.name', 'process.name']
const COMMON = [
  'event.outcome',
  'event.category',
  'event.dataset',
  'event.kind',
  'source.ip',
  'destination.ip',
  'url.path',
  'http.response.status_code',
  'user_agent.original',
  'process.executable',
  'process.command_line',
  'file.path',
  'user.target.name',
  'audit.object.name',
  'suidun.system.id',
  'suidun.unit.id',
  'suidun.source.id',
]

/** Fields beside the list, each with its five most frequent values and + − on every one. */
export function Fields({
  query,
  range,
  total,
  onFilter,
}: {
  readonly query: string
  readonly range: Range
  readonly total: number
  readonly onFilter: (field: string, value: string, not: boolean) => void
}) {
  const words = useWords()
  const t = words.events
  const [find, setFind] = useState('')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(['event.action', 'user.name']))
  const fits = (name: string) => name.includes(find.trim().toLowerCase())
  const group = (title: string, names: readonly string[]) => {
    const shown = names.filter(fits)
    if (shown.length === 0) return null
    return (
      <>
        <h2>{title}</h2>
        {shown.map((name) => (
          <div key={name}>
            <button
              type="button"
              className="sd-fieldname"
              aria-expanded={open.has(name)}
              onClick={() => {
                const next = new Set(open)
                if (!next.delete(name)) next.add(name)
                setOpen(next)
              }}
            >
              <Icon name={open.has(name) ? 'down' : 'right'} size={12} />
              <span>{name}</span>
            </button>
            {open.has(name) && <Values {...{ name, query, range, total, onFilter }} />}
          </div>
        ))}
      </>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="sd-fields" aria-label={t.fields} tabIndex={0}>
      <input
        className="sd-input"
        type="search"
        aria-label={t.filterFields}
        placeholder={t.filterFields}
        value={find}
        onChange={(e) => setFind(e.target.value)}
      />
      {group(t.asColumns, COLUMNS)}
      {group(t.common, COMMON)}
    </section>
  )
}

function Values({
  name,
  query,
  range,
  total,
  onFilter,
}: {
  readonly name: string
  readonly query: string
  readonly range: Range
  readonly total: number
  readonly onFilter: (field: string, value: string, not: boolean) => void
}) {
  const words = useWords()
  const { data, failure } = useAsk(TopQuery, {
    query: query === '' ? null : query,
    from: range.from ?? null,
    to: range.to ?? null,
    field: name,
  })
  if (failure !== undefined) return failure.code.startsWith('KQL-') ? null : <Failed failure={failure} />
  if (data === undefined) return null
  if (data.eventTop.length === 0) return <p className="sd-small sd-2">{words.events.noValues}</p>
  return (
    <ul className="sd-values">
      {data.eventTop.map((v) => (
        <li key={v.value}>
          <div className="sd-value-line">
            <span className="sd-mono sd-cut" title={`${v.value} · ${count(v.count)}`}>
              {v.value}
            </span>
            <PlusMinus field={name} value={v.value} onFilter={onFilter} words={words.events} />
            <span className="sd-2">{total > 0 ? percent(v.count / total) : count(v.count)}</span>
          </div>
          <div className="sd-value-bar">
            <i style={{ width: `${total > 0 ? Math.min(100, (v.count / total) * 100) : 0}%` }} />
          </div>
        </li>
      ))}
    </ul>
  )
}
