import { EVERYTHING } from '../../core/access.ts'
import { and, disjunction, not, oneOf, term } from '../../core/filter.ts'
import { gapsTogether } from '../../core/gapsTogether.ts'
import type { RuleRun } from '../../core/model/index.ts'
import type { Clock, DocumentStore, EventStore } from '../../core/ports.ts'
import type { RuleGap, RunRequest } from '../../core/runs.ts'
import type { Tell } from '../../core/telemetry.ts'
import { type Filled, type GapInLog, gapsOf } from '../../detection/index.ts'
import type { Resume } from './newRun.ts'
import type { Epochs, RunIntake, RunRules } from './ports.ts'

export interface GapWatchOptions {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly rules: Pick<RunRules, 'running'>
  readonly epochs: Epochs
  readonly intake: Pick<RunIntake, 'reach'>
  readonly clock: Clock
  readonly tell: Tell
}

/** Runs that are remembered for what they filled, the newest. */
const REMEMBERED = 500
/** Runs that are started at a time to fill gaps, and how far back these may reach. */
const AT_ONCE = 20
const REACH = 31 * 86_400_000

/** Knows the times in which rules did not run, and what runs have done about them. */
export class GapWatch {
  readonly #options: GapWatchOptions
  #filled: Promise<Filled[]> | undefined

  constructor(options: GapWatchOptions) {
    this.#options = options
  }

  /** The gaps that are left; those first that the platform may fill by itself. */
  async list(): Promise<readonly RuleGap[]> {
    const { epochs, rules } = this.#options
    await epochs.idle()
    this.#filled ??= this.#read('done')
    const gaps = gapsOf(epochs.all, rules.running(), await this.#filled)
    return gaps.sort((a, b) => Number(b.interrupted) - Number(a.interrupted))
  }

  /** A run is done. */
  async done(run: RuleRun): Promise<void> {
    this.#filled ??= this.#read('done')
    const filled = await this.#filled
    filled.push(filledBy(run))
    if (filled.length > REMEMBERED) filled.shift()
  }

  /**
   * Tells of interruptions, and answers the runs that fill them: of rules that asked the same before and after, and that
   * nobody had switched off. What any run of that purpose was about, also one that was cancelled, is not begun again.
   */
  async toFill(): Promise<readonly RunRequest[]> {
    const { epochs, rules, intake, tell, clock } = this.#options
    await epochs.idle()
    const tried = await this.#read('queued', 'running', 'done', 'cancelled', 'failed')
    const gaps = gapsOf(epochs.all, rules.running(), tried).filter(
      (g) => g.interrupted && g.to > clock() - REACH && g.from < g.to,
    )
    // What came in just before a crash may not be in the event store yet.
    if (gaps.length > 0) await intake.reach(new AbortController().signal)
    const requests: RunRequest[] = []
    for (const of of gapsTogether(gaps).slice(0, AT_ONCE)) {
      const { from, to, log } = of[0]!
      tell('rule_gap', { rules: of.length, from: new Date(from).toISOString(), to: new Date(to).toISOString() })
      const ruleIds = of.map((g) => g.ruleId)
      requests.push({ purpose: 'gap', ruleIds, ...(await this.#eventTime(from, to, log)) })
    }
    return requests
  }

  /** The event time of what came in then: it may have happened before, and been taken in just before a crash. */
  async #eventTime(
    from: number,
    to: number,
    log: GapInLog['log'],
  ): Promise<{ readonly from: number; readonly to: number }> {
    const cameIn = disjunction(
      Object.entries(log.to).map(([lane, end]) =>
        and(term('suidun.lane', Number(lane)), {
          op: 'range',
          field: ['suidun.seq'],
          gte: log.from[lane] ?? 1,
          lt: end,
        }),
      ),
    )
    const { min, max } = await this.#options.events.ask(EVERYTHING, {
      filter: and(cameIn, not(term('suidun.time.tolerated', false))),
      time: { from: from - REACH },
      ask: { kind: 'minmax', field: '@timestamp' },
    })
    return { from: Math.min(from, min ?? from), to: Math.max(to, (max ?? to - 1) + 1) }
  }

  async #read(...statuses: readonly RuleRun['status'][]): Promise<Filled[]> {
    const page = await this.#options.docs.list('run', {
      scope: EVERYTHING,
      filter: oneOf('status', statuses),
      sort: [['createdAt', 'desc']],
      first: REMEMBERED,
    })
    return page.rows.map((row) => filledBy(row.doc)).reverse()
  }
}

/** What a run is about. One that has not begun says by no digest what its rules ask: any will do. */
function filledBy({ from, to, ruleIds, resume }: RuleRun): Filled {
  const rules = (resume as Resume | null)?.rules ?? Object.fromEntries(ruleIds.map((id) => [id, undefined]))
  return { from: Date.parse(from), to: Date.parse(to), rules }
}
