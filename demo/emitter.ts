import type { Host } from './city.ts'
import { common, local, short, utc } from './clock.ts'
import type { AuditRecord, Channel, DemoLine, Hit, HostRecord, Intent, Tree } from './line.ts'

/** How the logs of a system travel. Office and district ship ready ECS documents, as Filebeat does. */
interface Route {
  readonly host: Channel
  readonly web: Channel
  readonly audit: Channel
  readonly server: 'nginx' | 'apache'
  /** Name of the application in its audit log. */
  readonly app: string
}

const ROUTES: Readonly<Record<string, Route>> = {
  portal: { host: 'syslog-tcp-octets', web: 'syslog-tcp-octets', audit: 'ingest', server: 'nginx', app: 'portal' },
  hub: { host: 'syslog-tcp', web: 'syslog-udp', audit: 'ingest', server: 'nginx', app: 'hub' },
  exchange: { host: 'syslog-tcp', web: 'syslog-tcp', audit: 'ingest', server: 'nginx', app: 'exchange' },
  datacenter: { host: 'syslog-udp', web: 'syslog-udp', audit: 'ingest', server: 'nginx', app: 'datacenter' },
  office: { host: 'bulk', web: 'bulk', audit: 'bulk', server: 'apache', app: 'oa' },
  'yunpu-platform': { host: 'bulk', web: 'bulk', audit: 'ingest', server: 'nginx', app: 'yunpu' },
}

/** Datagrams still speak RFC 3164, which names neither year nor zone; streams speak RFC 5424. */
const LEGACY: ReadonlySet<Channel> = new Set(['syslog-udp'])

const NONE: readonly Intent[] = []

/** Writes lines in the form and for the channel of their host. */
export interface Emitter {
  host(host: Host, time: number, record: HostRecord, intents?: readonly Intent[]): DemoLine
  web(host: Host, time: number, hit: Hit, intents?: readonly Intent[]): DemoLine
  audit(host: Host, time: number, record: AuditRecord, intents?: readonly Intent[]): DemoLine
}

/** An emitter whose bulk documents bear ids that begin with `run`, so that what is sent twice is stored once. */
export function openEmitter(run: string): Emitter {
  let count = 0
  const line = (host: Host, time: number, channel: Channel, text: string, intents: readonly Intent[]): DemoLine => ({
    time,
    channel,
    unitId: host.unitId,
    systemId: host.systemId,
    bytes: Buffer.from(text),
    intents,
  })
  const syslog = (
    host: Host,
    time: number,
    channel: Channel,
    what: Pick<HostRecord, 'program' | 'pid' | 'priority' | 'message'>,
    intents: readonly Intent[],
  ) => {
    const { program, pid, priority, message } = what
    const text = LEGACY.has(channel)
      ? `<${priority}>${short(time)} ${host.name} ${program}${pid > 0 ? `[${pid}]` : ''}: ${message}`
      : `<${priority}>1 ${local(time)} ${host.name} ${program} ${pid > 0 ? pid : '-'} - - ${message}`
    return line(host, time, channel, frame(channel, text), intents)
  }
  const bulk = (host: Host, time: number, dataset: string, doc: Tree, intents: readonly Intent[]) => {
    const action = { create: { _index: `logs-${dataset}-default`, _id: `${run}-${(count++).toString(36)}` } }
    const whole = {
      '@timestamp': utc(time),
      ecs: { version: '8.17.0' },
      agent: { type: 'filebeat', version: '8.19.2', name: host.name },
      host: { name: host.name, hostname: host.name, ip: [host.address] },
      ...doc,
    }
    return line(host, time, 'bulk', `${JSON.stringify(action)}\n${JSON.stringify(whole)}\n`, intents)
  }
  return {
    host(host, time, record, intents = NONE) {
      const { host: channel } = route(host)
      if (channel !== 'bulk') return syslog(host, time, channel, record, intents)
      const process = { name: record.program, ...(record.pid > 0 ? { pid: record.pid } : {}) }
      const raw = `${short(time)} ${host.name} ${record.program}${record.pid > 0 ? `[${record.pid}]` : ''}: ${record.message}`
      const event = { dataset: record.dataset, module: 'system', original: raw }
      return bulk(host, time, record.dataset, merge({ process, event, message: record.message }, record.ecs), intents)
    },
    web(host, time, hit, intents = NONE) {
      const { web: channel, server } = route(host)
      const raw = `${hit.ip} - - [${common(time)}] "${hit.method} ${hit.target} HTTP/1.1" ${hit.status} ${hit.bytes} "${hit.referrer ?? '-'}" "${hit.agent}"`
      if (channel !== 'bulk')
        return syslog(host, time, channel, { program: server, pid: 0, priority: 190, message: raw }, intents)
      return bulk(host, time, `${server}.access`, webDocument(hit, server, raw), intents)
    },
    audit(host, time, r, intents = NONE) {
      const { audit: channel, app } = route(host)
      const raw = {
        time: local(time),
        app,
        user: r.user,
        action: r.action,
        object: r.object,
        object_type: r.objectType,
        result: r.ok ? 'success' : 'failure',
        ip: r.ip,
        ...(r.count === undefined ? {} : { count: r.count }),
        detail: r.detail,
        host: host.name,
      }
      if (channel !== 'bulk') return line(host, time, channel, `${JSON.stringify(raw)}\n`, intents)
      return bulk(host, time, 'application.audit', auditDocument(r, app, JSON.stringify(raw)), intents)
    },
  }
}

function route(host: Host): Route {
  return ROUTES[host.systemId]!
}

function frame(channel: Channel, text: string): string {
  if (channel === 'syslog-udp') return text
  return channel === 'syslog-tcp' ? `${text}\n` : `${Buffer.byteLength(text)} ${text}`
}

function webDocument(hit: Hit, server: string, raw: string): Tree {
  const [path, ...query] = hit.target.split('?') as [string, ...string[]]
  return {
    message: raw,
    event: {
      dataset: `${server}.access`,
      module: server,
      category: ['web'],
      type: ['access'],
      outcome: hit.status < 400 ? 'success' : 'failure',
      original: raw,
    },
    source: { address: hit.ip, ip: hit.ip },
    url: { original: hit.target, path, ...(query.length > 0 ? { query: query.join('?') } : {}) },
    http: {
      version: '1.1',
      request: { method: hit.method, ...(hit.referrer === undefined ? {} : { referrer: hit.referrer }) },
      response: { status_code: hit.status, body: { bytes: hit.bytes } },
    },
    user_agent: { original: hit.agent },
  }
}

function auditDocument(r: AuditRecord, app: string, raw: string): Tree {
  const signIn = r.action === 'login' || r.action === 'logout'
  return {
    message: r.detail,
    event: {
      dataset: 'application.audit',
      action: r.action,
      outcome: r.ok ? 'success' : 'failure',
      category: [signIn ? 'authentication' : 'web'],
      original: raw,
    },
    user: { name: r.user },
    source: { ip: r.ip },
    service: { name: app },
    audit: {
      object: { name: r.object, type: r.objectType },
      ...(r.count === undefined ? {} : { record_count: r.count }),
    },
  }
}

/** `b` over `a`, group by group. */
function merge(a: Tree, b: Tree): Tree {
  const out: Record<string, Tree[string]> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const there = out[key]
    out[key] = isTree(there) && isTree(value) ? merge(there, value) : value
  }
  return out
}

function isTree(value: Tree[string] | undefined): value is Tree {
  return typeof value === 'object' && !Array.isArray(value)
}
