/** The sample city keeps China Standard Time: eight hours east of UTC, no summer time. */
const OFFSET = 8 * 3_600_000

export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026-11-24T02:05:09.120Z`. */
export function utc(time: number): string {
  return new Date(time).toISOString()
}

/** `2026-11-24T10:05:09.120+08:00`. */
export function local(time: number): string {
  return `${new Date(time + OFFSET).toISOString().slice(0, 23)}+08:00`
}

/** `Nov  4 10:05:09`, the time of RFC 3164: no year, no zone. */
export function short(time: number): string {
  const d = new Date(time + OFFSET)
  return `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${d.toISOString().slice(11, 19)}`
}

/** `24/Nov/2026:10:05:09 +0800`, the time of a web server's access log. */
export function common(time: number): string {
  const iso = new Date(time + OFFSET).toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0800`
}

/** The day of the city, `2026-11-24`. */
export function dayOf(time: number): string {
  return local(time).slice(0, 10)
}

/** The hour of the city, 0-23. */
export function hourOf(time: number): number {
  return Math.floor(((time + OFFSET) % DAY) / HOUR)
}
