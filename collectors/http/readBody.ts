import type { IncomingMessage } from 'node:http'
import { AppError } from '../../core/errors.ts'
import { MAX_BODY, type Reservation } from '../intake/index.ts'

/** The length that the sender announced, if it did. */
export function announcedLength(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length']
  return text === undefined ? undefined : Number(text)
}

/**
 * The request's body in a buffer of its own (never a pooled one: it may be transferred). COL-413 beyond the limit,
 * COL-429 if it grows beyond the room there is; undefined if the sender went away.
 */
export function readBody(request: IncomingMessage, room: Reservation): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const announced = announcedLength(request)
  let whole: Uint8Array<ArrayBuffer> | undefined = announced === undefined ? undefined : new Uint8Array(announced)
  let chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      if (whole !== undefined) whole.set(chunk, length)
      else {
        if (length + chunk.length > MAX_BODY) return fail(new AppError('COL-413', { limit: MAX_BODY }))
        if (!room.grow(chunk.length)) return fail(new AppError('COL-429'))
        chunks.push(chunk)
      }
      length += chunk.length
    })
    request.on('end', () => resolve(whole ?? joined(chunks, length)))
    request.on('close', () => resolve(undefined))
    request.on('error', () => resolve(undefined))

    function fail(error: AppError): void {
      request.removeAllListeners('data')
      chunks = []
      whole = undefined
      reject(error)
    }
  })
}

function joined(chunks: readonly Buffer[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** So much of a refused body is read and thrown away, so that the sender gets to read the answer. */
const DRAIN_BYTES = 256 << 20
const DRAIN_MS = 30_000

/** Reads and drops the rest of a body, within limits; then gives up on the connection. */
export function drain(request: IncomingMessage): void {
  if (request.complete) return
  let length = 0
  const timer = setTimeout(() => request.destroy(), DRAIN_MS)
  timer.unref()
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > DRAIN_BYTES) request.destroy()
  })
  request.on('close', () => clearTimeout(timer))
  request.on('error', () => undefined)
  request.resume()
}
