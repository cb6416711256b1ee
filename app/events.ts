import type { Config } from '../core/config.ts'
import type { Clock, EventStore } from '../core/ports.ts'
import type { Tell } from '../core/telemetry.ts'
import { openEvents } from '../store/index.ts'
import type { Home } from './home.ts'

/** Opens the event store that the configuration names. */
export async function openEventStore(
  config: Config,
  home: Home,
  options: { clock: Clock; tell: Tell },
): Promise<EventStore> {
  return openEvents({
    folder: home.events,
    segments: [home.spool],
    memory: config.duckdb.memory,
    threads: config.duckdb.threads,
    ...options,
  })
}
