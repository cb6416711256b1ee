import { useState } from 'react'
import { count } from '../../format/number.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { CopyButton } from '../../parts/basic.tsx'
import { Code } from '../../parts/Code.tsx'
import { ProblemGlyph } from './ProblemBadge.tsx'
import type { RuleDetail } from './queries.ts'

/** A rule's text with numbered lines, what is wrong with it marked there and told below. */
export function RuleText({ rule }: { readonly rule: RuleDetail }) {
  const t = useWords().rule
  const both = useBoth()
  const [at, setAt] = useState<number | undefined>()
  const problems = rule.problems.map((p) => ({ ...p, message: both(p.messageZh, p.message) }))
  const errors = problems.filter((p) => p.severity === 'error').length
  return (
    <section className="sd-rule-text" aria-label={t.text}>
      <div className="sd-section-head">
        <h2>{t.text}</h2>
        <CopyButton text={rule.text}>{t.copy}</CopyButton>
      </div>
      <Code text={rule.text} problems={problems} at={at} label={t.lines} />
      {problems.length > 0 && (
        <div className="sd-rule-problems">
          <div className="sd-section-head">
            <h2>{t.problems}</h2>
            <span className="sd-2">{t.problemCounts(count(errors), count(problems.length - errors))}</span>
          </div>
          <ul>
            {problems.map((p) => (
              <li key={`${p.line}:${p.column}:${p.code}`}>
                <button type="button" title={t.goToLine(String(p.line))} onClick={() => setAt(p.line)}>
                  <ProblemGlyph of={p.severity} />
                  <span className="sd-mono sd-2">
                    {p.line}:{p.column}
                  </span>
                  <span className="sd-wrap">{p.message}</span>
                  <code>{p.code}</code>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
