import type { Origin } from '../contract.ts'
import type { BulkShape } from './bulkAnswer.ts'

/** Bytes on their way to a lane. Whoever submits gives them away: the buffer is transferred, so it must not be pooled. */
export type Job = LinesJob | BulkJob | FramesJob

/** Newline-separated JSON of `POST /ingest`. */
export interface LinesJob {
  readonly kind: 'lines'
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: boolean
  readonly origin: Origin
  /** With it, a repeat of the request stores nothing twice. */
  readonly idempotencyKey: string | undefined
}

/** A body of Elasticsearch's bulk interface. */
export interface BulkJob {
  readonly kind: 'bulk'
  readonly body: Uint8Array<ArrayBuffer>
  readonly gzip: boolean
  readonly origin: Origin
  /** Index of the address; an action without one of its own gets it. */
  readonly index: string | undefined
  readonly shape: BulkShape
  /** It came to this lane for balance: if it holds ids, it belongs to the sender's own lane (`Misrouted`). */
  readonly anywhere: boolean
}

/** Syslog messages of several senders. */
export interface FramesJob {
  readonly kind: 'frames'
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where each message ends in `bytes`; it begins where the one before ends. */
  readonly ends: Uint32Array<ArrayBuffer>
  /** Which of `addresses` sent it. */
  readonly senders: Uint32Array<ArrayBuffer>
  readonly addresses: readonly string[]
  /** Of the listener; the sender's address is appended to its `sourceId`. */
  readonly origin: Origin
}

/** All lines of the job are durable. */
export interface Taken {
  readonly accepted: number
  /** The bulk answer, ready to send. */
  readonly answer: Uint8Array<ArrayBuffer> | undefined
  /** Some line had an identity of the sender's. */
  readonly identified: boolean
}

/** Gives back a bulk body that reached the wrong lane; nothing of it was stored. */
export interface Misrouted {
  readonly misrouted: Uint8Array<ArrayBuffer>
}

/** What the listeners need of the intake. */
export interface IntakePort {
  /**
   * Room for a body of so many bytes by that key, waited for at most `ms`; undefined = none was to be had: refuse the
   * request. The room is given back by `release`.
   */
  reserve(bytes: number, ms: number, keyId: string): Promise<Reservation | undefined>
  /**
   * Resolves when the lines are durable. Rejects with COL-429 if no lane began with it by `deadline` (then nothing of it
   * is stored), STO-507 on a full disk, COL-400, COL-413 or COL-415 if it cannot be read; always all or nothing.
   */
  submit(job: Job, deadline: number): Promise<Taken>
  /** Counts lines of a source that were lost before they were durable. */
  dropped(sourceId: string, count: number, reason: string): void
}

export interface Reservation {
  /** Asks for more, for bodies of unknown length; false = there is no more. */
  grow(bytes: number): boolean
  release(): void
}
