import type { Language, Words } from '../messages/index.ts'
import { settings } from '../session/settings.ts'

const cache = new Map<string, Intl.DateTimeFormat>()

function parts(at: Date, zone: string | undefined): Record<string, string> {
  const key = zone ?? ''
  let format = cache.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      ...(zone === undefined ? {} : { timeZone: zone }),
    })
    cache.set(key, format)
  }
  return Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]))
}

function zone(): string | undefined {
  const z = settings().zone
  return z === 'browser' ? undefined : z
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026-11-24 14:07:45` or `24 Nov 2026, 14:07:45`, in the chosen zone. */
export function dateTime(iso: string | number, language: Language): string {
  const p = parts(new Date(iso), zone())
  return language === 'zh'
    ? `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`
    : `${Number(p.day)} ${MONTHS[Number(p.month) - 1]} ${p.year}, ${p.hour}:${p.minute}:${p.second}`
}

/** `14:07:45`. */
export function clock(iso: string | number): string {
  const p = parts(new Date(iso), zone())
  return `${p.hour}:${p.minute}:${p.second}`
}

/** `11-24 14:07` or `24 Nov 14:07`: the day only where it is not today. */
export function compactTime(iso: string | number, language: Language, now = Date.now()): string {
  const p = parts(new Date(iso), zone())
  const today = parts(new Date(now), zone())
  if (p.year === today.year && p.month === today.month && p.day === today.day)
    return `${p.hour}:${p.minute}:${p.second}`
  return language === 'zh'
    ? `${p.month}-${p.day} ${p.hour}:${p.minute}`
    : `${Number(p.day)} ${MONTHS[Number(p.month) - 1]} ${p.hour}:${p.minute}`
}

/** Day and minute, whatever day it is: `11-24 14:07` or `24 Nov 14:07`; for the ends of a range. */
export function dayTime(iso: string | number, language: Language): string {
  const p = parts(new Date(iso), zone())
  return language === 'zh'
    ? `${p.month}-${p.day} ${p.hour}:${p.minute}`
    : `${Number(p.day)} ${MONTHS[Number(p.month) - 1]} ${p.hour}:${p.minute}`
}

/** With milliseconds, for lists of logs. */
export function preciseTime(iso: string | number, language: Language): string {
  const ms = String(new Date(iso).getUTCMilliseconds()).padStart(3, '0')
  const p = parts(new Date(iso), zone())
  return language === 'zh'
    ? `${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}.${ms}`
    : `${Number(p.day)} ${MONTHS[Number(p.month) - 1]} ${p.hour}:${p.minute}:${p.second}.${ms}`
}

/** The day only. */
export function day(iso: string | number, language: Language): string {
  const p = parts(new Date(iso), zone())
  return language === 'zh'
    ? `${p.year}-${p.month}-${p.day}`
    : `${Number(p.day)} ${MONTHS[Number(p.month) - 1]} ${p.year}`
}

/** UTC, shown on focus and hover. */
export function utc(iso: string | number): string {
  return new Date(iso).toISOString().replace('T', ' ').replace('Z', '')
}

/** A span in its greatest unit: `42 分钟`, `3 h`. */
export function span(ms: number, words: Words): string {
  const t = words.time
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 60) return t.seconds(String(s))
  const m = Math.floor(s / 60)
  if (m < 60) return t.minutes(String(m))
  const h = Math.floor(m / 60)
  if (h < 48) return t.hours(String(h))
  return t.days(String(Math.floor(h / 24)))
}

/** `2026-11-24 14:07` in the chosen zone to milliseconds; undefined where it is no such time. */
export function parseLocal(text: string): number | undefined {
  const m = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim())
  if (m === null) return undefined
  const [, y, mo, d, h = '0', mi = '0', s = '0'] = m
  const wall = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s))
  if (Number.isNaN(wall)) return undefined
  // The zone's offset at that wall time: guess, then correct once (enough outside the hour of a clock change).
  let at = wall
  for (let i = 0; i < 2; i++) {
    const p = parts(new Date(at), zone())
    const shown = Date.UTC(
      Number(p.year),
      Number(p.month) - 1,
      Number(p.day),
      Number(p.hour),
      Number(p.minute),
      Number(p.second),
    )
    at += wall - shown
  }
  return at
}

/** `2026-11-24 14:07`, as `parseLocal` reads it. */
export function toLocal(ms: number): string {
  const p = parts(new Date(ms), zone())
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`
}

/** The beginning of that day in the chosen zone, milliseconds. */
export function startOfDay(ms: number): number {
  return parseLocal(toLocal(ms).slice(0, 10)) ?? ms
}
