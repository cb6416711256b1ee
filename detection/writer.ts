import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Writes many short texts as few long ones, and waits where the reader is slow. */
export interface Writer {
  write(text: string): void
  /** Resolves when more may come: false if the reader has gone (`| head`). */
  drained(): Promise<boolean>
  end(): Promise<void>
}

const CHUNK = 1 << 16

export function createWriter(stream: Writable): Writer {
  let held = ''
  let gone = false
  stream.on('error', () => {
    gone = true
  })
  const flush = async () => {
    const text = held
    held = ''
    if (text === '' || gone || stream.write(text)) return
    await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined)
  }
  return {
    write(text) {
      held += text
    },
    async drained() {
      if (held.length >= CHUNK) await flush()
      return !gone && !stream.destroyed
    },
    async end() {
      await flush()
    },
  }
}
