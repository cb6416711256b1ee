const DAY = 86_400_000
const TWO: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))
const THREE: readonly string[] = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'))

/** The last days printed, eight of them: lines of a batch seldom speak of more. */
const days = new Float64Array(8).fill(Number.NaN)
const dates: string[] = []

/** What `new Date(at).toISOString()` prints for whole milliseconds of the years 1 to 9999, at a tenth of its cost. */
export function iso(at: number): string {
  const d = Math.floor(at / DAY)
  const slot = d & 7
  if (days[slot] !== d) {
    days[slot] = d
    dates[slot] = new Date(d * DAY).toISOString().slice(0, 11)
  }
  const ms = at - d * DAY
  const second = Math.floor(ms / 1_000)
  const minute = Math.floor(second / 60)
  const hour = Math.floor(minute / 60)
  return `${dates[slot]}${TWO[hour]}:${TWO[minute - hour * 60]}:${TWO[second - minute * 60]}.${THREE[ms - second * 1_000]}Z`
}
