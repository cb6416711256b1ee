import { type IntakePort, type Job, mergeSources, SourceCounts, type Taken } from '../../collectors/intake/index.ts'
import { sha256hex } from '../../core/canonical.ts'
import type { Firing } from '../../core/correlation.ts'
import type { SignalDelta, SourceCounters } from '../../core/model/index.ts'
import type { Clock, Segment } from '../../core/ports.ts'
import type { Tell } from '../../core/telemetry.ts'
import { openSpool } from '../../store/spool/index.ts'
import type { CorrelationRules } from '../correlation/createCorrelation.ts'
import type { CorrelationCounts } from '../correlation/engine.ts'
import type { CorrelationLimits } from '../correlation/messages.ts'
import { openCorrelation } from '../correlation/openCorrelation.ts'
import { LaneThread } from './laneThread.ts'
import type { LaneSettings, SpoolLineAt, UsedRules } from './messages.ts'
import { Room } from './room.ts'

export interface IntakeOptions {
  /** Folder of the spool; created if absent. */
  readonly folder: string
  /** Worker threads; the number is fixed by the folder's first start. */
  readonly lanes: number
  readonly settings: LaneSettings
  /** Makes signals and incidents of what the lanes counted; durable when resolved, and harmless when repeated. */
  readonly applyDeltas: (deltas: readonly SignalDelta[]) => Promise<void>
  readonly correlation: {
    /** Where the correlator's state is kept. */
    readonly file: string
    readonly rules: CorrelationRules
    readonly limits: CorrelationLimits
    /**
     * Makes signals and incidents of what fired; durable when resolved, and harmless when repeated. `find` is the intake's:
     * what fired before the last end is told while lanes still replay, for they may wait for it.
     */
    readonly fire: (firings: readonly Firing[], find: Intake['find']) => Promise<void>
    readonly module?: URL
  }
  /** Writes down from where on a lane uses a set of rules (`ruleSet` of the settings); durable when resolved. */
  readonly onRules?: (lane: number, lanes: number, used: UsedRules) => Promise<void>
  readonly clock: Clock
  readonly tell: Tell
  readonly onCounters?: (sources: readonly SourceCounters[]) => void
  /** Module that makes the lanes' normaliser and detector (see `CreateParts`). */
  readonly parts?: URL
}

/** What the loader needs: the sealed segments, and to say what is safely in the event store. */
export interface SegmentSource {
  /** Sealed and not yet loaded, of all lanes, oldest first per lane. */
  sealed(): readonly Segment[]
  /** All events of a lane up to `seq` are in the store for good; their segments may go. */
  loaded(lane: number, seq: number): void
  /** Calls when the sealed segments have changed. */
  onSealed(listener: () => void): void
  /** Counts lines that the event store could not take. */
  rejected(sourceId: string, count: number, reason: string): void
}

/** The running intake: everything between the listeners and the event store. */
export interface Intake extends IntakePort, SegmentSource {
  /** New rules or estate; when resolved, they hold for every job that comes after. */
  update(settings: LaneSettings, correlations?: CorrelationRules): Promise<void>
  /** Lines of a lane by number, those that are not yet in the event store for good. Rejects while the lane is down. */
  find(lane: number, seqs: readonly number[]): Promise<readonly SpoolLineAt[]>
  /** Counters of the correlator since its start. */
  correlation(): CorrelationCounts
  /** Seals all open segments; per lane, the number of its last line by now. */
  seal(): Promise<Readonly<Record<string, number>>>
  /** Bytes of jobs that are not yet done. */
  load(): number
  /** Counters per source since this start. */
  sources(): readonly SourceCounters[]
  /** Resolves when all that was accepted is detected, its deltas applied, and its segments are sealed for the loader. */
  settle(): Promise<void>
  /**
   * Resolves when what was detected by now is put together, and what fired of it is signals: hits wait a while for earlier
   * ones, so this takes as long. Windows that wait for their end go on waiting.
   */
  correlated(): Promise<void>
  close(): Promise<void>
}

