import fs from 'node:fs'
import { promisify } from 'node:util'
import { AppError } from '../../core/errors.ts'

/** The calls through which the spool writes; replaced in tests to let the disk fail at a chosen moment. */
export interface SpoolFiles {
  readonly write: (fd: number, data: Uint8Array, offset: number, length: number, position: number) => number
  readonly sync: (fd: number) => Promise<void>
  readonly truncate: (fd: number, length: number) => void
  readonly rename: (from: string, to: string) => void
  /** Bytes free for this process, and in all, on the disk that holds the folder. */
  readonly space: (folder: string) => { readonly free: number; readonly total: number }
}

const fdatasync = promisify(fs.fdatasync)

export const NODE_FILES: SpoolFiles = {
  write: fs.writeSync,
  sync: fdatasync,
  truncate: fs.ftruncateSync,
  rename: fs.renameSync,
  space(folder) {
    const s = fs.statfsSync(folder)
    return { free: s.bavail * s.bsize, total: s.blocks * s.bsize }
  },
}

/** Writes all of it at that position, however often the disk takes only a part. */
export function writeFully(files: SpoolFiles, fd: number, data: Uint8Array, position: number): void {
  for (let done = 0; done < data.length; ) done += files.write(fd, data, done, data.length - done, position + done)
}

/** Makes names in a folder durable: new, renamed and removed files. */
export function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** A small file that is either wholly there, durable, or not at all. */
export function writeDurably(path: string, folder: string, content: string): void {
  const temporary = `${path}.tmp`
  const fd = fs.openSync(temporary, 'w')
  try {
    fs.writeFileSync(fd, content)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(temporary, path)
  syncFolder(folder)
}

/** STO-507 where the disk (or quota, or file size limit) has no room; STO-500 for everything else. */
export function storageError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new AppError('STO-507')
  return new AppError('STO-500', { problem: message ?? String(error) })
}
