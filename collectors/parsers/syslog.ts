import { civil, monthOf, parseIso, two, withoutYear, type Zone } from './time.ts'

/** A syslog line taken apart. Absent parts are undefined. */
export interface SyslogLine {
  /** 0-191: facility x 8 + severity. */
  readonly priority: number | undefined
  readonly version: string | undefined
  /** Milliseconds since 1970 UTC, NaN where the line carries no time. */
  readonly time: number
  /** Whether the time named its zone (and year): better than any shipper's clock. */
  readonly zoned: boolean
  readonly host: string | undefined
  readonly app: string | undefined
  readonly procid: string | undefined
  readonly msgid: string | undefined
  /** Structured data: dotted `ID.PARAM` and value. */
  readonly data: readonly (readonly [name: string, value: string])[]
  readonly message: string
}

export const FACILITIES: readonly string[] = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]
export const SEVERITIES: readonly string[] = [
  ...['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'],
]

const LEVEL = /^\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?$/i

/**
 * Reads an RFC 5424 or RFC 3164 header, or that of a log file (no priority); with ISO times as rsyslog writes them.
 * `undefined` where the line has neither priority nor time: then it has no header. Linear, never throws.
 */
export function parseSyslog(line: string, received: number, zone: Zone): SyslogLine | undefined {
  let at = 0
  let priority: number | undefined
  if (line.charCodeAt(0) === 60) {
    const close = line.indexOf('>')
    if (close < 2 || close > 4) return undefined
    for (let i = 1; i < close; i++) if (!isDigit(line.charCodeAt(i))) return undefined
    priority = Number(line.slice(1, close))
    if (priority > 191) return undefined
    at = close + 1
    if (line.charCodeAt(at) === 49 && line.charCodeAt(at + 1) === 32) {
      const modern = rfc5424(line, at + 2, priority, zone)
      if (modern !== undefined) return modern
    }
  }
  const stamp = timestamp(line, at, received, zone)
  if (stamp === undefined && priority === undefined) return undefined
  if (stamp !== undefined) at = stamp.end
  const parts = tagged(line, at, stamp !== undefined)
  // `2026-11-24T05:46:01Z INFO app: text` is an application's log line: no host is called INFO.
  if (priority === undefined && parts.host !== undefined && LEVEL.test(parts.host)) return undefined
  return {
    ...parts,
    priority,
    time: stamp?.time ?? Number.NaN,
    zoned: stamp?.zoned ?? false,
  }
}

function rfc5424(line: string, from: number, priority: number, zone: Zone): SyslogLine | undefined {
  const words: string[] = []
  let at = from
  for (let i = 0; i < 5; i++) {
    const blank = line.indexOf(' ', at)
    if (blank < 0 || blank - at > 256) return undefined
    words.push(line.slice(at, blank))
    at = blank + 1
  }
  const [stamp, host, app, procid, msgid] = words as [string, string, string, string, string]
  const time = stamp === '-' ? Number.NaN : parseIso(stamp, zone)
  if (stamp !== '-' && Number.isNaN(time)) return undefined
  const data: [string, string][] = []
  const end = structuredData(line, at, data)
  let message = line.slice(end.at)
  if (message.charCodeAt(0) === 0xfeff) message = message.slice(1)
  return {
    priority,
    version: '1',
    time,
    zoned: /[Zz]$|[+-][0-9]{2}:?[0-9]{2}$/.test(stamp),
    host: nil(host),
    app: nil(app),
    procid: nil(procid),
    msgid: nil(msgid),
    data,
    message,
  }
}

/** Reads `-` or `[id name="value" …]…`; what is no structured data is left to the message. */
function structuredData(line: string, from: number, out: [string, string][]): { readonly at: number } {
  const skip = (at: number) => ({ at: line.charCodeAt(at) === 32 ? at + 1 : at })
  if (line.charCodeAt(from) === 45) return skip(from + 1)
  let at = from
  while (line.charCodeAt(at) === 91) {
    const element: [string, string][] = []
    let i = at + 1
    while (i < line.length && !' ]"='.includes(line[i]!)) i++
    const id = line.slice(at + 1, i)
    if (id === '' || id.length > 64) break
    let good = true
    while (line.charCodeAt(i) === 32) {
      const equals = line.indexOf('="', i)
      if (equals < 0 || equals - i > 65) {
        good = false
        break
      }
      const name = line.slice(i + 1, equals)
      let value = ''
      let start = equals + 2
      i = start
      for (;;) {
        const c = line.charCodeAt(i)
        if (Number.isNaN(c) || c === 34) break
        if (c === 92 && (line[i + 1] === '"' || line[i + 1] === '\\' || line[i + 1] === ']')) {
          value += line.slice(start, i)
          start = ++i
        }
        i++
      }
      if (i >= line.length) {
        good = false
        break
      }
      element.push([`${id}.${name}`, value + line.slice(start, i)])
      i++
    }
    if (!good || line.charCodeAt(i) !== 93) break
    for (const e of element) out.push(e)
    at = i + 1
  }
  return skip(at)
}