/** Opens the spool and starts a worker per lane; resolves when each has replayed what a crash left undetected. */
export async function openIntake(options: IntakeOptions): Promise<Intake> {
  const home = openSpool(options.folder, { lanes: options.lanes })
  const { clock, tell } = options
  const room = new Room()
  const own = new SourceCounts()
  const byLane: (readonly SourceCounters[])[] = Array.from({ length: home.lanes }, () => [])
  /** Keys whose last bulk body held no ids: theirs may go to any lane. */
  const idless = new Set<string>()
  let settings = options.settings
  const listeners: (() => void)[] = []
  let correlating = digestOf(options.correlation.rules)
  const parts = (options.parts ?? new URL('./parts.ts', import.meta.url)).href

  const sources = () => mergeSources([own.snapshot(), ...byLane])
  const find: Intake['find'] = (lane, seqs) => threads[lane]?.find(seqs) ?? Promise.resolve([])
  const correlation = await openCorrelation({
    ...options.correlation,
    fire: (firings) => options.correlation.fire(firings, find),
    spool: home.receiver,
    lanes: home.lanes,
    onRestart: () => void Promise.all(threads.map((t) => t.replayAgain())),
    clock,
    tell,
  })
  const threads: readonly LaneThread[] = byLane.map((_, lane) => {
    return new LaneThread(lane, {
      start: () => ({
        folder: home.laneFolder(lane),
        lane,
        receiver: home.receiver,
        settings,
        parts,
        correlator: correlation.connect(lane),
      }),
      clock,
      tell,
      applyDeltas: options.applyDeltas,
      onCounters(counters) {
        byLane[lane] = counters
        options.onCounters?.(sources())
      },
      onRules: (used) => options.onRules?.(lane, home.lanes, used) ?? Promise.resolve(),
      onSealed() {
        for (const listener of listeners) listener()
      },
    })
  })
  const opened = await Promise.allSettled(threads.map((t) => t.open()))
  const failed = opened.find((o) => o.status === 'rejected')
  if (failed !== undefined) {
    await Promise.all(threads.map((t) => t.close()))
    await correlation.close()
    throw failed.reason
  }

  const leastLoaded = () => threads.reduce((a, b) => (b.load < a.load ? b : a))
  const ownLane = (key: string) => threads[hashOf(key) % threads.length]!

  async function submit(job: Job, deadline: number): Promise<Taken> {
    if (job.kind === 'frames') return (await leastLoaded().submit(job, deadline)) as Taken
    const { keyId } = job.origin
    if (job.kind === 'lines') {
      const thread = job.idempotencyKey === undefined ? leastLoaded() : ownLane(`${keyId}\n${job.idempotencyKey}`)
      return (await thread.submit(job, deadline)) as Taken
    }
    const own = ownLane(keyId)
    const thread = idless.has(keyId) ? leastLoaded() : own
    let result = await thread.submit({ ...job, anywhere: thread !== own }, deadline)
    if ('misrouted' in result) {
      idless.delete(keyId)
      result = await own.submit({ ...job, body: result.misrouted, anywhere: false }, deadline)
    }
    const taken = result as Taken
    if (taken.identified) idless.delete(keyId)
    else idless.add(keyId)
    return taken
  }

  let updating: Promise<void> = Promise.resolve()
  /** One lane after the other: a lane that reads thousands of rules has less time for lines, and holds both sets meanwhile. */
  async function handOn(next: LaneSettings, correlations: Parameters<Intake['update']>[1]): Promise<void> {
    settings = next
    // The correlator first: a lane's hit of a rule that it does not know yet would be lost.
    if (correlations !== undefined && digestOf(correlations) !== correlating) {
      correlating = digestOf(correlations)
      await correlation.use(correlations)
    }
    for (const t of threads) await t.use(next)
  }

  return {
    reserve: (bytes, ms, keyId) => room.reserve(bytes, ms, keyId),
    submit,
    dropped: (sourceId, count, reason) => own.lost(sourceId, 'dropped', reason, count),
    rejected: (sourceId, count, reason) => own.lost(sourceId, 'rejected', reason, count),
    sources,
    update(next, correlations) {
      updating = updating.catch(() => undefined).then(() => handOn(next, correlations))
      return updating
    },
    find,
    correlation: () => correlation.counts(),
    async seal() {
      const reached = await Promise.all(threads.map(async (t) => [t.lane, await t.seal()] as const))
      return Object.fromEntries(reached)
    },
    load: () => threads.reduce((sum, t) => sum + t.load, 0),
    sealed: () => threads.flatMap((t) => t.segments),
    loaded: (lane, seq) => threads[lane]?.send({ type: 'loaded', seq }),
    onSealed: (listener) => void listeners.push(listener),
    async settle() {
      await Promise.all(threads.map((t) => t.settle()))
    },
    correlated: () => correlation.settle(),
    async close() {
      await Promise.all(threads.map((t) => t.close()))
      await correlation.close()
    },
  }
}

const digestOf = (rules: CorrelationRules): string =>
  sha256hex(rules.map((r) => `${r.correlation.id} ${r.signals}\n${r.correlation.text}`).join('\n'))

/** FNV-1a: spreads keys over lanes, the same at every start. */
function hashOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}
