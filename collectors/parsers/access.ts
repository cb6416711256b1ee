import { parseAddress } from '../../core/address.ts'
import type { Sink } from './text.ts'
import { civil, monthOf, two } from './time.ts'

/**
 * Reads a line of the common or combined access log of nginx and Apache, also with a leading virtual host and with a
 * trailing quoted X-Forwarded-For:
 * `10.0.0.1 - li [24/Nov/2026:05:45:56 +0800] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8"`.
 * Gives its instant (milliseconds since 1970 UTC), or NaN where the line is none; then nothing was put. Linear.
 */
export function parseAccess(line: string, sink: Sink): number {
  const bracket = line.indexOf(' [')
  if (bracket < 0 || bracket > 512 || line[bracket + 28] !== ']') return Number.NaN
  const words = line.slice(0, bracket).split(' ')
  const vhost = words.length === 4 ? words.shift()! : undefined
  if (words.length < 3) return Number.NaN
  const [client, , ...user] = words as [string, string, ...string[]]
  const at = bracket + 2
  // 24/Nov/2026:05:45:56 +0800
  const month = monthOf(line.slice(at + 3, at + 6))
  const local = civil(
    two(line, at + 7) * 100 + two(line, at + 9),
    month,
    two(line, at),
    two(line, at + 12),
    two(line, at + 15),
    two(line, at + 18),
  )
  const minutes = two(line, at + 22) * 60 + two(line, at + 24)
  const time = local - (line[at + 21] === '-' ? -minutes : minutes) * 60_000
  if (Number.isNaN(time) || line[at + 27] !== ' ' || line[at + 28] !== '"') return Number.NaN

  const request = quoted(line, at + 28)
  if (request === undefined) return Number.NaN
  const rest = line.slice(request.end + 1)
  const blank = rest.indexOf(' ')
  const status = blank < 0 ? rest : rest.slice(0, blank)
  if (!/^[0-9]{3}$/.test(status)) return Number.NaN
  const after = blank < 0 ? '' : rest.slice(blank + 1)
  const bytesEnd = after.indexOf(' ')
  const bytes = bytesEnd < 0 ? after : after.slice(0, bytesEnd)
  if (bytes !== '-' && bytes !== '' && !/^[0-9]{1,15}$/.test(bytes)) return Number.NaN

  sink.put('@source', client)
  if (user.join(' ') !== '-') sink.put('user.name', undoEscapes(user.join(' ')))
  if (vhost !== undefined) virtualHost(vhost, sink)
  requestLine(request.text, sink)
  sink.put('http.response.status_code', status)
  if (bytes !== '-') sink.put('http.response.body.bytes', bytes)
  sink.put('event.outcome', status < '400' ? 'success' : 'failure')
  sink.list('event.category', ['web'])
  sink.list('event.type', ['access'])

  const quotes: string[] = []
  let from = bytesEnd < 0 ? after.length : bytesEnd + 1
  while (after[from] === '"' && quotes.length < 3) {
    const q = quoted(after, from)
    if (q === undefined) break
    quotes.push(q.text)
    from = q.end + 1
  }
  const [referrer, agent, forwarded] = quotes
  if (referrer !== undefined && referrer !== '-') sink.put('http.request.referrer', referrer)
  if (agent !== undefined && agent !== '-') sink.put('user_agent.original', agent)
  if (forwarded !== undefined && forwarded !== '-') sink.put('network.forwarded_ip', forwarded)
  return time
}

/** `GET /a?b=c HTTP/1.1` into its parts; anything else (a scanner's binary probe) stays `url.original` as it is. */
export function requestLine(text: string, sink: Sink): void {
  const first = text.indexOf(' ')
  const last = text.lastIndexOf(' ')
  const method = text.slice(0, Math.max(first, 0))
  if (first <= 0 || !/^[A-Za-z_-]{1,32}$/.test(method)) {
    if (text !== '-') sink.put('url.original', text)
    return
  }
  const versioned = last > first && text.startsWith('HTTP/', last + 1)
  const target = text.slice(first + 1, versioned ? last : undefined)
  sink.put('http.request.method', method)
  if (versioned) sink.put('http.version', text.slice(last + 6))
  sink.put('url.original', target)
  const question = target.indexOf('?')
  const hash = target.indexOf('#')
  const end = hash < 0 ? target.length : hash
  const pathEnd = question >= 0 && question < end ? question : end
  let pathStart = 0
  if (!target.startsWith('/')) {
    // A proxy request names scheme and host too.
    const scheme = target.indexOf('://')
    if (scheme > 0 && scheme < 12) {
      const slash = target.indexOf('/', scheme + 3)
      pathStart = slash < 0 || slash > pathEnd ? pathEnd : slash
      sink.put('url.scheme', target.slice(0, scheme))
      virtualHost(target.slice(scheme + 3, pathStart), sink)
    }
  }
  sink.put('url.path', target.slice(pathStart, pathEnd))
  if (question >= 0 && question < end) sink.put('url.query', target.slice(question + 1, end))
}

function virtualHost(text: string, sink: Sink): void {
  const colon = text.lastIndexOf(':')
  if (colon > 0 && /^[0-9]{1,5}$/.test(text.slice(colon + 1)) && parseAddress(text) === undefined) {
    sink.put('url.domain', text.slice(0, colon))
    sink.put('url.port', text.slice(colon + 1))
  } else sink.put('url.domain', text)
}

/** The text between quotes from a place that holds one; `end` is after the closing quote. Backslash escapes are undone. */
function quoted(text: string, from: number): { readonly text: string; readonly end: number } | undefined {
  let i = from + 1
  let escaped = false
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 92) {
      escaped = true
      i++
    } else if (c === 34) {
      const raw = text.slice(from + 1, i)
      return { text: escaped ? undoEscapes(raw) : raw, end: i + 1 }
    }
  }
  return undefined
}

/** `\"`, `\\` and `\xHH` as the servers write them; bytes beyond ASCII are read as UTF-8. */
function undoEscapes(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+|\\(["\\])/g, (m, plain: string | undefined) =>
    plain !== undefined ? plain : Buffer.from(m.replaceAll('\\x', ''), 'hex').toString('utf8'),
  )
}
