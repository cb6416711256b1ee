import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { writeDurably } from './files.ts'

export interface SpoolHome {
  readonly folder: string
  /** 16 hex digits that no other spool has; part of ids of events and segments. */
  readonly receiver: string
  /**
   * How many lanes this spool has, from its first start on: repeats are recognised because the same sender always
   * reaches the same lane, so the number cannot change under it.
   */
  readonly lanes: number
  /** The folder of a lane. */
  laneFolder(lane: number): string
}

/** Opens the spool's folder; the first time it fixes the number of lanes. */
export function openSpool(folder: string, options: { readonly lanes: number }): SpoolHome {
  fs.mkdirSync(folder, { recursive: true })
  const path = join(folder, 'spool.json')
  if (!fs.existsSync(path))
    writeDurably(path, folder, JSON.stringify({ receiver: randomBytes(8).toString('hex'), lanes: options.lanes }))
  const { receiver, lanes } = readHome(path)
  return { folder, receiver, lanes, laneFolder: (lane) => join(folder, `lane-${lane}`) }
}

function readHome(path: string): { receiver: string; lanes: number } {
  try {
    const { receiver, lanes } = JSON.parse(fs.readFileSync(path, 'utf8')) as { receiver: unknown; lanes: unknown }
    if (typeof receiver === 'string' && /^[0-9a-f]{16}$/.test(receiver) && Number.isInteger(lanes))
      return { receiver, lanes: lanes as number }
  } catch {
    // Said below.
  }
  throw new AppError('STO-500', { problem: `${path} is damaged` })
}
