import { EVERYTHING } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { and, type Filter, term } from '../../core/filter.ts'
import type { RuleRun, Signal } from '../../core/model/index.ts'
import { type Coverage, coverageOf, type RunRule, Tally, WINDOW, windowOf } from '../../detection/index.ts'
import type { Fired, Written } from '../../response/index.ts'
import { Correlating, seenOf } from './correlating.ts'
import { insist } from './insist.ts'
import { type Resume, type Span, stepsOf, widened } from './newRun.ts'
import { inGroups, readStep, type StepSearch, TooMany } from './readStep.ts'
import type { RunnerOptions } from './runner.ts'

/** What a step came to. */
export type StepResult = Pick<RuleRun, 'matched' | 'signals' | 'incidents'>

/** Signals, or matches for correlations, that one step may hold; with more, it is cut into smaller ones. */
const MOST_SIGNALS = 20_000
const MOST_HITS = 100_000
/** While the lanes are behind, a run looks again after this; otherwise it leaves this between pages, milliseconds. */
const WAIT = 250
const BREATH = 5
/** Rules made ready before others have their turn. */
const AT_ONCE = 20

/**
 * The steps of one run, as far as they are still to be done: first rules, window by window, then correlations. Each step
 * done again, or after a crash, comes to the same.
 */
export class Stepper {
  readonly #options: RunnerOptions
  readonly #run: { readonly id: string; readonly from: number; readonly to: number }
  readonly #resume: Resume
  readonly #signal: AbortSignal
  readonly #steps: readonly Span[]
  readonly #wide: readonly Span[]
  #rules: readonly StepSearch<Tally>[] | undefined
  #correlating: { readonly of: Correlating; readonly validFrom: number } | undefined
  readonly #coverages = new Map<string, Coverage>()

  constructor(options: RunnerOptions, run: { readonly id: string; readonly doc: RuleRun }, signal: AbortSignal) {
    this.#options = options
    this.#resume = run.doc.resume as Resume
    this.#run = { id: run.id, from: Date.parse(run.doc.from), to: Date.parse(run.doc.to) }
    this.#signal = signal
    const { width, rulesToo, lead } = this.#resume
    this.#steps = rulesToo ? stepsOf(this.#resume, width) : []
    this.#wide = lead === 0 ? [] : stepsOf(widened(this.#resume), width)
  }

  get total(): number {
    return this.#steps.length + this.#wide.length
  }

  /** Does a step, by its number. */
  async step(number: number): Promise<StepResult> {
    const span = this.#steps[number]
    return span === undefined ? this.#correlate(number - this.#steps.length) : this.#match(span)
  }

