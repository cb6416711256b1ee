import fs from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAuditRecord } from '../../collectors/parsers/auditd.ts'
import { parseEventXml } from '../../collectors/parsers/eventXml.ts'
import { openSyslogListener, type SyslogListener } from '../../collectors/syslog/index.ts'
import type { StoredEvent } from '../../core/event.ts'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { createMatcher } from '../../detection/match.ts'
import { openTestIntake, type SpoolEvent, type TestIntake } from '../support/testIntake.ts'

const A = { authorization: 'Bearer secret-a' }

let t: TestIntake
beforeAll(async () => {
  t = await openTestIntake({ lanes: 1 })
})
afterAll(() => t.close())

let number = 1000
/** The records of one execution, under a number that no other event has. */
function execution(): { id: string; records: string[] } {
  const id = `1764000000.100:${++number}`
  return {
    id,
    records: [
      `type=SYSCALL msg=audit(${id}): arch=c000003e syscall=59 success=yes exit=0 a0=55d1 a1=55d2 a2=55d3 a3=8 items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 euid=0 comm="chmod" exe="/usr/bin/chmod" key="perm_mod"`,
      `type=EXECVE msg=audit(${id}): argc=3 a0="chmod" a1="777" a2="run.sh"`,
      `type=CWD msg=audit(${id}): cwd="/srv/app"`,
      `type=PATH msg=audit(${id}): item=0 name="/usr/bin/chmod" inode=1 nametype=NORMAL`,
      `type=PATH msg=audit(${id}): item=1 name="/lib64/ld-linux-x86-64.so.2" inode=2 nametype=NORMAL`,
      `type=PROCTITLE msg=audit(${id}): proctitle=63686D6F640037373700`,
    ],
  }
}

