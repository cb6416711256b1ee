import fs from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Clock, Consumer, Lane, Segment } from '../../core/ports.ts'
import { NODE_FILES, type SpoolFiles, storageError, syncFolder, writeFully } from './files.ts'
import { IdLog } from './idLog.ts'
import { IdWindow } from './idWindow.ts'
import { Offsets } from './offsets.ts'
import { readSegment } from './readSegment.ts'
import { listSegments, openName, repairTail } from './segment.ts'

export interface LaneOptions {
  readonly lane: number
  /** 16 hex digits that no other spool has: makes segment ids unique for ever. */
  readonly receiver: string
  readonly clock: Clock
  /** A segment is sealed at so many bytes, lines, or milliseconds after its first line. */
  readonly maxBytes?: number
  readonly maxLines?: number
  readonly maxAge?: number
  /** At least so many of the newest ids are remembered. */
  readonly window?: number
  /** Bytes that stay free on the disk, so that the stores can take in what waits; at most 5 % of the disk. */
  readonly reserve?: number
  /** The id that a line holds: read again after a crash. */
  readonly idOf?: (line: string) => string | undefined
  readonly files?: SpoolFiles
}

/** A lane that also remembers ids: repeats of the same sender are known, also after a restart. */
export interface SpoolLane extends Lane {
  /** `ids`: those of the lines that came with an identity of the sender's; remembered once durable. */
  append(lines: readonly string[], ids?: readonly string[]): Promise<void>
  /** The same with lines that are bytes already, each with its line feed, in one or more pieces. */
  appendBytes(bytes: readonly Uint8Array[], count: number, ids: readonly string[]): Promise<void>
  /** Whether an event of this id was appended (at least the last `window` ids are known). */
  knows(id: string): boolean
}

interface OpenSegment {
  readonly fd: number
  readonly path: string
  readonly name: string
  readonly firstSeq: number
  count: number
  /** Durable length; what lies beyond was never acknowledged. */
  bytes: number
  /** When its first line came, by the clock. */
  since: number
}

/** Opens (or creates) the lane in its own folder, repairing what a crash left. */
export async function openLane(folder: string, options: LaneOptions): Promise<SpoolLane> {
  fs.mkdirSync(folder, { recursive: true })
  const lane = new FileLane(folder, options)
  await lane.recover()
  return lane
}

class FileLane implements SpoolLane {
  readonly lane: number
  nextSeq = 1
  readonly #folder: string
  readonly #options: LaneOptions
  readonly #files: SpoolFiles
  readonly #offsets: Offsets
  readonly #window: IdWindow
  readonly #idLog: IdLog
  /** All that stand on the disk, oldest first. */
  #segments: Segment[] = []
  #open: OpenSegment | undefined
  /** Ids appended since the id log was last written, and how far they reach. */
  #fresh: string[] = []
  /** A failed write may have left bytes behind the durable end. */
  #torn = false
  #chain: Promise<unknown> = Promise.resolve()
  #spaceAt = 0
  #room = true

  constructor(folder: string, options: LaneOptions) {
    this.lane = options.lane
    this.#folder = folder
    this.#options = options
    this.#files = options.files ?? NODE_FILES
    const least = options.window ?? 1_000_000
    this.#window = new IdWindow(least)
    this.#offsets = new Offsets(join(folder, 'offsets'), this.#files)
    this.#idLog = new IdLog(folder, { files: this.#files, least, window: this.#window })
  }

