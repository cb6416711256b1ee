import { canonicalJson } from '../core/canonical.ts'
import type { EstateSnapshot } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'
import { estateSnapshot } from '../inventory/index.ts'

const EVERY = 2_000

/**
 * Tells whenever assets or datasets change, also when another process (the command line) changes them. The document store
 * has no news of its own, so it is asked every two seconds; the inventory is some hundreds of small documents.
 */
export function watchEstate(
  docs: DocumentStore,
  first: EstateSnapshot,
  onChange: (estate: EstateSnapshot) => void,
): { close(): Promise<void> } {
  let known = canonicalJson(first)
  let asking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    asking = asking.then(async () => {
      const now = await estateSnapshot(docs).catch(() => undefined)
      const text = now === undefined ? known : canonicalJson(now)
      if (now === undefined || text === known) return
      known = text
      onChange(now)
    })
  }, EVERY)
  return {
    async close() {
      clearInterval(timer)
      await asking
    },
  }
}
