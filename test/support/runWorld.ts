import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EpochLog, runningRules } from '../../app/runs/epochLog.ts'
import type { RunSizes } from '../../app/runs/newRun.ts'
import { Runner } from '../../app/runs/runner.ts'
import { EVERYTHING } from '../../core/access.ts'
import { digestOf } from '../../core/canonical.ts'
import type { Correlator, Firing } from '../../core/correlation.ts'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import type { Incident, RuleRun, Signal } from '../../core/model/index.ts'
import type { DocumentStore, EventStore, Stored } from '../../core/ports.ts'
import type { Happening } from '../../core/telemetry.ts'
import {
  createCorrelator,
  createDetector,
  entityOfGroup,
  type LoadedCorrelation,
  type LoadedRules,
  loadPipelines,
  loadRules,
  OWN_PIPELINES,
} from '../../detection/index.ts'
import { platformReader } from '../../policies/index.ts'
import { createResponder, type Fired, type Responder } from '../../response/index.ts'
import { openDocuments, openEvents } from '../../store/index.ts'
import { identified, lineOf, writeSegment } from './segments.ts'
import { tempFolder, until } from './server.ts'

export const T0 = Date.parse('2026-11-23T08:00:00.000Z')
export const reader = platformReader('tester')

/** An event as it came in: minutes after T0, who, what, from where. */
export interface Came {
  readonly at: number
  readonly user: string
  readonly action: string
  readonly ip?: string
  readonly unit?: string
  readonly system?: string
  readonly lane?: number
  /** Minutes after T0 when it was taken in; its own time is then beyond tolerance where that is said. */
  readonly taken?: number
  readonly intolerable?: boolean
}

/** A rule's text: events of this action. */
export function ruleText(id: string, action: string, more = ''): string {
  return `title: Rule ${id}\nid: ${id}\nstatus: test\nlevel: high\nlogsource: { product: test }\ndetection:\n  selection:\n    event.action: ${action}\n${more}  condition: selection\n`
}

export interface RunWorldOptions {
  readonly folder?: string
  /** Texts by name … */
  readonly rules?: Readonly<Record<string, string>>
  /** … or folders. */
  readonly roots?: readonly string[]
  readonly events?: EventStore
  readonly sizes?: RunSizes
  readonly lanes?: number
}

/**
 * Stores, detectors of two lanes, epochs and a runner, wired as the platform does it, in one thread: what comes in is
 * detected at once by the rules in use, and searchable after `load`.
 */
export class RunWorld {
  readonly folder: string
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly epochs: EpochLog
  readonly told: { what: Happening; details: unknown }[] = []
  responder!: Responder
  runner!: Runner
  now = T0 + 86_400_000
  busy = false
  /** Called before each question to the event store of a run. */
  onAsk: () => Promise<void> | void = () => undefined
  keptBack: (ruleId: string, event: StoredEvent) => boolean = () => false
  readonly #texts: Record<string, string>
  readonly #roots: readonly string[]
  readonly #sizes: RunSizes | undefined
  readonly #lanes: number
  #loaded!: LoadedRules
  #correlator: Correlator | undefined
  #running: readonly string[] = []
  #seqs: number[]
  #segment = 0
  #waiting: { lane: number; seq: number; event: StoredEvent }[] = []
  #detectors: ReturnType<typeof createDetector>[] = []

  private constructor(
    options: RunWorldOptions,
    folder: string,
    docs: DocumentStore,
    events: EventStore,
    epochs: EpochLog,
  ) {
    this.folder = folder
    this.docs = docs
    this.events = events
    this.epochs = epochs
    this.#texts = { ...options.rules }
    this.#sizes = options.sizes
    this.#roots = options.roots ?? [join(folder, 'rules')]
    this.#lanes = options.lanes ?? 2
    this.#seqs = Array.from({ length: this.#lanes }, () => 0)
    this.#read()
    this.restart()
  }

