import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, isIPv6, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { FrameBatch } from './frameBatch.ts'
import { FrameReader, trimEnd } from './framing.ts'
import { kernelDrops } from './kernelDrops.ts'
import type { FromSockets, Loss, Protocol, SocketsStart, ToSockets } from './messages.ts'

/** Entry of the thread that owns the syslog sockets: it does nothing but empty them, so that bursts are not lost. */
const port = parentPort!
const start = workerData as SocketsStart

/** Asked of the kernel; it grants what `net.core.rmem_max` allows. */
const RECEIVE_BUFFER = 16 << 20
/** A batch goes when it has so many bytes, or after so many milliseconds. */
const BATCH_BYTES = 256 << 10
const BATCH_AFTER = 20
/** Bytes handed over or waiting: beyond the first TCP is not read on, beyond the second datagrams are dropped, counted. */
const PAUSE_AT = 16 << 20
const DROP_AT = 64 << 20
const MAX_CONNECTIONS = 2_000
/** Bytes of unfinished messages over all connections: beyond, the one that goes on growing is cut. */
const MOST_UNFINISHED = 32 << 20
/** A connection without a byte for so long is closed, milliseconds. */
const IDLE = 3_600_000

const batches: Record<Protocol, FrameBatch> = { udp: new FrameBatch(), tcp: new FrameBatch() }
const lost = new Map<string, { protocol: Protocol; address: string; reason: Loss; count: number }>()
const connections = new Set<Socket>()
let outstanding = 0
let unfinished = 0
let paused = false

const udp: UdpSocket = createSocket({ type: isIPv6(start.host) ? 'udp6' : 'udp4' })
udp.on('message', (message: Buffer, from: RemoteInfo) => {
  const trimmed = trimEnd(message)
  if (trimmed.length > 0) take('udp', trimmed, plainAddress(from.address))
})
udp.on('error', () => undefined)

const tcp = createServer((socket) => {
  connections.add(socket)
  const address = plainAddress(socket.remoteAddress ?? '')
  const reader = new FrameReader({
    frame: (message) => take('tcp', message, address),
    cut: () => lose('tcp', address, 'cut', 1),
  })
  socket.setTimeout(IDLE, () => socket.end())
  const reading = (read: () => void) => {
    const before = reader.waiting
    read()
    unfinished += reader.waiting - before
  }
  socket.on('data', (chunk) => {
    reading(() => reader.push(chunk))
    if (unfinished > MOST_UNFINISHED && reader.waiting > 0) reading(() => reader.cutShort())
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    connections.delete(socket)
    reading(() => reader.end())
  })
  if (paused) socket.pause()
})
tcp.maxConnections = MAX_CONNECTIONS

await new Promise<void>((resolve, reject) => {
  udp.once('error', reject)
  udp.bind({ address: start.host, port: start.udpPort }, resolve)
})
try {
  udp.setRecvBufferSize(RECEIVE_BUFFER)
} catch {
  // What the kernel gives is reported with `ready`.
}
await new Promise<void>((resolve, reject) => {
  tcp.once('error', reject)
  tcp.listen(start.tcpPort, start.host, resolve)
})
const udpPort = udp.address().port
const drops = () => {
  try {
    return kernelDrops(readFileSync(isIPv6(start.host) ? '/proc/net/udp6' : '/proc/net/udp', 'utf8'), udpPort)
  } catch {
    return 0
  }
}
let dropped = drops()
const flushing = setInterval(flush, BATCH_AFTER)
const watching = setInterval(watchKernel, 1_000)
post({
  type: 'ready',
  udpPort,
  tcpPort: (tcp.address() as AddressInfo).port,
  receiveBuffer: udp.getRecvBufferSize(),
})

port.on('message', (message: ToSockets) => {
  if (message.type === 'close') close()
  else {
    outstanding -= message.bytes
    if (paused && outstanding < PAUSE_AT / 2) pause(false)
  }
})

function take(protocol: Protocol, message: Buffer, address: string): void {
  if (protocol === 'udp' && outstanding + batches.udp.bytes > DROP_AT) {
    lose('udp', address, 'full', 1)
    return
  }
  batches[protocol].add(message, address)
  if (batches[protocol].bytes >= BATCH_BYTES) hand(protocol)
}

function hand(protocol: Protocol): void {
  const batch = batches[protocol]
  if (batch.messages === 0) return
  batches[protocol] = new FrameBatch(Math.max(1 << 10, Math.min(2 * batch.bytes, 2 * BATCH_BYTES)))
  const frames = batch.finish()
  outstanding += frames.bytes.byteLength
  post({ type: 'frames', protocol, frames }, [frames.bytes.buffer, frames.ends.buffer, frames.senders.buffer])
  if (!paused && outstanding >= PAUSE_AT) pause(true)
}

function flush(): void {
  hand('udp')
  hand('tcp')
  for (const l of lost.values()) post({ type: 'lost', ...l })
  lost.clear()
}

function pause(on: boolean): void {
  paused = on
  for (const c of connections) {
    if (on) c.pause()
    else c.resume()
  }
}

function lose(protocol: Protocol, address: string, reason: Loss, count: number): void {
  const key = `${protocol} ${address} ${reason}`
  const known = lost.get(key)
  if (known !== undefined) known.count += count
  else lost.set(key, { protocol, address, reason, count })
}

function watchKernel(): void {
  const now = drops()
  if (now > dropped) lose('udp', 'kernel', 'kernel', now - dropped)
  dropped = now
}

/** What has arrived is handed over; connections end. */
function close(): void {
  clearInterval(flushing)
  clearInterval(watching)
  watchKernel()
  udp.close()
  for (const c of connections) c.destroy()
  tcp.close(() => {
    flush()
    post({ type: 'closed' })
    port.close()
  })
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '')
}

function post(message: FromSockets, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
