import { readFileSync } from 'node:fs'
import type { KeyScope } from '../../core/access.ts'
import type { Clock, DocumentStore } from '../../core/ports.ts'
import { CITY_FILE, readCity } from '../../demo/index.ts'
import { applyInventory } from '../../inventory/index.ts'
import { createKey, platformReader } from '../../policies/index.ts'

/** The sample city in the inventory, with a key for the senders of each system. */
export interface PreparedCity {
  /** A key of the root unit that may read. */
  readonly readKey: string
  /** A key of the root unit for logs and reports. */
  readonly ingestKey: string
  /** The key that a system's own senders use. */
  systemKey(systemId: string): string
}

export async function prepareCity(docs: DocumentStore, clock: Clock): Promise<PreparedCity> {
  const by = platformReader('demo')
  const applied = await applyInventory(docs, readFileSync(CITY_FILE, 'utf8'), {
    actor: by.identity,
    clock,
    fileName: 'demo/city.yaml',
  })
  if (applied.problems.length > 0) throw new Error(`demo/city.yaml: ${applied.problems[0]!.message}`)
  const ctx = { docs, clock }
  const key = async (name: string, scopes: readonly KeyScope[], unitId = 'root', systemId: string | null = null) =>
    (await createKey(ctx, by, { name, scopes, unitId, systemId })).secret
  const systems = new Map<string, string>()
  for (const { id, unitId } of readCity().systems)
    systems.set(id, await key(`${id} senders`, ['ingest', 'findings'], unitId, id))
  return {
    readKey: await key('demo read', ['read']),
    ingestKey: await key('demo ingest', ['ingest', 'findings']),
    systemKey(systemId) {
      const secret = systems.get(systemId)
      if (secret === undefined) throw new Error(`no system ${systemId} in the sample city`)
      return secret
    },
  }
}
