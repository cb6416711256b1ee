import { fstatSync, read } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { promisify } from 'node:util'

/** Where bytes come from: a stream, or the descriptor of a file, pipe or socket that nothing else reads. */
export type Source = Readable | number

/** So many bytes at most are read at once. */
const MOST = 1 << 18

/**
 * The bytes of a source as they come, until it ends or `stopped` resolves. A piece is valid until the next one is asked for: a
 * descriptor is read into one buffer.
 */
export async function* piecesOf(source: Source, stopped?: Promise<unknown>): AsyncGenerator<Buffer> {
  const stop = { asked: false, wake() {} }
  void stopped?.then(() => {
    stop.asked = true
    stop.wake()
  })
  if (typeof source !== 'number') yield* piecesOfStream(source, stop)
  else {
    const is = fstatSync(source)
    if (is.isFIFO() || is.isSocket()) yield* piecesOfPipe(source, stop)
    else if (isatty(source)) yield* piecesOfStream(new ReadStream(source), stop)
    else yield* piecesOfFile(source, stop)
  }
}

/** Whether to go on reading, and what to do when not. */
interface Stop {
  asked: boolean
  wake(): void
}

async function* piecesOfStream(stream: Readable, stop: Stop): AsyncGenerator<Buffer> {
  stop.wake = () => stream.destroy()
  if (stop.asked) return
  try {
    for await (const piece of stream) yield typeof piece === 'string' ? Buffer.from(piece) : (piece as Buffer)
  } catch (e) {
    if (!stop.asked) throw e
  }
}

const readInto = promisify(read)

async function* piecesOfFile(descriptor: number, stop: Stop): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(MOST)
  while (!stop.asked) {
    const { bytesRead } = await readInto(descriptor, buffer, 0, MOST, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** Reading stops while a piece is in use. */
async function* piecesOfPipe(descriptor: number, stop: Stop): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(MOST)
  let filled = 0
  let wake = Promise.withResolvers<void>()
  const socket = new Socket({
    fd: descriptor,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback(bytes) {
        filled = bytes
        wake.resolve()
        return false
      },
    },
  })
  stop.wake = () => wake.resolve()
  socket.once('end', () => wake.resolve())
  socket.once('error', (e) => wake.reject(e))
  try {
    while (!stop.asked) {
      await wake.promise
      if (filled === 0) return
      const piece = buffer.subarray(0, filled)
      filled = 0
      wake = Promise.withResolvers()
      yield piece
      socket.resume()
    }
  } finally {
    socket.destroy()
  }
}
