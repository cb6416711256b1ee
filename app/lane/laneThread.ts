import { Worker } from 'node:worker_threads'
import type { Job, Misrouted, Taken } from '../../collectors/intake/index.ts'
import { AppError } from '../../core/errors.ts'
import type { SignalDelta, SourceCounters } from '../../core/model/index.ts'
import type { Clock, Segment } from '../../core/ports.ts'
import type { Tell } from '../../core/telemetry.ts'
import type { FromLane, LaneSettings, LaneStart, SpoolLineAt, ToLane, UsedRules, WireError } from './messages.ts'

export interface LaneThreadOptions {
  /** What the worker is started with, asked anew when it has to be started again. */
  readonly start: () => LaneStart
  readonly clock: Clock
  readonly tell: Tell
  readonly applyDeltas: (deltas: readonly SignalDelta[]) => Promise<void>
  readonly onCounters: (sources: readonly SourceCounters[]) => void
  readonly onSealed: () => void
  /** Resolves when it is written down from where on the lane uses those rules. */
  readonly onRules: (used: UsedRules) => Promise<void>
}

interface Waiting {
  readonly job: Job
  readonly bytes: number
  readonly deadline: number
  readonly resolve: (result: Taken | Misrouted) => void
  readonly reject: (error: AppError) => void
}

interface Finding {
  readonly resolve: (lines: readonly SpoolLineAt[]) => void
  readonly reject: (error: Error) => void
}

/** So much may be with the worker at once; the rest waits here, where it can still be refused. */
const IN_FLIGHT_BYTES = 8 << 20
const IN_FLIGHT_JOBS = 256
/** A worker that failed is started again after this, twice as long each time it fails to start, milliseconds. */
const RESTART_AFTER = 500
const LONGEST_RESTART = 30_000

/** The main thread's side of one lane: hands bytes to its worker, applies what it counted, starts it again if it fails. */
export class LaneThread {
  readonly lane: number
  segments: readonly Segment[] = []
  readonly #options: LaneThreadOptions
  #worker: Worker | undefined
  #up = false
  #closing = false
  #closed: () => void = () => undefined
  #queue: Waiting[] = []
  readonly #inFlight = new Map<number, Waiting>()
  #inFlightBytes = 0
  #queuedBytes = 0
  #ticket = 0
  readonly #settling = new Map<number, () => void>()
  readonly #using = new Map<number, () => void>()
  readonly #sealing = new Map<number, (seq: number) => void>()
  readonly #finding = new Map<number, Finding>()
  #applying: Promise<void> = Promise.resolve()
  #full = false
  readonly #expiry: NodeJS.Timeout

  constructor(lane: number, options: LaneThreadOptions) {
    this.lane = lane
    this.#options = options
    this.#expiry = setInterval(() => this.#expire(), 100)
    this.#expiry.unref()
  }

  /** Bytes of jobs that are not yet done. */
  get load(): number {
    return this.#inFlightBytes + this.#queuedBytes
  }

