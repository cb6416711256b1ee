import { useState } from 'react'
import { useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { TextArea } from '../../parts/Form.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { AddUnits } from './queries.ts'

/** Units pasted or read from a file, one a line; what cannot be taken is named by its line. */
export function UnitsForm({ onSaved, count }: { readonly onSaved: () => void; readonly count?: string }) {
  const words = useWords()
  const t = words.setUp
  const add = useChange(AddUnits, 'addUnits')
  const [lines, setLines] = useState('')
  const [failure, setFailure] = useState<Failure | undefined>()
  const [saved, setSaved] = useState<string | undefined>()
  return (
    <>
      <TextArea
        label={t.units}
        hint={t.unitsHint}
        rows={8}
        className="sd-input sd-mono"
        value={lines}
        onChange={(e) => setLines(e.target.value)}
      />
      <label className="sd-file">
        {t.unitsFile}{' '}
        <input
          type="file"
          accept=".csv,text/csv,text/plain"
          onChange={async (e) => {
            const file = e.target.files?.[0]
            if (file !== undefined) setLines(await file.text())
          }}
        />
      </label>
      {failure !== undefined && failure.problems.length > 0 ? (
        <ul className="sd-field-error" role="alert">
          {failure.problems.map((p) => (
            <li key={`${p.line}${p.message}`}>
              {t.line(String(p.line), p.message)} <code>{p.code}</code>
            </li>
          ))}
        </ul>
      ) : (
        <InlineFailure failure={failure} />
      )}
      <div className="sd-row-of-buttons">
        <Button
          onClick={async () => {
            if (lines.trim() === '') return
            const answer = await add({ lines })
            if (!answer.ok) {
              setSaved(undefined)
              return setFailure(answer.failure)
            }
            setFailure(undefined)
            setLines('')
            setSaved(String(answer.value.units.length))
            onSaved()
          }}
        >
          {t.addUnits}
        </Button>
        <span role="status" className="sd-2">
          {saved !== undefined ? t.unitsSaved(saved) : count !== undefined ? t.unitsSaved(count) : ''}
        </span>
      </div>
    </>
  )
}
