import type { MutableEcs, Origin } from '../contract.ts'

/** A clock may run this far ahead of ours, and an event may be this old (milliseconds). */
const AHEAD = 5 * 60_000
const BEHIND = 31 * 86_400_000

/** Whether an event may be of that time, by when it was received (milliseconds since 1970 UTC). */
export function isTolerated(timestamp: number, received: number): boolean {
  return timestamp <= received + AHEAD && timestamp >= received - BEHIND
}

/** What the platform says of a line: the group `suidun` but its dataset, misfits, lane and number. */
export function aboutLine(
  origin: Origin,
  source: 'event' | 'received',
  tolerated: boolean,
  systemId: string | undefined,
): MutableEcs {
  const about: MutableEcs = {
    unit: { id: origin.unitId },
    source: { id: origin.sourceId },
    time: { source, tolerated },
  }
  if (systemId !== undefined) about.system = { id: systemId }
  return about
}
