import type { EventView, Scalar } from '../../core/event.ts'
import { parseInstant } from '../../core/instant.ts'
import { listOf } from '../../core/view.ts'

/** Where events of the usual shapes say when they happened, the first present counts. */
const TIME_FIELDS = [
  '@timestamp',
  'Event.System.TimeCreated.#attributes.SystemTime',
  'Event.System.TimeCreated.@SystemTime',
  'Event.System.TimeCreated_attributes.SystemTime',
  'System.TimeCreated.SystemTime',
  'body.system_time',
  'winlog.time_created',
  'data.win.system.systemTime',
  'timestamp',
  'eventTime',
  'detail.eventTime',
  'TimeGenerated',
  'TimeCreated',
  'SystemTime',
  'EventTime',
  'UtcTime',
  'CreationTime',
  'published',
  'requestReceivedTimestamp',
  'activityDateTime',
  'createdDateTime',
  'ts',
  'datetime',
  'event_time',
  'eventtime',
  'time',
  '@time',
  'date',
  'event.created',
] as const

/** When an event happened, milliseconds since 1970 UTC; undefined where none of the usual fields tells. */
export function eventTime(view: EventView): number | undefined {
  for (const name of TIME_FIELDS) {
    const value = view.get(name)
    if (value === undefined || value === null) continue
    for (const one of listOf(value)) {
      const time = instantOf(one)
      if (time !== undefined) return time
    }
  }
  return undefined
}

/** ISO 8601, a number of seconds or milliseconds since 1970, or what PowerShell makes of a date: `/Date(1700000000000)/`. */
function instantOf(value: Scalar): number | undefined {
  if (typeof value === 'number') return ofNumber(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  const wrapped = /^\/Date\((-?[0-9]{1,15})\)\/$/.exec(text)
  if (wrapped !== null) return Number(wrapped[1])
  return parseInstant(text) ?? (/^[0-9]{9,14}(\.[0-9]+)?$/.test(text) ? ofNumber(Number(text)) : undefined)
}

/** Seconds up to the year 5138, milliseconds from 1973 on. */
function ofNumber(value: number): number | undefined {
  if (!(value >= 1e8 && value < 1e14)) return undefined
  return value < 1e11 ? Math.round(value * 1000) : Math.round(value)
}
