import type { ReactNode } from 'react'
import { count } from '../../format/number.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Time } from '../../parts/basic.tsx'
import { visible } from '../../parts/Raw.tsx'

type Row = Readonly<Record<string, unknown>>

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** The rows a check looked at, as a table of whatever they hold. */
export function EvidenceRows({ rows, seen }: { readonly rows: readonly unknown[]; readonly seen: number }) {
  const words = useWords()
  const t = words.checklist
  const both = useBoth()
  const list = rows.filter((r): r is Row => typeof r === 'object' && r !== null)
  if (list.length === 0) return <p className="sd-2">{t.noRows}</p>
  // Where a row carries both languages of a text (`rule`, `ruleZh`), it is one column.
  const heads = [...new Set(list.flatMap((r) => Object.keys(r)))].filter((h) => !h.endsWith('Zh'))
  const cell = (row: Row, head: string): ReactNode => {
    const value = row[head]
    if (value === null || value === undefined) return '–'
    if (typeof value === 'number') return count(value)
    const text = String(value)
    if (INSTANT.test(text)) return <Time at={text} />
    if ((head === 'severity' || head === 'level') && text in words.severity)
      return words.severity[text as keyof typeof words.severity]
    if (head === 'status' && text in words.findings.status)
      return words.findings.status[text as keyof typeof words.findings.status]
    if (/^[0-9a-f]{24,}$/.test(text)) return <span title={text}>{`${text.slice(0, 6)}…${text.slice(-4)}`}</span>
    const chinese = row[`${head}Zh`]
    return visible(typeof chinese === 'string' ? both(chinese, text) : text)
  }
  const caption = t.rows(count(list.length), count(seen))
  return (
    <>
      <p className="sd-2 sd-small sd-rows-caption">{caption}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="sd-rows-scroll" tabIndex={0} role="group" aria-label={caption}>
        <table className="sd-rows">
          <thead>
            <tr>
              {heads.map((h) => (
                <th key={h} scope="col">
                  {t.rowHeads[h] ?? h}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.map((r, i) => (
              <tr key={`${i} ${Object.values(r).join(' ')}`}>
                {heads.map((h) => (
                  <td key={h}>{cell(r, h)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
