import { describe, expect, test } from 'vitest'
import { matches } from '../support/nativeMatch.ts'
import type { DumpedEvent } from '../support/windowsShapes.ts'
import { asWinlogbeatModule } from '../support/winlogbeatModules.ts'

describe('channels', () => {
  test.each([
    ['security-mitigations', 'Microsoft-Windows-Security-Mitigations/KernelMode'],
    ['security-mitigations', 'Microsoft-Windows-Security-Mitigations/UserMode'],
    ['dns-server-analytic', 'Microsoft-Windows-DNSServer/Analytical'],
    ['dns-client', 'Microsoft-Windows-DNS-Client/Operational'],
    ['vhdmp', 'Microsoft-Windows-VHDMP-Operational'],
    ['hyper-v-worker', 'Microsoft-Windows-Hyper-V-Worker-Admin'],
    ['kernel-event-tracing', 'Microsoft-Windows-Kernel-EventTracing/Admin'],
  ])('of %s are known as Windows names them: %s', (service, channel) => {
    const logsource = `{ product: windows, service: ${service} }`
    expect(matches(logsource, '{ EventID: 11 }', { Channel: channel, EventID: 11 })).toBe(true)
    expect(matches(logsource, '{ EventID: 11 }', { Channel: 'Application', EventID: 11 })).toBe(false)
  })
})

describe('the system of the host', () => {
  const rule = ['{ product: windows, service: security }', '{ EventID: 4624 }'] as const
  const linux = { host: { os: { type: 'linux' } } }

  test('is that of the shipper where an event names its channel', () => {
    expect(matches(...rule, { Channel: 'Security', EventID: 4624, ...linux })).toBe(true)
    expect(matches(...rule, { winlog: { channel: 'Security', event_id: '4624' }, ...linux })).toBe(true)
  })

  test('still tells events of other systems apart, and those of Sysmon for Linux', () => {
    expect(matches(...rule, { EventID: 4624, ...linux })).toBe(false)
    const any = ['{ product: windows }', '{ Image: x }'] as const
    expect(matches(...any, { Channel: 'Linux-Sysmon/Operational', Image: 'x', ...linux })).toBe(false)
    expect(matches(...any, { Channel: 'Microsoft-Windows-Sysmon/Operational', Image: 'x', ...linux })).toBe(true)
  })
})

describe('processes of Security 4688', () => {
  const created = (selection: string, data: object) =>
    matches('{ product: windows, category: process_creation }', selection, {
      Event: { System: { Channel: 'Security', EventID: 4688 }, EventData: data },
    })

  test('are the new ones, their creators the parents', () => {
    const ids = { NewProcessId: '10', ProcessId: '4' }
    expect(created('{ ProcessId: 10, ParentProcessId: 4 }', ids)).toBe(true)
    expect(created('{ ProcessId: 4 }', ids)).toBe(false)
  })

  test('have their own number also where a module renamed the fields', () => {
    const event = {
      event: { code: '4688', category: ['process'], type: ['start'] },
      process: { pid: 4556, parent: { pid: 4652 } },
      winlog: { channel: 'Security', event_id: '4688', event_data: { ProcessId: '0x122c' } },
    }
    const logsource = '{ product: windows, category: process_creation }'
    expect(matches(logsource, '{ ProcessId: 4556, ParentProcessId: 4652 }', event)).toBe(true)
    expect(matches(logsource, "{ ProcessId: '0x122c' }", event)).toBe(false)
  })

  test('leave those of Sysmon as they are', () => {
    const sysmon = { Event: { System: { EventID: 1 }, EventData: { ProcessId: 10, ParentProcessId: 4 } } }
    const logsource = '{ product: windows, category: process_creation }'
    expect(matches(logsource, '{ ProcessId: 10, ParentProcessId: 4 }', sysmon)).toBe(true)
    expect(matches('{ category: process_creation }', '{ ProcessId: 10 }', sysmon)).toBe(true)
  })
})

