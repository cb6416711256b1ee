import { describe, expect, test } from 'vitest'
import { matches } from '../support/nativeMatch.ts'
import {
  asFlat,
  asOldWinlogbeat,
  asOpenTelemetry,
  asSeparateAttributes,
  asVelociraptor,
  asWazuh,
  asWinlogbeat,
  type DumpedEvent,
} from '../support/windowsShapes.ts'
import { asWinlogbeatModule } from '../support/winlogbeatModules.ts'

const SHAPES: readonly (readonly [string, (e: DumpedEvent) => object])[] = [
  ['evtx_dump', (e) => e],
  ['winlogbeat', asWinlogbeat],
  ['winlogbeat with its modules', asWinlogbeatModule],
  ['winlogbeat before 7', asOldWinlogbeat],
  ['flat', asFlat],
  ['attributes apart', asSeparateAttributes],
  ['wazuh', asWazuh],
  ['velociraptor', asVelociraptor],
  ['opentelemetry', asOpenTelemetry],
]

function dumped(
  [channel, id, provider]: readonly [string, number, string],
  data: Record<string, unknown>,
  user?: Record<string, unknown>,
): DumpedEvent {
  return {
    Event: {
      System: {
        Provider: { '#attributes': { Name: provider } },
        EventID: id,
        Channel: channel,
        Computer: 'pc01',
        TimeCreated: { '#attributes': { SystemTime: '2026-11-24T08:00:00Z' } },
      },
      EventData: user === undefined ? data : null,
      ...(user === undefined ? {} : { UserData: user }),
    },
  }
}

const SYSMON = (id: number) => ['Microsoft-Windows-Sysmon/Operational', id, 'Microsoft-Windows-Sysmon'] as const
const SECURITY = (id: number) => ['Security', id, 'Microsoft-Windows-Security-Auditing'] as const

interface Kind {
  readonly logsource: string
  readonly selection: string
  readonly event: DumpedEvent
  /** The same as an agent of Elastic writes it in ECS alone. */
  readonly ecs?: object
}

const image = 'C:\\Windows\\System32\\cmd.exe'
const process = { executable: image, command_line: 'cmd /c whoami', parent: { executable: 'C:\\w3wp.exe' } }
const windows = { host: { os: { type: 'windows' } } }

