import type { DatePart } from './filter.ts'

const DAY = 86_400_000

/** A part of an instant (milliseconds since 1970 UTC), in UTC; weeks as ISO 8601 counts them. */
export function partOf(at: number, part: DatePart): number {
  const date = new Date(at)
  switch (part) {
    case 'minute':
      return date.getUTCMinutes()
    case 'hour':
      return date.getUTCHours()
    case 'day':
      return date.getUTCDate()
    case 'week':
      return weekOf(at)
    case 'month':
      return date.getUTCMonth() + 1
    case 'year':
      return date.getUTCFullYear()
  }
}

/** A week belongs to the year that its Thursday is in. */
function weekOf(at: number): number {
  const day = Math.floor(at / DAY)
  // 1970 began on a Thursday.
  const thursday = day - ((((day + 3) % 7) + 7) % 7) + 3
  const first = new Date(0)
  first.setUTCFullYear(new Date(thursday * DAY).getUTCFullYear(), 0, 1)
  return Math.floor((thursday - first.getTime() / DAY) / 7) + 1
}
