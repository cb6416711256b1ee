import type { Correlator, CorrelatorCounts, CorrelatorSnapshot, Firing } from '../../core/correlation.ts'
import type { Clock } from '../../core/ports.ts'
import type { HandedHits } from '../lane/messages.ts'
import { Backlog } from './backlog.ts'
import type { Kept } from './snapshotFile.ts'

/** What the engine tells the other side. */
export interface CorrelationEvents {
  /** The lane may hand over more. */
  taken(lane: number): void
  /** What was made of all of the lane up to `seq` outlives a crash, and what fired of it is durable. */
  covered(lane: number, seq: number): void
  /** Makes firings durable as signals; the same again changes nothing. Resolves when done, rejects never. */
  fire(firings: readonly Firing[]): Promise<void>
  /** The snapshot could not be written; it is tried again. */
  trouble(error: Error): void
  /** The correlator failed at a hit, or at letting time go by; it goes on without. */
  leftOut(error: Error): void
}

export interface CorrelationOptions {
  /** Name of the spool that lanes read. */
  readonly spool: string
  readonly lanes: number
  /** A correlator that goes on from a snapshot. */
  readonly create: CreateCorrelator
  readonly kept: Kept | undefined
  /** A hit is held back so long at most, milliseconds. */
  readonly held: number
  /** Makes what is kept durable, as it is at the call. */
  readonly write: (kept: Kept) => Promise<void>
  readonly events: CorrelationEvents
  readonly clock: Clock
}

/** Counters of the correlator since the start of its thread. */
export interface CorrelationCounts extends CorrelatorCounts {
  readonly firings: number
}

export type CreateCorrelator = (from: CorrelatorSnapshot | undefined) => Correlator

interface LaneState {
  /** All up to here was put together. */
  seq: number
  /** All that was acknowledged before this moment was taken: undefined until the lane has replayed, for ever when it is closed. */
  asOf: number | undefined
  /** It waits until there is room for what it handed over. */
  isWaiting: boolean
}

/** A snapshot is written so often at most while something changes, sooner for what fired; milliseconds. */
const WRITE_EVERY = 1_000
const FIRE_EVERY = 100
/** Writing takes at most this part of the time: a large snapshot is written more rarely. */
const SHARE = 10
/** Hits that may wait until all lanes have come as far. */
const MOST_BACKLOG = 200_000
/** Firings that may wait to become signals; beyond, the lanes wait. */
const MOST_WAITING = 10_000

/**
 * Puts together what the lanes hand over, so that nothing that fires is lost or doubled, without threads. What fired
 * becomes a signal only after a snapshot holds it (the outbox), so what a crash makes the correlator forget was never
 * seen by anybody; and a lane is told that something is covered only after the snapshot that holds it is durable and
 * what fired by then is a signal.
 */
export class CorrelationEngine {
  readonly #options: CorrelationOptions
  readonly #lanes: readonly LaneState[]
  readonly #backlog: Backlog
  #correlator: Correlator
  /** What fired and is not yet durable as a signal, oldest first. */
  readonly #outbox: Firing[]
  /** Something is not in the last snapshot. */
  #dirty = false
  #writing: Promise<boolean> | undefined
  #next: Promise<boolean> | undefined
  #writtenAt = 0
  #took = 0
  #fired = 0
  #held: number
  #heldUntil = 0
  /** Counted by former correlators, before other rules came. */
  #before = { evicted: 0, late: 0 }

