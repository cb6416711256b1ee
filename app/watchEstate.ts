import { EVERYTHING } from '../core/access.ts'
import { canonicalJson } from '../core/canonical.ts'
import type { EstateSnapshot } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'
import { estateSnapshot } from '../inventory/index.ts'

const EVERY = 2_000

/**
 * Tells whenever systems, assets or datasets change, also when another process (the command line) changes them. The
 * document store has no news of its own, so it is asked every two seconds; the inventory is some hundreds of documents.
 */
export async function watchEstate(
  docs: DocumentStore,
  onChange: (estate: EstateSnapshot) => void,
): Promise<{ close(): Promise<void> }> {
  let known = (await look(docs)).text
  let asking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    asking = asking.then(async () => {
      const now = await look(docs).catch(() => undefined)
      if (now === undefined || now.text === known) return
      known = now.text
      onChange(now.estate)
    })
  }, EVERY)
  return {
    async close() {
      clearInterval(timer)
      await asking
    },
  }
}

async function look(docs: DocumentStore): Promise<{ readonly estate: EstateSnapshot; readonly text: string }> {
  const [estate, systems] = await Promise.all([
    estateSnapshot(docs),
    docs.list('system', { scope: EVERYTHING, sort: [], first: 100_000 }),
  ])
  return { estate, text: canonicalJson([estate, systems.rows.map((r) => r.doc)]) }
}
