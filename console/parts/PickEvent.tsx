import { clock } from '../format/time.ts'
import { useAsk } from '../graphql/ask.ts'
import { useWords } from '../messages/index.ts'
import { visible } from './Raw.tsx'
import { Failed, Loading } from './States.tsx'
import type { Around } from './WhyNot.tsx'
import { EventsAroundQuery } from './whyNotQueries.ts'

/** Events around another one, to choose one of them. */
export function PickEvent({ around, onPick }: { readonly around: Around; readonly onPick: (id: string) => void }) {
  const words = useWords()
  const t = words.why
  const { query, from, to, except } = around
  const asked = useAsk(EventsAroundQuery, { query, from, to })
  if (asked.failure !== undefined) return <Failed failure={asked.failure} onRetry={asked.reload} />
  if (asked.data === undefined) return <Loading what={t.chooseEvent} rows={3} />
  const events = asked.data.events.edges.map((e) => e.node).filter((e) => e.id !== except)
  if (events.length === 0) return <p className="sd-2">{t.noEvents}</p>
  return (
    <>
      <p className="sd-2">{t.chooseEventHint}</p>
      <ul className="sd-picks" aria-label={t.chooseEvent}>
        {events.map((e) => (
          <li key={e.id}>
            <button type="button" onClick={() => onPick(e.id)}>
              <span className="sd-2">{clock(e.timestamp)}</span>
              <span className="sd-mono sd-cut">{e.original === null ? words.events.hidden : visible(e.original)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