  async #match(span: Span): Promise<StepResult> {
    this.#rules ??= await this.#ready()
    const searches = this.#rules
    const sum = { matched: 0, signals: 0, incidents: 0 }
    await this.#read(searches, span, MOST_SIGNALS, async () => {
      const matched = searches.reduce((n, s) => n + s.tally.matched, 0)
      // In order of time: what came first opens the incident.
      const groups = searches.flatMap((s) => s.tally.take()).sort((a, b) => a.first - b.first)
      if (groups.length === 0) return
      // Begun is done: a step that is cut off here would be half written until somebody runs it again.
      add(sum, matched, await insist(() => this.#options.responder.retro(groups, this.#run.id)))
    })
    return sum
  }

  async #correlate(number: number): Promise<StepResult> {
    const sum = { matched: 0, signals: 0, incidents: 0 }
    this.#correlating ??= await this.#beginCorrelating(number)
    const { of, validFrom } = this.#correlating
    const span = this.#wide[number]!
    await this.#feed(of, span)
    if (number === this.#wide.length - 1) of.end()
    const first = Math.max(validFrom, this.#run.from)
    const firings = of.take().filter((f) => f.to >= first && f.to < this.#run.to)
    const unseen = firings.filter((f) => seenOf(f, this.#coverage(f.rule)) !== 'all')
    if (unseen.length === 0) return sum
    const fired = await insist(() => this.#options.fired(unseen), { signal: this.#signal })
    const fresh: Fired[] = []
    for (const f of fired) if (!(await this.#isToldLive(f))) fresh.push(f)
    add(sum, fresh.length, await insist(() => this.#options.responder.refire(fresh, this.#run.id)))
    return sum
  }

  /** Where the run was cut off, what lies so far before is read again. */
  async #beginCorrelating(number: number): Promise<{ readonly of: Correlating; readonly validFrom: number }> {
    const { rules } = this.#options
    const { lead, upTo } = this.#resume
    const chains = this.#asking().flatMap((id) => {
      const chain = rules.correlation(id)
      return chain === undefined ? [] : [chain]
    })
    const of = new Correlating({
      chains,
      rule: (id) => rules.loaded(id),
      keptBack: this.#keptBack,
      upTo,
      all: this.#resume.all,
    })
    const start = this.#wide[number]!.from
    const from = Math.max(this.#wide[0]!.from, start - 3 * lead)
    if (from < start) await this.#feed(of, { from, to: start })
    return { of, validFrom: from + lead }
  }

  #feed(of: Correlating, span: Span): Promise<void> {
    return this.#read(of.searches, span, MOST_HITS, async (part) => of.feed(part.to))
  }

  /**
   * A burst that began before the correlation ran live, and of which live detection has told its own part, is not told
   * again.
   */
  async #isToldLive({ firing, entity }: Fired): Promise<boolean> {
    if (seenOf(firing, this.#coverage(firing.rule)) === 'none') return false
    const { rule, unitId, systemId, from, to } = firing
    const iso = (ms: number) => new Date(ms).toISOString()
    const time: Filter = { op: 'range', field: ['last'], gte: iso(from), lt: iso(to + this.#resume.lead) }
    const page = await this.#options.docs.list('signal', {
      scope: EVERYTHING,
      filter: and(term('ruleId', rule), term('unitId', unitId), term('entity', entity), time),
      sort: [['last', 'desc']],
      first: 100,
    })
    const isOther = ({ first, retro, systemId: at }: Signal) =>
      retro === undefined && at === systemId && Date.parse(first) <= to && Date.parse(first) !== from
    return page.rows.some((s) => isOther(s.doc))
  }

  /** Ids of rules that ask now what they asked when the run began. */
  #asking(): readonly string[] {
    const { rules } = this.#options
    return Object.entries(this.#resume.rules).flatMap(([id, digest]) => (rules.digest(id) === digest ? [id] : []))
  }

  async #ready(): Promise<readonly StepSearch<Tally>[]> {
    const { rules } = this.#options
    const ready: RunRule[] = []
    for (const [i, id] of this.#asking().entries()) {
      if (i % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve))
      const rule = rules.isSilent(id) ? undefined : rules.loaded(id)
      if (rule !== undefined) ready.push({ ...rule, digest: rules.digest(id)!, coverage: this.#coverage(id) })
    }
    const options = { shared: rules.shared(), keptBack: this.#keptBack, upTo: this.#resume.upTo }
    return inGroups(ready, this.#resume.all).map((g) => ({
      filter: g.filter,
      tally: new Tally({ ...options, rules: g.rules }),
    }))
  }

  readonly #keptBack: RunnerOptions['rules']['keptBack'] = (id, event) => this.#options.rules.keptBack(id, event)

  #coverage(id: string): Coverage {
    let known = this.#coverages.get(id)
    if (known === undefined) {
      known = coverageOf(this.#options.epochs.all, id, this.#resume.rules[id] ?? '')
      this.#coverages.set(id, known)
    }
    return known
  }

  /** Reads a step, cut into halves while it holds too much or takes too long, and does something with each part, in order. */
  async #read(
    searches: readonly StepSearch[],
    span: Span,
    most: number,
    then: (part: Span) => Promise<void>,
  ): Promise<void> {
    const { events } = this.#options
    const signal = this.#signal
    const isWide = span.to - span.from > WINDOW
    const pause = () => this.#pause()
    try {
      const read = async () => {
        for (const { tally } of searches) tally.take()
        await readStep(searches, span, this.#resume.odd, { events, signal, pause, most })
      }
      await insist(read, { signal, final: (e) => e instanceof TooMany || (isWide && isSlow(e)) })
    } catch (error) {
      if (!isWide || !(error instanceof TooMany || isSlow(error))) throw told(error, span, most)
      const middle = Math.max(windowOf((span.from + span.to) / 2), span.from + WINDOW)
      await this.#read(searches, { from: span.from, to: middle }, most, then)
      await this.#read(searches, { from: middle, to: span.to }, most, then)
      return
    }
    signal.throwIfAborted()
    await then(span)
  }

  /** Lets others go first: a little always, as long as it takes where the intake is behind. */
  async #pause(): Promise<void> {
    const { intake } = this.#options
    do {
      await new Promise((resolve) => setTimeout(resolve, intake.busy() ? WAIT : BREATH))
      this.#signal.throwIfAborted()
    } while (intake.busy())
  }
}

function isSlow(error: unknown): boolean {
  return error instanceof AppError && error.code === 'QRY-301'
}

function told(error: unknown, { from }: Span, limit: number): unknown {
  if (!(error instanceof TooMany)) return error
  return new AppError('SIG-095', { limit, minutes: WINDOW / 60_000, at: new Date(from).toISOString() })
}

function add(sum: { matched: number; signals: number; incidents: number }, matched: number, written: Written): void {
  sum.matched += matched
  sum.signals += written.signals
  sum.incidents += written.incidents
}
