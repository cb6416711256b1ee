import { count } from '../../format/number.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { Go } from '../../parts/Go.tsx'
import { ProblemGlyph } from './ProblemBadge.tsx'
import type { Imported } from './sendArchive.ts'

const COUNTS = ['files', 'rules', 'added', 'changed', 'unchanged', 'refused'] as const

/** What became of an import: how many of each, and every problem with its place and remedy. */
export function ImportResult({
  result,
  onMore,
  onClose,
}: {
  readonly result: Imported
  readonly onMore: () => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const t = words.importing
  const both = useBoth()
  return (
    <>
      <p role="status">{t.finished(count(result.rules), count(result.refused))}</p>
      <dl className="sd-counts">
        {COUNTS.map((c) => (
          <div key={c}>
            <dt>{t.counts[c]}</dt>
            <dd>{count(result[c])}</dd>
          </div>
        ))}
      </dl>
      {result.ignored > 0 && <p className="sd-2">{t.skipped(count(result.ignored))}</p>}
      {result.problems.length === 0 ? (
        <p className="sd-2">{t.noProblems}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div className="sd-rows-scroll sd-import-problems" tabIndex={0} role="group" aria-label={t.problems}>
          <table className="sd-rows">
            <caption className="sd-hidden">{t.problems}</caption>
            <thead>
              <tr>
                <th scope="col">{words.problems.columns.severity}</th>
                <th scope="col">{words.problems.columns.message}</th>
                <th scope="col">{words.problems.columns.where}</th>
                <th scope="col">{words.problems.columns.code}</th>
              </tr>
            </thead>
            <tbody>
              {result.problems.map((p) => (
                <tr key={`${p.file}:${p.line}:${p.column}:${p.code}`}>
                  <td>
                    <span className="sd-state">
                      <ProblemGlyph of={p.severity} />
                      {words.problems.severity[p.severity]}
                    </span>
                  </td>
                  <td className="sd-wrap">{both(p.messageZh, p.message)}</td>
                  <td className="sd-mono sd-wrap">{words.problems.at(p.file, String(p.line), String(p.column))}</td>
                  <td>
                    <code>{p.code}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="sd-row-of-buttons">
        <Button onClick={onMore}>{t.more}</Button>
        {result.problems.length > 0 && (
          <Go className="sd-button sd-button-quiet" to="/rules" search={{ tab: 'problems' }} onClick={onClose}>
            {t.seeProblems}
          </Go>
        )}
      </div>
    </>
  )
}
