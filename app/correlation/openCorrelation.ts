import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Firing } from '../../core/correlation.ts'
import type { Clock } from '../../core/ports.ts'
import type { Tell } from '../../core/telemetry.ts'
import type { CorrelationRules } from './createCorrelation.ts'
import type { CorrelationCounts } from './engine.ts'
import type { CorrelationLimits, CorrelationStart, FromCorrelation, ToCorrelation } from './messages.ts'

export interface CorrelationOptions {
  /** Where the correlator's state is kept; its folder exists. */
  readonly file: string
  /** Name of the spool that lanes read: positions are of that one. */
  readonly spool: string
  readonly lanes: number
  readonly rules: CorrelationRules
  readonly limits: CorrelationLimits
  /** Makes signals of what fired; durable when resolved, and harmless when repeated. */
  readonly fire: (firings: readonly Firing[]) => Promise<void>
  /** The thread was started again: the lanes must hand over again what its snapshot does not hold. */
  readonly onRestart: () => void
  readonly clock: Clock
  readonly tell: Tell
  /** Module that makes the correlator (see `CreateCorrelation`). */
  readonly module?: URL
}

/** The running correlator: a thread of its own, which the lanes' threads speak to without the main thread. */
export interface Correlation {
  /** A way for a lane that is being started; takes the place of its former one. */
  connect(lane: number): MessagePort
  /** Other rules; when resolved, the hits that lanes find from now on are theirs. */
  use(rules: CorrelationRules): Promise<void>
  /**
   * Resolves when all that the lanes have handed over by now is put together and in a durable snapshot, and what fired of
   * it is signals; hits wait a while for earlier ones, so this takes as long.
   */
  settle(): Promise<void>
  /** Counters since the thread's start. */
  counts(): CorrelationCounts
  close(): Promise<void>
}

/** A thread that failed is started again after this, milliseconds; twice as long each time it soon fails again. */
const RESTART_AFTER = 500
/** One that ran so long did not fail soon, milliseconds. */
const LONG = 60_000
const LONGEST_RESTART = 30_000
/** What is counted, and what is tried in vain, is told so often at most, milliseconds. */
const TELL_EVERY = 10_000
/** Closing waits so long for the last snapshot, milliseconds. */
const CLOSE_WITHIN = 20_000

const NOTHING: CorrelationCounts = { groups: 0, evicted: 0, late: 0, firings: 0 }

/** Starts the correlator's thread on its snapshot; resolves when lanes may be connected. */
export async function openCorrelation(options: CorrelationOptions): Promise<Correlation> {
  const correlation = new CorrelationThread(options)
  await correlation.open()
  return correlation
}

class CorrelationThread implements Correlation {
  readonly #options: CorrelationOptions
  #rules: CorrelationRules
  #worker: Worker | undefined
  #counts: CorrelationCounts = NOTHING
  #told = { ...NOTHING, at: 0 }
  #troubleAt = 0
  #startedAt = 0
  #after = RESTART_AFTER / 2
  #closing = false
  #closed: () => void = () => undefined
  #ticket = 0
  readonly #waiting = new Map<number, { readonly message: ToCorrelation; readonly resolve: () => void }>()

  constructor(options: CorrelationOptions) {
    this.#options = options
    this.#rules = options.rules
  }

