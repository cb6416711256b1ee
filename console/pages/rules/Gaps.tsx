import { useEffect, useState } from 'react'
import { count } from '../../format/number.ts'
import { dayTime, span } from '../../format/time.ts'
import { useAsk, useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { say } from '../../session/say.ts'
import { useSettings } from '../../session/settings.ts'
import { type Gap, GapsQuery, StartRun } from './runQueries.ts'

/** The server lists no more than that at a time. */
const MOST = 200

/** Times in which rules that are on did not run, each with a button that fills it; nothing where there are none. */
export function Gaps({
  ended,
  onStarted,
}: {
  /** How many runs have ended: each may have filled some of them. */
  readonly ended: number
  readonly onStarted: (runId: string) => void
}) {
  const words = useWords()
  const t = words.runs
  const both = useBoth()
  const { language } = useSettings()
  const asked = useAsk(GapsQuery, {})
  const start = useChange(StartRun, 'startRun')
  const { reload } = asked
  useEffect(() => {
    if (ended > 0) reload()
  }, [ended, reload])
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const all = asked.data?.ruleGaps ?? []
  const gaps = all.toSorted((a, b) => (a.from < b.from ? 1 : -1))
  if (gaps.length === 0 && asked.failure === undefined) return null
  const fill = async (gap: Gap) => {
    if (busy) return
    setBusy(true)
    const { ruleIds, from, to } = gap
    const answer = await start({ ruleIds, from, to, purpose: 'gap' })
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    setFailure(undefined)
    say(t.started)
    reload()
    onStarted(answer.value.id)
  }
  const names = (gap: Gap) => {
    const first = gap.rules[0]!
    const title = both(first.titleZh, first.title)
    return gap.ruleCount === 1 ? title : t.andMore(title, count(gap.ruleCount))
  }
  return (
    <details className="sd-gaps" open>
      <summary>
        {t.gaps} <span className="sd-view-count">{count(gaps.length)}</span>
      </summary>
      <p className="sd-2">
        {t.gapsText} {all.length >= MOST && t.gapsMost(count(MOST))}
      </p>
      <InlineFailure failure={failure ?? asked.failure} />
      {gaps.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div className="sd-rows-scroll" tabIndex={0} role="group" aria-label={t.gapTable}>
          <table className="sd-rows">
            <thead>
              <tr>
                <th scope="col">{t.gapColumns.from}</th>
                <th scope="col">{t.gapColumns.to}</th>
                <th scope="col">{t.gapColumns.span}</th>
                <th scope="col">{t.gapColumns.why}</th>
                <th scope="col">{t.gapColumns.rules}</th>
                <th scope="col">
                  <span className="sd-hidden">{t.gapColumns.fill}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {gaps.map((g) => (
                <tr key={keyOf(g)}>
                  <td>
                    <Time at={g.from} as={dayTime} />
                  </td>
                  <td>
                    <Time at={g.to} as={dayTime} />
                  </td>
                  <td>{span(Date.parse(g.to) - Date.parse(g.from), words)}</td>
                  <td>{g.interrupted ? t.gapWhy.interrupted : t.gapWhy.before}</td>
                  <td>{names(g)}</td>
                  <td>
                    <Button
                      kind="link"
                      aria-label={t.fillLabel(dayTime(g.from, language))}
                      onClick={() => void fill(g)}
                    >
                      {t.fill}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}

/** A time of very many rules is in several parts. */
function keyOf({ from, to, interrupted, ruleIds }: Gap): string {
  return `${from} ${to} ${interrupted} ${ruleIds[0]}`
}
