import { syscallName } from './syscalls.ts'

/** One record of the Linux audit system, as auditd, its dispatchers and the kernel write it. */
export interface AuditRecord {
  /** `SYSCALL`, `EXECVE`, … */
  readonly type: string
  /** What all records of one event have in common: its time and number, as written. */
  readonly id: string
  /** Milliseconds since 1970 UTC; NaN where the time is not written as a number. */
  readonly time: number
  /** The host, where the record names it. */
  readonly node: string | undefined
  /** Decoded; names that the kernel wrote in small letters, what auditd made of numbers
   * (`ENRICHED`) in capitals; so does the name of a system call where auditd did not. */
  readonly fields: ReadonlyMap<string, string>
}

const HEAD =
  /^(?:node=(\S{1,255}) )?type=([A-Za-z0-9_[\]]{1,64}) (?:msg=)?audit\(([^():]{1,64}(?::\d\d:[^():]{1,16})?):(\d{1,20})\) ?: ?/
const SECONDS = /^\d{1,12}\.\d{1,9}$/
/** Between the kernel's text and what auditd added. */
const ENRICHED = '\u001d'

const NAME = /^[A-Za-z0-9_.[\]-]{1,64}$/

/** More fields than that no record has: what follows stands in the raw line only. */
const MOST_FIELDS = 4_000

/** Reads one record; undefined where the text is none. Linear in the text. */
export function parseAuditRecord(text: string): AuditRecord | undefined {
  const head = HEAD.exec(text)
  if (head === null) return undefined
  const [whole, node, written, at, number] = head as unknown as [string, string | undefined, string, string, string]
  const type = nameOfType(written)
  const fields = new Map<string, string>()
  const enriched = text.indexOf(ENRICHED, whole.length)
  const added = enriched < 0 ? text.length : enriched
  readFields(text, { from: whole.length, to: added, type, fields, nests: true })
  readFields(text, { from: added, to: text.length, type, fields, nests: false })
  joinPieces(fields)
  const call = type === 'SYSCALL' ? syscallName(fields.get('arch') ?? '', fields.get('syscall') ?? '') : undefined
  if (call !== undefined && !fields.has('SYSCALL')) fields.set('SYSCALL', call)
  const time = SECONDS.test(at) ? Math.floor(Number(at) * 1_000) : Number.NaN
  return { type, id: `${at}:${number}`, time, node, fields }
}

interface Reading {
  readonly from: number
  readonly to: number
  readonly type: string
  readonly fields: Map<string, string>
  /** `msg='…'` holds pairs of its own. */
  readonly nests: boolean
}

/** Reads `name=value` pairs: plain, in either kind of quotes, in braces. */
function readFields(text: string, { from, to, type, fields, nests }: Reading): void {
  let at = from
  while (at < to && fields.size < MOST_FIELDS) {
    const equals = text.indexOf('=', at)
    if (equals < 0 || equals >= to) return
    const before = text.slice(at, equals)
    const name = before.slice(before.lastIndexOf(' ') + 1).replace(/^[\u001d',]+/, '')
    const open = text[equals + 1]
    if (nests && name === 'msg' && open === "'") {
      const end = text.lastIndexOf("'", to - 1)
      readFields(text, { from: equals + 2, to: end > equals + 1 ? end : to, type, fields, nests: false })
      return
    }
    const close = open === '"' ? '"' : open === "'" ? "'" : open === '{' ? '}' : undefined
    const start = close === undefined ? equals + 1 : equals + 2
    const found = text.indexOf(close ?? ' ', start)
    const end = found < 0 || found > to ? to : found
    const written = text.slice(start, end)
    const value = close === undefined ? decode(name, written, type) : written
    if (value !== undefined && value !== '' && NAME.test(name) && !fields.has(name)) fields.set(name, value)
    at = end + 1
  }
}

/** Names whose values the kernel writes in hexadecimal digits where a blank, a quote or another alphabet is in them. */
const ENCODED = new Set('acct cmd comm cwd data dir exe grp key name path proctitle vm'.split(' '))
const ARGUMENT = /^a\d+(?:\[\d+\])?$/
const HEX = /^(?:[0-9A-F]{2})+$/

function decode(name: string, value: string, type: string): string | undefined {
  if (value === '(null)' || value === '?' || value === '(none)') return undefined
  const encoded = ENCODED.has(name) || (type === 'EXECVE' && ARGUMENT.test(name))
  if (!encoded || !HEX.test(value)) return value.replace(/[,']+$/, '')
  const text = Buffer.from(value, 'hex').toString('utf8')
  // A command line's arguments end with a zero each.
  return name === 'proctitle' ? text.replaceAll('\0', ' ').trimEnd() : text
}

const PIECE = /^(a\d+)\[(\d+)\]$/

/** A long argument comes in pieces: `a1[0]`, `a1[1]`, …, in order. */
function joinPieces(fields: Map<string, string>): void {
  const whole = new Map<string, string[]>()
  for (const [name, value] of fields) {
    const piece = PIECE.exec(name)
    if (piece === null) continue
    const pieces = whole.get(piece[1]!)
    if (pieces === undefined) whole.set(piece[1]!, [value])
    else pieces.push(value)
    fields.delete(name)
  }
  for (const [name, pieces] of whole) fields.set(name, pieces.join(''))
}

/** Names of the record types that the kernel writes as numbers into its own log. */
const TYPES: ReadonlyMap<string, string> = new Map(
  (
    '1006 LOGIN|1100 USER_AUTH|1101 USER_ACCT|1102 USER_MGMT|1103 CRED_ACQ|1104 CRED_DISP|1105 USER_START|1106 USER_END|' +
    '1107 USER_AVC|1108 USER_CHAUTHTOK|1109 USER_ERR|1110 CRED_REFR|1111 USYS_CONFIG|1112 USER_LOGIN|1113 USER_LOGOUT|' +
    '1114 ADD_USER|1115 DEL_USER|1116 ADD_GROUP|1117 DEL_GROUP|1123 USER_CMD|1124 USER_TTY|1130 SERVICE_START|' +
    '1131 SERVICE_STOP|1200 DAEMON_START|1201 DAEMON_END|1300 SYSCALL|1302 PATH|1303 IPC|1304 SOCKETCALL|' +
    '1305 CONFIG_CHANGE|1306 SOCKADDR|1307 CWD|1309 EXECVE|1318 OBJ_PID|1319 TTY|1320 EOE|1321 BPRM_FCAPS|1322 CAPSET|' +
    '1323 MMAP|1324 NETFILTER_PKT|1325 NETFILTER_CFG|1326 SECCOMP|1327 PROCTITLE|1330 KERN_MODULE|1334 BPF|' +
    '1400 AVC|1404 MAC_STATUS|1700 ANOM_PROMISCUOUS|1701 ANOM_ABEND|1702 ANOM_LINK'
  )
    .split('|')
    .map((t) => t.split(' ') as [string, string]),
)

function nameOfType(written: string): string {
  const number = /^(?:UNKNOWN\[)?(\d{4})\]?$/.exec(written)?.[1]
  return (number === undefined ? undefined : TYPES.get(number)) ?? written
}
