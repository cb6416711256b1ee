import type { Firing } from '../../core/correlation.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import type { EventStore } from '../../core/ports.ts'
import type { Fired, Responder } from '../../response/index.ts'
import type { Intake } from '../lane/pool.ts'
import { findEvidence } from './findEvidence.ts'
import { factsOf, toFired } from './toFired.ts'

export interface FiringOptions {
  readonly events: EventStore
  readonly responder: Pick<Responder, 'fire'>
  readonly estate: () => EstateSnapshot
  readonly find: Intake['find']
  /** The field that a correlation says it is about. */
  readonly entityField: (ruleId: string) => string | undefined
}

/** Makes signals of what fired. Durable when resolved. */
export function openFiring(options: FiringOptions): (firings: readonly Firing[]) => Promise<void> {
  const fired = openFired(options)
  return async (firings) => options.responder.fire(await fired(firings))
}

/** What signals need of firings besides: looks up the first event of each for evidence. */
export function openFired(options: Omit<FiringOptions, 'responder'>): (firings: readonly Firing[]) => Promise<Fired[]> {
  const { events, estate, find, entityField } = options
  return async (firings) => {
    const evidence = await findEvidence(firings, { events, find })
    const facts = factsOf(estate(), entityField)
    return firings.map((f) => toFired(f, evidence.get(f.events[0]?.id ?? ''), facts))
  }
}
