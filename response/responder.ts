import { AppError } from '../core/errors.ts'
import type { Incident, Level, RetroGroup, Signal, SignalDelta } from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'
import { countKept, isKept, keptId } from './countKept.ts'
import { countSignal, signalId } from './countSignal.ts'
import { type Fired, fireSignal, firingId } from './fireSignal.ts'
import { idSecret } from './idSecret.ts'
import type { Counted } from './incidentFor.ts'
import { type Estate, joinIncident } from './joinIncident.ts'
import { KeyedMutex } from './keyedMutex.ts'
import { setRetro } from './setRetro.ts'

/** What a signal keeps of its rule. */
export interface RuleFacts {
  readonly title: string
  readonly titleZh: string
  readonly level: Level
  readonly tags: readonly string[]
}

export interface ResponderOptions {
  readonly docs: DocumentStore
  readonly clock: Clock
  readonly estate: Estate
  /** Facts of a rule; a rule that was taken away meanwhile is known by its id only. */
  readonly rule: (ruleId: string) => RuleFacts | undefined
  /** Told of every incident opened or changed. */
  readonly onIncident?: (change: 'opened' | 'changed', incident: Stored<Incident>) => void
}

/** Signals worked on side by side. */
const WIDTH = 32

export interface Responder {
  /** Counts what the lanes counted. */
  apply(deltas: readonly SignalDelta[]): Promise<void>
  /** Makes signals of correlations that fired, a signal each. */
  fire(fired: readonly Fired[]): Promise<void>
  /** Sets what a run over stored events found. */
  retro(groups: readonly RetroGroup[], runId: string): Promise<Written>
  /** Makes signals of what correlations tell in a run over stored events; what had fired live is known by its key. */
  refire(fired: readonly Fired[], runId: string): Promise<Written>
}

/** How many signals that were handed over are of that run, and incidents that they opened. */
export interface Written {
  readonly signals: number
  readonly incidents: number
}

/**
 * Turns what was detected into signals and incidents. When `apply` or `fire` resolves, all of it is durable and what it came
 * from may be forgotten; the same again, after a crash, changes nothing.
 */
export function createResponder(options: ResponderOptions): Responder {
  const { docs, clock } = options
  const signals = new KeyedMutex()
  const incidents = new KeyedMutex()
  let secret: string | undefined

  const ruleOf = (id: string): RuleFacts => options.rule(id) ?? { title: id, titleZh: id, level: 'medium', tags: [] }

  /** Puts a signal into its incident. */
  async function join(counted: Counted): Promise<Incident | undefined> {
    const { signal } = counted
    const { unitId, systemId, entity } = signal.doc
    const key = JSON.stringify([unitId, systemId, entity])
    const joined = await incidents.run(key, () => joinIncident(docs, counted, options.estate, clock))
    await mark(docs, signal, joined?.incident.id)
    if (joined !== undefined && joined.change !== 'none') options.onIncident?.(joined.change, joined.incident)
    return joined?.incident.doc
  }

  /** Writes the signal `id` and puts it into its incident. */
  const one = (id: string, write: () => Promise<Counted>) =>
    signals.run(id, async () => {
      await join(await write())
    })

  /** The same for what a run found; a storming signal that it leaves as it is does not try again to open an incident. */
  const ofRun = (
    runId: string,
    id: string,
    written: { signals: number; incidents: number },
    write: () => Promise<Counted & { readonly changed: boolean }>,
  ) =>
    signals.run(id, async () => {
      const counted = await write()
      const { signal, changed } = counted
      // Also what this run had written before a crash: its numbers are those of a run that nothing disturbed.
      if (signal.doc.retro?.runId === runId) written.signals++
      if (!changed && signal.doc.storming) return
      const opened = (await join(counted))?.timeline[0]
      if (opened?.type === 'opened' && opened.signalId === id && opened.runId === runId) written.incidents++
    })

  return {
    async apply(deltas) {
      secret ??= await idSecret(docs)
      const key = secret
      await abreast(deltas, (delta) => {
        if (isKept(delta)) return signals.run(keptId(delta), () => countKept(docs, delta))
        const id = signalId(delta, key)
        return one(id, () => countSignal(docs, id, delta, ruleOf(delta.ruleId), clock))
      })
    },
    async fire(fired) {
      secret ??= await idSecret(docs)
      const key = secret
      await abreast(fired, (f) => {
        const id = firingId(f.firing, key)
        return one(id, () => fireSignal(docs, id, f, ruleOf, clock))
      })
    },
    async retro(groups, runId) {
      secret ??= await idSecret(docs)
      const key = secret
      const written = { signals: 0, incidents: 0 }
      await abreast(groups, (group) => {
        const id = signalId(group, key)
        const options = { rule: ruleOf(group.ruleId), runId, clock }
        return ofRun(runId, id, written, () => setRetro(docs, id, group, options))
      })
      return written
    },
    async refire(fired, runId) {
      secret ??= await idSecret(docs)
      const key = secret
      const written = { signals: 0, incidents: 0 }
      await abreast(fired, (f) => {
        const id = firingId(f.firing, key)
        return ofRun(runId, id, written, async () => {
          const counted = await fireSignal(docs, id, f, ruleOf, clock, runId)
          return { ...counted, changed: !counted.known }
        })
      })
      return written
    },
  }
}

/** Works on all of them, some side by side, beginning in their order. */
async function abreast<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0
  const workers = Array.from({ length: Math.min(WIDTH, all.length) }, async () => {
    while (next < all.length) await work(all[next++]!)
  })
  await Promise.all(workers)
}

/** Writes into the signal which incident it joined, or that its rule is storming. */
async function mark(docs: DocumentStore, signal: Stored<Signal>, incidentId: string | undefined): Promise<void> {
  const wanted = incidentId ?? null
  for (let now: Stored<Signal> | undefined = signal; now !== undefined; now = await docs.get('signal', signal.id)) {
    const storming = wanted === null
    if (now.doc.incidentId === wanted && now.doc.storming === storming) return
    try {
      await docs.put('signal', signal.id, { ...now.doc, incidentId: wanted, storming }, { version: now.version })
      return
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409') throw e
    }
  }
}
