import { gunzipSync } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import { cleanName, isRuleFile } from './cleanName.ts'
import type { NewRuleFile } from './importFiles.ts'
import { readTar } from './readTar.ts'
import { readZip } from './readZip.ts'

/** Bounds of one import; the whole public collection of Sigma rules is about 4,000 files of 10 MB. */
export const ARCHIVE_LIMITS = {
  /** Bytes as they are sent. */
  packed: 32 << 20,
  /** Bytes of all that is unpacked: of a tar its whole, of a zip its rule files. */
  unpacked: 128 << 20,
  /** Bytes of one rule file. */
  file: 1 << 20,
  /** Rule files. */
  files: 10_000,
  /** Entries of any kind. */
  entries: 100_000,
} as const

/** An entry of an archive; `read` unpacks it. */
export interface ArchiveEntry {
  readonly name: string
  /** Not a link, folder or device. */
  readonly isFile: boolean
  readonly size: number
  readonly read: () => Uint8Array | Promise<Uint8Array>
}

export interface ReadArchive {
  readonly files: readonly NewRuleFile[]
  /** Files that are no rule files, and links; archives inside the archive are among them. */
  readonly ignored: number
}

/**
 * Reads the rule files of an archive: zip, tar or tar.gz, told by what stands in it; or one YAML file, which goes by
 * `name`. Nothing is written anywhere, links are not followed, archives inside are not opened. SIG-080 to SIG-083.
 */
export async function readArchive(bytes: Uint8Array, name: string): Promise<ReadArchive> {
  if (bytes.length > ARCHIVE_LIMITS.packed) throw tooMuch(`more than ${ARCHIVE_LIMITS.packed >> 20} MiB`)
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes) : bytes
  if (startsWith(plain, 'PK\x03\x04') || startsWith(plain, 'PK\x05\x06')) return taken(readZip(plain))
  if (startsWith(plain.subarray(257), 'ustar')) return taken(readTar(plain))
  if (plain.length > ARCHIVE_LIMITS.file) throw tooMuch(`${name} is larger than ${ARCHIVE_LIMITS.file >> 20} MiB`)
  return { files: [{ name: cleanName(name), text: textOf(plain, name) }], ignored: 0 }
}

async function taken(entries: Iterable<ArchiveEntry> | AsyncIterable<ArchiveEntry>): Promise<ReadArchive> {
  const files: NewRuleFile[] = []
  let ignored = 0
  let unpacked = 0
  let seen = 0
  for await (const { name, isFile, size, read } of entries) {
    if (++seen > ARCHIVE_LIMITS.entries) throw tooMuch(`more than ${ARCHIVE_LIMITS.entries} entries`)
    if (name.endsWith('/')) continue
    if (!isFile || !isRuleFile(name)) {
      ignored++
      continue
    }
    const clean = cleanName(name)
    if (size > ARCHIVE_LIMITS.file) throw tooMuch(`${clean} is larger than ${ARCHIVE_LIMITS.file >> 20} MiB`)
    unpacked += size
    if (unpacked > ARCHIVE_LIMITS.unpacked) throw tooMuch(`more than ${ARCHIVE_LIMITS.unpacked >> 20} MiB unpacked`)
    if (files.length === ARCHIVE_LIMITS.files) throw tooMuch(`more than ${ARCHIVE_LIMITS.files} rule files`)
    files.push({ name: clean, text: textOf(await read(), clean) })
  }
  return { files, ignored }
}

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: ARCHIVE_LIMITS.unpacked })
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooMuch(`more than ${ARCHIVE_LIMITS.unpacked >> 20} MiB unpacked`)
    throw broken('the gzip stream is damaged')
  }
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw broken(`${name} is not UTF-8`)
  }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((c, i) => bytes[i] === c.charCodeAt(0))
}

/** SIG-081. */
function tooMuch(problem: string): AppError {
  return new AppError('SIG-081', { problem })
}

/** SIG-080. */
function broken(problem: string): AppError {
  return new AppError('SIG-080', { problem })
}