describe('what modules of Winlogbeat write otherwise', () => {
  const dumped = (Channel: string, EventID: number, EventData: Record<string, unknown>): DumpedEvent => ({
    Event: { System: { Channel, EventID, Computer: 'pc01' }, EventData },
  })
  const sysmon = (id: number, data: Record<string, unknown>) =>
    asWinlogbeatModule(dumped('Microsoft-Windows-Sysmon/Operational', id, data))
  const of = (category: string) => `{ product: windows, category: ${category} }`

  test('directions of connections, also as Elastic Defend names them', () => {
    const out = sysmon(3, { Initiated: 'true', SourceIsIpv6: 'false' })
    const into = sysmon(3, { Initiated: 'false', SourceIsIpv6: 'true' })
    expect(matches(of('network_connection'), "{ Initiated: 'true', SourceIsIpv6: 'false' }", out)).toBe(true)
    expect(matches(of('network_connection'), "{ Initiated: 'true' }", into)).toBe(false)
    expect(matches(of('network_connection'), "{ Initiated: 'false', SourceIsIpv6: 'true' }", into)).toBe(true)
    const defend = { event: { category: ['network'] }, network: { direction: 'egress' } }
    expect(matches(of('network_connection'), "{ Initiated: 'true' }", defend)).toBe(true)
    expect(matches('{ product: linux, category: network_connection }', "{ Initiated: 'true' }", defend)).toBe(true)
    expect(matches(of('network_connection'), "{ Initiated: 'false' }", { Initiated: 'true', ...defend })).toBe(false)
  })

  test('numbers in the registry', () => {
    const set = (Details: string) => sysmon(13, { EventType: 'SetValue', TargetObject: 'HKLM\\Software\\X', Details })
    const one = set('DWORD (0x00000001)')
    for (const selection of [
      "{ Details: 'DWORD (0x00000001)' }",
      "{ Details|contains: '0x00000001' }",
      "{ Details|endswith: 'DWORD (0x00000001)' }",
      "{ Details|startswith: 'DWORD' }",
      "{ Details: ['DWORD (0x00000000)', 'DWORD (0x00000001)'] }",
    ])
      expect([selection, matches(of('registry_set'), selection, one)]).toEqual([selection, true])
    expect(matches(of('registry_set'), "{ Details: 'DWORD (0x00000000)' }", one)).toBe(false)
    expect(matches(of('registry_set'), "{ Details|startswith: 'DWORD' }", set('1'))).toBe(false)
    expect(matches(of('registry_set'), "{ Details: 'DWORD (0x00000d3d)' }", set('DWORD (0x00000D3D)'))).toBe(true)
    expect(matches(of('registry_set'), '{ Details: null }', one)).toBe(false)
  })

  test('hashes, each where its file is', () => {
    const Hashes = 'SHA1=AA11,MD5=BB22,SHA256=CC33,IMPHASH=DD44'
    for (const [id, category] of [
      [1, 'process_creation'],
      [6, 'driver_load'],
      [7, 'image_load'],
    ] as const) {
      const event = sysmon(id, { Hashes })
      for (const hash of ['SHA1=aa11', 'MD5=BB22', 'SHA256=CC33', 'IMPHASH=DD44'])
        expect([id, hash, matches(of(category), `{ Hashes|contains: '${hash}' }`, event)]).toEqual([id, hash, true])
      expect(matches(of(category), "{ Hashes|contains: 'MD5=AA11' }", event)).toBe(false)
      expect(matches(of(category), "{ Hashes|contains: 'IMPHASH=44' }", event)).toBe(false)
    }
    const loading = {
      event: { category: ['library'] },
      process: { hash: { md5: 'bb22' } },
      dll: { hash: { md5: 'ee55' } },
    }
    expect(matches(of('image_load'), "{ Hashes|contains: 'MD5=bb22' }", loading)).toBe(false)
    expect(matches(of('image_load'), "{ Hashes|contains: 'MD5=ee55' }", loading)).toBe(true)
  })

  test('the programs that access others, and what WMI runs', () => {
    const access = sysmon(10, { SourceImage: 'C:\\a.exe', SourceProcessGUID: '{1}', TargetImage: 'C:\\b.exe' })
    expect(matches(of('process_access'), "{ SourceImage|endswith: 'a.exe', SourceProcessGuid: '{1}' }", access)).toBe(
      true,
    )
    const wmi = sysmon(20, { Destination: 'powershell -enc x', Type: 'Command Line' })
    expect(matches(of('wmi_event'), '{ Destination|contains: powershell, Type: Command Line }', wmi)).toBe(true)
    expect(matches(of('process_creation'), '{ Destination|contains: a.exe }', sysmon(1, { Image: 'a.exe' }))).toBe(
      false,
    )
    const disk = sysmon(9, { Device: '\\Device\\HarddiskVolume1', Image: 'C:\\a.exe' })
    expect(matches(of('raw_access_thread'), '{ Device|contains: Harddisk }', disk)).toBe(true)
  })

  test('users, domain and name together, but not before the user that the event itself names', () => {
    const User = "{ User|contains: AUTHORI, User|endswith: '\\SYSTEM', User|startswith: 'NT AUTHORITY\\' }"
    for (const [id, category] of [
      [1, 'process_creation'],
      [3, 'network_connection'],
      [23, 'file_delete'],
    ] as const) {
      expect(matches(of(category), User, sysmon(id, { User: 'NT AUTHORITY\\SYSTEM' }))).toBe(true)
      expect(matches(of(category), User, sysmon(id, { User: 'LAB\\SYSTEM' }))).toBe(false)
      // Winlogbeat 6 tells there who wrote the event.
      const old = { event_data: { User: 'LAB\\lin' }, user: { name: 'SYSTEM', domain: 'NT AUTHORITY' } }
      expect(matches(of(category), '{ User|contains: AUTHORI }', old)).toBe(false)
    }
    const created = dumped('Security', 4688, { SubjectUserName: 'SYSTEM', SubjectDomainName: 'NT AUTHORITY' })
    expect(matches(of('process_creation'), User, created)).toBe(true)
    expect(matches(of('process_creation'), User, asWinlogbeatModule(created))).toBe(true)
    expect(matches(of('process_creation'), '{ User: null }', { user: { domain: 'LAB' } })).toBe(false)
  })

  test('codes of rights, and the programs of Security', () => {
    const data = { AccessList: '%%1538\n\t\t\t\t%%4423', ProcessName: 'C:\\a.exe', ProcessId: '0x10' }
    const event = dumped('Security', 4663, data)
    const selection = "{ AccessList|contains: '%%4423', ProcessName|endswith: a.exe }"
    for (const e of [event, asWinlogbeatModule(event)])
      expect(matches('{ product: windows, service: security }', selection, e)).toBe(true)
    const other = asWinlogbeatModule(dumped('Security', 4663, { AccessList: '%%1442\n\t\t%%14423' }))
    expect(matches('{ product: windows, service: security }', "{ AccessList|contains: '%%4423' }", other)).toBe(false)
  })

  test('pipelines of PowerShell', () => {
    const event = dumped('Microsoft-Windows-PowerShell/Operational', 4103, {
      Payload: 'CommandInvocation(Invoke-Bad): "x"',
      ContextInfo: 'Host Name = ConsoleHost',
    })
    const selection = "{ Payload|contains: 'CommandInvocation(Invoke-Bad)', ContextInfo|contains: ConsoleHost }"
    for (const e of [event, asWinlogbeatModule(event)]) expect(matches(of('ps_module'), selection, e)).toBe(true)
  })
})

