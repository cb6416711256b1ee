import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CorrelatorSnapshot, Firing } from '../../core/correlation.ts'

/** What outlives a crash: the correlator's state, and what fired and is perhaps not yet a signal. */
export interface Kept {
  /** Of which spool its positions are. */
  readonly spool: string
  readonly correlator: CorrelatorSnapshot
  readonly outbox: readonly Firing[]
}

/** First word of the file. Another one is of another program, or of another version of this one. */
const FORMAT = 'suidun-correlation-2'
/** It is written and read in pieces of about so many bytes: the whole may be more than a text or a buffer can hold. */
const PIECE = 1 << 20
const LINE_FEED = 10

/**
 * The one file of the correlator: a head line `format digest`, then lines of JSON: what is kept but the groups, then a group
 * each. It is replaced as a whole, so a crash leaves the former or the new one. One that cannot be read is set aside under
 * another name, never deleted.
 */
export class SnapshotFile {
  readonly #path: string
  readonly #spool: string

  constructor(path: string, spool: string) {
    this.#path = path
    this.#spool = spool
  }

  /** What the file holds; nothing where there is none. `onDamage` is told why one was set aside, and under what name. */
  read(onDamage: (problem: string, aside: string) => void): Kept | undefined {
    rmSync(this.#temporary, { force: true })
    if (!existsSync(this.#path)) return undefined
    try {
      const kept = readKept(this.#path)
      // Positions of another spool would make this one's first hits known already.
      if (kept.spool !== this.#spool) throw new Error('it is of another spool')
      return kept
    } catch (error) {
      const aside = `${this.#path}.damaged`
      renameSync(this.#path, aside)
      onDamage((error as Error).message, aside)
      return undefined
    }
  }

  /** Durable when resolved: what was kept at the call. One call at a time. */
  async write(kept: Kept): Promise<void> {
    const pieces = piecesOf(kept)
    const digest = createHash('sha256')
    for (const piece of pieces) digest.update(piece)
    const file = await open(this.#temporary, 'w', 0o600)
    try {
      await file.writeFile(`${FORMAT} sha-256:${digest.digest('hex')}\n`)
      for (const piece of pieces) await file.writeFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(this.#temporary, this.#path)
    const folder = await open(dirname(this.#path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  get #temporary(): string {
    return `${this.#path}.tmp`
  }
}

function piecesOf({ spool, correlator: { groups, ...correlator }, outbox }: Kept): readonly Buffer[] {
  const pieces: Buffer[] = []
  let text = `${JSON.stringify({ spool, correlator, outbox })}\n`
  for (const group of groups) {
    if (text.length >= PIECE) {
      pieces.push(Buffer.from(text))
      text = ''
    }
    text += `${JSON.stringify(group)}\n`
  }
  pieces.push(Buffer.from(text))
  return pieces
}

function readKept(path: string): Kept {
  const found = createHash('sha256')
  let digest: string | undefined
  for (const line of linesOf(path)) {
    if (digest !== undefined) found.update(line).update('\n')
    else {
      const [format, told] = line.toString('latin1').split(' ')
      if (format !== FORMAT) throw new Error('it is not of this version')
      digest = told ?? ''
    }
  }
  if (digest !== `sha-256:${found.digest('hex')}`) throw new Error('its digest is another')
  const [, first, ...groups] = Array.from(linesOf(path), (line, i): unknown =>
    i === 0 ? undefined : JSON.parse(line.toString('utf8')),
  )
  const { spool, correlator, outbox } = first as Kept
  return { spool, correlator: { ...correlator, groups }, outbox }
}

/** Lines of a file without their ends; of a last one that has none, what is there. */
function* linesOf(path: string): Generator<Buffer, undefined> {
  const file = openSync(path, 'r')
  try {
    let rest: Buffer[] = []
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE)
      const end = readSync(file, piece)
      if (end === 0) break
      let from = 0
      for (let to = piece.indexOf(LINE_FEED); to >= 0 && to < end; to = piece.indexOf(LINE_FEED, from)) {
        yield Buffer.concat([...rest, piece.subarray(from, to)])
        rest = []
        from = to + 1
      }
      rest.push(piece.subarray(from, end))
    }
    const last = Buffer.concat(rest)
    if (last.length > 0) yield last
  } finally {
    closeSync(file)
  }
}