/** A time at a place of the line: `Nov  4 05:45:56`, the same with year or fraction, or ISO; `end` is after its blank. */
function timestamp(line: string, at: number, received: number, zone: Zone) {
  const c = line.charCodeAt(at)
  if (isDigit(c)) {
    const blank = line.indexOf(' ', at)
    const end = blank < 0 ? line.length : blank
    if (end - at < 19 || end - at > 35 || line.charCodeAt(at + 10) !== 84) return undefined
    const text = line.slice(at, end)
    const time = parseIso(text, zone)
    return Number.isNaN(time) ? undefined : { time, zoned: /[Zz]$|[+-][0-9]{2}:?[0-9]{2}$/.test(text), end: end + 1 }
  }
  const month = monthOf(line.slice(at, at + 3))
  if (Number.isNaN(month) || line.charCodeAt(at + 3) !== 32) return undefined
  let i = at + 4
  if (line.charCodeAt(i) === 32) i++
  let day = line.charCodeAt(i++) - 48
  if (isDigit(line.charCodeAt(i))) day = day * 10 + line.charCodeAt(i++) - 48
  if (!(day >= 1 && day <= 31) || line.charCodeAt(i++) !== 32) return undefined
  let year = Number.NaN
  if (isDigit(line.charCodeAt(i + 2)) && line.charCodeAt(i + 4) === 32) {
    year = two(line, i) * 100 + two(line, i + 2)
    i += 5
  }
  if (line.charCodeAt(i + 2) !== 58 || line.charCodeAt(i + 5) !== 58) return undefined
  const hour = two(line, i)
  const minute = two(line, i + 3)
  const second = two(line, i + 6)
  i += 8
  let ms = 0
  if (line.charCodeAt(i) === 46) {
    const from = i + 1
    for (i = from; isDigit(line.charCodeAt(i)); i++);
    ms = Math.floor(Number(`0.${line.slice(from, i)}`) * 1_000)
  }
  if (line.charCodeAt(i) === 58) i++
  if (i < line.length && line.charCodeAt(i) !== 32) return undefined
  const time = Number.isNaN(year)
    ? withoutYear(month, day, hour, minute, second, received, zone)
    : zone(civil(year, month, day, hour, minute, second))
  return Number.isNaN(time) ? undefined : { time: time + ms, zoned: false, end: i + 1 }
}

/** `HOST TAG[pid]: text`, `TAG: text` or text alone. A host stands only after a time. */
function tagged(line: string, from: number, timed: boolean) {
  let at = from
  while (line.charCodeAt(at) === 32) at++
  let host: string | undefined
  if (timed) {
    const blank = line.indexOf(' ', at)
    const word = line.slice(at, blank < 0 ? line.length : blank)
    if (blank > 0 && word.length <= 255 && !word.endsWith(':') && !word.includes('[')) {
      host = nil(word)
      at = blank + 1
    }
  }
  const body = line.slice(at)
  const tag = tagOf(body)
  return {
    version: undefined,
    host,
    app: tag?.app,
    procid: tag?.procid,
    msgid: undefined,
    data: [],
    message: tag === undefined ? body : body.slice(tag.end),
  }
}

function tagOf(text: string) {
  let i = 0
  for (; i < text.length && i <= 64; i++) {
    const c = text.charCodeAt(i)
    if (c === 58 || c === 91 || c <= 32) break
  }
  if (i === 0 || i > 64 || i >= text.length) return undefined
  const app = text.slice(0, i)
  let procid: string | undefined
  if (text.charCodeAt(i) === 91) {
    const close = text.indexOf(']', i)
    if (close < 0 || close - i > 32) return undefined
    procid = text.slice(i + 1, close)
    i = close + 1
  }
  if (text.charCodeAt(i) !== 58) return undefined
  i++
  if (text.charCodeAt(i) === 32) i++
  return { app, procid, end: i }
}

function nil(text: string): string | undefined {
  return text === '-' || text === '' ? undefined : text
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
