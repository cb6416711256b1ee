import { count } from '../../format/number.ts'
import { RESULTS, type ResultName } from '../../glyphs/Result.tsx'
import { useBoth, useWords } from '../../messages/index.ts'
import { Go } from '../../parts/Go.tsx'
import type { SectionNode } from './sections.ts'

const COLOURS: Readonly<Record<ResultName, string | undefined>> = {
  compliant: 'var(--sd-compliant-graphic)',
  partly_compliant: 'var(--sd-medium-graphic)',
  not_compliant: 'var(--sd-not-compliant-graphic)',
  not_applicable: 'var(--sd-info-graphic)',
  not_assessed: undefined,
}

/** The categories with how far each is; the chosen one shows its control points. */
export function Categories({
  sections,
  part,
  systemId,
  keep,
}: {
  readonly sections: readonly SectionNode[]
  readonly part: string | undefined
  readonly systemId: string
  readonly keep: { readonly q?: string | undefined; readonly only?: string | undefined }
}) {
  const words = useWords()
  const both = useBoth()
  const search = (p: string | undefined) => ({
    ...(keep.q === undefined ? {} : { q: keep.q }),
    ...(keep.only === undefined ? {} : { only: keep.only }),
    ...(p === undefined ? {} : { part: p }),
  })
  const total = sections.reduce((sum, s) => sum + s.rows.length, 0)
  return (
    <nav className="sd-categories" aria-label={words.checklist.categories}>
      <ul>
        <li>
          <Go
            to="/systems/$id/checklist"
            params={{ id: systemId }}
            search={search(undefined)}
            current={part === undefined ? 'true' : undefined}
          >
            <span>{words.checklist.all}</span>
            <span />
            <span className="sd-num">{count(total)}</span>
          </Go>
        </li>
        {sections.map((s) => {
          const inside = part === s.id || part?.startsWith(`${s.id}.`) === true
          const name = both(s.zh, s.en)
          const cloud = s.id.split('.')[1] === '2'
          return (
            <li key={s.id}>
              <Go
                to="/systems/$id/checklist"
                params={{ id: systemId }}
                search={search(s.id)}
                current={part === s.id ? 'true' : undefined}
                title={s.id}
              >
                <span>{cloud ? words.checklist.cloud(name) : name}</span>
                <Stack rows={s.rows} />
                <span className="sd-num">{count(s.rows.length)}</span>
              </Go>
              {inside && (
                <ul>
                  {s.children.map((c) => (
                    <li key={c.id}>
                      <Go
                        className="sd-sub"
                        to="/systems/$id/checklist"
                        params={{ id: systemId }}
                        search={search(c.id)}
                        current={part === c.id ? 'true' : undefined}
                        title={c.id}
                      >
                        <span>{both(c.zh, c.en)}</span>
                        <span className="sd-num">
                          {words.checklist.done(
                            count(c.rows.filter((r) => r.result.value !== 'not_assessed').length),
                            count(c.rows.length),
                          )}
                        </span>
                      </Go>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

/** Shares of the results as one bar; the numbers stand in the list, so it is for the eye only. */
function Stack({ rows }: { readonly rows: SectionNode['rows'] }) {
  return (
    <span className="sd-stack" aria-hidden="true">
      {RESULTS.map((value) => {
        const n = rows.filter((r) => r.result.value === value).length
        const background = COLOURS[value]
        return n > 0 && background !== undefined ? (
          <i key={value} style={{ width: `${(n / rows.length) * 100}%`, background }} />
        ) : null
      })}
    </span>
  )
}
