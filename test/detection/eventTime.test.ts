import { expect, test } from 'vitest'
import { loadMappings } from '../../collectors/parsers/mappings.ts'
import { viewOfJson } from '../../core/view.ts'
import { eventTime } from '../../detection/correlate/eventTime.ts'

const AT = '2026-11-24T00:01:10.250Z'

/** The object in which the value stands under that dotted name. */
const nested = (name: string, value: unknown) =>
  name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object

test.each(loadMappings().json.time)('an event tells its time by %s, where collectors find it', (name) => {
  expect(eventTime(viewOfJson(nested(name, AT)))).toBe(Date.parse(AT))
  expect(eventTime(viewOfJson({ [name]: AT }))).toBe(Date.parse(AT))
})

test.each(['@timestamp', 'detail.eventTime', 'event.created'])('an event tells its time by %s', (name) => {
  expect(eventTime(viewOfJson(nested(name, AT)))).toBe(Date.parse(AT))
})

test('what is no moment is passed over: the next name that tells one counts', () => {
  expect(eventTime(viewOfJson({ timestamp: 'now', ts: Date.parse(AT) / 1000 }))).toBe(Date.parse(AT))
  expect(eventTime(viewOfJson({ time: 17, event: { created: AT } }))).toBe(Date.parse(AT))
  expect(eventTime(viewOfJson({ time: 17 }))).toBeUndefined()
})
