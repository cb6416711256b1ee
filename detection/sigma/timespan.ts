/** Milliseconds of each unit; months and years are the mean ones of the Gregorian calendar. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_629_746_000,
  y: 31_556_952_000,
}

/** A timespan of a correlation (`90m`) in milliseconds; `undefined` where the text is none. */
export function parseTimespan(text: string): number | undefined {
  const m = /^([0-9]{1,9})([smhdwMy])$/.exec(text.trim())
  const ms = m === null ? 0 : Number(m[1]) * UNITS[m[2]!]!
  return ms > 0 && ms <= 100 * UNITS.y! ? ms : undefined
}

/** A timespan in milliseconds as rules write it, in the largest unit of which it is a whole number; weeks are days. */
export function timespanText(ms: number): string {
  const unit = ['y', 'M', 'd', 'h', 'm'].find((u) => ms % UNITS[u]! === 0) ?? 's'
  return `${ms / UNITS[unit]!}${unit}`
}
