import { parseAccess } from '../parsers/access.ts'
import { type AuditRecord, parseAuditRecord } from '../parsers/auditd.ts'
import { parseEventXml, type XmlEvent } from '../parsers/eventXml.ts'
import type { WebMapping } from '../parsers/mappings.ts'
import { parseServerError } from '../parsers/serverError.ts'
import { FACILITIES, parseSyslog, SEVERITIES, type SyslogLine } from '../parsers/syslog.ts'
import type { Sink, TextParser } from '../parsers/text.ts'
import { UTC, type Zone } from '../parsers/time.ts'
import { putAuditRecord } from './auditRecord.ts'
import { addRest, type Building, changed, put, setTyped, typed } from './building.ts'
import { LEAVES } from './catalogue.ts'
import { address, instant } from './coerce.ts'

/** The time of a line (NaN if it has none), and whether it named its zone. */
interface LineTime {
  readonly time: number
  readonly zoned: boolean
}

/** Lines of text into events: syslog headers, and what programs and web servers write. */
export interface Lines {
  /** A line from a syslog socket: whatever it is, it becomes an event. A JSON message is handed back unread. */
  syslog(
    b: Building,
    line: string,
    received: number,
  ): LineTime & { readonly header?: SyslogLine; readonly json?: string }
  /** What a syslog header says of its message. */
  header(b: Building, header: SyslogLine): void
  /** A line without JSON where JSON was due; `undefined` where nothing recognises it. */
  recognise(b: Building, line: string, received: number): LineTime | undefined
  /** The text that a shipper read from a file or journal, with its program where that is known. */
  shipped(b: Building, text: string, app: string | undefined, received: number): LineTime | undefined
}

const NO_TIME: LineTime = { time: Number.NaN, zoned: false }
const DIGITS = /^[0-9]{1,10}$/

export function compileLines(options: {
  readonly texts: TextParser
  readonly web: WebMapping
  readonly zone: Zone
}): Lines {
  const { texts, web, zone } = options
  const servers = new Map<string, string>()
  for (const [server, apps] of Object.entries(web)) for (const app of apps) servers.set(app, server)
  const apachePath = web.apache

  return {
    syslog(b, line, received) {
      const header = parseSyslog(line, received, zone)
      if (header === undefined) {
        const found = bare(b, line)
        put(b, 'message', line)
        put(b, 'event.dataset', 'system.syslog')
        return found ?? NO_TIME
      }
      const json = jsonOf(header.message)
      if (json !== undefined) return { time: header.time, zoned: header.zoned, header, json }
      return { ...withHeader(b, header), header }
    },
    header: putHeader,
    recognise(b, line, received) {
      const header = parseSyslog(line, received, zone)
      if (header !== undefined && (header.priority !== undefined || header.app !== undefined))
        return withHeader(b, header)
      const found = bare(b, line)
      if (found !== undefined) put(b, 'message', line)
      return found
    },
    shipped(b, text, app, received) {
      if (app !== undefined) return program(b, app, text.trimStart())
      const trimmed = text.trimStart()
      const header = parseSyslog(trimmed, received, zone)
      if (header?.app === undefined) return bare(b, trimmed)
      putHeader(b, header)
      const inner = program(b, header.app, header.message)
      put(b, 'event.dataset', 'system.syslog')
      return inner?.zoned ? inner : header
    },
  }

  function withHeader(b: Building, header: SyslogLine): LineTime {
    putHeader(b, header)
    const inner = header.app === undefined ? bare(b, header.message) : program(b, header.app, header.message)
    put(b, 'message', header.message)
    put(b, 'event.dataset', 'system.syslog')
    // An access log's own time has a zone; an error log's has a year, which a header may lack.
    if (inner !== undefined && !Number.isNaN(inner.time) && (inner.zoned || !header.zoned)) return inner
    return header
  }

  /** A message of a program that is known by name. */
  function program(b: Building, app: string, text: string): LineTime | undefined {
    const server = servers.get(app)
    if (server !== undefined) return webLine(b, text, server)
    if (text.startsWith('<Event')) {
      const event = parseEventXml(text)
      if (event !== undefined) return xmlEvent(b, event)
    }
    if (AUDITORS.has(app)) {
      const record = parseAuditRecord(text.replace(KERNEL, ''))
      if (record !== undefined) {
        // The program that passed a record on is not the process that it is about.
        changed(b, 'process')
        delete b.ecs.process
        return auditRecord(b, record)
      }
    }
    return texts.parse(app, text, sinkOf(b)) ? NO_TIME : undefined
  }

  /** A message of nobody knows which program. */
  function bare(b: Building, text: string): LineTime | undefined {
    if (text.startsWith('type=') || text.startsWith('node=')) {
      const record = parseAuditRecord(text)
      if (record !== undefined) return auditRecord(b, record)
    }
    if (text.startsWith('<Event')) {
      const event = parseEventXml(text)
      if (event !== undefined) return xmlEvent(b, event)
    }
    return webLine(b, text, undefined) ?? (texts.parseBare(text, sinkOf(b)) ? NO_TIME : undefined)
  }

  function webLine(b: Building, text: string, server: string | undefined): LineTime | undefined {
    const sink = sinkOf(b)
    const time = parseAccess(text, sink)
    if (!Number.isNaN(time)) {
      put(b, 'event.dataset', `${server ?? byPath(b)}.access`)
      return { time, zoned: true }
    }
    const error = parseServerError(text, zone, sink)
    if (error === undefined) return undefined
    put(b, 'event.dataset', `${error.server}.error`)
    return { time: error.time, zoned: false }
  }

  /** nginx and Apache write the same access log: the file's path tells. */
  function byPath(b: Building): string {
    const path = typed(b.ecs, LOG_PATH)
    return typeof path === 'string' && apachePath.some((name) => path.includes(name)) ? 'apache' : 'nginx'
  }
}

