import { EVERYTHING } from '../../core/access.ts'
import type { Firing } from '../../core/correlation.ts'
import type { StoredEvent } from '../../core/event.ts'
import type { EventStore } from '../../core/ports.ts'
import { parseSpoolLine } from '../../core/spoolLine.ts'
import type { Intake } from '../lane/pool.ts'

/** Ids that the event store answers at once. */
const AT_ONCE = 1_000

/**
 * The first event of each firing, by its id. An event stands in the spool until the event store has it for good, so the
 * spool is asked, then the store. One that is nowhere was set aside, or its retention has ended.
 */
export async function findEvidence(
  firings: readonly Firing[],
  { events, find }: { readonly events: Pick<EventStore, 'get'>; readonly find: Intake['find'] },
): Promise<ReadonlyMap<string, StoredEvent>> {
  const found = new Map<string, StoredEvent>()
  const firsts = firings.flatMap(({ events: [first] }) => (first === undefined ? [] : [first]))
  for (const [lane, list] of Map.groupBy(firsts, (f) => f.lane)) {
    const seqs = [...new Set(list.map((f) => f.seq))].sort((a, b) => a - b)
    const lines = new Map((await find(lane, seqs)).map((l) => [l.seq, l.line]))
    for (const { id, seq } of list) {
      const line = lines.get(seq)
      const event = line === undefined ? undefined : parseSpoolLine(line)
      if (event !== undefined) found.set(id, event)
    }
  }
  const ids = [...new Set(firsts.map((f) => f.id))].filter((id) => !found.has(id))
  for (let at = 0; at < ids.length; at += AT_ONCE)
    for (const row of await events.get(EVERYTHING, ids.slice(at, at + AT_ONCE))) found.set(row.id, row.event)
  return found
}
