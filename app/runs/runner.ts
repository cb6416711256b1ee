import { randomUUID } from 'node:crypto'
import { EVERYTHING, type Identity, type Reader } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { ALL, and, type Filter, oneOf } from '../../core/filter.ts'
import type { RuleRun } from '../../core/model/index.ts'
import type { Clock, DocumentStore, EventStore, Stored } from '../../core/ports.ts'
import { RUN_LIMITS, type RuleGap, type RunRequest, type Runs } from '../../core/runs.ts'
import type { Tell } from '../../core/telemetry.ts'
import { coverageOf, gapsOf, type RunRule, WINDOW, windowOf } from '../../detection/index.ts'
import type { Responder } from '../../response/index.ts'
import { newRun, type Resume, runAudit, stepsOf } from './newRun.ts'
import type { Epochs, RunIntake, RunRules } from './ports.ts'
import { readStep, type StepSearch, searchesFor, TooMany, takenIn } from './readStep.ts'

export interface RunnerOptions {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly rules: RunRules
  readonly intake: RunIntake
  readonly epochs: Epochs
  readonly responder: Pick<Responder, 'retro'>
  readonly clock: Clock
  readonly tell: Tell
}

interface Current {
  readonly id: string
  readonly stop: AbortController
  readonly ended: Promise<void>
  cancelledBy?: Identity
}

/** Signals that one step may hold; with more, it is cut into smaller ones. */
const MOST_SIGNALS = 20_000
/** While the lanes are behind, a run looks again after this; otherwise it leaves this between pages, milliseconds. */
const WAIT = 250
const BREATH = 5
/** What fails is tried again so often, each time after twice as long. */
const TRIES = 8
const RETRY_AFTER = 250
const LONGEST_RETRY = 30_000

const WAITING = oneOf('status', ['queued', 'running'])

/**
 * Runs rules over stored events, one run at a time. A run looks only at what was taken in before it began and what live
 * detection has not counted, window by window; it sets what it finds. So it may be cut off anywhere and gone on with,
 * done twice, or beside live detection, and counts every event once.
 */
export class Runner implements Runs {
  readonly #options: RunnerOptions
  /** The run under way, and how to stop it. */
  #current: Current | undefined
  #working: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: RunnerOptions) {
    this.#options = options
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

  async gaps(): Promise<readonly RuleGap[]> {
    const { docs, rules, epochs } = this.#options
    await epochs.idle()
    const filled = []
    for (let after: string | undefined; ; ) {
      const page = await docs.list('run', {
        scope: EVERYTHING,
        filter: oneOf('status', ['done']),
        sort: [],
        first: 500,
        ...(after === undefined ? {} : { after }),
      })
      for (const { doc } of page.rows) {
        const resume = doc.resume as Resume
        filled.push({ from: Date.parse(doc.from), to: Date.parse(doc.to), rules: resume.rules })
      }
      after = page.rows.at(-1)?.cursor
      if (!page.hasNext) break
    }
    return gapsOf(epochs.all, rules.running(), filled)
  }

  asks(ruleId: string): Filter | undefined {
    const rule = this.#options.rules.loaded(ruleId)
    return rule === undefined ? undefined : and(rule.routing, rule.filter)
  }