  static async open(options: RunWorldOptions): Promise<RunWorld> {
    const folder = options.folder ?? tempFolder('runs')
    const clock = () => T0
    const docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
    mkdirSync(join(folder, 'segments'), { recursive: true })
    const events =
      options.events ??
      (await openEvents({
        folder: join(folder, 'events'),
        segments: [join(folder, 'segments')],
        clock,
        tell: () => undefined,
        memory: 512,
      }))
    let made: RunWorld | undefined
    const epochs = await EpochLog.open({ docs, clock: () => made?.now ?? T0 })
    made = new RunWorld(options, folder, docs, events, epochs)
    return made
  }

  /** Dies when so many more documents have been written: of what is under way nothing more comes about. */
  puts = Number.POSITIVE_INFINITY

  /** A responder and a runner that know nothing but what is in the stores. */
  restart(): void {
    this.puts = Number.POSITIVE_INFINITY
    let dead = false
    const docs = new Proxy(this.docs, {
      get: (target, name: keyof DocumentStore) => {
        const method = target[name] as (...args: unknown[]) => unknown
        return async (...args: unknown[]) => {
          if (name === 'put' && --this.puts < 0) dead = true
          if (dead) await new Promise(() => undefined)
          return method.apply(target, args)
        }
      },
    })
    this.responder = createResponder({
      docs,
      clock: () => this.now,
      estate: { unitCode: async () => 'YZ', systemLevel: async () => 3 },
      rule: (id) => ({ title: `rule ${id}`, titleZh: `规则 ${id}`, level: 'high', tags: [] }),
    })
    this.runner = this.#newRunner(docs)
  }