  async recover(): Promise<void> {
    const { sealed, open } = listSegments(this.#folder, this.lane)
    this.#segments = [...sealed]
    this.nextSeq = Math.max((sealed.at(-1)?.lastSeq ?? 0) + 1, this.#offsets.highest + 1)
    for (const o of open) {
      const fd = fs.openSync(o.path, 'r+')
      const { count, bytes } = repairTail(fd)
      this.#open = { fd, ...o, count, bytes, since: this.#options.clock() }
      const follows = o.firstSeq + count >= this.nextSeq
      this.nextSeq = Math.max(this.nextSeq, o.firstSeq + count)
      if (o !== open.at(-1) || !follows) await this.#seal()
    }
    await this.#rememberAgain()
    await this.#logIds()
    this.#deletePassed()
  }

  append(lines: readonly string[], ids: readonly string[] = []): Promise<void> {
    return this.#next(() => this.#append([Buffer.from(`${lines.join('\n')}\n`)], lines.length, ids))
  }

  appendBytes(bytes: readonly Uint8Array[], count: number, ids: readonly string[]): Promise<void> {
    return this.#next(() => this.#append(bytes, count, ids))
  }

  knows(id: string): boolean {
    return this.#window.has(id)
  }

  async *read(after: number): AsyncGenerator<readonly { readonly seq: number; readonly line: string }[]> {
    let done = after
    for (;;) {
      const s = this.#segments.find((x) => x.lastSeq > done)
      const o = this.#open
      const last = s?.lastSeq ?? (o !== undefined && o.count > 0 ? o.firstSeq + o.count - 1 : 0)
      if (last <= done) return
      const source = s ?? o!
      const from = { firstSeq: source.firstSeq, bytes: source.bytes, after: done }
      try {
        yield* readSegment(source.path, from)
      } catch (e) {
        // Sealed (renamed) or deleted between the look and the opening: look again.
        const gone = (e as NodeJS.ErrnoException).code === 'ENOENT'
        if (!gone || (s !== undefined && this.#segments.includes(s))) throw storageError(e)
        continue
      }
      done = last
    }
  }

  committed(consumer: Consumer): number {
    return this.#offsets.get(consumer)
  }

  commit(consumer: Consumer, seq: number): Promise<void> {
    return this.#next(async () => {
      if (seq <= this.#offsets.get(consumer)) return
      if (seq >= this.nextSeq) throw new AppError('STO-500', { problem: `${consumer} commits ${seq}, beyond the log` })
      await this.#offsets.set(consumer, seq)
      this.#deletePassed()
    })
  }

  seal(force = false): Promise<void> {
    return this.#next(async () => {
      if (this.#open !== undefined && this.#open.count > 0 && (force || this.#isDue(this.#open))) await this.#seal()
      else await this.#logIds()
      this.#deletePassed()
    })
  }

  sealed(): readonly Segment[] {
    const passed = this.#offsets.get('loader')
    return this.#segments.filter((s) => s.lastSeq > passed)
  }

  close(): Promise<void> {
    return this.#next(async () => {
      if (this.#open !== undefined) fs.closeSync(this.#open.fd)
      this.#open = undefined
      this.#offsets.close()
      this.#idLog.close()
    })
  }

  /** One thing at a time, in the order asked for; every failure as an AppError. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#chain.then(work).catch((e: unknown) => {
      throw storageError(e)
    })
    this.#chain = result.catch(() => undefined)
    return result
  }

  async #append(pieces: readonly Uint8Array[], count: number, ids: readonly string[]): Promise<void> {
    if (count === 0) return
    if (this.#open !== undefined && this.#isFull(this.#open)) await this.#seal()
    this.#checkRoom(pieces.reduce((n, p) => n + p.length, 0))
    if (this.#torn) this.#cut()
    this.#open ??= this.#create()
    const open = this.#open
    let end = open.bytes
    try {
      for (const piece of pieces) {
        writeFully(this.#files, open.fd, piece, end)
        end += piece.length
      }
      await this.#files.sync(open.fd)
    } catch (e) {
      this.#torn = true
      this.#spaceAt = 0
      try {
        this.#cut()
      } catch {
        // Tried again before the next write; readers never go beyond the durable length.
      }
      throw e
    }
    if (open.count === 0) open.since = this.#options.clock()
    open.count += count
    open.bytes = end
    this.nextSeq += count
    for (const id of ids) {
      this.#window.add(id)
      this.#fresh.push(id)
    }
  }

  #cut(): void {
    if (this.#open !== undefined) this.#files.truncate(this.#open.fd, this.#open.bytes)
    this.#torn = false
  }

  #create(): OpenSegment {
    const name = openName(this.#options.receiver, this.lane, this.nextSeq)
    const path = join(this.#folder, `${name}.open`)
    const fd = fs.openSync(path, 'w+', 0o600)
    try {
      syncFolder(this.#folder)
    } catch (e) {
      fs.closeSync(fd)
      throw e
    }
    return { fd, path, name, firstSeq: this.nextSeq, count: 0, bytes: 0, since: this.#options.clock() }
  }

  /** Refuses before the disk is quite full: loading what waits here needs room too. Asked at most five times a second. */
  #checkRoom(bytes: number): void {
    const now = this.#options.clock()
    if (now < this.#spaceAt || now - this.#spaceAt >= 200) {
      const { free, total } = this.#files.space(this.#folder)
      this.#room = free - bytes > Math.min(this.#options.reserve ?? 64 << 20, total * 0.05)
      this.#spaceAt = now
    }
    if (!this.#room) throw new AppError('STO-507')
  }

  #isFull(o: OpenSegment): boolean {
    return o.bytes >= (this.#options.maxBytes ?? 16 << 20) || o.count >= (this.#options.maxLines ?? 20_000)
  }

  #isDue(o: OpenSegment): boolean {
    // A clock that was set back counts as well.
    return this.#isFull(o) || Math.abs(this.#options.clock() - o.since) >= (this.#options.maxAge ?? 1_000)
  }

