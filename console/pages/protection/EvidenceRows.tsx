import { count } from '../../format/number.ts'
import { useWords } from '../../messages/index.ts'
import { visible } from '../../parts/Raw.tsx'

/** The rows a check looked at, as a table of whatever they hold. */
export function EvidenceRows({ rows, seen }: { readonly rows: readonly unknown[]; readonly seen: number }) {
  const t = useWords().checklist
  const list = rows.filter((r): r is Record<string, unknown> => typeof r === 'object' && r !== null)
  if (list.length === 0) return <p className="sd-2">{t.noRows}</p>
  const heads = [...new Set(list.flatMap((r) => Object.keys(r)))]
  return (
    <>
      <p className="sd-2 sd-small">{t.rows(count(list.length), count(seen))}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="sd-rows-scroll" tabIndex={0} role="group" aria-label={t.rows(count(list.length), count(seen))}>
        <table className="sd-rows">
          <thead>
            <tr>
              {heads.map((h) => (
                <th key={h} scope="col">
                  {h}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.map((r, i) => (
              <tr key={i}>
                {heads.map((h) => (
                  <td key={h}>{r[h] === null || r[h] === undefined ? '–' : visible(String(r[h]))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
