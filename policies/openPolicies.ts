import type { Identity, Reader } from '../core/access.ts'
import { EVERYTHING } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import { term } from '../core/filter.ts'
import type { Documents } from '../core/model/index.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'
import { compileReader, namesOf } from './compileReader.ts'
import { loadRoles } from './loadRoles.ts'
import { ESTATE_LIMIT, type Facts } from './sets.ts'

/** Who may do what, compiled for each request from the roles and the estate as it stands. */
export interface Policies {
  /** The reader of an identity, as of now. */
  reader(identity: Identity): Promise<Reader>
  /** Pages of the console that the identity's role opens. */
  pages(identity: Identity): readonly string[]
}

/**
 * Loads the policies of `folder` (ours unless told otherwise; ACC-009 where one does not load). The estate is read anew
 * for each reader, some dozens of small documents, so that a moved unit, an ended contract and a revoked grant count at
 * the next request.
 */
export function openPolicies(options: {
  readonly docs: DocumentStore
  readonly clock: Clock
  readonly folder?: string
}): Policies {
  const { docs, clock } = options
  const roles = loadRoles(options.folder)
  return {
    async reader(identity) {
      return compileReader(roles, identity, await readFacts(docs, identity, clock()))
    },
    pages: (identity) => [...new Set(namesOf(identity).flatMap((name) => roles[name].pages))],
  }
}

/** Reads from the store what the policies of an identity depend on. */
async function readFacts(docs: DocumentStore, identity: Identity, now: number): Promise<Facts> {
  const all = async <K extends 'unit' | 'party' | 'system' | 'dataset'>(kind: K): Promise<Documents[K][]> => {
    const page = await docs.list(kind, { scope: EVERYTHING, sort: [], first: ESTATE_LIMIT })
    if (page.hasNext) throw new AppError('QRY-303', { problem: `more than ${ESTATE_LIMIT} documents of kind ${kind}` })
    return page.rows.map((r) => r.doc)
  }
  const own = async () => {
    if (identity.kind !== 'account') return []
    const filter = term('accountId', identity.id)
    const page = await docs.list('grant', { scope: EVERYTHING, filter, sort: [], first: ESTATE_LIMIT })
    return page.rows.map((r) => r.doc)
  }
  const [units, parties, systems, datasets, grants] = await Promise.all([
    all('unit'),
    identity.partyId === undefined ? [] : all('party'),
    all('system'),
    all('dataset'),
    own(),
  ])
  return { units, parties, systems, datasets, grants, now }
}
