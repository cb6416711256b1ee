import { type FileHandle, open } from 'node:fs/promises'

const CHUNK = 1 << 20
const LF = 10

/**
 * The lines of a segment file up to a length in bytes (what is durable), in batches as they are read; `firstSeq` is the
 * seq of the first line. Lines up to `after` are skipped.
 */
export async function* readSegment(
  path: string,
  options: { readonly firstSeq: number; readonly bytes: number; readonly after: number },
): AsyncGenerator<readonly { readonly seq: number; readonly line: string }[]> {
  const file: FileHandle = await open(path, 'r')
  try {
    let seq = options.firstSeq
    let rest: Buffer = Buffer.alloc(0)
    for (let position = 0; position < options.bytes; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, options.bytes - position))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
      if (bytesRead === 0) break
      position += bytesRead
      const data =
        rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      const batch: { seq: number; line: string }[] = []
      let from = 0
      for (let lf = data.indexOf(LF); lf >= 0; lf = data.indexOf(LF, from)) {
        if (seq > options.after) batch.push({ seq, line: data.toString('utf8', from, lf) })
        seq++
        from = lf + 1
      }
      rest = data.subarray(from)
      if (batch.length > 0) yield batch
    }
  } finally {
    await file.close()
  }
}
