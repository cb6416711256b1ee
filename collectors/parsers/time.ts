/** Local wall-clock milliseconds (as if UTC) to milliseconds since 1970 UTC, for times that name no zone. */
export type Zone = (local: number) => number

const FIXED = /^(?:UTC|GMT|Z)?(?:([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?$/

/** A zone by offset (`+08:00`), `UTC`, or IANA name (`Asia/Shanghai`). Throws RangeError on an unknown name. */
export function compileZone(name: string): Zone {
  const m = FIXED.exec(name)
  if (m !== null && name !== '') {
    const minutes = Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0)
    const offset = (m[1] === '-' ? -minutes : minutes) * 60_000
    return (local) => local - offset
  }
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  const offsetAt = (utc: number) => {
    const text = format.formatToParts(utc).find((p) => p.type === 'timeZoneName')?.value ?? 'GMT'
    const o = FIXED.exec(text)
    const minutes = Number(o?.[2] ?? 0) * 60 + Number(o?.[3] ?? 0)
    return (o?.[1] === '-' ? -minutes : minutes) * 60_000
  }
  // Offsets change on quarter hours at the finest: one look-up per quarter hour of log time, the last one remembered.
  let quarter = Number.NaN
  let offset = 0
  return (local) => {
    const q = Math.floor(local / 900_000)
    if (q !== quarter) {
      quarter = q
      offset = offsetAt(local - offsetAt(local - offsetAt(local)))
    }
    return local - offset
  }
}

export const UTC: Zone = (local) => local

/** Milliseconds since 1970 of a date and time as if UTC; NaN where there is no such day or time. */
export function civil(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return Number.NaN
  if (day > 28 && day > daysIn(year, month)) return Number.NaN
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yoe = y - era * 400
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const days = era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468
  return days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1_000
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Two decimal digits at a place of a text, or NaN. */
export function two(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48
  const b = text.charCodeAt(at + 1) - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : Number.NaN
}

/**
 * An instant of ISO 8601 text (`2026-11-24T05:46:01.884829+00:00`, blank for `T`, comma for point, `+0800`, no zone =
 * `zone`, a date alone = its midnight), milliseconds since 1970 UTC; NaN where it is none. Finer digits are cut off.
 */
export function parseIso(text: string, zone: Zone): number {
  const n = text.length
  if (n < 10 || n > 40 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  const year = two(text, 0) * 100 + two(text, 2)
  if (n === 10) return zone(civil(year, two(text, 5), two(text, 8), 0, 0, 0))
  const sep = text.charCodeAt(10)
  if ((sep !== 84 && sep !== 32 && sep !== 116) || text.charCodeAt(13) !== 58) return Number.NaN
  let at = 16
  let second = 0
  if (text.charCodeAt(16) === 58) {
    second = two(text, 17)
    at = 19
  }
  let ms = 0
  const point = text.charCodeAt(at)
  if (point === 46 || point === 44) {
    let scale = 100
    const from = ++at
    for (let d = text.charCodeAt(at) - 48; d >= 0 && d <= 9; d = text.charCodeAt(++at) - 48) {
      ms += d * scale
      scale = scale === 100 ? 10 : scale === 10 ? 1 : 0
    }
    if (at === from || at - from > 9) return Number.NaN
  }
  const local = civil(year, two(text, 5), two(text, 8), two(text, 11), two(text, 14), second) + ms
  if (at === n) return zone(local)
  if (text.charCodeAt(at) === 32) at++
  const z = text.charCodeAt(at)
  if ((z === 90 || z === 122) && at + 1 === n) return local
  if (z !== 43 && z !== 45) return Number.NaN
  const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0
  if (n !== at + 5 + colon && n !== at + 3) return Number.NaN
  const minutes = two(text, at + 1) * 60 + (n === at + 3 ? 0 : two(text, at + 3 + colon))
  return local - (z === 45 ? -minutes : minutes) * 60_000
}

/** Seconds, milliseconds, micro- or nanoseconds since 1970, told apart by size (years 1973 to 5138 each); NaN if absurd. */
export function parseEpoch(n: number): number {
  const size = Math.abs(n)
  const ms = size < 1e11 ? n * 1_000 : size < 1e14 ? n : size < 1e17 ? n / 1_000 : size < 1e20 ? n / 1e6 : Number.NaN
  return Math.floor(ms)
}

const MONTHS: Readonly<Record<string, number>> = {
  Jan: 1,
  Feb: 2,
  Mar: 3,
  Apr: 4,
  May: 5,
  Jun: 6,
  Jul: 7,
  Aug: 8,
  Sep: 9,
  Oct: 10,
  Nov: 11,
  Dec: 12,
}

/** The number (1-12) of an English month's three letters, or NaN. */
export function monthOf(text: string): number {
  return MONTHS[text] ?? Number.NaN
}

/** How far a time without year may lie ahead before the year before is meant: a day covers zones and clocks that run ahead. */
const AHEAD = 86_400_000

/**
 * A month, day and time without year: the latest year that does not put it more than a day after `received` (so a line
 * of 31 December received on 1 January falls into the old year). 29 February finds its leap year. NaN where none is near.
 */
export function withoutYear(
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  received: number,
  zone: Zone,
): number {
  const now = new Date(received + AHEAD).getUTCFullYear() + 1
  for (let year = now; year > now - 10; year--) {
    const at = zone(civil(year, month, day, hour, minute, second))
    if (at <= received + AHEAD) return at
  }
  return Number.NaN
}

/** The times that every store takes and `toISOString` prints with four digits of year. */
export const EARLIEST = civil(1, 1, 1, 0, 0, 0)
export const LATEST = civil(9999, 12, 31, 23, 59, 59) + 999
