import { randomUUID } from 'node:crypto'
import { EVERYTHING, type Identity, type Reader } from '../../core/access.ts'
import type { Firing } from '../../core/correlation.ts'
import { AppError } from '../../core/errors.ts'
import { ALL, and, type Filter, oneOf } from '../../core/filter.ts'
import type { RuleRun } from '../../core/model/index.ts'
import type { Clock, DocumentStore, EventStore, Stored } from '../../core/ports.ts'
import { RUN_LIMITS, type RuleGap, type RunRequest, type Runs } from '../../core/runs.ts'
import type { Tell } from '../../core/telemetry.ts'
import { WINDOW, windowOf } from '../../detection/index.ts'
import type { Fired, Responder } from '../../response/index.ts'
import { leadOf } from './correlating.ts'
import { GapWatch } from './gapWatch.ts'
import { insist } from './insist.ts'
import { newRun, planOf, type Resume, type RunSizes, runAudit } from './newRun.ts'
import type { Epochs, RunIntake, RunRules } from './ports.ts'
import { takenIn } from './readStep.ts'
import { Stepper } from './stepper.ts'

export interface RunnerOptions {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly rules: RunRules
  readonly intake: RunIntake
  readonly epochs: Epochs
  readonly responder: Pick<Responder, 'retro' | 'refire'>
  /** What signals need of firings besides. */
  readonly fired: (firings: readonly Firing[]) => Promise<readonly Fired[]>
  /** As runs need it, unless told otherwise. */
  readonly sizes?: RunSizes
  readonly clock: Clock
  readonly tell: Tell
}

interface Current {
  readonly id: string
  readonly stop: AbortController
  readonly ended: Promise<void>
  cancelledBy?: Identity
}

/** After a store failed, runs are looked for again after this, milliseconds. */
const LOOK_AGAIN = 30_000

const WAITING = oneOf('status', ['queued', 'running'])

/**
 * Runs rules over stored events, one run at a time. A run looks only at what was taken in before it began and what live
 * detection has not counted, window by window; it sets what it finds. So it may be cut off anywhere and gone on with,
 * done twice, or beside live detection, and counts every event once.
 */
