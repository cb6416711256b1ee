import { requestLine } from './access.ts'
import type { Sink } from './text.ts'
import { civil, monthOf, two, type Zone } from './time.ts'

/** Which server's error log a line is of, and its instant (milliseconds since 1970 UTC). */
export interface ServerError {
  readonly server: 'nginx' | 'apache'
  readonly time: number
}

/**
 * Reads a line of nginx's error log (`2026/11/24 05:45:56 [error] 1#1: *5 open() … failed, client: 10.0.0.1, server: _, …`)
 * or Apache's (`[Tue Nov 24 05:45:56.123456 2026] [core:error] [pid 1:tid 2] [client 10.0.0.1:5] AH00126: …`).
 * `undefined` where the line is none; then nothing was put. Their times name no zone: `zone`.
 */
export function parseServerError(line: string, zone: Zone, sink: Sink): ServerError | undefined {
  return line.charCodeAt(0) === 91 ? apache(line, zone, sink) : nginx(line, zone, sink)
}

function nginx(line: string, zone: Zone, sink: Sink): ServerError | undefined {
  if (line[4] !== '/' || line[7] !== '/' || line[10] !== ' ' || line[19] !== ' ' || line[20] !== '[') return undefined
  const time = zone(
    civil(two(line, 0) * 100 + two(line, 2), two(line, 5), two(line, 8), two(line, 11), two(line, 14), two(line, 17)),
  )
  const close = line.indexOf('] ', 21)
  if (Number.isNaN(time) || close < 0 || close > 32) return undefined
  sink.put('log.level', line.slice(21, close))
  let text = line.slice(close + 2)
  const id = /^([0-9]{1,10})#[0-9]{1,10}: (?:\*[0-9]{1,20} )?/.exec(text)
  if (id !== null) {
    sink.put('process.pid', id[1]!)
    text = text.slice(id[0].length)
  }
  const client = text.lastIndexOf(', client: ')
  sink.put('message', client < 0 ? text : text.slice(0, client))
  if (client >= 0) details(text.slice(client + 2), sink)
  sink.list('event.category', ['web'])
  sink.list('event.type', ['error'])
  return { server: 'nginx', time }
}

/** `client: 10.0.0.1, server: _, request: "GET / HTTP/1.1", host: "h"`. */
function details(text: string, sink: Sink): void {
  for (const m of text.matchAll(/(client|server|request|upstream|host|referrer): (?:"([^"]*)"|([^,]*))/g)) {
    const value = m[2] ?? m[3] ?? ''
    if (m[1] === 'client') sink.put('@source', value)
    else if (m[1] === 'server') sink.put('nginx.error.server', value)
    else if (m[1] === 'request') requestLine(value, sink)
    else if (m[1] === 'upstream') sink.put('nginx.error.upstream', value)
    else if (m[1] === 'host') sink.put('url.domain', value)
    else sink.put('http.request.referrer', value)
  }
}

const APACHE =
  /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))? ([0-9]{4})\] \[([a-z0-9_-]{0,40}:)?([a-z0-9]{1,12})\] /

function apache(line: string, zone: Zone, sink: Sink): ServerError | undefined {
  const m = APACHE.exec(line)
  if (m === null) return undefined
  const [all, month, day, hour, minute, second, fraction, year, module, level] = m
  const time = zone(civil(Number(year), monthOf(month!), Number(day), Number(hour), Number(minute), Number(second)))
  if (Number.isNaN(time)) return undefined
  sink.put('log.level', level!)
  if (module !== undefined) sink.put('log.logger', module.slice(0, -1))
  let text = line.slice(all.length)
  const pid = /^\[pid ([0-9]{1,10})(?::tid [0-9]{1,20})?\] /.exec(text)
  if (pid !== null) {
    sink.put('process.pid', pid[1]!)
    text = text.slice(pid[0].length)
  }
  const client = /^\[client ([^\]\s]{1,64})\] /.exec(text)
  if (client !== null) {
    const colon = client[1]!.lastIndexOf(':')
    const port = client[1]!.slice(colon + 1)
    const withPort = colon > 0 && /^[0-9]{1,5}$/.test(port)
    sink.put('@source', withPort ? client[1]!.slice(0, colon) : client[1]!)
    if (withPort) sink.put('source.port', port)
    text = text.slice(client[0].length)
  }
  sink.put('message', text)
  sink.list('event.category', ['web'])
  sink.list('event.type', ['error'])
  return { server: 'apache', time: time + Math.floor(Number(`0.${fraction ?? '0'}`) * 1_000) }
}
