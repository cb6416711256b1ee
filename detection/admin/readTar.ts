import { extract } from 'tar-stream'
import { AppError } from '../../core/errors.ts'
import type { ArchiveEntry } from './readArchive.ts'

/** Entries of a tar; each must be read or passed over before the next. SIG-080 where it is damaged. */
export async function* readTar(bytes: Uint8Array): AsyncGenerator<ArchiveEntry> {
  const tar = extract()
  tar.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  try {
    for await (const entry of tar) {
      const { name, size = 0, type } = entry.header
      let read = false
      yield {
        name: type === 'directory' && !name.endsWith('/') ? `${name}/` : name,
        isFile: type === 'file' || type === 'contiguous-file',
        size,
        async read() {
          read = true
          const parts: Buffer[] = []
          try {
            for await (const part of entry) parts.push(part as Buffer)
          } catch {
            throw damaged()
          }
          return Buffer.concat(parts)
        },
      }
      if (!read) entry.resume()
    }
  } catch (e) {
    if (e instanceof AppError) throw e
    throw damaged()
  }
}

const damaged = () => new AppError('SIG-080', { problem: 'the tar is damaged or cut off' })
