import { Worker } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports.ts'
import type { Tell } from '../../core/telemetry.ts'
import type { IntakePort } from '../intake/index.ts'
import type { FromSockets, Loss, Protocol, SocketsStart, ToSockets } from './messages.ts'

export interface SyslogListenerOptions extends SocketsStart {
  readonly intake: IntakePort
  /** What comes in here belongs to this unit (and system). */
  readonly unitId: string
  readonly systemId: string | null
  readonly clock: Clock
  readonly tell: Tell
}

export interface SyslogListener {
  readonly udpPort: number
  readonly tcpPort: number
  /** Bytes that the kernel keeps for datagrams between two looks. */
  readonly receiveBuffer: number
  /** Closes the sockets; what had arrived is durable when resolved. */
  close(): Promise<void>
}

/** A batch that finds no room (full disk, pressure) is tried again after so long, milliseconds. */
const AGAIN_AFTER = 200
const PATIENCE = 4_000
/** When closing, what still finds no room after so long is given up, counted. */
const LAST_TRY = 5_000

const REASONS: Readonly<Record<Loss, string>> = {
  kernel: 'datagrams dropped by the kernel: its buffer was full',
  full: 'datagrams dropped under pressure',
  cut: 'end of a message cut off',
}

/**
 * Opens the syslog sockets in a thread of their own and moves what they get to the lanes. Syslog knows no
 * acknowledgement: messages are made durable as soon as may be; until there is room TCP senders wait, and datagrams are
 * dropped, counted, once 64 MiB are waiting.
 */
export async function openSyslogListener(options: SyslogListenerOptions): Promise<SyslogListener> {
  const { intake, clock, tell } = options
  const { host, udpPort, tcpPort } = options
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { host, udpPort, tcpPort } satisfies SocketsStart,
  })
  const underWay = new Set<Promise<void>>()
  let giveUpAt = Number.POSITIVE_INFINITY

  async function store(protocol: Protocol, m: Extract<FromSockets, { type: 'frames' }>): Promise<void> {
    const { frames } = m
    const bytes = frames.bytes.byteLength
    const keyId = `syslog-${protocol}`
    const origin = {
      keyId,
      sourceId: keyId,
      unitId: options.unitId,
      systemId: options.systemId,
      receivedAt: clock(),
      address: '',
    }
    for (;;) {
      // The bytes are given away with every try, so each gets a copy; batches are small.
      const job = {
        kind: 'frames',
        bytes: frames.bytes.slice(),
        ends: frames.ends.slice(),
        senders: frames.senders.slice(),
        addresses: frames.addresses,
        origin,
      } as const
      try {
        await intake.submit(job, clock() + PATIENCE)
        break
      } catch (e) {
        const mayPass = e instanceof AppError && (e.code === 'STO-507' || e.code === 'COL-429')
        if (!mayPass || clock() >= giveUpAt) {
          frames.addresses.forEach((address, i) => {
            const count = frames.senders.filter((s) => s === i).length
            intake.dropped(`${keyId}:${address}`, count, 'intake failed')
          })
          tell('request_failed', { path: keyId, problem: String(e) })
          break
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER))
      }
    }
    send({ type: 'taken', bytes })
  }

  function send(message: ToSockets): void {
    worker.postMessage(message)
  }

  const ready = Promise.withResolvers<Extract<FromSockets, { type: 'ready' }>>()
  const closed = Promise.withResolvers<void>()
  worker.on('message', (m: FromSockets) => {
    if (m.type === 'ready') ready.resolve(m)
    else if (m.type === 'closed') closed.resolve()
    else if (m.type === 'frames') {
      const stored = store(m.protocol, m).finally(() => underWay.delete(stored))
      underWay.add(stored)
    } else {
      intake.dropped(`syslog-${m.protocol}:${m.address}`, m.count, REASONS[m.reason])
      if (m.reason === 'kernel') tell('kernel_dropped', { count: m.count }, m.count)
    }
  })
  worker.on('error', (e) => {
    ready.reject(e)
    closed.resolve()
    tell('lane_failed', { lane: 'syslog', problem: e.stack ?? e.message })
  })
  const ports = await ready.promise
  return {
    udpPort: ports.udpPort,
    tcpPort: ports.tcpPort,
    receiveBuffer: ports.receiveBuffer,
    async close() {
      giveUpAt = clock() + LAST_TRY
      send({ type: 'close' })
      await closed.promise
      await Promise.all(underWay)
    },
  }
}