  open(): Promise<void> {
    const { file, spool, lanes, limits, module = new URL('./createCorrelation.ts', import.meta.url) } = this.#options
    this.#startedAt = this.#options.clock()
    const start: CorrelationStart = { file, spool, lanes, limits, rules: this.#rules, module: module.href }
    return new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: start,
        resourceLimits: { maxOldGenerationSizeMb: 4096 },
      })
      this.#worker = worker
      let isUp = false
      let failure: Error | undefined
      worker.on('message', (m: FromCorrelation) => {
        if (m.type === 'ready') {
          isUp = true
          resolve()
        } else this.#receive(m)
      })
      worker.on('error', (e) => {
        failure = e
      })
      worker.on('exit', () => {
        this.#worker = undefined
        if (this.#closing) this.#closed()
        else if (!isUp) reject(failure ?? new Error('the correlator ended while starting'))
        else void this.#restart(failure)
      })
    })
  }

  connect(lane: number): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#worker?.postMessage({ type: 'lane', lane, port: port2 } satisfies ToCorrelation, [port2])
    return port1
  }

  use(rules: CorrelationRules): Promise<void> {
    this.#rules = rules
    return this.#ask((ticket) => ({ type: 'rules', ticket, rules }))
  }

  settle(): Promise<void> {
    return this.#ask((ticket) => ({ type: 'settle', ticket }))
  }

  counts(): CorrelationCounts {
    return this.#counts
  }

  async close(): Promise<void> {
    this.#closing = true
    const worker = this.#worker
    if (worker === undefined) return
    const ended = new Promise<void>((resolve) => {
      this.#closed = resolve
    })
    this.#send({ type: 'close' })
    const timer = setTimeout(() => void worker.terminate(), CLOSE_WITHIN)
    await ended
    clearTimeout(timer)
  }

  /** Asks until it is answered, also by a thread that had to be started again. */
  #ask(message: (ticket: number) => ToCorrelation): Promise<void> {
    return new Promise((resolve) => {
      const ticket = ++this.#ticket
      const asked = message(ticket)
      this.#waiting.set(ticket, { message: asked, resolve })
      this.#send(asked)
    })
  }

  #send(message: ToCorrelation): void {
    this.#worker?.postMessage(message)
  }

  #receive(m: Exclude<FromCorrelation, { type: 'ready' }>): void {
    const { tell } = this.#options
    switch (m.type) {
      case 'damaged':
        tell('correlation_set_aside', { problem: m.problem, file: m.aside })
        break
      case 'fire':
        void this.#fire(m.firings)
        break
      case 'counts':
        this.#look(m.counts)
        break
      case 'settled':
      case 'used':
        this.#waiting.get(m.ticket)?.resolve()
        this.#waiting.delete(m.ticket)
        break
      case 'trouble':
        if (Math.abs(this.#options.clock() - this.#troubleAt) < TELL_EVERY) break
        this.#troubleAt = this.#options.clock()
        tell('correlation_not_kept', { problem: m.problem })
        break
      case 'leftOut':
        tell('hit_left_out', { problem: m.problem })
        break
      case 'closed':
        break
    }
  }

  /** Tries until it is done; the correlator keeps the firings until then, and the lanes wait before they are too many. */
  async #fire(firings: readonly Firing[]): Promise<void> {
    const worker = this.#worker
    for (let wait = 100; ; wait = Math.min(wait * 2, 10_000)) {
      try {
        await this.#options.fire(firings)
        break
      } catch (e) {
        this.#options.tell('detect_failed', { problem: (e as Error).message })
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
    if (worker === this.#worker) this.#send({ type: 'fired' })
  }

  /** Tells of groups that had to leave and of hits that came too late, since it was last told. */
  #look(counts: CorrelationCounts): void {
    this.#counts = counts
    const { clock, tell } = this.#options
    const evicted = counts.evicted - this.#told.evicted
    const late = counts.late - this.#told.late
    if ((evicted <= 0 && late <= 0) || Math.abs(clock() - this.#told.at) < TELL_EVERY) return
    this.#told = { ...counts, at: clock() }
    if (evicted > 0) tell('correlation_evicted', { groups: evicted }, evicted)
    if (late > 0) tell('correlation_late', { hits: late }, late)
  }

  async #restart(failure: Error | undefined): Promise<void> {
    const { clock, tell, onRestart } = this.#options
    tell('correlation_failed', { problem: failure?.stack ?? 'ended' })
    const failedSoon = Math.abs(clock() - this.#startedAt) < LONG
    this.#after = failedSoon ? Math.min(this.#after * 2, LONGEST_RESTART) : RESTART_AFTER
    await new Promise((resolve) => setTimeout(resolve, this.#after))
    if (this.#closing) return
    try {
      await this.open()
    } catch (e) {
      return this.#restart(e as Error)
    }
    this.#counts = NOTHING
    this.#told = { ...this.#told, ...NOTHING }
    onRestart()
    for (const { message } of this.#waiting.values()) this.#send(message)
  }
}
