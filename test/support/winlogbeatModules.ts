import { asWinlogbeat, type DumpedEvent } from './windowsShapes.ts'

/** What Winlogbeat's own modules (Sysmon, Security, PowerShell) make of an event: most fields move to names of ECS. */

type Fields = Record<string, unknown>

interface Beat {
  readonly event: Fields & { readonly code: string }
  readonly winlog: Fields & { readonly channel: string; readonly event_data: Fields }
  readonly [key: string]: unknown
}

/** As Winlogbeat 8 with its modules writes it; events that no module knows are as without. */
export function asWinlogbeatModule(dumped: DumpedEvent): object {
  const beat = structuredClone(asWinlogbeat(dumped)) as Beat
  const to: Fields = beat
  const data = beat.winlog.event_data
  if (beat.winlog.channel === 'Microsoft-Windows-Sysmon/Operational') sysmon(to, data, beat.event.code)
  else if (beat.winlog.channel === 'Security') security(to, data, beat.event.code)
  else if (beat.winlog.channel === 'Windows PowerShell') classicPowerShell(to, data)
  else if (/PowerShell/.test(beat.winlog.channel)) powerShell(to, data)
  return beat
}

/** Event id to categories and types. */
const SYSMON_KINDS: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  1: [['process'], ['start']],
  2: [['file'], ['change']],
  3: [['network'], ['start', 'connection', 'protocol']],
  7: [['process'], ['change']],
  8: [['process'], ['change']],
  9: [['process'], ['access']],
  10: [['process'], ['access']],
  11: [['file'], ['creation']],
  12: [['configuration', 'registry'], ['change']],
  13: [['configuration', 'registry'], ['change']],
  16: [['configuration'], ['change']],
  17: [['file'], ['creation']],
  20: [['process'], ['change']],
  22: [['network'], ['connection', 'protocol', 'info']],
  23: [['file'], ['deletion']],
}

const SYSMON_MOVES: readonly (readonly [string, string])[] = [
  ['RuleName', 'rule.name'],
  ['ProcessGuid', 'process.entity_id'],
  ['Image', 'process.executable'],
  ['SourceProcessGuid', 'process.entity_id'],
  ['SourceProcessGUID', 'process.entity_id'],
  ['SourceImage', 'process.executable'],
  ['Destination', 'process.executable'],
  ['CommandLine', 'process.command_line'],
  ['CurrentDirectory', 'process.working_directory'],
  ['ParentProcessGuid', 'process.parent.entity_id'],
  ['ParentImage', 'process.parent.executable'],
  ['ParentCommandLine', 'process.parent.command_line'],
  ['TargetFilename', 'file.path'],
  ['Device', 'file.path'],
  ['PipeName', 'file.name'],
  ['ImageLoaded', 'file.path'],
  ['Protocol', 'network.transport'],
  ['DestinationPortName', 'network.protocol'],
  ['SourceIp', 'source.ip'],
  ['SourceHostname', 'source.domain'],
  ['DestinationIp', 'destination.ip'],
  ['DestinationHostname', 'destination.domain'],
  ['QueryName', 'dns.question.name'],
  ['TargetProcessGuid', 'winlog.event_data.TargetProcessGUID'],
]

const SYSMON_NUMBERS: readonly (readonly [string, string])[] = [
  ['ProcessId', 'process.pid'],
  ['SourceProcessId', 'process.pid'],
  ['SourceThreadId', 'process.thread.id'],
  ['ParentProcessId', 'process.parent.pid'],
  ['SourcePort', 'source.port'],
  ['DestinationPort', 'destination.port'],
]

/** Gone, what they say stands elsewhere, if at all. */
const SYSMON_GONE =
  'SourcePortName DestinationPortName RuleName User Initiated SourceIsIpv6 DestinationIsIpv6 QueryStatus Archived IsExecutable QueryResults UtcTime Hash Hashes TargetObject Details'

function sysmon(to: Fields, data: Fields, code: string): void {
  for (const [k, v] of Object.entries(data))
    if (v === '' || v === '-' || v === '{00000000-0000-0000-0000-000000000000}') delete data[k]
  const [category, type] = SYSMON_KINDS[code] ?? []
  put(to, 'event.module', 'sysmon')
  if (category !== undefined) put(to, 'event.category', category)
  if (type !== undefined) put(to, 'event.type', type)
  hashes(to, String(data.Hash ?? data.Hashes ?? ''), code)
  for (const [name, path] of SYSMON_MOVES) move(to, data, name, path)
  for (const [name, path] of SYSMON_NUMBERS) move(to, data, name, path, Number)
  move(to, data, 'OriginalFileName', `${code === '7' ? 'file' : 'process'}.pe.original_file_name`)
  for (const name of ['Company', 'Description', 'FileVersion', 'Product'])
    if (data[name] !== undefined)
      put(
        to,
        `${code === '7' ? 'file' : 'process'}.pe.${name === 'FileVersion' ? 'file_version' : name.toLowerCase()}`,
        data[name],
      )
  if (data.Initiated !== undefined) put(to, 'network.direction', data.Initiated === 'true' ? 'egress' : 'ingress')
  if (data.SourceIsIpv6 !== undefined) put(to, 'network.type', data.SourceIsIpv6 === 'true' ? 'ipv6' : 'ipv4')
  user(to, data.User)
  registry(to, data)
  for (const name of SYSMON_GONE.split(' ')) delete data[name]
}

