import { once } from 'node:events'
import type { MessagePort, Worker } from 'node:worker_threads'

/** The word for the next portion. */
const NEXT = 'next'

/**
 * Hands over messages one at a time, each when the other side asks for it: messages that lie ready are otherwise all read
 * in one go, in which that side does nothing else.
 */
export async function handOver(port: MessagePort, messages: Iterable<unknown>): Promise<void> {
  for (const message of messages) {
    const asked = once(port, 'message')
    port.postMessage(message)
    await asked
  }
}

/** The other side: takes each message, and asks for the next in a turn of its own. */
export function takeOver<T>(worker: Worker, take: (message: T) => void): void {
  worker.on('message', (message: T) => {
    take(message)
    setImmediate(() => worker.postMessage(NEXT))
  })
}

/** A list in portions of so many. */
export function* portionsOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size)
}