describe('other forms', () => {
  const security = '{ product: windows, service: security }'

  test('attributes with a sign, and names of its own of Fluent Bit', () => {
    const system = { Channel: 'System', EventID: { '#text': 7045 }, Provider: { '@Name': 'Service Control Manager' } }
    const selection = "{ Provider_Name: 'Service Control Manager', EventID: 7045 }"
    expect(matches('{ product: windows, service: system }', selection, { Event: { System: system } })).toBe(true)
    expect(matches('{ product: windows, service: system }', selection, { System: system })).toBe(true)
    const bit = { ProviderName: 'Service Control Manager', EventID: 7045, Channel: 'System', StringInserts: ['a', 'b'] }
    expect(matches('{ product: windows, service: system }', selection, bit)).toBe(true)
    expect(matches('{ product: windows, service: system }', '{ Data|all: [a, b] }', bit)).toBe(true)
  })

  test('values of OpenTelemetry as one object', () => {
    const event = { body: { channel: 'Security', event_id: 4625, event_data: { TargetUserName: 'lin' } } }
    expect(matches(security, '{ EventID: 4625, TargetUserName: lin }', event)).toBe(true)
  })

  test('the channel by the name that the specification gives it', () => {
    for (const event of [
      { Event: { System: { Channel: 'Security', EventID: 517 } } },
      { winlog: { channel: 'Security', event_id: '517' } },
      { Channel: 'Security', EventID: 517 },
    ])
      expect(matches('{ product: windows }', '{ EventLog: Security, EventID: 517 }', event)).toBe(true)
    expect(matches('{ product: windows }', '{ EventLog: Security }', { Channel: 'System', EventID: 517 })).toBe(false)
  })
})
