import { describe, expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import { viewOfJson } from '../../core/view.ts'
import { createPipelines, type PipelineSource, readPipeline } from '../../detection/pipeline.ts'
import type { LogSource } from '../../detection/sigma/types.ts'

function read(text: string): PipelineSource {
  const source = readPipeline(text, 'p.yaml')
  if ('code' in source) throw new Error(source.message)
  return source
}

const routeOf = (logsource: LogSource, ...texts: string[]) => createPipelines(texts.map(read)).route(logsource)
const passes = (logsource: LogSource, text: string, event: object) =>
  evaluate(routeOf(logsource, text).filter, viewOfJson(event))

describe('where a field stands', () => {
  const text = `
logsources: [{ product: okta, service: audit }]
native: ['raw.{name}', 'a.{first}', 'b.{upper}', '{product}.{service}.{snake}']
fields:
  plain: [x.y]
  mapped: ['@mapped', x.z, '@otherName']
each:
  listed: [l1, l2]
`
  const { field } = routeOf({ product: 'okta', service: 'audit' }, text)

  test('is under its native names, its own name last', () => {
    expect(field('EventType')).toEqual([
      'raw.EventType',
      'a.eventType',
      'b.EventType',
      'okta.audit.event_type',
      'EventType',
    ])
    expect(field('debugData.requestUri')).toContain('okta.audit.debug_data.request_uri')
  })

  test('is where the table says, in its order, and under native names where it asks for them', () => {
    expect(field('plain')).toEqual(['x.y', 'plain'])
    expect(field('mapped')).toEqual([
      'raw.mapped',
      'a.mapped',
      'b.Mapped',
      'okta.audit.mapped',
      'x.z',
      'raw.otherName',
      'a.otherName',
      'b.OtherName',
      'okta.audit.other_name',
      'otherName',
      'mapped',
    ])
  })

  test('may be several fields that all count', () => {
    expect(field.each?.('listed')).toEqual([['l1'], ['l2']])
    expect(field.each?.('plain')).toEqual([])
  })

  test('may be below an object that stands elsewhere', () => {
    const objects = `
logsources: [{ product: okta }]
native: ['raw.{name}']
objects: { debug.data: [a.flat, b.flat] }
fields: { named: ['@debug.data.x'] }
also: { debug.data: ['@debug.data.*', c.text] }
`
    const mapped = routeOf({ product: 'okta' }, objects).field
    expect(mapped('debug.data.x')).toEqual(['raw.debug.data.x', 'a.flat.x', 'b.flat.x', 'debug.data.x'])
    expect(mapped('debug.data')).toEqual(['raw.debug.data', 'a.flat', 'b.flat', 'debug.data'])
    expect(mapped('debug.database')).toEqual(['raw.debug.database', 'debug.database'])
    expect(mapped('named')).toEqual(['raw.debug.data.x', 'a.flat.x', 'b.flat.x', 'debug.data.x', 'named'])
    expect(mapped.also?.('debug.data')).toEqual(['raw.debug.data.*', 'a.flat.*', 'b.flat.*', 'debug.data.*', 'c.text'])
    expect(mapped.also?.('debug.data.x')).toEqual([])
  })

  test('is found once and kept', () => {
    expect(field('plain')).toBe(field('plain'))
  })

  test('is its own name for other log sources', () => {
    const { field: other, named } = routeOf({ product: 'other' }, text)
    expect(other('plain')).toEqual(['plain'])
    expect(named).toBe(false)
  })

  test('may be two of one rank, which count together where nothing stands before them', () => {
    const beside = routeOf(
      { product: 'p' },
      "native: ['raw.{name}']\nfields: { User: ['@User', '@A + @B', 'u.name + u.domain'] }",
    )
    expect(beside.field('User')).toEqual(['raw.User', 'raw.A', 'raw.B', 'A', 'B', 'u.name', 'u.domain', 'User'])
    const before = ['raw.User']
    const same = { only: true, meanings: [{ kind: 'same' }] }
    expect(beside.field.meant?.('User')).toEqual([
      { name: 'raw.B', after: before, ...same },
      { name: 'B', after: [...before, 'raw.A', 'raw.B'], ...same },
      { name: 'u.domain', after: [...before, 'raw.A', 'raw.B', 'A', 'B'], ...same },
    ])
  })

  test('comes from the first file first', () => {
    const files = [
      'fields: { f: [a] }',
      'logsources: [{ product: p }]\nfields: { f: [b, a] }',
      'logsources: [{ product: q }]\nfields: { f: [c] }',
    ]
    expect(routeOf({ product: 'p' }, ...files).field('f')).toEqual(['a', 'b', 'f'])
  })

  test('names of an object’s own are names like others', () => {
    expect(routeOf({ product: 'p' }, 'fields: { f: [a] }').field('constructor')).toEqual(['constructor'])
    expect(routeOf({ product: 'p' }, 'fields: { f: [a] }').field('__proto__')).toEqual(['__proto__'])
  })
})

describe('what values mean', () => {
  const text = `
logsources: [{ product: m365 }]
native: ['audit.{name}']
fields:
  status: ['@status', '@ResultStatus', event.outcome]
values:
  status:
    '@ResultStatus': { 'True': success, Succeeded: success, 'False': failure }
  Hashes:
    process.hash.md5: 'MD5={value}'
  Details:
    Details: 'DWORD (0x{hex8})'
`
  const { field, filter } = routeOf({ product: 'm365' }, text)

  test('holds for each native place, after those before it', () => {
    const words = [
      { kind: 'word', of: ['True', 'Succeeded'], is: 'success' },
      { kind: 'word', of: ['False'], is: 'failure' },
    ]
    expect(field.meant?.('status')).toEqual([
      { name: 'audit.ResultStatus', after: ['audit.status'], only: false, meanings: words },
      { name: 'ResultStatus', after: ['audit.status', 'audit.ResultStatus'], only: false, meanings: words },
    ])
  })

  test('makes further places, which count for that alone', () => {
    const meanings = [{ kind: 'text', before: 'MD5=', after: '' }]
    expect(field.meant?.('Hashes')).toEqual([{ name: 'process.hash.md5', after: [], only: true, meanings }])
  })

  test('may be a number, also at the field itself', () => {
    expect(field.meant?.('Details')).toEqual([
      {
        name: 'Details',
        after: ['audit.Details'],
        only: false,
        meanings: [{ kind: 'hex', digits: 8, before: 'DWORD (0x', after: ')' }],
      },
    ])
  })

  test('is nothing for other fields, and restricts no event', () => {
    expect(field.meant?.('constructor')).toEqual([])
    expect(filter).toEqual({ op: 'all' })
  })

  test('is told of wrongly with its place', () => {
    for (const wrong of ["'MD5='", "'{value}{value}'", "'{other}'", '{}', '[a]'])
      expect(readPipeline(`values: { Hashes: { process.hash.md5: ${wrong} } }`, 'p.yaml')).toMatchObject({
        code: 'SIG-050',
        file: 'p.yaml',
        message: expect.stringContaining(
          'values.Hashes.process.hash.md5: must be a table of texts, or a text that holds one of {value}, {hex8}, {hex16} once',
        ),
      })
  })
})

describe('which events a log source means', () => {
  const text = `
logsources:
  - product: windows
    where: { channel: [Security, 'Microsoft-*'] }
  - product: windows
    category: logon
    where: { id: 4624 }
fields:
  channel: [Event.Channel, winlog.channel]
`
  test('those of every entry that fits, by the places of the fields that are asked for', () => {
    const logon = { product: 'windows', category: 'logon' }
    expect(passes(logon, text, { winlog: { channel: 'security' }, id: '4624' })).toBe(true)
    expect(passes(logon, text, { Event: { Channel: 'Microsoft-X' }, id: 4624 })).toBe(true)
    expect(passes(logon, text, { channel: 'System', id: 4624 })).toBe(false)
    expect(passes(logon, text, { channel: 'Security', id: 4625 })).toBe(false)
    expect(passes({ product: 'windows' }, text, { channel: 'Security', id: 4625 })).toBe(true)
    // The first place that is present counts.
    expect(passes(logon, text, { Event: { Channel: 'System' }, winlog: { channel: 'Security' } })).toBe(false)
  })

  test('a field that is not there restricts nothing', () => {
    expect(passes({ product: 'windows', category: 'logon' }, text, {})).toBe(true)
    expect(passes({ product: 'windows', category: 'logon' }, text, { channel: null, id: 4624 })).toBe(true)
  })

  test('those that carry a field that excuses them, and never what they never carry', () => {
    const relayed =
      'logsources: [{ product: windows, where: { os: windows }, unless: [channel], never: { channel: [Linux*] } }]'
    expect(passes({ product: 'windows' }, relayed, { os: 'linux' })).toBe(false)
    expect(passes({ product: 'windows' }, relayed, { os: 'linux', channel: 'Security' })).toBe(true)
    expect(passes({ product: 'windows' }, relayed, { os: 'linux', channel: null })).toBe(false)
    expect(passes({ product: 'windows' }, relayed, { channel: 'linux-sysmon' })).toBe(false)
    expect(passes({ product: 'windows' }, relayed, {})).toBe(true)
  })

  test('never those that carry all that they are without', () => {
    const cloud = 'without: [channel, id]\nlogsources: [{ product: aws }]'
    expect(passes({ product: 'aws' }, cloud, { channel: 'Security', id: 1 })).toBe(false)
    expect(passes({ product: 'aws' }, cloud, { channel: 'Security' })).toBe(true)
    expect(passes({ product: 'aws' }, cloud, {})).toBe(true)
  })
})

test('what is no pipeline is refused with its place', () => {
  expect(readPipeline('logsources: [{ product: a, wher: {} }]', 'p.yaml')).toMatchObject({
    code: 'SIG-050',
    file: 'p.yaml',
  })
  expect(readPipeline('fields: [', 'p.yaml')).toMatchObject({ code: 'SIG-050', line: 1 })
  expect(readPipeline('each: { f: x }', 'p.yaml')).toMatchObject({ code: 'SIG-050' })
})