  /** Resolves when the lane has replayed what was left and takes jobs. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = this.#options.start()
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: start,
        transferList: [start.correlator],
        // Lines live for one batch: with room for a batch in the young generation none is copied to the old one.
        resourceLimits: { maxYoungGenerationSizeMb: 96, maxOldGenerationSizeMb: 4096 },
      })
      this.#worker = worker
      let failure: Error | undefined
      worker.on('message', (m: FromLane) => {
        if (m.type === 'ready') {
          this.#up = true
          resolve()
          this.#post()
        } else this.#receive(m)
      })
      worker.on('error', (e) => {
        failure = e
      })
      worker.on('exit', () => {
        this.#worker = undefined
        const wasUp = this.#up
        this.#up = false
        this.#failInFlight()
        for (const resolve of this.#using.values()) resolve()
        this.#using.clear()
        if (this.#closing) this.#closed()
        else if (!wasUp) reject(failure ?? new Error(`lane ${this.lane} ended while starting`))
        else void this.#restart(failure)
      })
    })
  }

  submit(job: Job, deadline: number): Promise<Taken | Misrouted> {
    return new Promise((resolve, reject) => {
      if (this.#closing) return reject(new AppError('COL-429'))
      const bytes = (job.kind === 'frames' ? job.bytes : job.body).byteLength
      this.#queue.push({ job, bytes, deadline, resolve, reject })
      this.#queuedBytes += bytes
      this.#post()
    })
  }

  send(message: ToLane): void {
    this.#worker?.postMessage(message)
  }

  /** Hands over new settings; resolves when they hold from the next job on. A lane that is being started again begins with them. */
  use(settings: LaneSettings): Promise<void> {
    if (this.#worker === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      const ticket = ++this.#ticket
      this.#using.set(ticket, resolve)
      this.send({ type: 'settings', ticket, settings })
    })
  }

  /** Resolves when all that was accepted is detected, and sealed for the loader. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      const ticket = ++this.#ticket
      this.#settling.set(ticket, resolve)
      this.send({ type: 'settle', ticket })
    })
  }

  /** Seals the open segment; answers the number of the last line by now. */
  seal(): Promise<number> {
    return new Promise((resolve) => {
      const ticket = ++this.#ticket
      this.#sealing.set(ticket, resolve)
      this.send({ type: 'seal', ticket })
    })
  }

  /** Those of the lines that are not yet in the event store for good. Rejects while the worker is down. */
  find(seqs: readonly number[]): Promise<readonly SpoolLineAt[]> {
    return new Promise((resolve, reject) => {
      if (this.#worker === undefined) return reject(new Error(`lane ${this.lane} is down`))
      const ticket = ++this.#ticket
      this.#finding.set(ticket, { resolve, reject })
      this.send({ type: 'find', ticket, seqs })
    })
  }

  /** Ends the worker at once; it is started again and replays what was not committed. */
  async replayAgain(): Promise<void> {
    await this.#worker?.terminate()
  }

  /** Finishes what was begun, refuses what waits, and ends the worker. */
  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#expiry)
    for (const w of this.#queue) w.reject(new AppError('COL-429'))
    this.#queue = []
    if (this.#worker === undefined) return
    const ended = new Promise<void>((resolve) => {
      this.#closed = resolve
    })
    this.send({ type: 'close' })
    await ended
  }

  #post(): void {
    while (
      this.#up &&
      this.#queue.length > 0 &&
      this.#inFlight.size < IN_FLIGHT_JOBS &&
      (this.#inFlight.size === 0 || this.#inFlightBytes < IN_FLIGHT_BYTES)
    ) {
      const next = this.#queue.shift()!
      this.#queuedBytes -= next.bytes
      const ticket = ++this.#ticket
      this.#inFlight.set(ticket, next)
      this.#inFlightBytes += next.bytes
      const { job, deadline } = next
      const buffers = job.kind === 'frames' ? [job.bytes, job.ends, job.senders] : [job.body]
      this.#worker!.postMessage(
        { type: 'job', ticket, job, deadline } satisfies ToLane,
        buffers.map((b) => b.buffer),
      )
    }
  }

  #take(ticket: number): Waiting | undefined {
    const w = this.#inFlight.get(ticket)
    if (w === undefined) return undefined
    this.#inFlight.delete(ticket)
    this.#inFlightBytes -= w.bytes
    return w
  }

  #receive(m: Exclude<FromLane, { type: 'ready' }>): void {
    switch (m.type) {
      case 'done':
        this.#diskFull(false)
        this.#take(m.ticket)?.resolve(m.result)
        this.#post()
        break
      case 'failed':
        if (m.error.code === 'STO-507') this.#diskFull(true)
        this.#take(m.ticket)?.reject(unwire(m.error))
        this.#post()
        break
      case 'deltas':
        this.#applying = this.#apply(m.deltas)
        break
      case 'counters':
        this.#options.onCounters(m.sources)
        break
      case 'sealed':
        this.segments = m.segments
        this.#options.onSealed()
        break
      case 'used':
        this.#using.get(m.ticket)?.()
        this.#using.delete(m.ticket)
        break
      case 'settled':
        this.#settling.get(m.ticket)?.()
        this.#settling.delete(m.ticket)
        break
      case 'reached':
        this.#sealing.get(m.ticket)?.(m.seq)
        this.#sealing.delete(m.ticket)
        break
      case 'rules': {
        const worker = this.#worker
        void this.#options.onRules(m).then(() => {
          // A worker that was started meanwhile has reported for itself.
          if (worker === this.#worker) this.send({ type: 'recorded', ruleSet: m.ruleSet })
        })
        break
      }
      case 'found':
        this.#finding.get(m.ticket)?.resolve(m.lines)
        this.#finding.delete(m.ticket)
        break
      case 'trouble':
        if (m.error.code === 'STO-507') this.#diskFull(true)
        else this.#options.tell('lane_failed', { lane: this.lane, ...m.error.details })
        break
      case 'closed':
        break
    }
  }

  /** Tries until it is done: the lane keeps the deltas' events until then, and takes in no more than it can hold. */
  async #apply(deltas: readonly SignalDelta[]): Promise<void> {
    for (let wait = 100; ; wait = Math.min(wait * 2, 10_000)) {
      try {
        await this.#options.applyDeltas(deltas)
        break
      } catch (e) {
        this.#options.tell('detect_failed', { lane: this.lane, problem: (e as Error).message })
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
    this.send({ type: 'applied' })
  }

  #diskFull(full: boolean): void {
    if (full !== this.#full) this.#options.tell(full ? 'disk_full' : 'disk_back', { lane: this.lane })
    this.#full = full
  }

  #expire(): void {
    const now = this.#options.clock()
    const late = this.#queue.filter((w) => w.deadline <= now)
    if (late.length === 0) return
    this.#queue = this.#queue.filter((w) => w.deadline > now)
    for (const w of late) {
      this.#queuedBytes -= w.bytes
      w.reject(new AppError('COL-429'))
    }
  }

  #failInFlight(): void {
    for (const w of this.#inFlight.values()) w.reject(new AppError('COL-429'))
    this.#inFlight.clear()
    this.#inFlightBytes = 0
    for (const { reject } of this.#finding.values()) reject(new Error(`lane ${this.lane} ended`))
    this.#finding.clear()
  }

  async #restart(failure: Error | undefined, after = RESTART_AFTER): Promise<void> {
    this.#options.tell('lane_failed', { lane: this.lane, problem: failure?.stack ?? 'ended' })
    await this.#applying
    await new Promise((resolve) => setTimeout(resolve, after))
    if (this.#closing) return
    await this.open().catch((e: Error) => this.#restart(e, Math.min(after * 2, LONGEST_RESTART)))
    for (const ticket of this.#settling.keys()) this.send({ type: 'settle', ticket })
    for (const ticket of this.#sealing.keys()) this.send({ type: 'seal', ticket })
  }
}

function unwire(e: WireError): AppError {
  return new AppError(e.code, { ...e.details }, e.place)
}
