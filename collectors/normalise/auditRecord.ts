import type { AuditRecord } from '../parsers/auditd.ts'
import { addRest, type Building, put, setTyped, typed } from './building.ts'
import { LEAVES } from './catalogue.ts'

/** What a kind of audit event means in ECS. */
interface Meaning {
  readonly category: readonly string[]
  readonly type: readonly string[]
  readonly action?: string
}

const NATIVE = 'auditd.log.'

/**
 * Takes an audit record into the event: every field by its own name under `auditd.log.*`, and what it says of process,
 * file, user and address in ECS.
 */
export function putAuditRecord(b: Building, record: AuditRecord): void {
  const { type, fields, node } = record
  addRest(b.rest, `${NATIVE}record_type`, type)
  addRest(b.rest, `${NATIVE}sequence`, record.id)
  for (const [name, value] of fields)
    addRest(b.rest, NATIVE + name, name === 'key' && value.includes('\u0001') ? value.split('\u0001') : value)
  put(b, 'event.module', 'auditd')
  put(b, 'event.dataset', 'auditd.log')
  if (node !== undefined) put(b, 'host.name', node)
  const get = (name: string) => fields.get(name)
  for (const [name, field] of PLAIN) {
    const value = get(name)
    if (value !== undefined) put(b, field, value)
  }
  for (const [name, field] of NUMBERS) {
    const value = get(name)
    if (value !== undefined && UNSIGNED.test(value) && value !== UNSET) put(b, field, value)
  }
  if (type === 'EXECVE') putArguments(b, fields)
  else if (type === 'PROCTITLE') putTitle(b, get('proctitle'))
  else if (type === 'PATH') putPath(b, fields)
  else if (type === 'SOCKADDR') putAddress(b, fields)
  const result = get('success') ?? get('res') ?? get('result')
  const outcome = result === undefined ? undefined : OUTCOMES.get(result)
  if (outcome !== undefined) put(b, 'event.outcome', outcome)
  const meaning = meaningOf(type, fields)
  if (meaning !== undefined) putMeaning(b, meaning, type)
}

const UNSIGNED = /^\d{1,10}$/
const UNSET = '4294967295'
const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['yes', 'success'],
  ['1', 'success'],
  ['success', 'success'],
  ['no', 'failure'],
  ['0', 'failure'],
  ['failed', 'failure'],
])

const PLAIN: readonly (readonly [string, string])[] = [
  ['exe', 'process.executable'],
  ['comm', 'process.name'],
  ['cwd', 'process.working_directory'],
  ['cmd', 'process.command_line'],
  ['UID', 'user.name'],
  ['acct', 'user.name'],
  ['AUID', 'user.audit.name'],
  ['EUID', 'user.effective.name'],
  ['hostname', 'source.domain'],
  ['addr', 'source.ip'],
]
const NUMBERS: readonly (readonly [string, string])[] = [
  ['pid', 'process.pid'],
  ['ppid', 'process.parent.pid'],
  ['uid', 'user.id'],
  ['auid', 'user.audit.id'],
  ['euid', 'user.effective.id'],
  ['egid', 'user.effective.group.id'],
  ['gid', 'group.id'],
]

function putArguments(b: Building, fields: ReadonlyMap<string, string>): void {
  const args: string[] = []
  // An argument that is an empty text is not kept by its name.
  const count = Math.min(Number(fields.get('argc') ?? 0), fields.size + 64)
  for (let i = 0; i < count || fields.has(`a${i}`); i++) args.push(fields.get(`a${i}`) ?? '')
  if (args.length === 0) return
  setOnce(b, 'process.args', args)
  put(b, 'process.args_count', args.length)
  put(b, 'process.command_line', args.join(' '))
}

function putTitle(b: Building, title: string | undefined): void {
  if (title === undefined) return
  put(b, 'process.title', title)
  put(b, 'process.command_line', title)
}

function putPath(b: Building, fields: ReadonlyMap<string, string>): void {
  const name = fields.get('name')
  if (name === undefined || fields.get('nametype') === 'PARENT') return
  put(b, 'file.path', name)
}

