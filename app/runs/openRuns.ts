import type { Clock, DocumentStore, EventStore } from '../../core/ports.ts'
import type { Tell } from '../../core/telemetry.ts'
import type { RuleBook } from '../../detection/index.ts'
import { platformReader } from '../../policies/index.ts'
import type { Responder } from '../../response/index.ts'
import type { Intake } from '../lane/pool.ts'
import type { Loader } from '../loader.ts'
import type { Rules } from '../rules.ts'
import type { EpochLog } from './epochLog.ts'
import { Runner, type RunnerOptions } from './runner.ts'

export interface RunsOptions {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly intake: Pick<Intake, 'seal' | 'load' | 'sealed'>
  readonly loader: Pick<Loader, 'drain'>
  readonly rules: Rules
  readonly epochs: EpochLog
  readonly responder: Responder
  readonly fired: RunnerOptions['fired']
  /** Values of entities that many share, as the inventory says now. */
  readonly shared: () => readonly string[]
  /** Whether interruptions of rules are filled by themselves. */
  readonly fillGaps: boolean
  readonly clock: Clock
  readonly tell: Tell
}

/** Rules that run, by id with the digest of what each asks and whether it raises signals of its own. */
export function running(book: RuleBook): ReadonlyMap<string, string> {
  return new Map([...book.running].map(([id, digest]) => [id, withVoice(book, id, digest)]))
}

function asked(book: RuleBook, id: string): string | undefined {
  const digest = book.get(id)?.digest
  return digest === undefined ? undefined : withVoice(book, id, digest)
}

function withVoice(book: RuleBook, id: string, digest: string): string {
  return book.isSilent(id) ? `silent ${digest}` : digest
}

/** After a change of rules, gaps are looked for when the lanes use the new ones, milliseconds. */
const LOOK_AFTER = 2_000
/** Bytes with the lanes, and segments that wait for the event store or its next checkpoint, from which on a run waits. */
const BUSY_BYTES = 4 << 20
const BUSY_SEGMENTS = 24

/** The platform's runs of rules over stored events; goes on with those that the last end of the process cut off. */
export function openRuns(options: RunsOptions): Runner {
  const { docs, events, intake, loader, epochs, responder, fired, clock, tell } = options
  const { book } = options.rules
  const runner = new Runner({
    docs,
    events,
    epochs,
    responder,
    fired,
    rules: {
      loaded: (id) => book.loaded(id),
      correlation: (id) => book.correlation(id),
      isSilent: (id) => book.isSilent(id),
      digest: (id) => asked(book, id),
      running: () => running(book),
      keptBack: (id, event) => book.exceptionsOn(id, event).length > 0,
      shared: options.shared,
    },
    intake: {
      async reach(signal) {
        const seqs = await intake.seal()
        signal.throwIfAborted()
        await loader.drain()
        return seqs
      },
      busy: () => intake.load() > BUSY_BYTES || intake.sealed().length > BUSY_SEGMENTS,
    },
    clock,
    tell,
  })
  runner.resume()
  const by = platformReader('Suidun')
  const look = () => runner.lookAtGaps(by, options.fillGaps)
  void look()
  options.rules.onChange(() => void setTimeout(look, LOOK_AFTER).unref())
  return runner
}
