import {
  type Job,
  LineBuffer,
  type Misrouted,
  numberedIds,
  type PreparedJob,
  prepare,
  SourceCounts,
  type Taken,
} from '../../collectors/intake/index.ts'
import type { BaseHit } from '../../core/correlation.ts'
import type { Detector } from '../../core/detector.ts'
import { AppError } from '../../core/errors.ts'
import type { SignalDelta } from '../../core/model/index.ts'
import type { Clock } from '../../core/ports.ts'
import { parseSpoolLine } from '../../core/spoolLine.ts'
import type { SpoolLane } from '../../store/spool/index.ts'
import type { HandedHits, Parts, UsedRules } from './messages.ts'
import { answerJob, countJob, type Numbered, numberJobs, type Ready } from './numberJobs.ts'

/** What the engine tells the other side. */
export interface EngineEvents {
  done(ticket: number, result: Taken | Misrouted): void
  failed(ticket: number, error: AppError): void
  /** Deltas to be made durable; none more come until `applied`. */
  deltas(deltas: readonly SignalDelta[]): void
  /** For the correlator, with every hand-over, also without hits; none more come until `taken`. */
  hits(handed: HandedHits): void
  /** From here on other rules are used; nothing beyond is committed until `recorded`. */
  rules?(used: UsedRules): void
  /** Something outside a job went wrong; it is tried again. */
  trouble(error: AppError): void
}

export interface EngineOptions {
  readonly lane: SpoolLane
  readonly receiver: string
  readonly parts: Parts
  /** Name of the rules of `parts`, where it is to be written down from where on they are used. */
  readonly ruleSet?: string | undefined
  readonly events: EngineEvents
  readonly clock: Clock
}

/** One append takes at most so many lines (but always a whole job). */
const GROUP_LINES = 10_000
/** More unpacked bytes than this are not prepared ahead of an append. */
const AHEAD = 4 << 20
/** Hits and events that the detector may hold while its last deltas are being written; beyond, intake waits. */
const MAX_PENDING = 20_000
const MAX_FED = 50_000
/** Buffers up to this are used again, so many at a time. */
const SPARE_BYTES = 16 << 20
const SPARE = 8
/** The detector's offset is committed so often at most, but for who waits for it. Milliseconds. */
const COMMIT_EVERY = 1_000
/** Who waits for all to be detected is looked after so often, milliseconds. */
const LOOK_AGAIN = 10

/** What is used from the next job on. */
interface Next {
  readonly parts: Parts
  readonly ruleSet: string | undefined
}

/** What was handed over and is not taken yet: deltas by the responder, hits by the correlator. */
interface Handed {
  readonly seq: number
  deltas: boolean
  hits: boolean
}

/**
 * The work of one lane, without threads: prepare jobs, append them in groups, acknowledge, then let the detector see
 * them. While one group is on its way to the disk the next jobs are prepared. Detection follows durability, and its
 * offset follows the deltas and the correlator's snapshot; when these cannot be written, the lane stops taking in before
 * it holds too much.
 */
export class LaneEngine {
  readonly counts = new SourceCounts()
  readonly #lane: SpoolLane
  readonly #options: EngineOptions
  readonly #idOf: (seq: number) => string
  #parts: Parts
  #next: Next | undefined
  #ruleSet: string | undefined
  /** The first line of rules whose use is not written down yet. */
  #hold: number | undefined
  #waiting: { ticket: number; job: Job; deadline: number }[] = []
  #ready: Ready[] = []
  #readyBytes = 0
  readonly #spare: LineBuffer[] = []
  #turn = false
  #appending = false
  #handed: Handed | undefined
  #carried: SignalDelta[] = []
  #carriedHits: BaseHit[] = []
  #fed = 0
  #fedSeq = 0
  /** All up to here is applied, and taken by the correlator. */
  #appliedSeq = 0
  /** A snapshot of the correlator that will outlive a crash holds all up to here. */
  #coveredSeq = 0
  #replaying = false
  #replayed = false
  #committing = false
  #committedAt = 0
  #settling: (() => void)[] = []

  constructor(options: EngineOptions) {
    this.#options = options
    this.#lane = options.lane
    this.#parts = options.parts
    this.#ruleSet = options.ruleSet
    this.#idOf = numberedIds(options.receiver, options.lane.lane)
    this.#fedSeq = this.#appliedSeq = this.#coveredSeq = options.lane.committed('detector')
  }