  constructor(options: CorrelationOptions) {
    this.#options = options
    this.#correlator = options.create(options.kept?.correlator)
    this.#outbox = [...(options.kept?.outbox ?? [])]
    this.#held = options.held
    if (options.kept !== undefined) this.#heldUntil = options.clock() + this.#held
    this.#backlog = new Backlog(options.lanes)
    this.#lanes = Array.from({ length: options.lanes }, () => ({
      seq: 0,
      takenSeq: 0,
      asOf: undefined,
      isWaiting: false,
    }))
  }

  /** Counters since the start. */
  get counts(): CorrelationCounts {
    const { groups, evicted, late } = this.#correlator.counts
    return {
      groups,
      evicted: this.#before.evicted + evicted,
      late: this.#before.late + late,
      firings: this.#fired,
    }
  }

  /** Takes what a lane hands over; hits that a snapshot knew already change nothing. */
  take(lane: number, handed: HandedHits): void {
    const state = this.#lanes[lane]!
    state.asOf = handed.asOf ?? state.asOf
    this.#backlog.add(lane, handed)
    if (handed.hits.length > 0) this.#heldUntil = this.#options.clock() + this.#held
    this.#feed()
    if (this.#outbox.length < MOST_WAITING) this.#options.events.taken(lane)
    else state.isWaiting = true
    if (this.#isCovered()) this.#options.events.covered(lane, state.seq)
    else if (handed.urgent) void this.write()
  }

  /** A lane is started (again): it hands over anew what no snapshot covers. */
  restarted(lane: number): void {
    this.#backlog.clear(lane)
    this.#lanes[lane]!.isWaiting = false
  }

  /** Goes on with other rules; what they leave as it was is kept. */
  use(create: CreateCorrelator, held: number): void {
    this.#collect()
    this.#held = held
    this.#heldUntil = this.#options.clock() + held
    const { evicted, late } = this.counts
    this.#before = { evicted, late }
    this.#correlator = create(this.#correlator.snapshot())
    this.#dirty = true
  }

  /** Lets time go by, as far as every lane has come, and writes what is due. Called now and then. */
  tick(): void {
    const now = this.#asOf()
    if (now !== undefined && now !== Number.POSITIVE_INFINITY) {
      this.#try(() => this.#correlator.advance(now))
      this.#collect()
    }
    if (this.#isCovered() || this.#writing !== undefined) return
    const every = this.#outbox.length > 0 ? FIRE_EVERY : WRITE_EVERY
    if (Math.abs(this.#options.clock() - this.#writtenAt) >= Math.max(every, SHARE * this.#took)) void this.write()
  }

  /** The moment up to which time must go by until nothing that was taken by now is held back. */
  get heldUntil(): number {
    return this.#heldUntil
  }

  /** The moment up to which time has gone by; undefined while a lane has not replayed. */
  get now(): number | undefined {
    return this.#asOf()
  }

  /** Resolves when all that was taken by now is covered; false where the snapshot could not be written. */
  settle(): Promise<boolean> {
    this.tick()
    return this.write()
  }

  /** Writes a snapshot, then makes what fired durable. One at a time; who asks meanwhile gets the next. */
  write(): Promise<boolean> {
    if (this.#writing === undefined) {
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined
      })
      return this.#writing
    }
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined
      return this.write()
    })
    return this.#next
  }

  #isCovered(): boolean {
    return !this.#dirty && this.#outbox.length === 0 && this.#writing === undefined
  }

  /** The moment up to which all lanes have handed over; undefined until all have replayed, for ever when all are closed. */
  #asOf(): number | undefined {
    let least: number | undefined
    for (const { asOf } of this.#lanes) {
      if (asOf === undefined) return undefined
      if (least === undefined || asOf < least) least = asOf
    }
    return least
  }

  /** Puts together what every lane has come to; all of it where too much waits. */
  #feed(): void {
    const until = this.#backlog.size >= MOST_BACKLOG ? Number.POSITIVE_INFINITY : this.#asOf()
    if (until === undefined) return
    const reached = this.#backlog.drain(until, (hit) => {
      this.#dirty = true
      this.#try(() => this.#correlator.feed(hit))
    })
    for (const [lane, seq] of reached.entries()) {
      if (seq === undefined) continue
      this.#lanes[lane]!.seq = seq
      this.#correlator.passed(lane, seq)
    }
    this.#collect()
  }

  /** It must not fail; if it does all the same, one hit is lost and not all that come after. */
  #try(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#options.events.leftOut(error as Error)
    }
  }

  #collect(): void {
    const firings = this.#correlator.take()
    if (firings.length === 0) return
    this.#fired += firings.length
    this.#outbox.push(...firings)
    this.#dirty = true
  }

  async #write(): Promise<boolean> {
    const { events, clock } = this.#options
    const seqs = this.#lanes.map((l) => l.seq)
    const outbox = [...this.#outbox]
    if (this.#dirty && !(await this.#keep(outbox))) return false
    if (outbox.length > 0) await events.fire(outbox)
    this.#outbox.splice(0, outbox.length)
    for (const [lane, seq] of seqs.entries()) events.covered(lane, seq)
    this.#goOn()
    this.#writtenAt = clock()
    return true
  }

  /** Puts the correlator's state and the outbox into the file. */
  async #keep(outbox: readonly Firing[]): Promise<boolean> {
    const { events, clock, write } = this.#options
    const began = clock()
    this.#dirty = false
    try {
      await write({ spool: this.#options.spool, correlator: this.#correlator.snapshot(), outbox })
      return true
    } catch (error) {
      this.#dirty = true
      events.trouble(error as Error)
      return false
    } finally {
      this.#writtenAt = clock()
      this.#took = Math.abs(this.#writtenAt - began)
    }
  }

  /** Lanes that waited for room in the outbox go on. */
  #goOn(): void {
    if (this.#outbox.length >= MOST_WAITING) return
    this.#lanes.forEach((state, lane) => {
      if (!state.isWaiting) return
      state.isWaiting = false
      this.#options.events.taken(lane)
    })
  }
}
