import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sha256hex } from '../../core/canonical.ts'
import type { CorrelatorSnapshot, Firing } from '../../core/correlation.ts'

/** What outlives a crash: the correlator's state, and what fired and is perhaps not yet a signal. */
export interface Kept {
  /** Of which spool its positions are. */
  readonly spool: string
  readonly correlator: CorrelatorSnapshot
  readonly outbox: readonly Firing[]
}

/** First word of the file. Another one is of another program, or of another version of this one. */
const FORMAT = 'suidun-correlation-1'

/**
 * The one file of the correlator: a head line `format digest`, then JSON. It is replaced as a whole, so a crash leaves
 * the former or the new one. One that cannot be read is set aside under another name, never deleted.
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
      const kept = parse(readFileSync(this.#path))
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

  /** Durable when resolved. One call at a time. */
  async write(json: string): Promise<void> {
    const bytes = Buffer.from(json)
    const file = await open(this.#temporary, 'w', 0o600)
    try {
      await file.writeFile(`${FORMAT} sha-256:${sha256hex(bytes)}\n`)
      await file.writeFile(bytes)
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

function parse(bytes: Buffer): Kept {
  const end = bytes.indexOf(10)
  const [format, digest] = bytes.toString('latin1', 0, Math.max(end, 0)).split(' ')
  if (format !== FORMAT) throw new Error('it is not of this version')
  const json = bytes.toString('utf8', end + 1)
  if (digest !== `sha-256:${sha256hex(json)}`) throw new Error('its digest is another')
  return JSON.parse(json) as Kept
}
