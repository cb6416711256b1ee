import { EVERYTHING } from '../core/access.ts'
import { canonicalJson } from '../core/canonical.ts'
import type { EstateSnapshot } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'
import { estateSnapshot } from '../inventory/index.ts'

const EVERY = 2_000

export interface EstateWatch {
  /** Looks now; when resolved, what had changed by then has been told. */
  look(): Promise<void>
  close(): Promise<void>
}

/**
 * Tells whenever systems, assets or datasets change, also when another process (the command line) changes them. The
 * document store has no news of its own, so it is asked every two seconds; the inventory is some hundreds of documents.
 */
export async function watchEstate(
  docs: DocumentStore,
  onChange: (estate: EstateSnapshot) => Promise<void>,
): Promise<EstateWatch> {
  let known = (await read(docs)).text
  let asking: Promise<void> = Promise.resolve()
  const look = () => {
    asking = asking.then(async () => {
      const now = await read(docs).catch(() => undefined)
      if (now === undefined || now.text === known) return
      known = now.text
      await onChange(now.estate)
    })
    return asking
  }
  const timer = setInterval(look, EVERY)
  return {
    look,
    async close() {
      clearInterval(timer)
      await asking
    },
  }
}

async function read(docs: DocumentStore): Promise<{ readonly estate: EstateSnapshot; readonly text: string }> {
  const [estate, systems] = await Promise.all([
    estateSnapshot(docs),
    docs.list('system', { scope: EVERYTHING, sort: [], first: 100_000 }),
  ])
  return { estate, text: canonicalJson([estate, systems.rows.map((r) => r.doc)]) }
}
