import type { Config } from '../core/config.ts'
import type { Clock, EventStore } from '../core/ports.ts'
import type { Tell } from '../core/telemetry.ts'
import { openElasticsearchEvents, openEvents } from '../store/index.ts'
import type { Home } from './home.ts'

/** Opens the event store that the configuration names. */
export async function openEventStore(
  config: Config,
  home: Home,
  { clock, tell }: { readonly clock: Clock; readonly tell: Tell },
): Promise<EventStore> {
  if (config.store.events === 'elasticsearch') {
    const { nodes, prefix, auth } = config.elasticsearch
    return openElasticsearchEvents({ nodes, prefix, ...(auth === undefined ? {} : { auth }), clock })
  }
  const { memory, threads } = config.duckdb
  return openEvents({ folder: home.events, segments: [home.spool], memory, threads, clock, tell })
}
