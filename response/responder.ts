import { AppError } from '../core/errors.ts'
import type { Incident, Level, Signal, SignalDelta } from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'
import { countKept, isKept, keptId } from './countKept.ts'
import { countSignal, signalId } from './countSignal.ts'
import { idSecret } from './idSecret.ts'
import { type Estate, joinIncident } from './joinIncident.ts'
import { KeyedMutex } from './keyedMutex.ts'

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

/** Deltas worked on side by side. */
const WIDTH = 32

/**
 * Turns what the lanes counted into signals and incidents. When `apply` resolves, all of it is durable and the lane may
 * commit its offset; applied again after a crash it changes nothing.
 */
export function createResponder(options: ResponderOptions): { apply(deltas: readonly SignalDelta[]): Promise<void> } {
  const { docs, clock } = options
  const signals = new KeyedMutex()
  const incidents = new KeyedMutex()

  let secret: string | undefined

  async function one(delta: SignalDelta, id: string): Promise<void> {
    const rule = options.rule(delta.ruleId) ?? { title: delta.ruleId, titleZh: delta.ruleId, level: 'medium', tags: [] }
    await signals.run(id, async () => {
      const signal = await countSignal(docs, id, delta, rule, clock)
      const key = JSON.stringify([delta.unitId, delta.systemId, delta.entity])
      const joined = await incidents.run(key, () => joinIncident(docs, signal, options.estate, clock))
      await mark(docs, signal, joined?.incident.id)
      if (joined !== undefined && joined.change !== 'none') options.onIncident?.(joined.change, joined.incident)
    })
  }

  return {
    async apply(deltas) {
      secret ??= await idSecret(docs)
      const key = secret
      let next = 0
      const workers = Array.from({ length: Math.min(WIDTH, deltas.length) }, async () => {
        for (let d = deltas[next++]; d !== undefined; d = deltas[next++]) {
          const delta = d
          if (isKept(delta)) await signals.run(keptId(delta), () => countKept(docs, delta))
          else await one(delta, signalId(delta, key))
        }
      })
      await Promise.all(workers)
    },
  }
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