  async #seal(): Promise<void> {
    const o = this.#open!
    if (this.#torn) this.#cut()
    if (o.count === 0) {
      fs.closeSync(o.fd)
      fs.rmSync(o.path, { force: true })
      this.#open = undefined
      return
    }
    const sealedAt = this.#options.clock()
    const id = `${o.name}-${o.count}-${sealedAt}`
    const path = join(this.#folder, `${id}.ndjson`)
    this.#files.rename(o.path, path)
    syncFolder(this.#folder)
    fs.closeSync(o.fd)
    this.#open = undefined
    const lastSeq = o.firstSeq + o.count - 1
    this.#segments.push({
      lane: this.lane,
      id,
      path,
      firstSeq: o.firstSeq,
      lastSeq,
      count: o.count,
      bytes: o.bytes,
      sealedAt,
    })
    await this.#logIds()
  }

  /** Without this record no segment is deleted; on a full disk it is tried again later. */
  async #logIds(): Promise<void> {
    const lastSeq = this.#segments.at(-1)?.lastSeq ?? 0
    if (lastSeq <= this.#idLog.covered) return
    try {
      await this.#idLog.append(lastSeq, this.#fresh)
      this.#fresh = []
    } catch (e) {
      if (storageError(e).code !== 'STO-507') throw e
    }
  }

  /** Ids of lines that the id log does not cover yet: it had not been written when the process ended. */
  async #rememberAgain(): Promise<void> {
    const idOf = this.#options.idOf
    if (idOf === undefined) return
    for await (const batch of this.read(this.#idLog.covered))
      for (const { line } of batch) {
        const id = idOf(line)
        if (id === undefined) continue
        this.#window.add(id)
        this.#fresh.push(id)
      }
  }

  #deletePassed(): void {
    const { detector, loader } = { detector: this.committed('detector'), loader: this.committed('loader') }
    const passed = Math.min(detector, loader, this.#idLog.covered)
    const gone = this.#segments.filter((s) => s.lastSeq <= passed)
    if (gone.length === 0) return
    this.#segments = this.#segments.filter((s) => s.lastSeq > passed)
    for (const s of gone) fs.rmSync(s.path, { force: true })
  }
}
