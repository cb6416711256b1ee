import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { clauseOf, type FlatField, flatten } from '../../parts/fields.ts'
import { WhyNot } from '../../parts/WhyNot.tsx'
import { useMe } from '../../session/me.ts'
import { hostQuery } from './Evidence.tsx'
import type { SignalDetail } from './queries.ts'

const HALF_AN_HOUR = 30 * 60_000
/** In the address: the dialog is open and no event is chosen yet. */
const OPEN = '-'

/** From a signal's evidence: why did an event near it not match this rule, or another one? */
export function WhySimilar({
  signal,
  evidence,
}: {
  readonly signal: SignalDetail
  readonly evidence: NonNullable<SignalDetail['evidence']>
}) {
  const t = useWords().why
  const { pages } = useMe()
  const { values, change } = useAddress()
  const [rule, setRule] = useState<string | undefined>(signal.rule.id)
  if (!pages.includes('rules') || !pages.includes('events')) return null
  const { id, title, titleZh } = signal.rule
  const at = Date.parse(evidence.timestamp)
  return (
    <>
      <Button kind="link" onClick={() => change({ why: OPEN })}>
        {t.askSimilar}
      </Button>
      {values.why !== undefined && (
        <WhyNot
          rule={rule}
          event={values.why === OPEN ? undefined : values.why}
          suggested={[{ id, title, titleZh, level: signal.level }]}
          around={{
            query: similarQuery(flatten(evidence.ecs)),
            from: new Date(at - HALF_AN_HOUR).toISOString(),
            to: new Date(at + HALF_AN_HOUR).toISOString(),
            except: evidence.id,
          }}
          onRule={setRule}
          onEvent={(event) => change({ why: event ?? OPEN }, 'replace')}
          onClose={() => change({ why: undefined }, 'replace')}
        />
      )}
    </>
  )
}

/** Events of the same kind from the same host. */
function similarQuery(fields: readonly FlatField[]): string {
  const kind = fields.find((f) => f.name === 'event.dataset')?.values[0]
  const clauses = [hostQuery(fields), kind === undefined ? '' : clauseOf('event.dataset', kind)]
  return clauses.filter((c) => c !== '').join(' and ')
}
