import { parseInstant } from './instant.ts'

/** A stretch of time that a date text names, half-open, milliseconds since 1970 UTC. */
export interface Span {
  readonly from: number
  readonly to: number
}

const PARTIAL =
  /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})([.,][0-9]+)?)?)?)?)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$/
const MATH = /^now((?:[+-][0-9]{1,6}[smhdwMy])*)(?:\/([smhdwMy]))?$/

/**
 * What a date text of a search stands for: ISO 8601, also cut short (`2026-11` is the whole month), or Elasticsearch's
 * date math from now (`now-7d/d`; without `now` it is refused). UTC unless a zone is written.
 */
export function parseDateText(text: string, now?: number): Span | undefined {
  const math = MATH.exec(text)
  if (math !== null) return now === undefined ? undefined : mathSpan(now, math[1]!, math[2])
  const m = PARTIAL.exec(text)
  if (m === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = m
  if (hour === undefined && m[8] !== undefined) return undefined
  const at = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`
  const from = parseInstant(`${at}${fraction ?? ''}${zone}`)
  if (from === undefined) return undefined
  const unit = fraction !== undefined ? 'ms' : second ? 's' : minute ? 'm' : hour ? 'h' : day ? 'd' : month ? 'M' : 'y'
  return { from, to: unit === 'ms' ? from + 1 : add(from, 1, unit) }
}

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'y'
const FIXED = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

function add(at: number, count: number, unit: Unit): number {
  if (unit !== 'M' && unit !== 'y') return at + count * FIXED[unit]
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + (unit === 'M' ? count : count * 12))
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime()
}

function mathSpan(now: number, steps: string, round: string | undefined): Span | undefined {
  let at = now
  for (const [, sign, count, unit] of steps.matchAll(/([+-])([0-9]+)([smhdwMy])/g))
    at = add(at, Number(sign + count!), unit as Unit)
  if (Number.isNaN(at) || Math.abs(at) > 8e15) return undefined
  if (round === undefined) return { from: at, to: at + 1 }
  const from = floor(at, round as Unit)
  return { from, to: add(from, 1, round as Unit) }
}

function floor(at: number, unit: Unit): number {
  const date = new Date(at)
  if (unit === 'y') return Date.UTC(date.getUTCFullYear(), 0)
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
  if (unit === 'w') return floor(at - ((date.getUTCDay() + 6) % 7) * FIXED.d, 'd')
  return Math.floor(at / FIXED[unit]) * FIXED[unit]
}
