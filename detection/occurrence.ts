import type { StoredEvent } from '../core/event.ts'
import { parseInstant } from '../core/instant.ts'
import { ROOT_UNIT } from '../core/model/index.ts'

/** Length of a signal's window of event time, milliseconds. */
export const WINDOW = 300_000

/** Start of the window that an instant lies in. */
export function windowOf(time: number): number {
  return Math.floor(time / WINDOW) * WINDOW
}

/**
 * The time that windows go by, milliseconds since 1970 UTC: the event's own, unless it is beyond tolerance: then when it
 * was taken in.
 */
export function timeOf(event: StoredEvent): number {
  const own = instant(event.ecs['@timestamp'])
  const ingested = ingestedOf(event)
  return (isTolerated(event) ? (own ?? ingested) : (ingested ?? own)) ?? 0
}

/** When the event was taken in, milliseconds since 1970 UTC. */
export function ingestedOf(event: StoredEvent): number | undefined {
  return instant((event.ecs.event as { ingested?: unknown } | undefined)?.ingested)
}

/** The event's unit and system: the root unit and none where it names none. */
export function placeOf(event: StoredEvent): { readonly unitId: string; readonly systemId: string | null } {
  return { unitId: idAt(event, 'unit') ?? ROOT_UNIT, systemId: idAt(event, 'system') ?? null }
}

/** Where the event stands in the log; a lane of -1 where it does not say. */
export function positionOf(event: StoredEvent): { readonly lane: number; readonly seq: number } {
  const { lane, seq } = (event.ecs.suidun ?? {}) as { lane?: unknown; seq?: unknown }
  return { lane: typeof lane === 'number' ? lane : -1, seq: typeof seq === 'number' ? seq : 0 }
}

function isTolerated(event: StoredEvent): boolean {
  return (event.ecs.suidun as { time?: { tolerated?: unknown } } | undefined)?.time?.tolerated !== false
}

function instant(value: unknown): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined
}

function idAt(event: StoredEvent, part: 'unit' | 'system'): string | undefined {
  const suidun = event.ecs.suidun as { unit?: { id?: unknown }; system?: { id?: unknown } } | undefined
  const id = suidun?.[part]?.id
  return typeof id === 'string' ? id : undefined
}