  /** Lets the detector see what was durable but not detected when the process ended. Before any job. */
  async replay(): Promise<void> {
    this.#replaying = true
    this.#uses(this.#lane.committed('detector') + 1)
    const detector = this.#parts.detector
    for await (const batch of this.#lane.read(this.#lane.committed('detector'))) {
      for (const { seq, line } of batch) {
        const event = parseSpoolLine(line)
        const id = event === undefined ? undefined : (event.ecs.event as { id?: string } | undefined)?.id
        if (event !== undefined && id !== undefined) detector.feed(seq, id, event)
        this.#fedSeq = seq
        this.#fed++
      }
      await this.#untilRoom()
    }
    this.#replayed = true
    this.#replaying = false
    this.#pump()
  }

  /** Takes a job on, which is refused (COL-429) if it cannot be begun by `deadline`. */
  take(ticket: number, job: Job, deadline: number): void {
    this.#waiting.push({ ticket, job, deadline })
    this.#pump()
  }

  /** Refuses the jobs that have waited too long. Called now and then. */
  expire(): void {
    const now = this.#options.clock()
    const late = this.#waiting.filter((w) => w.deadline <= now)
    if (late.length === 0) return
    this.#waiting = this.#waiting.filter((w) => w.deadline > now)
    for (const w of late) this.#options.events.failed(w.ticket, new AppError('COL-429'))
  }

  /** New rules or estate, from the next job on; what was prepared with the former ones is finished first. */
  use(parts: Parts, ruleSet?: string): void {
    this.#next = { parts, ruleSet }
    this.#pump()
  }

