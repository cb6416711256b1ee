import { gunzipSync } from 'node:zlib'
import { AppError } from '../../core/errors.ts'

/** A request's body may be so long, unpacked. Smaller would lose data: few senders can split what was refused. */
export const MAX_BODY = 32 << 20

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
