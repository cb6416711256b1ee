import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { type SpoolFiles, syncFolder, writeFully } from './files.ts'
import { type IdWindow, word } from './idWindow.ts'

const MAGIC = 0x5344_4931
const HEAD = 24
const NAME = /^ids-(\d+)\.log$/

/**
 * The window of ids on disk, so that it outlives the segments: one checksummed record per sealed segment (how far it
 * reaches, and the ids in it), in files that turn over when one holds a whole window; the last two files are kept.
 * What a crash left unwritten is found again by reading the segments that the last record does not cover.
 */
export class IdLog {
  readonly #folder: string
  readonly #files: SpoolFiles
  readonly #least: number
  #number = 0
  #fd: number | undefined
  #bytes = 0
  #inFile = 0
  /** Ids of events up to this seq are in the log. */
  covered = 0

  /** Opens the log and fills the window from it. */
  constructor(folder: string, options: { files: SpoolFiles; least: number; window: IdWindow }) {
    this.#folder = folder
    this.#files = options.files
    this.#least = options.least
    const numbers = fs
      .readdirSync(folder)
      .flatMap((f) => NAME.exec(f)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
    for (const n of numbers) {
      this.#number = n
      this.#fd = this.#openFile(n)
      const { bytes, ids } = this.#replay(fs.readFileSync(this.#fd), options.window)
      this.#bytes = bytes
      this.#inFile = ids
      fs.ftruncateSync(this.#fd, bytes)
      if (n !== numbers.at(-1)) fs.closeSync(this.#fd)
    }
  }

  /** Writes the ids of the events up to `lastSeq`; durable when resolved. */
  async append(lastSeq: number, ids: readonly string[]): Promise<void> {
    if (this.#fd === undefined || this.#inFile >= this.#least) this.#turnOver()
    const record = recordOf(lastSeq, ids)
    writeFully(this.#files, this.#fd!, record, this.#bytes)
    // An empty record only saves reading a segment again after a crash.
    if (ids.length > 0) await this.#files.sync(this.#fd!)
    this.#bytes += record.length
    this.#inFile += ids.length
    this.covered = Math.max(this.covered, lastSeq)
  }

  close(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd)
  }

  #openFile(n: number): number {
    return fs.openSync(join(this.#folder, `ids-${n}.log`), fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)
  }

  #turnOver(): void {
    const fd = this.#openFile(this.#number + 1)
    if (this.#fd !== undefined) fs.closeSync(this.#fd)
    this.#fd = fd
    this.#number++
    this.#bytes = 0
    this.#inFile = 0
    syncFolder(this.#folder)
    fs.rmSync(join(this.#folder, `ids-${this.#number - 2}.log`), { force: true })
  }

  #replay(data: Buffer, window: IdWindow): { bytes: number; ids: number } {
    let at = 0
    let ids = 0
    while (at + HEAD <= data.length && data.readUInt32LE(at) === MAGIC) {
      const count = data.readUInt32LE(at + 4)
      const end = at + HEAD + count * 16
      if (end > data.length) break
      const record = data.subarray(at, end)
      if (!record.subarray(16, HEAD).equals(checksum(record))) break
      for (let i = at + HEAD; i < end; i += 16)
        window.addWords(
          data.readUInt32BE(i),
          data.readUInt32BE(i + 4),
          data.readUInt32BE(i + 8),
          data.readUInt32BE(i + 12),
        )
      this.covered = Math.max(this.covered, record.readDoubleLE(8))
      ids += count
      at = end
    }
    return { bytes: at, ids }
  }
}

function recordOf(lastSeq: number, ids: readonly string[]): Buffer {
  const record = Buffer.alloc(HEAD + ids.length * 16)
  record.writeUInt32LE(MAGIC, 0)
  record.writeUInt32LE(ids.length, 4)
  record.writeDoubleLE(lastSeq, 8)
  let at = HEAD
  for (const id of ids) {
    for (let i = 0; i < 32; i += 8, at += 4) record.writeUInt32BE(word(id, i), at)
  }
  checksum(record).copy(record, 16)
  return record
}

function checksum(record: Buffer): Buffer {
  return createHash('sha256').update(record.subarray(0, 16)).update(record.subarray(HEAD)).digest().subarray(0, 8)
}
