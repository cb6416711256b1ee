import { describe, expect, test } from 'vitest'
import { matches } from '../support/nativeMatch.ts'

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
