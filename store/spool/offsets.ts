import fs from 'node:fs'
import { dirname } from 'node:path'
import { sha256hex } from '../../core/canonical.ts'
import { AppError } from '../../core/errors.ts'
import type { Consumer } from '../../core/ports.ts'
import { type SpoolFiles, syncFolder, writeFully } from './files.ts'

const SLOT = 512

interface State {
  readonly version: number
  readonly detector: number
  readonly loader: number
}

/**
 * How far each consumer has got, in one small file of two slots that are overwritten in turn: the newer whole slot
 * counts, so a crash in the middle of a write loses nothing, and no room is needed: also on a full disk consumers can
 * move on and segments be deleted.
 */
export class Offsets {
  readonly #fd: number
  readonly #files: SpoolFiles
  #state: State

  constructor(path: string, files: SpoolFiles) {
    this.#files = files
    const isNew = !fs.existsSync(path)
    this.#fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)
    if (isNew || fs.fstatSync(this.#fd).size < 2 * SLOT) {
      writeFully(files, this.#fd, slotOf({ version: 0, detector: 0, loader: 0 }), 0)
      writeFully(files, this.#fd, slotOf({ version: 1, detector: 0, loader: 0 }), SLOT)
      fs.fsyncSync(this.#fd)
      syncFolder(dirname(path))
    }
    const data = Buffer.alloc(2 * SLOT)
    fs.readSync(this.#fd, data, 0, 2 * SLOT, 0)
    const slots = [readSlot(data.subarray(0, SLOT)), readSlot(data.subarray(SLOT))].filter((s) => s !== undefined)
    const newest = slots.sort((a, b) => b.version - a.version)[0]
    if (newest === undefined) throw new AppError('STO-500', { problem: `offsets file ${path} is damaged` })
    this.#state = newest
  }

  get(consumer: Consumer): number {
    return this.#state[consumer]
  }

  /** The highest seq that anybody has done with: the log has been at least that long. */
  get highest(): number {
    return Math.max(this.#state.detector, this.#state.loader)
  }

  /** Durable when resolved. One call at a time. */
  async set(consumer: Consumer, seq: number): Promise<void> {
    const next = { ...this.#state, [consumer]: seq, version: this.#state.version + 1 }
    writeFully(this.#files, this.#fd, slotOf(next), (next.version % 2) * SLOT)
    await this.#files.sync(this.#fd)
    this.#state = next
  }

  close(): void {
    fs.closeSync(this.#fd)
  }
}

function slotOf(state: State): Buffer {
  const text = JSON.stringify(state)
  return Buffer.from(`${sha256hex(text).slice(0, 16)} ${text}`.padEnd(SLOT - 1).concat('\n'))
}

function readSlot(data: Buffer): State | undefined {
  const text = data.toString('latin1').trimEnd()
  const json = text.slice(17)
  if (sha256hex(json).slice(0, 16) !== text.slice(0, 16)) return undefined
  return JSON.parse(json) as State
}
