import { resolve } from 'node:path'
import { EVERYTHING } from '../core/access.ts'
import { canonicalJson } from '../core/canonical.ts'
import type { Config } from '../core/config.ts'
import { ALL, type Filter } from '../core/filter.ts'
import type { RuleSwitch } from '../core/model/index.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'
import type { Tell } from '../core/telemetry.ts'
import {
  type ExceptionSetting,
  endOf,
  type ImportedFiles,
  loadLists,
  loadPipelines,
  OWN_LISTS,
  OWN_PIPELINES,
  OWN_RULES,
  RuleBook,
  readManifest,
} from '../detection/index.ts'
import { subtree } from '../inventory/index.ts'
import { HIDDEN_IN_EVENTS } from '../policies/index.ts'
import type { RuleFacts } from '../response/index.ts'
import { loadSet } from './ruleLoading/loadSet.ts'
import { packImported, sweepPacks } from './ruleLoading/pack.ts'
import { zoneText } from './zoneText.ts'

/** What lanes need to know to detect; handed over anew whenever something of it changes. */
export interface RuleSettings {
  /** Folders, files and packs of rules. */
  readonly rules: readonly string[]
  /** Folders of lists for their placeholders. */
  readonly lists: readonly string[]
  /** Ids of rules that are switched off. */
  readonly off: readonly string[]
  readonly exceptions: readonly ExceptionSetting[]
}

/**
 * The rules as they are now: our own, those of the folder that the configuration names, and those imported, without those
 * switched off. Documents are the truth: what another process (the command line) changes is seen within two seconds.
 */
export interface Rules {
  readonly book: RuleBook
  readonly settings: RuleSettings
  /** What a signal keeps of its rule; undefined for one that is gone. */
  facts(id: string): RuleFacts | undefined
  /**
   * Calls after each change, when the book and the settings are the new ones. Which rules run, and what each asks, tells
   * `book.running`.
   */
  onChange(listener: () => void | Promise<void>): void
  /** Looks now; when resolved, what documents said before holds. */
  look(): Promise<void>
  close(): Promise<void>
}

export interface RulesOptions {
  readonly config: Pick<Config, 'rules' | 'lists' | 'timezone'>
  readonly docs: DocumentStore
  /** Folder for what lanes read of imported rules; made of the documents, and made anew where it is missing. */
  readonly folder: string
  readonly clock: Clock
  readonly tell: Tell
}

const EVERY = 2_000
/** Exceptions that ended not longer ago than this still go to the lanes: a replay after a crash decides as before. */
const REPLAYED = 24 * 3_600_000
/** And these are still known, so that what they kept back can be explained. */
const EXPLAINED = 366 * 24 * 3_600_000

/** Loads the rules, tells of each that does not load, and looks for changes from then on. CFG-002 for a folder that is not there. */
export async function openRules(options: RulesOptions): Promise<Rules> {
  const { config, tell } = options
  const { pipelines } = loadPipelines(OWN_PIPELINES)
  const lists = config.lists === undefined ? [OWN_LISTS] : [OWN_LISTS, resolve(config.lists)]
  const live = new LiveRules(new RuleBook(pipelines, () => loadLists(lists).lists), lists, options)
  await live.look()
  for (const p of live.book.problems) if (p.severity === 'error') tell('rule_refused', { ...p })
  live.watch()
  return live
}

/** What documents say about rules at one time. */
interface Orders {
  readonly imported: { readonly version: number; readonly files: ImportedFiles }
  readonly switches: ReadonlyMap<string, RuleSwitch>
  /** Exceptions, also those that have ended. */
  readonly settings: readonly ExceptionSetting[]
  readonly openDatasets: readonly string[]
}

