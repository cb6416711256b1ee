import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSyslogListener, type SyslogListener } from '../../collectors/syslog/index.ts'
import { openTestIntake, type SpoolEvent, type TestIntake } from '../support/testIntake.ts'
import { hasProgram } from '../support/tools.ts'

const run = promisify(execFile)
let t: TestIntake
let s: SyslogListener
let mark = 0
const fresh = () => `mark${++mark}x${process.hrtime.bigint()}`

beforeAll(async () => {
  t = await openTestIntake()
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
afterAll(async () => {
  await s.close()
  await t.close()
})

/** The events that hold the text, once there are so many. */
async function arrived(text: string, count: number): Promise<SpoolEvent[]> {
  for (let i = 0; ; i++) {
    const events = (await t.events()).filter((e) => e.event.original.includes(text))
    if (events.length >= count || i > 200) return events
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function tcp(...parts: (string | Buffer)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(s.tcpPort, '127.0.0.1', async () => {
      socket.setNoDelay(true)
      for (const p of parts) {
        socket.write(p)
        await new Promise((r) => setTimeout(r, 20))
      }
      socket.end()
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}

async function udp(...messages: (string | Buffer)[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const m of messages)
    await new Promise<void>((resolve, reject) =>
      socket.send(m, s.udpPort, '127.0.0.1', (e) => (e === null ? resolve() : reject(e))),
    )
  socket.close()
}

describe.skipIf(!hasProgram('logger'))('logger', () => {
  test.each([
    ['RFC 3164 over UDP', ['--rfc3164', '-d'], 'udp'],
    ['RFC 5424 over UDP', ['--rfc5424', '-d'], 'udp'],
    ['RFC 3164 over TCP', ['--rfc3164', '-T'], 'tcp'],
    ['RFC 5424 over TCP', ['--rfc5424', '-T'], 'tcp'],
    ['octet counting', ['--rfc5424', '-T', '--octet-count'], 'tcp'],
  ])('%s', async (_, flags, protocol) => {
    const m = fresh()
    const port = protocol === 'udp' ? s.udpPort : s.tcpPort
    await run('logger', [
      '-n',
      '127.0.0.1',
      '-P',
      String(port),
      ...flags,
      '-p',
      'auth.notice',
      '-t',
      'probe',
      `${m} 穗盾`,
    ])
    const [event, ...more] = await arrived(m, 1)
    expect(more).toEqual([])
    expect(event?.message).toBe(`${m} 穗盾`)
    expect(event?.suidun).toMatchObject({ unit: { id: 'liwan' }, source: { id: `syslog-${protocol}:127.0.0.1` } })
    expect(event?.event.original).toMatch(/^<37>/)
  })
})

describe('UDP', () => {
  test('a datagram is a message, with or without line feed; five alike are five events', async () => {
    const m = fresh()
    await udp(...Array<string>(5).fill(`<37>Nov 24 05:45:56 vm probe: ${m}`), `<37>Nov 24 05:45:56 vm probe: ${m}\n`)
    const events = await arrived(m, 6)
    expect(events).toHaveLength(6)
    expect(new Set(events.map((e) => e.event.id)).size).toBe(6)
    expect(new Set(events.map((e) => e.event.original)).size).toBe(1)
  })

  test('Latin-1 bytes, escapes and 60 kB come through', async () => {
    const m = fresh()
    await udp(
      Buffer.from(`<37>Nov 24 05:45:56 vm probe: ${m} caf\u00e9 \u001b[31m`, 'latin1'),
      `<37>${m} ${'x'.repeat(60_000)}`,
    )
    const events = await arrived(m, 2)
    expect(events.map((e) => e.event.original).sort((a, b) => a.length - b.length)).toEqual([
      `<37>Nov 24 05:45:56 vm probe: ${m} caf\u00e9 \u001b[31m`,
      `<37>${m} ${'x'.repeat(60_000)}`,
    ])
  })

  test('a burst of 500 while the main thread is busy is not lost', async () => {
    const m = fresh()
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.connect(s.udpPort, '127.0.0.1', resolve))
    for (let i = 0; i < 500; i++) socket.send(`<37>Nov 24 05:45:56 vm probe: ${m} ${i}`)
    await new Promise<void>((resolve) => setImmediate(resolve))
    const until = Date.now() + 300
    while (Date.now() < until);
    const events = await arrived(m, 500)
    socket.close()
    const lost = t.intake.sources().find((c) => c.sourceId === 'syslog-udp:kernel')?.dropped ?? 0
    expect(events.length + lost).toBeGreaterThanOrEqual(500)
    expect(events).toHaveLength(500)
  })
})

describe('TCP', () => {
  test('counted messages, the count with the trailing line feed and in a segment of its own', async () => {
    const m = fresh()
    const text = `<37>1 2026-11-24T06:01:01.884829+00:00 vm probe - - [meta sequenceId="1"] ${m}`
    await tcp(`${text.length + 1} ${text}\n`, `${text.length} `, text, `${text.length} ${text}`)
    expect((await arrived(m, 3)).map((e) => e.event.original)).toEqual([text, text, text])
  })

  test('lines, a continuation without header among them, and a last one without line feed', async () => {
    const m = fresh()
    await tcp(`<37>Nov 24 05:45:56 vm probe: ${m} first\n${m} second\n<37>Nov 24 05:45:5`, `7 vm probe: ${m} third`)
    expect((await arrived(m, 3)).map((e) => e.event.original)).toEqual([
      `<37>Nov 24 05:45:56 vm probe: ${m} first`,
      `${m} second`,
      `<37>Nov 24 05:45:57 vm probe: ${m} third`,
    ])
  })

  test('a message of 64 kB and one beyond 1 MiB, whose end is cut off and counted', async () => {
    const m = fresh()
    const large = `<37>${m} ${'x'.repeat(65_536)}`
    await tcp(`${large.length} ${large}`)
    const huge = `<37>${m} ${'y'.repeat(1 << 20)}`
    await tcp(`${huge}\n<37>${m} next\n`)
    const lengths = (await arrived(m, 3)).map((e) => e.event.original.length)
    expect(lengths.sort((a, b) => a - b)).toEqual([`<37>${m} next`.length, large.length, 1 << 20])
    const source = t.intake.sources().find((c) => c.sourceId === 'syslog-tcp:127.0.0.1')
    expect(source?.reasons).toContainEqual({ reason: 'end of a message cut off', count: 1 })
  })

  test('connections that all stop in the middle of a long message do not fill the memory', async () => {
    const cuts = () =>
      t.intake
        .sources()
        .find((c) => c.sourceId === 'syslog-tcp:127.0.0.1')
        ?.reasons.find((r) => r.reason === 'end of a message cut off')?.count ?? 0
    const before = cuts()
    const half = `1000000 <37>${'x'.repeat(900_000)}`
    const sockets = Array.from({ length: 40 }, () => connect(s.tcpPort, '127.0.0.1').on('error', () => undefined))
    for (const socket of sockets) socket.write(half)
    for (let i = 0; i < 200 && cuts() === before; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(cuts()).toBeGreaterThan(before)
    for (const socket of sockets) socket.destroy()
  })

  test('what arrived before closing is durable when closed', async () => {
    const own = await openSyslogListener({
      host: '127.0.0.1',
      udpPort: 0,
      tcpPort: 0,
      intake: t.intake,
      unitId: 'root',
      systemId: null,
      clock: Date.now,
      tell: () => undefined,
    })
    const m = fresh()
    await new Promise<void>((resolve) => {
      const socket = connect(own.tcpPort, '127.0.0.1', () => {
        socket.end(`<37>${m} a\n`.repeat(1_000))
        socket.on('close', () => resolve())
      })
      socket.resume()
    })
    await own.close()
    expect((await t.events()).filter((e) => e.event.original.includes(m))).toHaveLength(1_000)
  })
})