export class Runner implements Runs {
  readonly #options: RunnerOptions
  readonly #gaps: GapWatch
  /** The run under way, and how to stop it. */
  #current: Current | undefined
  #working: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#gaps = new GapWatch(options)
  }

  /** Goes on with what was queued or under way when the process ended. */
  resume(): void {
    this.#wake()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#current?.stop.abort()
    await this.#working
  }

  async start(reader: Reader, request: RunRequest): Promise<Stored<RuleRun>> {
    const { docs, rules, clock } = this.#options
    const now = clock()
    const run = newRun(request, reader.identity, now)
    for (const id of run.ruleIds)
      if (rules.digest(id) === undefined) throw new AppError('DOC-404', { kind: 'rule', id })
    if ((await docs.count('run', { scope: EVERYTHING, filter: WAITING })) >= RUN_LIMITS.waiting)
      throw new AppError('SIG-092', { limit: RUN_LIMITS.waiting })
    const id = randomUUID()
    const audit = runAudit('run.started', id, run, reader.identity, now)
    const stored = await docs.put('run', id, run, { version: 0, audit })
    this.#wake()
    return stored
  }

  async cancel(reader: Reader, id: string): Promise<Stored<RuleRun>> {
    const { docs } = this.#options
    for (;;) {
      const current = this.#current
      if (current?.id === id) {
        current.cancelledBy = reader.identity
        current.stop.abort()
        await current.ended
      }
      const stored = await docs.get('run', id)
      if (stored === undefined) throw new AppError('DOC-404', { kind: 'run', id })
      if (stored.doc.status === 'cancelled' && current?.id === id) return stored
      if (stored.doc.status !== 'queued' && stored.doc.status !== 'running') throw new AppError('SIG-093')
      const ended = await this.#end(stored, 'cancelled', reader.identity).catch((e: unknown) => {
        if (e instanceof AppError && e.code === 'DOC-409') return undefined
        throw e
      })
      if (ended !== undefined) return ended
    }
  }

  gaps(): Promise<readonly RuleGap[]> {
    return this.#gaps.list()
  }

  /**
   * Tells of interruptions that rules had; `begin`: starts runs that fill them. What cannot be found out now is found out
   * at the next look.
   */
  async lookAtGaps(by: Reader, begin: boolean): Promise<void> {
    try {
      for (const request of await this.#gaps.toFill()) if (begin && !this.#closed) await this.start(by, request)
    } catch (error) {
      if (!this.#closed) this.#options.tell('run_failed', { problem: String(error) })
    }
  }

  asks(ruleId: string): Filter | undefined {
    const rule = this.#options.rules.loaded(ruleId)
    return rule === undefined ? undefined : and(rule.routing, rule.filter)
  }

  #wake(): void {
    this.#working = this.#working.then(async () => {
      for (let next = await this.#next(); next !== undefined && !this.#closed; next = await this.#next())
        if (!(await this.#work(next))) return this.#wakeLater()
    })
  }

  /** The run that was under way, else the one that waits longest. */
  async #next(): Promise<Stored<RuleRun> | undefined> {
    if (this.#closed) return undefined
    const { docs, tell } = this.#options
    try {
      const page = await docs.list('run', {
        scope: EVERYTHING,
        filter: WAITING,
        sort: [['createdAt', 'asc']],
        first: RUN_LIMITS.waiting,
      })
      return page.rows.find((r) => r.doc.status === 'running') ?? page.rows[0]
    } catch (error) {
      tell('run_failed', { problem: String(error) })
      this.#wakeLater()
      return undefined
    }
  }

  #wakeLater(): void {
    setTimeout(() => this.#wake(), LOOK_AGAIN).unref()
  }

  /** Answers false where not even its end could be written. */
  async #work(run: Stored<RuleRun>): Promise<boolean> {
    const stop = new AbortController()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const current: Current = { id: run.id, stop, ended }
    this.#current = current
    let stored = run
    const save = async (change: Partial<RuleRun>) => {
      stored = await this.#options.docs.put('run', run.id, { ...stored.doc, ...change }, { version: stored.version })
    }
    try {
      await this.#run(() => stored, save, stop.signal)
      await this.#gaps.done((await this.#end(stored, 'done')).doc)
      return true
    } catch (error) {
      const { cancelledBy } = current
      // Closing leaves it as it is: the next start goes on with it.
      if (cancelledBy === undefined && stop.signal.aborted) return true
      const finish = () =>
        cancelledBy === undefined ? this.#fail(stored, error) : this.#end(stored, 'cancelled', cancelledBy)
      return await finish().then(
        () => true,
        (e: unknown) => e instanceof AppError && e.code === 'DOC-409',
      )
    } finally {
      this.#current = undefined
      end()
    }
  }

  async #run(
    now: () => Stored<RuleRun>,
    save: (change: Partial<RuleRun>) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    if (now().doc.resume === null) {
      await save({ status: 'running' })
      await save({ resume: await this.#begin(now().doc, signal) })
      this.#options.tell('run_started', { run: now().id, rules: now().doc.ruleIds.length })
    }
    await this.#options.epochs.idle()
    const stepper = new Stepper(this.#options, now(), signal)
    if (now().doc.total !== stepper.total) await save({ total: stepper.total })
    while (now().doc.done < stepper.total) {
      const { done, matched, signals, incidents } = now().doc
      const result = await stepper.step(done)
      await insist(() =>
        save({
          done: done + 1,
          matched: matched + result.matched,
          signals: signals + result.signals,
          incidents: incidents + result.incidents,
        }),
      )
      signal.throwIfAborted()
    }
  }

  /** What the run is about, fixed before its first step: what came in by now, and what its rules ask now. */
  async #begin(run: RuleRun, signal: AbortSignal): Promise<Resume> {
    const { events, intake, rules } = this.#options
    const upTo = await intake.reach(signal)
    const asked = Object.fromEntries(
      run.ruleIds.flatMap((id) => {
        const digest = rules.digest(id)
        return digest === undefined ? [] : [[id, digest]]
      }),
    )
    const lead = leadOf(run.ruleIds.map((id) => rules.correlation(id) ?? []))
    const time = { from: Date.parse(run.from), to: Date.parse(run.to) }
    const held = { filter: ALL, time, ask: { kind: 'minmax', field: '@timestamp' } } as const
    const odd = { filter: takenIn(time), time: {}, ask: { kind: 'count' } } as const
    const { min, max } = await insist(() => events.ask(EVERYTHING, held, signal), { signal })
    const isOdd = (await insist(() => events.ask(EVERYTHING, odd, signal), { signal })).count > 0
    // Without events of intolerable time only the part that holds events at all is looked at.
    const from = isOdd ? time.from : Math.max(time.from, windowOf(min ?? time.to))
    const to = Math.max(from, isOdd ? time.to : Math.min(time.to, windowOf(max ?? time.from) + WINDOW))
    const count = { filter: ALL, time: { from, to }, ask: { kind: 'count' } } as const
    const size = from < to ? (await insist(() => events.ask(EVERYTHING, count, signal), { signal })).count : 0
    const rulesToo = run.ruleIds.some((id) => rules.correlation(id) === undefined)
    return {
      upTo,
      rules: asked,
      from,
      to,
      odd: isOdd,
      lead,
      rulesToo,
      ...planOf({ from, to }, size, this.#options.sizes),
    }
  }

  async #fail(stored: Stored<RuleRun>, error: unknown): Promise<void> {
    const { docs, tell, clock } = this.#options
    const known = error instanceof AppError ? error : new AppError('STO-500', { problem: (error as Error).message })
    tell('run_failed', { run: stored.id, problem: known.message })
    const problem = JSON.stringify({ code: known.code, details: known.details })
    const endedAt = new Date(clock()).toISOString()
    await docs.put('run', stored.id, { ...stored.doc, status: 'failed', problem, endedAt }, { version: stored.version })
  }

  #end(stored: Stored<RuleRun>, status: 'done' | 'cancelled', by?: Identity): Promise<Stored<RuleRun>> {
    const { docs, clock, tell } = this.#options
    const doc: RuleRun = { ...stored.doc, status, endedAt: new Date(clock()).toISOString() }
    if (status === 'done') tell('run_done', { run: stored.id, matched: doc.matched, signals: doc.signals })
    const audit = by === undefined ? {} : { audit: runAudit('run.cancelled', stored.id, doc, by, clock()) }
    return docs.put('run', stored.id, doc, { version: stored.version, ...audit })
  }
}