async function send(path: string, body: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${t.url}${path}`, { method: 'POST', headers: { ...A, ...headers }, body })
  expect(response.status).toBe(200)
  return response.json()
}

async function of(id: string): Promise<SpoolEvent[]> {
  return (await t.events()).filter((e) => e.event.original.includes(id))
}

describe('audit records of one event', () => {
  test('that come in one request are one event, which keeps every raw line', async () => {
    const { id, records } = execution()
    expect(await send('/ingest', records.join('\n'))).toEqual({ accepted: 6 })
    const events = await of(id)
    expect(events).toHaveLength(1)
    expect(events[0]!.event.original.split('\n')).toEqual(records)
    expect(events[0]).toMatchObject({
      event: { category: ['process'], type: ['start'], action: 'executed', outcome: 'success' },
      process: {
        executable: '/usr/bin/chmod',
        args: ['chmod', '777', 'run.sh'],
        command_line: 'chmod 777 run.sh',
        working_directory: '/srv/app',
        title: 'chmod 777',
      },
      rest: {
        'auditd.log.record_type': ['SYSCALL', 'EXECVE', 'CWD', 'PATH', 'PROCTITLE'],
        'auditd.log.a1': ['55d2', '777'],
        'auditd.log.name': ['/usr/bin/chmod', '/lib64/ld-linux-x86-64.so.2'],
        'auditd.log.sequence': id,
      },
    })
  })

  test('are told apart by their number and by their host, however they are mixed', async () => {
    const one = execution()
    const two = execution()
    const mixed = one.records.flatMap((r, i) => [r, two.records[i]!, `node=other ${r}`])
    const other = JSON.stringify({ message: `between ${one.id}` })
    mixed.splice(4, 0, other)
    expect(await send('/ingest', mixed.join('\n'))).toEqual({ accepted: 19 })
    const found = (await of(one.id)).map((e) => e.event.original.split('\n'))
    expect(found).toContainEqual(one.records)
    expect(found).toContainEqual(one.records.map((r) => `node=other ${r}`))
    expect(found).toContainEqual([other])
    expect(found).toHaveLength(3)
    expect((await of(two.id)).map((e) => e.event.original.split('\n'))).toEqual([two.records])
  })

  test('stay alone in requests of their own, and none is lost', async () => {
    const { id, records } = execution()
    for (const r of records) await send('/ingest', r)
    expect((await of(id)).map((e) => e.event.original)).toEqual(records)
  })

  test('are each answered in a bulk request, by the event that holds them', async () => {
    const { id, records } = execution()
    const plain = { message: `plain ${id}` }
    const documents = [records[0], plain, ...records.slice(1)].map((r) => (typeof r === 'string' ? { message: r } : r))
    const body = documents.map((d) => `{"create":{"_index":"x"}}\n${JSON.stringify(d)}\n`).join('')
    const { items } = (await send('/_bulk', body)) as { items: { create: { _id: string; status: number } }[] }
    expect(items.map((i) => i.create.status)).toEqual(Array(7).fill(201))
    const events = await of(id)
    const joined = events.find((e) => e.event.original.includes('EXECVE'))!
    const alone = events.find((e) => e.event.original.includes('plain'))!
    expect(events).toHaveLength(2)
    expect(items.map((i) => i.create._id)).toEqual(
      [joined, alone, joined, joined, joined, joined, joined].map((e) => e.event.id),
    )
  })

  test('with identities of their own stay events of their own, so that a repeat doubles nothing', async () => {
    const { id, records } = execution()
    const body = records.map(
      (r, i) => `{"create":{"_index":"x","_id":"${id}-${i}"}}\n${JSON.stringify({ message: r })}\n`,
    )
    await send('/_bulk', body.join(''))
    await send('/_bulk', body.slice(2).join(''))
    expect(await of(id)).toHaveLength(6)
  })

  test('are stored once when a request with its key comes again', async () => {
    const { id, records } = execution()
    for (let i = 0; i < 2; i++)
      expect(await send('/ingest', records.join('\n'), { 'idempotency-key': id })).toEqual({ accepted: 6 })
    expect(await of(id)).toHaveLength(1)
  })

  test('are split where there are more than any event has', async () => {
    const { id } = execution()
    const records = Array.from({ length: 300 }, (_, i) => `type=PATH msg=audit(${id}): item=${i} name="/f${i}"`)
    await send('/ingest', records.join('\n'))
    const events = await of(id)
    expect(events.map((e) => e.event.original.split('\n').length)).toEqual([128, 128, 44])
    expect(events.flatMap((e) => e.event.original.split('\n'))).toEqual(records)
  })
})

describe('audit records by syslog', () => {
  let s: SyslogListener
  beforeAll(async () => {
    s = await openSyslogListener({
      host: '127.0.0.1',
      udpPort: 0,
      tcpPort: 0,
      intake: t.intake,
      unitId: 'liwan',
      systemId: null,
      clock: Date.now,
      tell: () => undefined,
    })
  })
  afterAll(() => s.close())

  test('are joined as far as they come together, and none is lost', async () => {
    const { id, records } = execution()
    const lines = records.map((r) => `<13>Nov 24 16:00:01 web01 audispd: ${r}`)
    await new Promise<void>((resolve, reject) => {
      const socket = connect(s.tcpPort, '127.0.0.1', () => socket.end(`${lines.join('\n')}\n`))
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })
    const arrived = async () => (await of(id)).flatMap((e) => e.event.original.split('\n'))
    await expect.poll(arrived, { timeout: 10_000 }).toEqual(lines)
    const events = await of(id)
    for (const e of events) expect(e.host?.name).toBe('web01')
  })
})

describe('rules over audit records', () => {
  const rules = {
    'one record': '{ type: EXECVE, a0: chmod, a1: 777 }',
    'several records': '{ SYSCALL.x: null, type|all: [SYSCALL, EXECVE, CWD], key: perm_mod, a1: 777, cwd: /srv/app }',
    'path of its process': "{ type: PATH, name|endswith: chmod, exe: /usr/bin/chmod, proctitle|startswith: 'chmod 7' }",
    'another argument': '{ type: EXECVE, a1: 644 }',
  }
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-auditd-'))
  for (const [id, selection] of Object.entries(rules))
    fs.writeFileSync(
      join(folder, `${id}.yml`),
      `title: t\nid: ${id}\nlevel: low\nlogsource: { product: linux, service: auditd }\ndetection:\n  s: ${selection}\n  condition: s\n`,
    )
  fs.writeFileSync(
    join(folder, 'created.yml'),
    'title: t\nid: created\nlevel: low\nlogsource: { product: linux, category: process_creation }\ndetection:\n  s: { Image|endswith: /chmod, CommandLine|contains: "777" }\n  condition: s\n',
  )
  const { rules: loaded } = loadRules([folder], loadPipelines(OWN_PIPELINES).pipelines)
  const matcher = createMatcher(loaded)
  const matched = (found: readonly number[]) => found.map((i) => loaded[i]!.rule.id).sort()
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  test('hold over the fields of all of them', async () => {
    const { id, records } = execution()
    await send('/ingest', records.join('\n'))
    const [event] = await of(id)
    const { rest, ...ecs } = event!
    expect(matched(matcher.ofStored({ ecs, rest } as unknown as StoredEvent))).toEqual([
      'created',
      'one record',
      'path of its process',
      'several records',
    ])
  })

  test('hold over one record as it is written to JSON', () => {
    expect(matched(matcher.ofJson({ type: 'EXECVE', a0: 'chmod', a1: '777', msg: 'audit(1764000000.1:2)' }))).toEqual([
      'one record',
    ])
    expect(matched(matcher.ofJson({ auditd: { log: { record_type: 'EXECVE', a0: 'chmod', a1: 777 } } }))).toEqual([
      'one record',
    ])
  })
})

test('a record of any length is read in time linear in it', () => {
  const head = 'type=EXECVE msg=audit(1.1:1): '
  for (const piece of ['=', "a='", 'a="', 'a={', 'x ', ' a=1', "msg='", 'a0[0]=41 ', '\u001d'])
    expect(parseAuditRecord(head + piece.repeat(200_000))).toBeDefined()
})

test('only names that records have become fields', () => {
  const { fields } = parseAuditRecord(
    `type=USER_CMD msg=audit(1.1:1): a=1 ${'x'.repeat(100)}=2 b\u0001=3 __proto__=4 =5 c="6"`,
  )!
  expect([...fields]).toEqual([
    ['a', '1'],
    ['__proto__', '4'],
    ['c', '6'],
  ])
})

test('an event in XML of any length is read in time linear in it, or not at all', () => {
  for (const piece of [
    '<a>',
    '<a ',
    '<a b="',
    '&#',
    ' ',
    '<Data Name="x">1</Data>',
    '<Data Name="x"',
    '</Event>',
    '<!--',
  ])
    expect(() => parseEventXml(`<Event><EventData>${piece.repeat(100_000)}`)).not.toThrow()
  expect(parseEventXml('<Event><a>&lt;&#65;&#x42;&nbsp;&#xD800;</a></Event>')?.fields).toEqual([
    ['Event.a', '<AB&nbsp;&#xD800;'],
  ])
  expect(parseEventXml('<Event><EventData><Data Name="">1</Data></EventData></Event>')?.fields).toEqual([
    ['Event.EventData.Data', '1'],
  ])
  for (const broken of ['<Event>', '<Event><a></Event>', '<Event/>', '<Eventually>', '<Event x=1>'])
    expect(parseEventXml(broken)).toBeUndefined()
})
