import type { Firing } from '../../core/correlation.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import type { Clock, EventStore } from '../../core/ports.ts'
import type { Fired, Responder } from '../../response/index.ts'
import type { Intake } from '../lane/pool.ts'
import { findEvidence } from './findEvidence.ts'
import { factsOf, toFired } from './toFired.ts'

export interface FiringOptions {
  readonly events: Pick<EventStore, 'get'>
  readonly responder: Pick<Responder, 'fire'>
  readonly estate: () => EstateSnapshot
  /** The field that a correlation says it is about. */
  readonly entityField: (ruleId: string) => string | undefined
  readonly clock: Clock
}

/** The event store may fail so long before what fires becomes signals without it, milliseconds. */
const PATIENCE = 30_000

/**
 * Makes signals of what fired. Durable when resolved. While the event store fails it rejects, to be tried again, but not for
 * ever: then a signal goes without a copy of its first event, where the spool has it no more.
 */
export function openFiring(
  options: FiringOptions,
): (firings: readonly Firing[], find: Intake['find']) => Promise<void> {
  const { responder, clock } = options
  const whole = openFired(options)
  const withoutStore = openFired({ ...options, events: { get: async () => [] } })
  let failingSince: number | undefined
  return async (firings, find) => {
    let fired: readonly Fired[]
    try {
      fired = await whole(firings, find)
      failingSince = undefined
    } catch (error) {
      failingSince ??= clock()
      if (Math.abs(clock() - failingSince) < PATIENCE) throw error
      fired = await withoutStore(firings, find)
    }
    await responder.fire(fired)
  }
}

/** What signals need of firings besides: looks up the first event of each for evidence. */
export function openFired(
  options: Omit<FiringOptions, 'responder' | 'clock'>,
): (firings: readonly Firing[], find: Intake['find']) => Promise<Fired[]> {
  const { events, estate, entityField } = options
  return async (firings, find) => {
    const evidence = await findEvidence(firings, { events, find })
    const facts = factsOf(estate(), entityField)
    return firings.map((f) => toFired(f, evidence.get(f.events[0]?.id ?? ''), facts))
  }
}
