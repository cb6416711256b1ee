const RELATIVE = /^now-(\d{1,4})(m|h|d)$/
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The ranges offered by name. */
export const NAMED_RANGES = ['now-15m', 'now-1h', 'now-4h', 'now-24h', 'now-7d', 'now-30d', 'all'] as const
export type NamedRange = (typeof NAMED_RANGES)[number]

/** A range of time, ISO 8601 UTC; an absent end is unbounded. */
export interface Range {
  readonly from?: string
  readonly to?: string
}

/** Whether a text is a time range of an address. */
export function isTimeText(text: string): boolean {
  if (text === 'all' || RELATIVE.test(text)) return true
  const [from, to, more] = text.split('..')
  if (from === undefined || to === undefined || more !== undefined) return false
  const a = from === '' ? 0 : Date.parse(from)
  const b = to === '' ? Number.MAX_SAFE_INTEGER : Date.parse(to)
  return Number.isFinite(a) && Number.isFinite(b) && a < b
}

/** The range that a text means at that moment. */
export function rangeOf(text: string, now: number): Range {
  if (text === 'all') return {}
  const m = RELATIVE.exec(text)
  if (m !== null) return { from: iso(now - Number(m[1]) * UNITS[m[2] as 'm' | 'h' | 'd']), to: iso(now) }
  const [from = '', to = ''] = text.split('..')
  return { ...(from === '' ? {} : { from: iso(Date.parse(from)) }), ...(to === '' ? {} : { to: iso(Date.parse(to)) }) }
}

/** A range of two instants as an address writes it. */
export function rangeText(from: number, to: number): string {
  return `${iso(from)}..${iso(to)}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
