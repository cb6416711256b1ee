import { useState } from 'react'
import { useAsk } from '../../graphql/ask.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { Code } from '../../parts/Code.tsx'
import { Drawer, Section } from '../../parts/Drawer.tsx'
import { Go } from '../../parts/Go.tsx'
import { Failed, Loading } from '../../parts/States.tsx'
import { ProblemGlyph } from './ProblemBadge.tsx'
import type { ProblemRow } from './queries.ts'
import { RemoveFileDialog } from './RemoveFileDialog.tsx'
import { RuleFileQuery } from './ruleFileQueries.ts'

/** One problem: what and where, and the file's text with the place marked, where it was imported. */
export function ProblemDrawer({
  problem,
  others,
  onClose,
  onRemoved,
}: {
  readonly problem: ProblemRow
  /** Further problems of the same file. */
  readonly others: readonly ProblemRow[]
  readonly onClose: () => void
  readonly onRemoved: () => void
}) {
  const words = useWords()
  const t = words.problems
  const both = useBoth()
  const asked = useAsk(RuleFileQuery, { name: problem.file })
  const [removing, setRemoving] = useState(false)
  const file = asked.data?.ruleFile
  const marks = [problem, ...others].map((p) => ({ ...p, message: both(p.messageZh, p.message) }))
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <div className="sd-line">
            <span className="sd-state">
              <ProblemGlyph of={problem.severity} />
              <span>{t.severity[problem.severity]}</span>
            </span>
            <code>{problem.code}</code>
          </div>
          <h2>{both(problem.messageZh, problem.message)}</h2>
        </>
      }
      foot={
        <div className="sd-row-of-buttons">
          {problem.ruleId !== null && (
            <Go className="sd-button sd-button-default" to="/rules/$id" params={{ id: problem.ruleId }}>
              {t.openRule}
            </Go>
          )}
          {file !== null && file !== undefined && asked.data?.canChangeRules === true && (
            <Button onClick={() => setRemoving(true)}>{words.ruleFile.remove}</Button>
          )}
        </div>
      }
    >
      <Section>
        <p className="sd-mono sd-wrap">{t.at(problem.file, String(problem.line), String(problem.column))}</p>
        {file !== null && file !== undefined && (
          <p className="sd-2">
            {words.ruleFile.imported(file.by)} <Time at={file.at} />
          </p>
        )}
      </Section>
      {asked.failure !== undefined ? (
        <Failed failure={asked.failure} onRetry={asked.reload} />
      ) : file === undefined ? (
        <Loading what={words.ruleFile.text} />
      ) : file === null ? (
        <Section>
          <p className="sd-2">{words.ruleFile.notHere}</p>
        </Section>
      ) : (
        <Code text={file.text} problems={marks} at={problem.line} label={words.rule.lines} />
      )}
      {removing && (
        <RemoveFileDialog
          name={problem.file}
          onClose={() => setRemoving(false)}
          onDone={() => {
            setRemoving(false)
            onRemoved()
          }}
        />
      )}
    </Drawer>
  )
}