const KINDS: Readonly<Record<string, Kind>> = {
  'process_creation of Sysmon': {
    logsource: '{ product: windows, category: process_creation }',
    selection: "{ Image|endswith: '\\cmd.exe', CommandLine|contains: whoami, ParentImage|endswith: '\\w3wp.exe' }",
    event: dumped(SYSMON(1), { Image: image, CommandLine: 'cmd /c whoami', ParentImage: 'C:\\w3wp.exe' }),
    ecs: { ...windows, event: { category: ['process'], type: ['start'] }, process },
  },
  'process_creation of Security': {
    logsource: '{ product: windows, category: process_creation }',
    selection:
      "{ Image|endswith: '\\cmd.exe', CommandLine|contains: whoami, ParentImage|endswith: '\\w3wp.exe', User: lin, IntegrityLevel: S-1-16-12288 }",
    event: dumped(SECURITY(4688), {
      NewProcessName: image,
      CommandLine: 'cmd /c whoami',
      ParentProcessName: 'C:\\w3wp.exe',
      SubjectUserName: 'lin',
      MandatoryLabel: 'S-1-16-12288',
    }),
  },
  file_event: {
    logsource: '{ product: windows, category: file_event }',
    selection: "{ TargetFilename|endswith: .lnk, Image|endswith: '\\cmd.exe' }",
    event: dumped(SYSMON(11), { TargetFilename: 'C:\\a.lnk', Image: image }),
    ecs: { ...windows, event: { category: ['file'], type: ['creation'] }, file: { path: 'C:\\a.lnk' }, process },
  },
  file_delete: {
    logsource: '{ product: windows, category: file_delete }',
    selection: "{ TargetFilename|endswith: .evtx, Image|endswith: '\\cmd.exe' }",
    event: dumped(SYSMON(23), { TargetFilename: 'C:\\a.evtx', Image: image }),
    ecs: { ...windows, event: { category: ['file'], type: ['deletion'] }, file: { path: 'C:\\a.evtx' }, process },
  },
  registry_set: {
    logsource: '{ product: windows, category: registry_set }',
    selection: "{ TargetObject|contains: '\\CurrentVersion\\Run', Details|endswith: .exe }",
    event: dumped(SYSMON(13), {
      EventType: 'SetValue',
      TargetObject: 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\x',
      Details: 'C:\\a.exe',
    }),
    ecs: {
      ...windows,
      event: { category: ['configuration', 'registry'], type: ['change'] },
      registry: {
        path: 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\x',
        data: { strings: ['C:\\a.exe'] },
      },
    },
  },
  registry_add: {
    logsource: '{ product: windows, category: registry_add }',
    selection: "{ TargetObject|endswith: '\\NewKey' }",
    event: dumped(SYSMON(12), { EventType: 'CreateKey', TargetObject: 'HKLM\\Software\\NewKey' }),
  },
  registry_delete: {
    logsource: '{ product: windows, category: registry_delete }',
    selection: "{ TargetObject|endswith: '\\NewKey' }",
    event: dumped(SYSMON(12), { EventType: 'DeleteKey', TargetObject: 'HKLM\\Software\\NewKey' }),
  },
  network_connection: {
    logsource: '{ product: windows, category: network_connection }',
    selection: "{ DestinationIp|cidr: 192.0.2.0/24, DestinationPort: 4444, Image|endswith: '\\cmd.exe' }",
    event: dumped(SYSMON(3), { DestinationIp: '192.0.2.9', DestinationPort: 4444, Image: image, Initiated: 'true' }),
    ecs: { ...windows, event: { category: ['network'] }, destination: { ip: '192.0.2.9', port: 4444 }, process },
  },
  dns_query: {
    logsource: '{ product: windows, category: dns_query }',
    selection: "{ QueryName|endswith: .example, Image|endswith: '\\cmd.exe' }",
    event: dumped(SYSMON(22), { QueryName: 'c2.example', Image: image }),
    ecs: { ...windows, event: { category: ['network'] }, dns: { question: { name: 'c2.example' } }, process },
  },
  image_load: {
    logsource: '{ product: windows, category: image_load }',
    selection: "{ ImageLoaded|endswith: '\\amsi.dll', Image|endswith: '\\cmd.exe' }",
    event: dumped(SYSMON(7), { ImageLoaded: 'C:\\x\\amsi.dll', Image: image }),
    ecs: { ...windows, event: { category: ['library'], type: ['start'] }, dll: { path: 'C:\\x\\amsi.dll' }, process },
  },
  create_remote_thread: {
    logsource: '{ product: windows, category: create_remote_thread }',
    selection: "{ SourceImage|endswith: '\\cmd.exe', TargetImage|endswith: '\\lsass.exe' }",
    event: dumped(SYSMON(8), { SourceImage: image, TargetImage: 'C:\\Windows\\lsass.exe' }),
  },
  process_access: {
    logsource: '{ product: windows, category: process_access }',
    selection: "{ TargetImage|endswith: '\\lsass.exe', GrantedAccess: '0x1010' }",
    event: dumped(SYSMON(10), { SourceImage: image, TargetImage: 'C:\\Windows\\lsass.exe', GrantedAccess: '0x1010' }),
  },
  pipe_created: {
    logsource: '{ product: windows, category: pipe_created }',
    selection: "{ PipeName|startswith: '\\evil' }",
    event: dumped(SYSMON(17), { PipeName: '\\evil1', EventType: 'CreatePipe' }),
  },
  wmi_event: {
    logsource: '{ product: windows, category: wmi_event }',
    selection: '{ Destination|contains: powershell }',
    event: dumped(SYSMON(20), { Operation: 'Created', Destination: 'powershell -enc x' }),
  },
  ps_script: {
    logsource: '{ product: windows, category: ps_script }',
    selection: '{ ScriptBlockText|contains: Invoke-Bad }',
    event: dumped(['Microsoft-Windows-PowerShell/Operational', 4104, 'Microsoft-Windows-PowerShell'], {
      ScriptBlockText: 'Invoke-Bad -Now',
    }),
    ecs: { ...windows, powershell: { file: { script_block_text: 'Invoke-Bad -Now' } } },
  },
  ps_module: {
    logsource: '{ product: windows, category: ps_module }',
    selection: "{ Payload|contains: Invoke-Bad, ContextInfo|contains: 'Host Name' }",
    event: dumped(['PowerShellCore/Operational', 4103, 'PowerShellCore'], {
      Payload: 'CommandInvocation(Invoke-Bad)',
      ContextInfo: 'Host Name = x',
    }),
  },
  'values without a name': {
    logsource: '{ product: windows, category: ps_classic_start }',
    selection: "{ Data|contains|all: [HostName=ConsoleHost, 'powershell -enc'], EventData|contains: Stopped }",
    event: dumped(['Windows PowerShell', 400, 'PowerShell'], {
      Data: { '#text': ['Available', 'Stopped', '\tHostName=ConsoleHost\n\tHostApplication=powershell -enc AAA'] },
    }),
  },
  'security by channel': {
    logsource: '{ product: windows, service: security }',
    selection: '{ EventID: 4624, LogonType: 3, TargetUserName|endswith: $, Provider_Name|endswith: Auditing }',
    event: dumped(SECURITY(4624), { LogonType: 3, TargetUserName: 'PC01$' }),
  },
  'system by provider': {
    logsource: '{ product: windows, service: system }',
    selection:
      "{ Provider_Name: 'Service Control Manager', EventID: 7045, ImagePath|contains: '%COMSPEC%', param1: x }",
    event: dumped(['System', 7045, 'Service Control Manager'], { ImagePath: '%COMSPEC% /c x', param1: 'x' }),
  },
  'defender, whose names are of two words': {
    logsource: '{ product: windows, service: windefend }',
    selection: "{ EventID: 1116, ThreatName|contains: Mimikatz, ProcessName|endswith: '\\cmd.exe' }",
    event: dumped(['Microsoft-Windows-Windows Defender/Operational', 1116, 'Microsoft-Windows-Windows Defender'], {
      'Threat Name': 'HackTool:Win32/Mimikatz',
      'Process Name': image,
      Path: 'file:_C:\\m.exe',
    }),
  },
  'antivirus of any maker': {
    logsource: '{ category: antivirus }',
    selection: "{ Signature|contains: Mimikatz, Filename|endswith: '.exe' }",
    event: dumped(['Microsoft-Windows-Windows Defender/Operational', 1116, 'Microsoft-Windows-Windows Defender'], {
      'Threat Name': 'HackTool:Win32/Mimikatz',
      Path: 'file:_C:\\m.exe',
    }),
  },
}