/** Where a socket goes: `02 00`, port and IPv4 address, or `0A 00`, port, flow and IPv6 address. */
function putAddress(b: Building, fields: ReadonlyMap<string, string>): void {
  const bytes = Buffer.from(fields.get('saddr') ?? '', 'hex')
  if (bytes.length < 8) return
  const family = bytes.readUInt16LE(0)
  if (family === 2) put(b, 'destination.ip', bytes.subarray(4, 8).join('.'))
  else if (family === 10 && bytes.length >= 24)
    put(b, 'destination.ip', bytes.toString('hex', 8, 24).replace(/....(?=.)/g, '$&:'))
  else return
  put(b, 'destination.port', bytes.readUInt16BE(2))
}

const EXEC: Meaning = { category: ['process'], type: ['start'], action: 'executed' }
const CHANGE: Meaning = { category: ['file'], type: ['change'] }
const DELETION: Meaning = { category: ['file'], type: ['deletion'] }
const CREATION: Meaning = { category: ['file'], type: ['creation'] }
const ACCESS: Meaning = { category: ['file'], type: ['access'] }
const INFO: Meaning = { category: ['process'], type: ['info'] }
const CONNECT: Meaning = { category: ['network'], type: ['connection', 'start'] }
const SESSION: Meaning = { category: ['authentication'], type: ['info'] }
const LOGIN: Meaning = { category: ['authentication'], type: ['start'] }
const ACCOUNT: Meaning = { category: ['iam'], type: ['user', 'change'] }
const CONFIGURATION: Meaning = { category: ['configuration'], type: ['change'] }

const BY_SYSCALL: ReadonlyMap<string, Meaning> = mapOf([
  ['execve execveat', EXEC],
  ['connect', CONNECT],
  ['creat mkdir mkdirat mknod mknodat symlink symlinkat link linkat', CREATION],
  ['unlink unlinkat rmdir', DELETION],
  ['rename renameat renameat2', CREATION],
  ['chmod fchmod fchmodat chown fchown lchown fchownat truncate ftruncate setxattr lsetxattr removexattr', CHANGE],
  ['open openat openat2 access faccessat readlink stat', ACCESS],
])
const BY_TYPE: ReadonlyMap<string, Meaning> = mapOf([
  ['EXECVE', EXEC],
  ['USER_CMD', EXEC],
  ['USER_AUTH USER_LOGIN USER_CHAUTHTOK', LOGIN],
  ['USER_ACCT USER_START USER_END USER_LOGOUT CRED_ACQ CRED_DISP CRED_REFR LOGIN', SESSION],
  ['ADD_USER DEL_USER ADD_GROUP DEL_GROUP USER_MGMT GRP_MGMT', ACCOUNT],
  ['CONFIG_CHANGE MAC_STATUS DAEMON_START DAEMON_END USYS_CONFIG', CONFIGURATION],
])
const BY_NAME_TYPE: ReadonlyMap<string, Meaning> = new Map([
  ['CREATE', CREATION],
  ['DELETE', DELETION],
  ['NORMAL', ACCESS],
])

function mapOf(table: readonly (readonly [string, Meaning])[]): ReadonlyMap<string, Meaning> {
  return new Map(table.flatMap(([names, m]) => names.split(' ').map((n): [string, Meaning] => [n, m])))
}

function meaningOf(type: string, fields: ReadonlyMap<string, string>): Meaning | undefined {
  if (type === 'SYSCALL') return BY_SYSCALL.get(fields.get('SYSCALL') ?? '') ?? INFO
  if (type === 'PATH') return BY_NAME_TYPE.get(fields.get('nametype') ?? '')
  return BY_TYPE.get(type)
}

function putMeaning(b: Building, { category, type, action }: Meaning, record: string): void {
  setOnce(b, 'event.category', category)
  setOnce(b, 'event.type', type)
  put(b, 'event.action', action ?? record.toLowerCase())
}

function setOnce(b: Building, name: string, values: readonly string[]): void {
  const leaf = LEAVES.get(name)!
  if (typed(b.ecs, leaf) === undefined) setTyped(b, leaf, [...values])
}