  #newRunner(docs: DocumentStore): Runner {
    const events: EventStore = {
      load: (s) => this.events.load(s),
      checkpoint: () => this.events.checkpoint(),
      get: (scope, ids) => this.events.get(scope, ids),
      ready: () => this.events.ready(),
      close: () => this.events.close(),
      ask: async (scope, query, signal) => {
        await this.onAsk()
        return this.events.ask(scope, query, signal)
      },
    }
    return new Runner({
      docs,
      events,
      epochs: this.epochs,
      responder: this.responder,
      fired: (firings) => this.#fired(firings),
      rules: {
        loaded: (id) => this.#loaded.rules.find((r) => r.rule.id === id),
        correlation: (id) => this.#chain(id),
        isSilent: (id) => this.#loaded.rules.some((r) => r.rule.id === id && !r.signals),
        digest: (id) => this.digest(id),
        running: () => new Map(this.#running.map((id) => [id, this.digest(id)!])),
        keptBack: (id, event) => this.keptBack(id, event),
        shared: () => [],
      },
      intake: {
        reach: async () => {
          await this.load()
          return Object.fromEntries(this.#seqs.map((seq, lane) => [lane, seq]))
        },
        busy: () => this.busy,
      },
      ...(this.#sizes === undefined ? {} : { sizes: this.#sizes }),
      clock: () => this.now,
      tell: (what, details) => void this.told.push({ what, details }),
    })
  }

  digest(id: string): string | undefined {
    const rule = this.#loaded.rules.find((r) => r.rule.id === id)
    if (rule === undefined) return this.#chain(id) === undefined ? undefined : digestOf(this.#texts)
    const asked = JSON.stringify([rule.filter, rule.routing], (_, v) => (typeof v === 'symbol' ? String(v) : v))
    return digestOf(asked)
  }

  #chain(id: string): readonly LoadedCorrelation[] | undefined {
    const own = this.#loaded.correlations.find((c) => c.correlation.id === id)
    if (own === undefined) return undefined
    const below = own.references.flatMap((r) => (r.kind === 'correlation' ? (this.#chain(r.id) ?? []) : []))
    return [...new Set([...below, own])]
  }

  /** Ids of all rules and correlations. */
  get ids(): readonly string[] {
    return [...this.#loaded.rules.map((r) => r.rule.id), ...this.#loaded.correlations.map((c) => c.correlation.id)]
  }

  /** A rule reads otherwise from now on. */
  change(id: string, text: string): void {
    this.#texts[id] = text
    this.#read()
  }

  #read(): void {
    const rules = join(this.folder, 'rules')
    rmSync(rules, { recursive: true, force: true })
    mkdirSync(rules)
    for (const [id, text] of Object.entries(this.#texts)) writeFileSync(join(rules, `${id}.yml`), text)
    const loaded = loadRules(this.#roots, loadPipelines(OWN_PIPELINES).pipelines)
    const errors = loaded.problems.filter((p) => p.severity === 'error')
    if (errors.length > 0) throw new Error(JSON.stringify(errors))
    this.#loaded = loaded
  }

  /** From now on these rules run live, at that time of day (minutes after T0). */
  async use(ids: readonly string[], at = 0, off: readonly string[] = []): Promise<void> {
    this.#running = ids
    const set = runningRules(new Map(ids.map((id) => [id, this.digest(id)!])), off)
    const now = this.now
    this.now = T0 + at * 60_000
    this.epochs.announce(set)
    await Promise.all(
      this.#seqs.map((seq, lane) =>
        this.epochs.report(lane, this.#lanes, { ruleSet: set.name, from: seq + 1, upTo: seq }),
      ),
    )
    this.now = now
    const rules = this.#loaded.rules.filter((r) => ids.includes(r.rule.id))
    const correlations = this.#loaded.correlations.filter((c) => ids.includes(c.correlation.id))
    this.#detectors = this.#seqs.map((_, lane) => createDetector({ rules, correlations, lane, shared: [] }))
    this.#correlator = createCorrelator(correlations, { snapshot: this.#correlator?.snapshot() })
  }

  /** Takes events in: numbers them, detects them live. */
  take(came: readonly Came[]): Promise<void> {
    return this.takeEvents(came.map((c) => ({ lane: c.lane ?? 0, make: (seq) => eventOf(c, c.lane ?? 0, seq) })))
  }

  async takeEvents(came: readonly { lane: number; make: (seq: number) => StoredEvent }[]): Promise<void> {
    for (const { lane, make } of came) {
      const seq = this.#seqs[lane]! + 1
      this.#seqs[lane] = seq
      const event = make(seq)
      const id = (event.ecs.event as { id: string }).id
      this.#waiting.push({ lane, seq, event })
      this.#detectors[lane]?.feed(seq, id, event)
    }
    const taken = this.#detectors.map((d) => d.take())
    for (const { deltas } of taken) await this.responder.apply(deltas)
    // Lanes hand over side by side.
    const hits = taken.flatMap((t) => t.hits).sort((a, b) => a.time - b.time)
    for (const hit of hits) this.#correlator?.feed(hit)
  }

  /** All that was found for correlations live is judged, and what fired a signal. */
  async judge(): Promise<void> {
    this.#correlator?.advance(Number.POSITIVE_INFINITY)
    await this.responder.fire(await this.#fired(this.#correlator?.take() ?? []))
  }

  #entityField(id: string): string | undefined {
    return this.#loaded.correlations.find((c) => c.correlation.id === id)?.sidecar?.entity
  }

  async #fired(firings: readonly Firing[]): Promise<Fired[]> {
    const ids = firings.map((f) => f.events[0]!.id)
    await this.load()
    const found = new Map((await this.events.get(EVERYTHING, ids)).map((row) => [row.id, row.event]))
    return firings.map((firing) => ({
      firing,
      entity: entityOfGroup(firing.group, this.#entityField(firing.rule), new Set()),
      evidence: found.get(firing.events[0]!.id)!,
      datasetId: null,
    }))
  }

  /** Everything taken in is searchable. */
  async load(): Promise<void> {
    if (this.#waiting.length === 0) return
    const lines = this.#waiting.map(({ event }) => lineOf(event))
    this.#waiting = []
    const id = `0000000${this.#segment++}-${crypto.randomUUID()}`
    const result = await this.events.load(writeSegment(join(this.folder, 'segments'), id, lines))
    if (result.rejected.length > 0) throw new Error(JSON.stringify(result.rejected[0]))
    await this.events.checkpoint()
  }

  /** Runs rules over that time (minutes after T0) and waits for the end. */
  async run(ruleIds: readonly string[], from = 0, to = 24 * 60): Promise<Stored<RuleRun>> {
    const run = await this.runner.start(reader, {
      purpose: 'retroactive',
      ruleIds,
      from: T0 + from * 60_000,
      to: T0 + to * 60_000,
    })
    return this.ended(run.id)
  }

  ended(id: string): Promise<Stored<RuleRun>> {
    return until(
      'the run to end',
      async () => {
        const run = (await this.docs.get('run', id))!
        return run.doc.status === 'queued' || run.doc.status === 'running' ? undefined : run
      },
      200_000,
    )
  }

  async signals(): Promise<readonly Stored<Signal>[]> {
    return (await this.docs.list('signal', { scope: EVERYTHING, sort: [], first: 10_000 })).rows
  }

  async incidents(): Promise<readonly Stored<Incident>[]> {
    return (await this.docs.list('incident', { scope: EVERYTHING, sort: [], first: 10_000 })).rows
  }

  async close(): Promise<void> {
    await this.runner.close()
    await this.events.close()
    await this.docs.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function eventOf(c: Came, lane: number, seq: number): StoredEvent {
  const iso = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString()
  const suidun: EcsObject = {
    lane,
    seq,
    unit: { id: c.unit ?? 'root' },
    ...(c.system === undefined ? {} : { system: { id: c.system } }),
    time: { source: 'event', tolerated: c.intolerable !== true },
  }
  const event: StoredEvent = {
    ecs: {
      '@timestamp': iso(c.at),
      event: { action: c.action, ingested: iso(c.taken ?? c.at) },
      user: { name: c.user },
      ...(c.ip === undefined ? {} : { source: { ip: c.ip } }),
      suidun,
    },
    rest: {},
  }
  return identified(event, `e${lane}-${seq}`)
}

/** What of a signal must be the same whether it was found live or later. */
export function shown(signals: readonly Stored<Signal>[]) {
  return signals
    .map(({ doc: s }) => ({
      rule: s.ruleId,
      entity: s.entity,
      unit: s.unitId,
      system: s.systemId,
      window: s.window,
      count: s.count,
      first: s.first,
      last: s.last,
      ids: [...s.eventIds].sort(),
      evidence: s.evidenceDigest,
      storming: s.storming,
      inIncident: s.incidentId !== null,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Traffic of some hours with two lanes, three units, several windows, entities that come back. */
export function traffic(from: number, to: number, step = 0.7): Came[] {
  const out: Came[] = []
  let n = 0
  for (let at = from; at < to; at += step) {
    n++
    out.push({
      at,
      user: `u${n % 5}`,
      action: ['probe', 'login', 'other', 'probe'][n % 4]!,
      unit: ['root', 'th', 'hz'][n % 3]!,
      lane: n % 2,
      ...(n % 7 === 0 ? { taken: at + 30 } : {}),
      ...(n % 31 === 0 ? { intolerable: true, taken: at + 90 } : {}),
    })
  }
  return out
}

/** Five failed sign-ins of one person within ten minutes, and the rule that it is made of. */
const FAILED = ruleText('failed', 'login_failed')
export const BRUTE = (more = 'generate: false') => `${FAILED}
---
title: Brute
id: brute
status: test
level: high
correlation:
  type: event_count
  rules: [failed]
  group-by: [user.name]
  timespan: 10m
  ${more}
  condition: { gte: 5 }
`

/** Bursts of failed sign-ins of several people, some that straddle windows, some too thin, and noise. */
export function bursts(from: number, to: number): Came[] {
  const out: Came[] = []
  for (let at = from, n = 0; at < to; at += 0.9, n++)
    out.push({ at, user: n % 3 === 0 ? 'noise' : 'thin', action: n % 3 === 0 ? 'other' : 'none', lane: n % 2 })
  const burst = (user: string, start: number, count: number, every: number) => {
    for (let i = 0; i < count; i++)
      out.push({
        at: start + i * every,
        user,
        action: 'login_failed',
        lane: i % 2,
        unit: user === 'wu' ? 'th' : 'root',
      })
  }
  burst('li', from + 7, 9, 1)
  burst('wang', from + 14, 5, 2.5)
  burst('thin', from + 5, 12, 6)
  burst('wu', from + 40, 30, 0.5)
  burst('li', from + 70, 5, 0.1)
  return out.filter((c) => c.at < to).sort((a, b) => a.at - b.at)
}