/** What the kernel puts before a record: seconds since it started, and its part. */
const KERNEL = /^(?:\[ {0,12}\d{1,12}\.\d{1,9}\] )?(?:audit: )?/
/** Programs that pass on audit records. */
const AUDITORS = new Set(['audispd', 'audisp-syslog', 'audisp-remote', 'auditd', 'audit', 'kernel'])

/** An event in XML keeps the names that it has when turned to JSON: rules know them. */
function xmlEvent(b: Building, { fields, time }: XmlEvent): LineTime {
  for (const [path, value] of fields) addRest(b.rest, path, value)
  for (const [path, name] of XML_FIELDS) {
    const value = b.rest[path]
    if (typeof value === 'string') put(b, name, value)
  }
  return time === undefined ? NO_TIME : { time: instant(time, UTC), zoned: true }
}

const XML_FIELDS = [
  ['Event.System.EventID', 'event.code'],
  ['Event.System.Provider.#attributes.Name', 'event.provider'],
  ['Event.System.Computer', 'host.name'],
] as const

/** Its time has no zone to be wrong about. */
function auditRecord(b: Building, record: AuditRecord): LineTime {
  putAuditRecord(b, record)
  b.record = record.id
  return { time: record.time, zoned: true }
}

const LOG_PATH = LEAVES.get('log.file.path')!

function putHeader(b: Building, header: SyslogLine): void {
  const { priority, app, procid } = header
  if (priority !== undefined) {
    put(b, 'log.syslog.priority', priority)
    put(b, 'log.syslog.facility.code', priority >> 3)
    put(b, 'log.syslog.facility.name', FACILITIES[priority >> 3]!)
    put(b, 'log.syslog.severity.code', priority & 7)
    put(b, 'log.syslog.severity.name', SEVERITIES[priority & 7]!)
  }
  if (header.version !== undefined) put(b, 'log.syslog.version', header.version)
  if (header.host !== undefined) {
    put(b, 'log.syslog.hostname', header.host)
    put(b, 'host.name', header.host)
  }
  if (app !== undefined) {
    put(b, 'log.syslog.appname', app)
    put(b, 'process.name', app)
  }
  if (procid !== undefined) {
    put(b, 'log.syslog.procid', procid)
    if (DIGITS.test(procid)) put(b, 'process.pid', procid)
  }
  if (header.msgid !== undefined) put(b, 'log.syslog.msgid', header.msgid)
  for (const [name, value] of header.data) put(b, `log.syslog.structured_data.${name}`, value)
}

/** The JSON object that a message is, also after the `@cee:` cookie. */
function jsonOf(message: string): string | undefined {
  const text = message.startsWith('@cee:') ? message.slice(5).trimStart() : message
  return text.charCodeAt(0) === 123 ? text : undefined
}

function sinkOf(b: Building): Sink {
  return {
    put(name, value) {
      if (name === '@source') source(b, String(value))
      else put(b, name, value)
    },
    list(name, values) {
      const leaf = LEAVES.get(name)
      if (leaf !== undefined && typed(b.ecs, leaf) === undefined) setTyped(b, leaf, [...values])
    },
  }
}

/** Who came: an address, or a host name where the program looked it up. */
function source(b: Building, text: string): void {
  if (text === '' || text === '-' || text === 'UNKNOWN' || text === 'unknown') return
  const ip = address(text)
  put(b, ip === undefined ? 'source.domain' : 'source.ip', ip ?? text)
}
