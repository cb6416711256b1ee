import type { Problem } from '../core/errors.ts'
import type { StoredEvent } from '../core/event.ts'
import type { RuleSwitch } from '../core/model/index.ts'
import type { RuleView } from './describe.ts'
import { compileExceptions, type ExceptionSettings, type Exceptions, NO_EXCEPTIONS } from './exceptions.ts'
import { type LoadedCorrelation, type LoadedRule, loadRules } from './loadRules.ts'
import type { Pipelines } from './pipeline.ts'
import type { FoundFile } from './ruleFiles.ts'
import { type Lists, NO_LISTS } from './sigma/expand.ts'

/** All rules as they were loaded at one time. */
export interface RuleSet {
  readonly rules: readonly RuleView[]
  /** Each after those that it is made of. */
  readonly correlations: readonly LoadedCorrelation[]
  /** Errors and warnings of all files, in order of files. */
  readonly problems: readonly Problem[]
  /** Documents that were refused, by the path of their file. */
  readonly refused: ReadonlyMap<string, number>
  /** The files they stand in, by path. */
  readonly files: ReadonlyMap<string, FoundFile>
}

/** Who switched which rules, and what is excepted from them. */
export interface RuleOrders {
  readonly switches: ReadonlyMap<string, RuleSwitch>
  /** Also exceptions that have ended: what they kept back is explained by them. */
  readonly settings: ExceptionSettings
}

/** Rules made ready to run one at a time are kept, so many. */
const KEPT = 500

const EMPTY: RuleSet = { rules: [], correlations: [], problems: [], refused: new Map(), files: new Map() }
const NO_ORDERS: RuleOrders = { switches: new Map(), settings: NO_EXCEPTIONS }

/**
 * The rules as the rest of the platform knows them, always as they are now: plain views of all of them, and any one made
 * ready to run on demand (a single rule takes about a millisecond; all of them would block who asks).
 */
export class RuleBook {
  readonly #pipelines: Pipelines
  readonly #lists: () => Lists
  readonly #loaded = new Map<string, LoadedRule>()
  #set: RuleSet = EMPTY
  #byId: ReadonlyMap<string, RuleView> = new Map()
  #silent: ReadonlySet<string> = new Set()
  #orders: RuleOrders = NO_ORDERS
  #exceptions: Exceptions = compileExceptions(NO_EXCEPTIONS)

  constructor(pipelines: Pipelines, lists: () => Lists = () => NO_LISTS) {
    this.#pipelines = pipelines
    this.#lists = lists
  }

  /** Takes the place of the rules known so far. */
  replace(set: RuleSet): void {
    this.#set = set
    this.#byId = new Map(set.rules.map((r) => [r.id, r]))
    this.#silent = new Set(
      set.correlations.flatMap((c) => (c.correlation.generate ? [] : c.references.map((r) => r.id))),
    )
    this.#loaded.clear()
  }

  order(orders: RuleOrders): void {
    this.#orders = orders
    this.#exceptions = compileExceptions(orders.settings)
  }

  /** All rules, running or switched off. */
  get all(): readonly RuleView[] {
    return this.#set.rules
  }

  get problems(): readonly Problem[] {
    return this.#set.problems
  }

  /** Documents that were refused. */
  get refused(): number {
    return [...this.#set.refused.values()].reduce((sum, n) => sum + n, 0)
  }

  refusedIn(path: string): number {
    return this.#set.refused.get(path) ?? 0
  }

  get(id: string): RuleView | undefined {
    return this.#byId.get(id)
  }

  /** Who switched it last; undefined for a rule that nobody ever did. */
  switchOf(id: string): RuleSwitch | undefined {
    return this.#orders.switches.get(id)
  }

  /** Whether it runs. */
  runs(id: string): boolean {
    return this.#byId.has(id) && this.#orders.switches.get(id)?.on !== false
  }

  /** Those that run, by id with the digest of what each asks: equal maps, equal detection. */
  get running(): ReadonlyMap<string, string> {
    return new Map(this.#set.rules.filter((r) => this.runs(r.id)).map((r) => [r.id, r.digest]))
  }

  /** Correlations that run, each after those that it is made of. */
  get correlations(): readonly LoadedCorrelation[] {
    return this.#set.correlations.filter((c) => this.runs(c.correlation.id))
  }

  /** A correlation, on or off, as the last after those that it is made of; undefined for a rule and one that is not there. */
  correlation(id: string): readonly LoadedCorrelation[] | undefined {
    const all = this.#set.correlations
    const own = all.find((c) => c.correlation.id === id)
    if (own === undefined) return undefined
    const wanted = new Set([id])
    // Each stands after what it refers to: seen backwards, what asks for a correlation comes before it.
    const chain = all.toReversed().filter((c) => {
      if (!wanted.has(c.correlation.id)) return false
      for (const r of c.references) if (r.kind === 'correlation') wanted.add(r.id)
      return true
    })
    return chain.reverse()
  }

  /** Whether its matches raise no signals of their own, on or off: a correlation without `generate` is made of it. */
  isSilent(id: string): boolean {
    return this.#silent.has(id)
  }

  /** A rule ready to run, with the filters that act on it; undefined for a correlation and one that is not there. */
  loaded(id: string): LoadedRule | undefined {
    const known = this.#loaded.get(id)
    if (known !== undefined) return known
    const view = this.#byId.get(id)
    if (view === undefined || view.kind !== 'rule') return undefined
    const files = view.needs.flatMap((path) => this.#set.files.get(path) ?? [])
    const found = loadRules([files], this.#pipelines, this.#lists()).rules.find((r) => r.rule.id === id)
    if (found === undefined) return undefined
    if (this.#loaded.size >= KEPT) this.#loaded.delete(this.#loaded.keys().next().value!)
    this.#loaded.set(id, found)
    return found
  }

  /** Exceptions that act on the event, had that rule matched it: their ids. */
  exceptionsOn(ruleId: string, event: StoredEvent): readonly string[] {
    return this.#exceptions.allActing(ruleId, event)
  }
}