  #wake(): void {
    this.#working = this.#working.then(async () => {
      for (let next = await this.#next(); next !== undefined && !this.#closed; next = await this.#next())
        await this.#work(next)
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
      return undefined
    }
  }

  async #work(run: Stored<RuleRun>): Promise<void> {
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
      await this.#end(stored, 'done')
    } catch (error) {
      const { cancelledBy } = current
      // Closing leaves it as it is: the next start goes on with it.
      if (cancelledBy !== undefined) await this.#end(stored, 'cancelled', cancelledBy).catch(() => undefined)
      else if (!stop.signal.aborted && !(error instanceof AppError && error.code === 'DOC-409'))
        await this.#fail(stored, error)
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
    const { responder, tell } = this.#options
    if (now().doc.resume === null) {
      await save({ status: 'running' })
      const resume = await this.#begin(now().doc, signal)
      await save({ resume, total: stepsOf(resume.from, resume.to).total })
      tell('run_started', { run: now().id, rules: now().doc.ruleIds.length })
    }
    const resume = now().doc.resume as Resume
    const searches = await this.#searches(resume)
    for (let step = now().doc.done; step < now().doc.total; step++) {
      const from = resume.from + step * resume.width
      const to = Math.min(from + resume.width, resume.to)
      const sum = { matched: 0, signals: 0, incidents: 0 }
      await this.#step(searches, { from, to }, resume.odd, signal, async (groups, matched) => {
        // Begun is done: a step that is cut off here would be half written until somebody runs it again.
        const written = await this.#insist(() => responder.retro(groups, now().id))
        sum.matched += matched
        sum.signals += written.signals
        sum.incidents += written.incidents
      })
      const { doc } = now()
      await this.#insist(() =>
        save({
          done: step + 1,
          matched: doc.matched + sum.matched,
          signals: doc.signals + sum.signals,
          incidents: doc.incidents + sum.incidents,
        }),
      )
      signal.throwIfAborted()
    }
  }

  /** What the run is about, fixed before its first step: what came in by now, and what its rules ask now. */
  async #begin(run: RuleRun, signal: AbortSignal): Promise<Resume> {
    const { events, intake, rules } = this.#options
    const upTo = await intake.reach(signal)
    const time = { from: Date.parse(run.from), to: Date.parse(run.to) }
    const asked = Object.fromEntries(
      run.ruleIds.flatMap((id) => {
        const digest = rules.digest(id)
        return digest === undefined ? [] : [[id, digest]]
      }),
    )
    const ask = { kind: 'minmax', field: '@timestamp' } as const
    const [held, odd] = await Promise.all([
      this.#insist(() => events.ask(EVERYTHING, { filter: ALL, time, ask }, signal), signal),
      this.#insist(
        () => events.ask(EVERYTHING, { filter: takenIn(time), time: {}, ask: { kind: 'count' } }, signal),
        signal,
      ),
    ])
    const isOdd = odd.count > 0
    // Without events of intolerable time only the part that holds events at all is looked at.
    const from = isOdd ? time.from : Math.max(time.from, windowOf(held.min ?? time.to))
    const to = isOdd ? time.to : Math.min(time.to, windowOf(held.max ?? time.from) + WINDOW)
    const end = Math.max(from, to)
    return { upTo, rules: asked, from, to: end, width: stepsOf(from, end).width, odd: isOdd }
  }

  /** Those rules that ask now what they asked when the run began. */
  async #searches(resume: Resume): Promise<readonly StepSearch[]> {
    const { rules, epochs } = this.#options
    await epochs.idle()
    const loaded: RunRule[] = []
    for (const [id, digest] of Object.entries(resume.rules)) {
      if (loaded.length % 20 === 19) await new Promise((resolve) => setImmediate(resolve))
      const rule = rules.digest(id) === digest ? rules.loaded(id) : undefined
      if (rule !== undefined) loaded.push({ ...rule, digest, coverage: coverageOf(epochs.all, id, digest) })
    }
    const keptBack = (id: string, event: Parameters<RunRules['keptBack']>[1]) => rules.keptBack(id, event)
    return searchesFor(loaded, { shared: rules.shared(), keptBack, upTo: resume.upTo })
  }

  /** One step; cut into halves while it holds too much or is asked for too long. */
  async #step(
    searches: readonly StepSearch[],
    time: { readonly from: number; readonly to: number },
    odd: boolean,
    signal: AbortSignal,
    write: (groups: Awaited<ReturnType<typeof readStep>>['groups'], matched: number) => Promise<void>,
  ): Promise<void> {
    const { events } = this.#options
    const pause = () => this.#pause(signal)
    const halves = time.to - time.from > WINDOW
    let found: Awaited<ReturnType<typeof readStep>>
    try {
      found = await this.#insist(
        () => readStep(searches, time, odd, { events, signal, pause, most: MOST_SIGNALS }),
        signal,
        (e) => e instanceof TooMany || (halves && e instanceof AppError && e.code === 'QRY-301'),
      )
    } catch (error) {
      const large = error instanceof TooMany || (error instanceof AppError && error.code === 'QRY-301')
      if (!large || !halves) {
        if (!(error instanceof TooMany)) throw error
        const at = new Date(time.from).toISOString()
        throw new AppError('SIG-095', { limit: MOST_SIGNALS, minutes: WINDOW / 60_000, at })
      }
      const middle = windowOf((time.from + time.to) / 2)
      const cut = middle > time.from ? middle : time.from + WINDOW
      await this.#step(searches, { from: time.from, to: cut }, odd, signal, write)
      await this.#step(searches, { from: cut, to: time.to }, odd, signal, write)
      return
    }
    signal.throwIfAborted()
    if (found.groups.length > 0) await write(found.groups, found.matched)
  }

  /** Lets others go first: a little always, as long as it takes where the intake is behind. */
  async #pause(signal: AbortSignal): Promise<void> {
    do {
      await new Promise((resolve) => setTimeout(resolve, this.#options.intake.busy() ? WAIT : BREATH))
      signal.throwIfAborted()
    } while (this.#options.intake.busy())
  }

  /** Tries until it succeeds, or so often that a person is needed. */
  async #insist<T>(
    work: () => Promise<T>,
    signal?: AbortSignal,
    final: (e: unknown) => boolean = () => false,
  ): Promise<T> {
    for (let tries = 1, wait = RETRY_AFTER; ; tries++, wait = Math.min(wait * 2, LONGEST_RETRY)) {
      try {
        return await work()
      } catch (error) {
        const hopeless = error instanceof AppError && error.status < 500
        if (signal?.aborted || hopeless || final(error) || tries >= TRIES || this.#closed) throw error
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
  }

  async #fail(stored: Stored<RuleRun>, error: unknown): Promise<void> {
    const { docs, tell } = this.#options
    const known = error instanceof AppError ? error : new AppError('STO-500', { problem: (error as Error).message })
    tell('run_failed', { run: stored.id, problem: known.message })
    const problem = JSON.stringify({ code: known.code, details: known.details })
    const endedAt = new Date(this.#options.clock()).toISOString()
    await docs
      .put('run', stored.id, { ...stored.doc, status: 'failed', problem, endedAt }, { version: stored.version })
      .catch((e: unknown) => tell('run_failed', { run: stored.id, problem: String(e) }))
  }

  #end(stored: Stored<RuleRun>, status: 'done' | 'cancelled', by?: Identity): Promise<Stored<RuleRun>> {
    const { docs, clock, tell } = this.#options
    const doc: RuleRun = { ...stored.doc, status, endedAt: new Date(clock()).toISOString() }
    if (status === 'done') tell('run_done', { run: stored.id, matched: doc.matched, signals: doc.signals })
    const audit = by === undefined ? {} : { audit: runAudit('run.cancelled', stored.id, doc, by, clock()) }
    return docs.put('run', stored.id, doc, { version: stored.version, ...audit })
  }
}