class LiveRules implements Rules {
  readonly book: RuleBook
  settings: RuleSettings
  readonly #options: RulesOptions
  readonly #listeners: (() => void | Promise<void>)[] = []
  #imported = -1
  #orders = ''
  #looking: Promise<void> | undefined
  #next: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(book: RuleBook, lists: readonly string[], options: RulesOptions) {
    this.book = book
    this.#options = options
    this.settings = { rules: [], lists, off: [], exceptions: [] }
  }

  facts(id: string): RuleFacts | undefined {
    return this.book.get(id)
  }

  onChange(listener: () => void | Promise<void>): void {
    this.#listeners.push(listener)
  }

  /** A look that has begun may have read before a change: whoever asks meanwhile waits for the next, one for all. */
  look(): Promise<void> {
    if (this.#looking === undefined) {
      const looking = this.#look().finally(() => {
        this.#looking = undefined
      })
      this.#looking = looking
      return looking
    }
    this.#next ??= this.#looking
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.look()
      })
    return this.#next
  }

  watch(): void {
    this.#timer = setInterval(() => {
      if (this.#looking === undefined)
        this.look().catch((e: Error) => this.#options.tell('rules_failed', { problem: e.message }))
    }, EVERY)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#next?.catch(() => undefined)
    await this.#looking?.catch(() => undefined)
  }

  async #look(): Promise<void> {
    const orders = await readOrders(this.#options)
    const { imported, switches, settings, openDatasets } = orders
    const text = canonicalJson([[...switches], settings, openDatasets])
    const reload = imported.version !== this.#imported
    if (!reload && text === this.#orders) return
    if (reload) await this.#load(imported.files)
    this.#imported = imported.version
    this.#orders = text
    this.book.order({ switches, settings: { exceptions: settings, hidden: HIDDEN_IN_EVENTS, openDatasets } })
    const off = [...switches].flatMap(([id, s]) => (s.on ? [] : [id])).sort()
    const since = this.#options.clock() - REPLAYED
    this.settings = { ...this.settings, off, exceptions: settings.filter((e) => e.until > since) }
    for (const listener of this.#listeners) await listener()
  }

  async #load(files: ImportedFiles): Promise<void> {
    const { config, docs, folder } = this.#options
    // Documents are the truth: whatever stood there before this start is made anew or goes.
    const starting = this.#imported < 0
    const pack = await packImported(docs, files, folder, { anew: starting })
    // Of packs made since, lanes may still have to read a former one.
    if (starting) sweepPacks(folder, pack)
    const rules = [OWN_RULES, ...(config.rules === undefined ? [] : [resolve(config.rules)])]
    if (pack !== undefined) rules.push(pack)
    const { lists } = this.settings
    this.book.replace(await loadSet({ roots: rules, lists, zone: zoneText(config.timezone.offset) }))
    this.settings = { ...this.settings, rules }
  }
}

async function readOrders({ docs, clock }: RulesOptions): Promise<Orders> {
  const since = new Date(clock() - EXPLAINED).toISOString()
  const [imported, switches, exceptions, units, datasets] = await Promise.all([
    readManifest(docs),
    all(docs, 'ruleSwitch'),
    all(docs, 'exception', { op: 'range', field: ['until'], gt: since }),
    all(docs, 'unit'),
    all(docs, 'dataset'),
  ])
  const tree = units.map((u) => u.doc)
  return {
    imported,
    switches: new Map(switches.map((s) => [s.id, s.doc])),
    settings: exceptions.map(({ id, doc }) => ({
      id,
      ruleId: doc.ruleId,
      query: doc.query,
      units: subtree(tree, doc.unitId),
      from: Date.parse(doc.createdAt),
      until: Date.parse(endOf(doc)),
    })),
    openDatasets: datasets.filter((d) => d.doc.dataClass === 'general').map((d) => d.id),
  }
}

/** Documents of a kind of which there are hundreds, in order of id. */
async function all<K extends 'ruleSwitch' | 'exception' | 'unit' | 'dataset'>(
  docs: DocumentStore,
  kind: K,
  filter: Filter = ALL,
) {
  return (await docs.list(kind, { scope: EVERYTHING, filter, sort: [], first: 100_000 })).rows.map(
    ({ id, version, doc }) => ({
      id,
      version,
      doc,
    }),
  )
}