  /** It is written down from where on these rules are used. */
  recorded(ruleSet: string): void {
    if (ruleSet !== this.#ruleSet) return
    this.#hold = undefined
    void this.#commit()
  }

  #uses(from: number): void {
    const ruleSet = this.#ruleSet
    if (ruleSet === undefined || this.#options.events.rules === undefined) return
    this.#hold ??= from
    this.#options.events.rules({ ruleSet, from, upTo: this.#lane.nextSeq - 1 })
  }

  /** What the former detector counted goes first. */
  #change({ parts, ruleSet }: Next): void {
    const { deltas, hits } = this.#parts.detector.take()
    this.#carried.push(...deltas)
    for (const hit of hits) this.#carriedHits.push(hit)
    this.#parts = parts
    this.#next = undefined
    if (ruleSet === this.#ruleSet) return
    this.#ruleSet = ruleSet
    this.#uses(this.#lane.nextSeq)
  }

  /** The deltas handed over last are durable. */
  applied(): void {
    if (this.#handed !== undefined) this.#handed.deltas = false
    this.#handOn()
  }

  /** The correlator has the hits handed over last. */
  taken(): void {
    if (this.#handed !== undefined) this.#handed.hits = false
    this.#handOn()
  }

  /** What the correlator made of all up to `seq` outlives a crash. */
  covered(seq: number): void {
    this.#coveredSeq = Math.max(this.#coveredSeq, seq)
    void this.#commit()
  }

  #handOn(): void {
    const handed = this.#handed
    if (handed === undefined || handed.deltas || handed.hits) return
    this.#handed = undefined
    this.#appliedSeq = handed.seq
    void this.#commit()
    const settling = this.#settling.length > 0
    if (this.#isFull() || (settling && this.#fedSeq > handed.seq)) this.flush()
    // What is still to come needs a turn of the event loop, which a look after every microtask would keep away for ever.
    else if (settling) setTimeout(() => this.flush(), LOOK_AGAIN)
    this.#pump()
  }

  /**
   * Hands over what the detector counted and found for correlations, unless what was handed over last is not taken yet.
   * The correlator hears of every look, so that it knows up to when there is nothing more to come.
   */
  flush(): void {
    if (this.#handed !== undefined) return
    const { deltas, hits } = this.#parts.detector.take()
    const allDeltas = this.#carried.length === 0 ? deltas : [...this.#carried, ...deltas]
    const allHits = this.#carriedHits.length === 0 ? hits : [...this.#carriedHits, ...hits]
    this.#carried = []
    this.#carriedHits = []
    this.#fed = 0
    const seq = this.#fedSeq
    this.#handed = { seq, deltas: allDeltas.length > 0, hits: true }
    if (allDeltas.length > 0) this.#options.events.deltas(allDeltas)
    const asOf = this.#replayed ? this.#options.clock() : undefined
    this.#options.events.hits({ seq, hits: allHits, asOf, urgent: this.#settling.length > 0 })
  }

  /** What is handed over last when the lane closes: there is nothing more to wait for. */
  last(): HandedHits {
    return { seq: this.#appliedSeq, hits: [], asOf: Number.POSITIVE_INFINITY, urgent: false }
  }

  /** Resolves when all that is durable now is detected and the offset stands. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#settling.push(resolve)
      this.flush()
    })
  }

  /** Commits what is applied and covered, now and then, or at once for who waits. */
  async #commit(): Promise<void> {
    if (this.#committing) return
    this.#committing = true
    const { lane } = this.#options
    const held = this.#hold === undefined ? Number.POSITIVE_INFINITY : this.#hold - 1
    const seq = Math.min(this.#appliedSeq, this.#coveredSeq, held)
    const isDue = Math.abs(this.#options.clock() - this.#committedAt) >= COMMIT_EVERY || this.#settling.length > 0
    if (seq > lane.committed('detector') && isDue)
      try {
        await lane.commit('detector', seq)
        this.#committedAt = this.#options.clock()
      } catch (e) {
        this.#options.events.trouble(e as AppError)
      }
    this.#committing = false
    if (this.#handed === undefined && this.#isIdle() && lane.committed('detector') >= lane.nextSeq - 1) {
      for (const resolve of this.#settling) resolve()
      this.#settling = []
    }
  }

  #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#ready.length === 0 && !this.#appending
  }

  #isFull(): boolean {
    const pending = this.#parts.detector.pending + this.#carried.length + this.#carriedHits.length
    return pending >= MAX_PENDING || this.#fed >= MAX_FED
  }

  async #untilRoom(): Promise<void> {
    if (!this.#isFull()) return
    this.flush()
    while (this.#isFull()) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** Prepares one job per turn of the event loop, so that finished appends are noticed in between. */
  #pump(): void {
    if (this.#next !== undefined) {
      if (this.#ready.length > 0 || this.#appending || this.#replaying) return
      this.#change(this.#next)
    }
    if (this.#turn || this.#waiting.length === 0) return
    if (this.#readyBytes >= AHEAD || (this.#handed !== undefined && this.#isFull())) return
    this.#turn = true
    setImmediate(() => {
      this.#turn = false
      // What is used next was made of what is used now: nothing more is prepared with that.
      const job = this.#next === undefined ? this.#waiting.shift() : undefined
      if (job !== undefined) this.#prepare(job.ticket, job.job)
      this.#pump()
    })
  }

  #prepare(ticket: number, job: Job): void {
    const buffer = this.#spare.pop() ?? new LineBuffer()
    let prepared: PreparedJob
    try {
      prepared = prepare(job, { ...this.#parts, lane: this.#lane.lane, into: buffer })
    } catch (e) {
      this.#putBack(buffer)
      const error = e instanceof AppError ? e : new AppError('STO-500', { problem: (e as Error).message })
      this.#options.events.failed(ticket, error)
      return
    }
    if (prepared.misrouted && job.kind === 'bulk') {
      this.#putBack(buffer)
      this.#options.events.done(ticket, { misrouted: job.body })
      return
    }
    this.#ready.push({ ticket, job, prepared, buffer })
    this.#readyBytes += prepared.bytes
    if (!this.#appending) void this.#append()
  }

  #putBack(buffer: LineBuffer): void {
    buffer.cut()
    if (this.#spare.length < SPARE && buffer.capacity <= SPARE_BYTES) this.#spare.push(buffer)
  }

  async #append(): Promise<void> {
    this.#appending = true
    while (this.#ready.length > 0) {
      const group = this.#nextGroup()
      const { bytes, count, ids, jobs } = numberJobs(group, this.#lane, this.#idOf)
      const error = await this.#lane.appendBytes(bytes, count, ids).then(
        () => undefined,
        (e: AppError) => e,
      )
      group.forEach((g, i) => {
        this.#readyBytes -= g.prepared.bytes
        this.#putBack(g.buffer)
        if (error === undefined) {
          this.#options.events.done(g.ticket, answerJob(g, jobs[i]!))
          countJob(this.counts, jobs[i]!, this.#options.clock())
        } else this.#options.events.failed(g.ticket, error)
      })
      if (error === undefined) for (const numbered of jobs) this.#detect(numbered)
      if (this.#isFull()) this.flush()
      this.#pump()
    }
    this.#appending = false
    this.#pump()
    if (this.#settling.length > 0) this.flush()
  }

  #nextGroup(): Ready[] {
    let count = 0
    let jobs = 0
    while (jobs < this.#ready.length && (jobs === 0 || count + this.#ready[jobs]!.prepared.lines.length <= GROUP_LINES))
      count += this.#ready[jobs++]!.prepared.lines.length
    return this.#ready.splice(0, jobs)
  }

  #detect(numbered: readonly Numbered[]): void {
    const detector: Detector = this.#parts.detector
    let sourceId = ''
    let run = 0
    for (const { seq, id, line } of numbered) {
      if (seq === 0) continue
      detector.count(seq, id, line.found)
      if (line.sourceId !== sourceId) {
        if (run > 0) this.counts.add(sourceId, 'detected', run)
        sourceId = line.sourceId
        run = 0
      }
      run += line.lines
      this.#fedSeq = seq
      this.#fed++
    }
    if (run > 0) this.counts.add(sourceId, 'detected', run)
  }
}
