import { count } from '../../format/number.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { useWords } from '../../messages/index.ts'

type Severity = 'error' | 'warning'

/** The silhouette of a problem: a cross for what is refused, a triangle for what is only odd. */
export function ProblemGlyph({ of }: { readonly of: Severity }) {
  return (
    <span className={`sd-problem-${of}`}>
      <Icon name={of === 'error' ? 'close' : 'warning'} size={13} />
    </span>
  )
}

/** How many problems a rule has, beside its name; nothing where it has none. */
export function ProblemBadge({ problems }: { readonly problems: readonly { readonly severity: Severity }[] }) {
  const t = useWords().rules
  if (problems.length === 0) return null
  return (
    <span className="sd-badge" title={t.problemBadge(count(problems.length))}>
      <ProblemGlyph of={problems.some((p) => p.severity === 'error') ? 'error' : 'warning'} />
      <span aria-hidden="true">{count(problems.length)}</span>
      <span className="sd-hidden">{t.problemBadge(count(problems.length))}</span>
    </span>
  )
}
