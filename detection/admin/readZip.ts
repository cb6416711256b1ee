import { crc32, inflateRawSync } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import type { ArchiveEntry } from './readArchive.ts'

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
/** Length of the end record, and of the longest comment after it. */
const END_LENGTH = 22
const LONGEST_COMMENT = 0xffff

/**
 * Entries of a zip as its central directory lists them. Unpacking an entry never makes more bytes than the directory
 * says, and what comes out must have its checksum. SIG-080 where it is damaged, encrypted or packed in another way.
 */
export function* readZip(bytes: Uint8Array): Generator<ArchiveEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw damaged()
    const madeBy = view.getUint16(at + 4, true) >> 8
    const flags = view.getUint16(at + 8, true)
    const method = view.getUint16(at + 10, true)
    const sum = view.getUint32(at + 16, true)
    const packed = view.getUint32(at + 20, true)
    const size = view.getUint32(at + 24, true)
    const [nameLength, extra, comment] = [28, 30, 32].map((o) => view.getUint16(at + o, true)) as [
      number,
      number,
      number,
    ]
    const mode = view.getUint32(at + 38, true) >>> 16
    const local = view.getUint32(at + 42, true)
    const name = nameOf(bytes.subarray(at + 46, at + 46 + nameLength))
    at += 46 + nameLength + extra + comment
    // On Unix the upper half holds the mode; 0 says nothing.
    const type = madeBy === 3 ? mode & 0o170000 : 0
    yield {
      name,
      isFile: type === 0 || type === 0o100000,
      size,
      read: () => {
        if ((flags & 1) !== 0) throw refused(`${name} is encrypted`)
        if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL) throw damaged()
        const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
        if (start + packed > bytes.length) throw damaged()
        const data = unpack(bytes.subarray(start, start + packed), method, size, name)
        if (data.length !== size || crc32(data) !== sum) throw refused(`${name} is damaged`)
        return data
      },
    }
  }
}

function unpack(packed: Uint8Array, method: number, size: number, name: string): Uint8Array {
  if (method === 0) return packed
  if (method !== 8) throw refused(`${name} is packed by method ${method}; use the usual one (deflate)`)
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) })
  } catch {
    throw refused(`${name} is damaged`)
  }
}

function endOf(view: DataView): number {
  const last = view.byteLength - END_LENGTH
  for (let at = last; at >= Math.max(last - LONGEST_COMMENT, 0); at--) {
    if (view.getUint32(at, true) === END) return at
  }
  throw damaged()
}

/** Names are UTF-8; those that are not come from Windows in Chinese. */
function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gbk').decode(bytes)
  }
}

const damaged = () => refused('the zip is damaged')

function refused(problem: string): AppError {
  return new AppError('SIG-080', { problem })
}
