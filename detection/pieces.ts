import { fstatSync, read } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { promisify } from 'node:util'

/** Where bytes come from: a stream, or the descriptor of a file, pipe or socket that nothing else reads. */
export type Source = Readable | number

/** So many bytes at most are read at once. */
const MOST = 1 << 18

/** The bytes of a source as they come. A piece is valid until the next one is asked for: a descriptor is read into one buffer. */
export async function* piecesOf(source: Source): AsyncGenerator<Buffer> {
  if (typeof source !== 'number') {
    for await (const piece of source) yield typeof piece === 'string' ? Buffer.from(piece) : (piece as Buffer)
    return
  }
  const is = fstatSync(source)
  if (is.isFIFO() || is.isSocket()) yield* piecesOfPipe(source)
  else if (isatty(source)) yield* piecesOf(new ReadStream(source))
  else yield* piecesOfFile(source)
}

const readInto = promisify(read)

async function* piecesOfFile(descriptor: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(MOST)
  for (;;) {
    const { bytesRead } = await readInto(descriptor, buffer, 0, MOST, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** Reading stops while a piece is in use. */
async function* piecesOfPipe(descriptor: number): AsyncGenerator<Buffer> {
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
  socket.once('end', () => wake.resolve())
  socket.once('error', (e) => wake.reject(e))
  try {
    for (;;) {
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
