import ipaddr from 'ipaddr.js'
import { parseAddress } from '../../core/address.ts'
import type { Scalar } from '../../core/event.ts'
import type { FieldType } from '../../core/fields.ts'
import { EARLIEST, LATEST, parseEpoch, parseIso, type Zone } from '../parsers/time.ts'
import { iso } from './iso.ts'

/** A value as its typed column wants it, or `undefined` where it cannot be that without losing something. */
export type Coerce = (value: Scalar, zone: Zone) => string | number | boolean | undefined

const DIGITS = /^-?[0-9]{1,20}(?:\.[0-9]{1,9})?$/

/** One per type of the catalogue. Numeric text becomes a number only if the number prints as the same text. */
export const COERCE: Readonly<Record<FieldType, Coerce>> = {
  keyword(v) {
    if (typeof v === 'string') return v
    return v === null ? undefined : String(v)
  },
  long(v) {
    if (typeof v === 'number') return Number.isSafeInteger(v) ? v : undefined
    if (typeof v !== 'string' || v.length > 17) return undefined
    const n = Number(v)
    return Number.isSafeInteger(n) && String(n) === v ? n : undefined
  },
  double(v) {
    if (typeof v === 'number') return Number.isFinite(v) ? v : undefined
    if (typeof v !== 'string' || v.length > 25) return undefined
    const n = Number(v)
    return Number.isFinite(n) && String(n) === v ? n : undefined
  },
  boolean(v) {
    if (typeof v === 'boolean') return v
    return v === 'true' ? true : v === 'false' ? false : undefined
  },
  date(v, zone) {
    const at = instant(v, zone)
    if (!(at >= EARLIEST && at <= LATEST)) return undefined
    // Canonical text is kept as it is: no Date object on the hot path.
    if (typeof v === 'string' && v.length === 24 && v[23] === 'Z' && v[10] === 'T' && v[19] === '.' && v[17]! < '6')
      return v
    return iso(at)
  },
  ip(v) {
    return typeof v === 'string' ? address(v) : undefined
  },
}

/** The text read last: a line's time is asked for more than once. */
let lastText = ''
let lastZone: Zone | undefined
let lastInstant = Number.NaN

/** The instant of a date's text or number, milliseconds since 1970 UTC, or NaN. */
export function instant(v: Scalar, zone: Zone): number {
  if (typeof v === 'string') {
    if (v === lastText && zone === lastZone) return lastInstant
    const iso = parseIso(v, zone)
    lastInstant = Number.isNaN(iso) && DIGITS.test(v) ? parseEpoch(Number(v)) : iso
    lastText = v
    lastZone = zone
    return lastInstant
  }
  return typeof v === 'number' ? parseEpoch(v) : Number.NaN
}

/** An address as ipaddr.js prints it (IPv4-mapped IPv6 as IPv4), or `undefined`. */
export function address(text: string): string | undefined {
  const groups = parseAddress(text)
  if (groups === undefined) return undefined
  if (groups.length === 2) {
    if (!text.includes(':')) return text
    return `${groups[0]! >> 8}.${groups[0]! & 255}.${groups[1]! >> 8}.${groups[1]! & 255}`
  }
  return new ipaddr.IPv6(groups as number[]).toString()
}
