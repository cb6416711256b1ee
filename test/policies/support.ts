import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, DocumentStore } from '../../core/ports.ts'
import { ensureRoot } from '../../inventory/index.ts'
import { bootstrap, type IdentityContext, openPolicies, type Policies, setUp } from '../../policies/index.ts'
import { openDocuments } from '../../store/index.ts'

export const START = Date.parse('2026-11-24T06:00:00.000Z')
export const PASSWORD = 'correct horse battery'

export interface World {
  readonly docs: DocumentStore
  readonly ctx: IdentityContext
  readonly policies: Policies
  /** Moves the clock on. */
  pass(ms: number): void
  readonly clock: Clock
  close(): Promise<void>
}

/** A real document store in a folder of its own, with the root unit and the three offices set up if asked. */
export async function openWorld(options: { readonly offices?: boolean } = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'suidun-policies-'))
  const docs = await openDocuments({ path: join(folder, 'documents.db') })
  let now = START
  const clock = () => now
  const ctx = { docs, clock }
  await ensureRoot(docs, { clock })
  const links = await bootstrap(ctx)
  if (options.offices === true) {
    for (const { role, token } of links) await setUp(ctx, { token, password: PASSWORD, name: role.replace('_', '.') })
  }
  return {
    docs,
    ctx,
    clock,
    policies: openPolicies({ docs, clock }),
    pass: (ms) => {
      now += ms
    },
    async close() {
      await docs.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
