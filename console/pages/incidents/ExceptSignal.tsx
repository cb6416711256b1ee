import { lazy, Suspense, useState } from 'react'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { flatten } from '../../parts/fields.ts'
import type { SignalDetail } from './queries.ts'

const ExceptionDialog = lazy(async () => ({
  default: (await import('../rules/ExceptionDialog.tsx')).ExceptionDialog,
}))

/** From a signal's evidence: an exception to its rule for what looks like this event. */
export function ExceptSignal({
  signal,
  evidence,
}: {
  readonly signal: SignalDetail
  readonly evidence: NonNullable<SignalDetail['evidence']>
}) {
  const t = useWords().exceptions
  const [open, setOpen] = useState(false)
  if (!signal.rule.canExcept) return null
  return (
    <>
      <Button kind="link" onClick={() => setOpen(true)}>
        {t.create}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ExceptionDialog
            rule={signal.rule}
            entity={signal.entity}
            fields={flatten(evidence.ecs)}
            unitId={signal.unitId}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  )
}
