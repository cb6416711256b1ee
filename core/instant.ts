const ISO =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$/

/**
 * An instant of ISO 8601 text in milliseconds since 1970 UTC (finer digits are cut off); a date alone is its midnight, a
 * time without zone is UTC. `undefined` where the text is none, or names a day or time that does not exist.
 */
export function parseInstant(text: string): number | undefined {
  const m = ISO.exec(text)
  if (m === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = m
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const at = new Date(0)
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(day)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  at.setUTCHours(Number(hour), Number(minute), Number(second), ms)
  return at.getTime() - offset(zone)
}

function offset(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.charCodeAt(0) === 45 ? -minutes : minutes) * 60_000
}
