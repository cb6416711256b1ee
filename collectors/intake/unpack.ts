import { isAscii, isUtf8 } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { AppError } from '../../core/errors.ts'

/** A request's body may be so long, unpacked. Smaller would lose data: few senders can split what was refused. */
export const MAX_BODY = 32 << 20
/** And hold so many lines: what is built from each takes far more room than an empty line. */
export const MAX_LINES = 200_000

/** The body's plain bytes: COL-413 beyond `MAX_BODY`, COL-415 if it is not gzip as said. */
export function unpack(body: Uint8Array<ArrayBuffer>, gzip: boolean): Buffer {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!gzip) {
    if (bytes.length > MAX_BODY) throw new AppError('COL-413', { limit: MAX_BODY })
    return bytes
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY })
  } catch (e) {
    const { code, message } = e as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new AppError('COL-413', { limit: MAX_BODY })
    throw new AppError('COL-415', { problem: `not gzip (${message})` })
  }
}

const LF = 10
const CR = 13

/** Where in its body a line stands; undefined in one that is not UTF-8: its text is then not that of its bytes. */
export type LineBytes = { readonly bytes: Buffer; readonly from: number; readonly to: number } | undefined

/**
 * Gives the lines of a body that hold more than blanks, one after the other: a line's text is then garbage before the next
 * one is made. Invalid UTF-8 is replaced, a byte order mark is dropped.
 */
export function eachLine(bytes: Buffer, give: (line: string, number: number, source: LineBytes) => void): void {
  let count = 0
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  // Most lines are ASCII, whose bytes need no decoding.
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8'
  const known = encoding === 'latin1' || isUtf8(bytes)
  for (let number = 1; at < bytes.length; number++) {
    let end = bytes.indexOf(LF, at)
    if (end < 0) end = bytes.length
    const next = end + 1
    if (end > at && bytes[end - 1] === CR) end--
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++
    if (end > at) {
      if (++count > MAX_LINES)
        throw new AppError('COL-400', { problem: `more than ${MAX_LINES} lines; send smaller batches` })
      give(bytes.toString(encoding, at, end), number, known ? { bytes, from: at, to: end } : undefined)
    }
    at = next
  }
}
