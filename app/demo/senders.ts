import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { DemoLine } from '../../demo/index.ts'

export interface Targets {
  /** Address of the machines' entrance. */
  readonly ingest: string
  readonly syslog: { readonly host: string; readonly udp: number; readonly tcp: number }
  /** The key of a system's senders. */
  key(line: { readonly unitId: string; readonly systemId: string }): string
  /** Datagrams that the listener has taken in so far: what is sent never runs far ahead of it. */
  datagramsTaken(): number
}

/** Sends lines through the real listeners, a batch at a time. */
export interface Senders {
  send(lines: readonly DemoLine[]): Promise<void>
  /** Lines sent so far. */
  sent(): number
  close(): Promise<void>
}

/** Datagrams under way at once: well below what a default receive buffer holds. */
const DATAGRAMS_AHEAD = 100
const LINES_A_REQUEST = 500

export async function openSenders(targets: Targets): Promise<Senders> {
  const udp: Datagrams = createSocket('udp4')
  const streams = new Map<string, Socket>()
  let sent = 0
  let datagrams = 0
  const takenBefore = targets.datagramsTaken()

  async function stream(framing: string): Promise<Socket> {
    let socket = streams.get(framing)
    if (socket === undefined) {
      socket = connect(targets.syslog.tcp, targets.syslog.host)
      await once(socket, 'connect')
      streams.set(framing, socket)
    }
    return socket
  }

  async function byStream(framing: string, lines: readonly DemoLine[]): Promise<void> {
    const socket = await stream(framing)
    if (!socket.write(Buffer.concat(lines.map((l) => l.bytes)))) await once(socket, 'drain')
  }

  async function byDatagram(lines: readonly DemoLine[]): Promise<void> {
    for (const { bytes } of lines) {
      while (datagrams - (targets.datagramsTaken() - takenBefore) >= DATAGRAMS_AHEAD)
        await new Promise((done) => setTimeout(done, 5))
      await new Promise<void>((done, fail) =>
        udp.send(bytes, targets.syslog.udp, targets.syslog.host, (e) => (e === null ? done() : fail(e))),
      )
      datagrams++
    }
  }

  async function byRequest(path: string, key: string, lines: readonly DemoLine[]): Promise<void> {
    for (let at = 0; at < lines.length; at += LINES_A_REQUEST) {
      const body = Buffer.concat(lines.slice(at, at + LINES_A_REQUEST).map((l) => l.bytes))
      const headers = {
        'Content-Type': 'application/x-ndjson',
        Authorization: `Bearer ${key}`,
        'User-Agent': 'suidun-demo',
      }
      for (;;) {
        const res = await fetch(`${targets.ingest}${path}`, { method: 'POST', headers, body })
        await res.arrayBuffer()
        if (res.ok) break
        if (res.status !== 429) throw new Error(`${path} answered ${res.status}`)
        await new Promise((done) => setTimeout(done, 500))
      }
    }
  }

  async function send(lines: readonly DemoLine[]): Promise<void> {
    const groups = new Map<string, DemoLine[]>()
    for (const line of lines) {
      const group =
        line.channel === 'ingest' || line.channel === 'bulk' ? `${line.channel} ${targets.key(line)}` : line.channel
      const list = groups.get(group)
      if (list === undefined) groups.set(group, [line])
      else list.push(line)
    }
    await Promise.all(
      [...groups].map(([group, list]) => {
        const [channel, key = ''] = group.split(' ')
        if (channel === 'syslog-udp') return byDatagram(list)
        if (channel === 'ingest') return byRequest('/ingest', key, list)
        if (channel === 'bulk') return byRequest('/_bulk', key, list)
        return byStream(group, list)
      }),
    )
    sent += lines.length
  }

  return {
    send,
    sent: () => sent,
    async close() {
      udp.close()
      for (const socket of streams.values()) {
        socket.end()
        await once(socket, 'close')
      }
    },
  }
}
