import { EVERYTHING } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { and, term } from '../../core/filter.ts'
import { type Finding, SUIDUN } from '../../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../../core/ports.ts'

const AT_ONCE = 100

/** Opens findings again whose accepted risk has ended, each with its audit entry. Answers how many. */
export async function reopenEnded(docs: DocumentStore, clock: Clock): Promise<number> {
  const at = new Date(clock()).toISOString()
  const ended = and(term('status', 'accepted'), { op: 'range', field: ['decision.until'], lte: at })
  let opened = 0
  for (;;) {
    const { rows } = await docs.list('finding', { scope: EVERYTHING, filter: ended, sort: [], first: AT_ONCE })
    const done = await Promise.all(rows.map((row) => reopen(docs, row, at)))
    const now = done.filter((d) => d).length
    opened += now
    // Where others changed all of them meanwhile, the next time will tell.
    if (now === 0) return opened
  }
}

async function reopen(docs: DocumentStore, { id, version, doc }: Stored<Finding>, at: string): Promise<boolean> {
  const audit = {
    at,
    actor: SUIDUN,
    action: 'finding.reopened',
    target: { kind: 'finding', id },
    unitId: doc.unitId,
    before: { status: doc.status, until: doc.decision?.until ?? null },
    after: { status: 'open' },
  } as const
  try {
    await docs.put('finding', id, { ...doc, status: 'open', decision: null }, { version, audit })
    return true
  } catch (e) {
    if (!(e instanceof AppError) || e.code !== 'DOC-409') throw e
    return false
  }
}
