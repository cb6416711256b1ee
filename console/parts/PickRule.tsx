import { useState } from 'react'
import { SeverityGlyph } from '../glyphs/Severity.tsx'
import { useAsk } from '../graphql/ask.ts'
import { useBoth, useWords } from '../messages/index.ts'
import { TextField } from './Form.tsx'
import { Failed } from './States.tsx'
import { useSettled } from './useSettled.ts'
import { FindRulesQuery, type NamedRule } from './whyNotQueries.ts'

/** Finds a rule by words of its text; those suggested stand there until one searches. */
export function PickRule({
  suggested,
  onPick,
}: {
  readonly suggested: readonly NamedRule[]
  readonly onPick: (id: string) => void
}) {
  const t = useWords().why
  const both = useBoth()
  const [text, setText] = useState('')
  const sought = useSettled(text.trim())
  const asked = useAsk(
    FindRulesQuery,
    { query: sought === '' ? null : `"${sought.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"` },
    { pause: sought === '' && suggested.length > 0 },
  )
  const found = sought === '' && suggested.length > 0 ? suggested : asked.data?.rules.edges.map((e) => e.node)
  return (
    <>
      <TextField
        label={t.findRule}
        hint={t.findRuleHint}
        type="search"
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      {asked.failure !== undefined ? (
        <Failed failure={asked.failure} onRetry={asked.reload} />
      ) : found?.length === 0 ? (
        <p className="sd-2" role="status">
          {t.noRules}
        </p>
      ) : (
        <ul className="sd-picks" aria-label={t.chooseRule}>
          {found?.map((r) => (
            <li key={r.id}>
              <button type="button" onClick={() => onPick(r.id)}>
                <SeverityGlyph of={r.level} />
                <span>{both(r.titleZh, r.title)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