function hashes(to: Fields, text: string, code: string): void {
  const at = ['1', '23', '24', '25', '26'].includes(code)
    ? 'process'
    : ['6', '7', '15', '29'].includes(code)
      ? 'file'
      : undefined
  for (const part of at === undefined ? [] : text.split(',')) {
    const [kind = '', hash = ''] = part.toLowerCase().split('=')
    if (/^0*$/.test(hash)) continue
    put(to, kind === 'imphash' ? `${at}.pe.imphash` : `${at}.hash.${kind}`, hash)
  }
}

function user(to: Fields, name: unknown): void {
  const parts = String(name ?? '').split('\\')
  if (parts.length !== 2) return
  put(to, 'user.domain', parts[0])
  put(to, 'user.name', parts[1])
}

function registry(to: Fields, { TargetObject, Details }: Fields): void {
  if (TargetObject === undefined) return
  put(to, 'registry.path', TargetObject)
  put(to, 'registry.value', String(TargetObject).split('\\').at(-1))
  if (Details === undefined) return
  const [, dword] = /^DWORD \(0x([0-9a-f]{8})\)$/i.exec(String(Details)) ?? []
  put(to, 'registry.data.strings', [dword === undefined ? Details : String(Number.parseInt(dword, 16))])
  const type = dword !== undefined ? 'SZ_DWORD' : Details === 'Binary Data' ? 'REG_BINARY' : 'REG_SZ'
  put(to, 'registry.data.type', type)
}

function security(to: Fields, data: Fields, code: string): void {
  put(to, 'event.module', 'security')
  const hex = (v: unknown) => Number(v)
  if (code === '4688') {
    put(to, 'event.category', ['process'])
    put(to, 'event.type', ['start'])
    move(to, data, 'NewProcessId', 'process.pid', hex)
    move(to, data, 'NewProcessName', 'process.executable')
    move(to, data, 'ParentProcessName', 'process.parent.executable')
    if (data.ProcessId !== undefined) put(to, 'process.parent.pid', hex(data.ProcessId))
    if (data.CommandLine !== undefined) put(to, 'process.command_line', data.CommandLine)
  } else {
    move(to, data, 'ProcessId', 'process.pid', hex)
    move(to, data, 'ProcessName', 'process.executable')
  }
  move(to, data, 'IpAddress', 'source.ip')
  move(to, data, 'IpPort', 'source.port', Number)
  if (data.SubjectUserName !== undefined) put(to, 'user.name', data.SubjectUserName)
  if (data.SubjectDomainName !== undefined) put(to, 'user.domain', data.SubjectDomainName)
  if (data.AccessList !== undefined) data.AccessList = codesOf(data.AccessList)
  if (data.AccessMask !== undefined) data.AccessMask = codesOf(data.AccessMask)
}

function codesOf(text: unknown): readonly string[] {
  return String(text)
    .split(/\s+/)
    .flatMap((c) => (c === '' ? [] : [c.replace('%%', '')]))
}

function powerShell(to: Fields, data: Fields): void {
  put(to, 'event.category', 'process')
  put(to, 'event.type', 'info')
  if (data.Payload !== undefined) {
    to.message = `${data.Payload}\n\n\nContext:\n${data.ContextInfo}\n\n\nUser Data:\n`
    const details = String(data.Payload).split('\n')
    put(
      to,
      'powershell.command.invocation_details',
      details.map((d) => ({ value: d })),
    )
  }
  move(to, data, 'ScriptBlockText', 'powershell.file.script_block_text')
  move(to, data, 'ScriptBlockId', 'powershell.file.script_block_id')
  move(to, data, 'Path', 'file.path')
  for (const name of ['Payload', 'ContextInfo', 'MessageNumber', 'MessageTotal']) delete data[name]
}

function classicPowerShell(to: Fields, data: Fields): void {
  put(to, 'event.category', 'process')
  to.message = `Engine state is changed from ${data.param2} to ${data.param1}. \n\nDetails: \n${data.param3}`
  for (const name of ['param1', 'param2', 'param3']) delete data[name]
}

/** A rename fails where the target is there: the field then stays. */
function move(to: Fields, data: Fields, name: string, path: string, as: (v: unknown) => unknown = (v) => v): void {
  if (data[name] === undefined || at(to, path) !== undefined) return
  put(to, path, as(data[name]))
  delete data[name]
}

function at(root: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => (node as Fields | undefined)?.[key], root)
}

function put(root: Fields, path: string, value: unknown): void {
  const keys = path.split('.')
  let node = root
  for (const key of keys.slice(0, -1)) {
    node[key] ??= {}
    node = node[key] as Fields
  }
  node[keys.at(-1)!] = value
}