/** What stands in an element of its own has no place in Wazuh's form, nor in OpenTelemetry's. */
const USER_DATA: Readonly<Record<string, Kind>> = {
  'another element than EventData': {
    logsource: '{ product: windows, service: terminalservices-localsessionmanager }',
    selection: '{ EventID: 21, Address: 192.0.2.3 }',
    event: dumped(
      ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational', 21, 'x'],
      {},
      { EventXML: { '#attributes': { xmlns: 'Event_NS' }, User: 'lin', Address: '192.0.2.3' } },
    ),
  },
  'the channel that was cleared': {
    logsource: '{ product: windows, service: system }',
    selection: '{ EventID: 104, Channel: Security }',
    event: dumped(['System', 104, 'Microsoft-Windows-Eventlog'], {}, { LogFileCleared: { Channel: 'Security' } }),
  },
}

describe.each(Object.entries(KINDS))('%s', (name, { logsource, selection, event, ecs }) => {
  test.each(SHAPES)('%s', (_, shape) => {
    expect(matches(logsource, selection, shape(event))).toBe(true)
  })

  if (ecs !== undefined)
    test('ECS', () => {
      expect(matches(logsource, selection, ecs)).toBe(true)
    })

  test.each(SHAPES)('not events of other log sources: %s', (_, shape) => {
    for (const [other, kind] of Object.entries(KINDS)) {
      if (kind.logsource === logsource || [name, other].every((n) => /defender|antivirus/.test(n))) continue
      const { EventType = event.Event.EventData?.EventType } = kind.event.Event.EventData ?? {}
      const data = { ...kind.event.Event.EventData, ...event.Event.EventData, EventType }
      const mixed = { ...kind.event.Event, EventData: data }
      expect([other, matches(logsource, selection, shape({ Event: mixed }))]).toEqual([other, false])
      if (kind.ecs !== undefined && ecs !== undefined) {
        const { event: about } = kind.ecs as { event?: object }
        const { event: own } = ecs as { event?: object }
        if (about === undefined || own === undefined || JSON.stringify(about) === JSON.stringify(own)) continue
        // Winlogbeat's modules call the loading of an image a process event; that it names an image tells them apart.
        if (name === 'image_load') continue
        expect([other, matches(logsource, selection, { ...ecs, event: about })]).toEqual([other, false])
      }
    }
  })
})

describe.each(Object.entries(USER_DATA))('%s', (_, { logsource, selection, event }) => {
  test.each(SHAPES.filter(([s]) => s !== 'wazuh' && s !== 'opentelemetry'))('%s', (shapeName, shape) => {
    // Flat, one name cannot stand for both channels.
    if (shapeName === 'flat' && selection.includes('Channel')) return
    expect(matches(logsource, selection, shape(event))).toBe(true)
  })
})
