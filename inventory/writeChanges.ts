import type { Identity } from '../core/access.ts'
import { canonicalJson } from '../core/canonical.ts'
import { type AuditDraft, type Documents, ROOT_UNIT } from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'
import type { Plan } from './checkEstate.ts'
import type { Estate, EstateKind } from './estate.ts'

/** Who changes the inventory, and when. */
export interface ChangeContext {
  readonly actor: Identity
  readonly clock: Clock
}

export interface ChangeCounts {
  readonly created: number
  readonly changed: number
  readonly unchanged: number
}

/** Documents that others point to come first, so that a run cut short leaves nothing dangling. */
const ORDER: readonly EstateKind[] = ['unit', 'system', 'party', 'asset', 'dataset']

/**
 * Writes those documents of the plan that differ from what stands, each with its audit entry. Writing the same plan again
 * writes nothing; DOC-409 where someone else changed one of them meanwhile (run it again).
 */
export async function writeChanges(
  docs: DocumentStore,
  estate: Estate,
  plan: Plan,
  touched: { readonly [K in EstateKind]: ReadonlySet<string> },
  context: ChangeContext,
): Promise<ChangeCounts> {
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const kind of ORDER) {
    const writes: Promise<unknown>[] = []
    for (const id of kind === 'unit' ? parentsFirst(plan, touched.unit) : touched[kind]) {
      const now = estate[kind].get(id)
      const doc = plan[kind].get(id)!
      if (now === undefined) counts.created++
      else if (canonicalJson(now.doc) === canonicalJson(doc)) {
        counts.unchanged++
        continue
      } else counts.changed++
      const write = put(docs, kind, now, doc, context)
      if (kind === 'unit') await write
      else writes.push(write)
    }
    await Promise.all(writes)
  }
  return counts
}

function put<K extends EstateKind>(
  docs: DocumentStore,
  kind: K,
  now: Stored<Documents[EstateKind]> | undefined,
  doc: Documents[K],
  { actor, clock }: ChangeContext,
): Promise<unknown> {
  const audit: AuditDraft = {
    at: new Date(clock()).toISOString(),
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    action: `${kind}.${now === undefined ? 'created' : 'changed'}`,
    target: { kind, id: doc.id },
    unitId: 'unitId' in doc ? doc.unitId : kind === 'unit' ? doc.id : ROOT_UNIT,
    ...difference(now?.doc, doc),
  }
  return docs.put(kind, doc.id, doc, { version: now?.version ?? 0, audit })
}

/** The fields that differ, before and after. */
function difference(
  now: object | undefined,
  next: object,
): { before?: Record<string, unknown>; after: Record<string, unknown> } {
  const before: Record<string, unknown> = {}
  const after: Record<string, unknown> = {}
  const old = (now ?? {}) as Record<string, unknown>
  const fresh = next as Record<string, unknown>
  for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
    if (canonicalJson(old[key]) === canonicalJson(fresh[key])) continue
    if (key in old) before[key] = old[key]
    if (key in fresh) after[key] = fresh[key]
  }
  return now === undefined ? { after } : { before, after }
}

function parentsFirst(plan: Plan, ids: ReadonlySet<string>): string[] {
  const depth = (id: string): number => {
    let n = 0
    for (let at = plan.unit.get(id)?.parentId; at != null; at = plan.unit.get(at)?.parentId) n++
    return n
  }
  return [...ids].sort((a, b) => depth(a) - depth(b))
}
