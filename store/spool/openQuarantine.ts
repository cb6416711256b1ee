import fs from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/ports.ts'
import { NODE_FILES, storageError, syncFolder, writeFully } from './files.ts'

/** A line that no event store could take, kept for a person to look at. */
export interface QuarantinedLine {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly reason: string
  /** The segment it came from. */
  readonly segment: string
  readonly line: string
}

/**
 * Lines set aside with their reasons, in at most so many bytes on the disk: two files, of which the older goes when the
 * younger is half of that. What goes is counted, also across restarts.
 */
export interface Quarantine {
  /** Keeps them; durable when resolved. Lines of a segment that was set aside before are not kept twice. */
  add(segment: string, lines: readonly { readonly line: string; readonly reason: string }[]): Promise<void>
  /** How many are kept, and how many fell out of the bound. */
  stats(): { readonly kept: number; readonly dropped: number }
  /** The kept lines, oldest first. */
  lines(): Iterable<QuarantinedLine>
  close(): void
}

export interface QuarantineOptions {
  readonly clock: Clock
  readonly maxBytes?: number
  /** Told how many lines fell out. */
  readonly onDrop?: (count: number) => void
}

interface Head {
  /** Lines that had fallen out when this file was begun. */
  readonly dropped: number
}

/** Opens (or creates) the quarantine in its own folder. */
export function openQuarantine(folder: string, options: QuarantineOptions): Quarantine {
  fs.mkdirSync(folder, { recursive: true })
  const young = join(folder, 'quarantine.ndjson')
  const old = join(folder, 'quarantine.old.ndjson')
  const half = (options.maxBytes ?? 64 << 20) / 2
  let oldLines = readLines(old)
  let youngLines = readLines(young)
  let fd = begin(young, youngLines.head ?? { dropped: 0 }, youngLines.head === undefined)
  let bytes = fs.fstatSync(fd).size
  let dropped = youngLines.head?.dropped ?? oldLines.head?.dropped ?? 0
  let kept = oldLines.lines.length + youngLines.lines.length
  let youngKept = youngLines.lines.length
  /** Lines kept per segment: when one is loaded again after a crash, those come again in the same order. */
  const known = new Map<string, number>()
  for (const l of [...oldLines.lines, ...youngLines.lines]) known.set(l.segment, (known.get(l.segment) ?? 0) + 1)
  oldLines = youngLines = { head: undefined, lines: [] }

  function turnOver(): void {
    const lost = kept - youngKept
    fs.closeSync(fd)
    fs.renameSync(young, old)
    dropped += lost
    kept = youngKept
    youngKept = 0
    fd = begin(young, { dropped }, true)
    syncFolder(folder)
    bytes = fs.fstatSync(fd).size
    if (lost > 0) options.onDrop?.(lost)
  }

  return {
    async add(segment, lines) {
      const fresh = lines.slice(known.get(segment) ?? 0)
      if (fresh.length === 0) return
      try {
        const at = new Date(options.clock()).toISOString()
        for (const { line, reason } of fresh) {
          const data = Buffer.from(`${JSON.stringify({ at, reason, segment, line })}\n`)
          if (bytes + data.length > half && youngKept > 0) turnOver()
          writeFully(NODE_FILES, fd, data, bytes)
          bytes += data.length
          kept++
          youngKept++
        }
        fs.fsyncSync(fd)
        known.set(segment, lines.length)
      } catch (e) {
        throw storageError(e)
      }
    },
    stats: () => ({ kept, dropped }),
    *lines() {
      yield* readLines(old).lines
      yield* readLines(young).lines
    },
    close: () => fs.closeSync(fd),
  }
}

function begin(path: string, head: Head, fresh: boolean): number {
  if (fresh) fs.writeFileSync(path, `${JSON.stringify(head)}\n`, { mode: 0o600 })
  const fd = fs.openSync(path, 'r+')
  const whole = fs.readFileSync(fd).lastIndexOf(10) + 1
  fs.ftruncateSync(fd, whole)
  return fd
}

/** Head and whole lines of a file; a torn last line is left out. */
function readLines(path: string): { head: Head | undefined; lines: QuarantinedLine[] } {
  if (!fs.existsSync(path)) return { head: undefined, lines: [] }
  const [first, ...rest] = fs.readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const parsed = rest.flatMap((l) => {
    try {
      return [JSON.parse(l) as QuarantinedLine]
    } catch {
      return []
    }
  })
  return { head: first === undefined ? undefined : (JSON.parse(first) as Head), lines: parsed }
}
