import type { ReactNode } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { useWords } from '../../messages/index.ts'
import { Button, CopyButton } from '../../parts/basic.tsx'
import { Ecs } from '../../parts/Ecs.tsx'
import { flatten } from '../../parts/fields.ts'
import { Go } from '../../parts/Go.tsx'
import { Raw } from '../../parts/Raw.tsx'
import { WhyNot } from '../../parts/WhyNot.tsx'
import { useMe } from '../../session/me.ts'
import { aroundTime, eventQuery, hostQuery } from '../incidents/Evidence.tsx'
import type { EventRow } from './queries.ts'

/** In the address: the dialog is open and no rule is chosen yet. */
const OPEN = '-'

/** One event unfolded: the raw line beside its fields, + and − on every value. */
export function EventDetail({
  event,
  onFilter,
  more,
}: {
  readonly event: EventRow
  readonly onFilter: (field: string, value: string, not: boolean) => void
  /** What else can be done with it where it stands. */
  readonly more?: ReactNode
}) {
  const words = useWords()
  const t = words.events
  const fields = flatten(event.ecs)
  const { pages } = useMe()
  const { values, change } = useAddress()
  return (
    <div className="sd-event-detail">
      <div>
        <div className="sd-event-detail-head">
          <span>
            {event.original === null
              ? words.incident.raw
              : t.rawSize(count(new TextEncoder().encode(event.original).length))}
          </span>
          {event.original !== null && <CopyButton text={event.original}>{t.copy}</CopyButton>}
        </div>
        {event.original === null ? (
          <p className="sd-2">{words.incident.noOriginal}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <div className="sd-raw-scroll" tabIndex={0} role="group" aria-label={words.incident.raw}>
            <Raw text={event.original} />
          </div>
        )}
        <div className="sd-row-of-buttons">
          <Go
            className="sd-button sd-button-link"
            to="/events"
            search={{ q: hostQuery(fields), t: aroundTime(event.timestamp), sel: event.id }}
          >
            <Icon name="events" size={14} /> {t.around}
          </Go>
          <Go
            className="sd-button sd-button-link"
            to="/events"
            search={{ q: eventQuery(event.id), t: aroundTime(event.timestamp), sel: event.id }}
          >
            <Icon name="link" size={14} /> {t.link}
          </Go>
          {pages.includes('rules') && (
            <Button kind="link" icon="rules" onClick={() => change({ why: OPEN })}>
              {words.why.ask}
            </Button>
          )}
          {more}
        </div>
        {values.why !== undefined && (
          <WhyNot
            rule={values.why === OPEN ? undefined : values.why}
            event={event.id}
            suggested={[]}
            onRule={(id) => change({ why: id ?? OPEN }, 'replace')}
            onClose={() => change({ why: undefined }, 'replace')}
          />
        )}
        {event.hidden.length > 0 && <p className="sd-2 sd-small">{words.incident.hidden(event.hidden.join(', '))}</p>}
      </div>
      <div>
        <div className="sd-event-detail-head">
          <span>{t.ecsCount(count(fields.length))}</span>
        </div>
        <Ecs fields={fields} onFilter={onFilter} />
      </div>
    </div>
  )
}
