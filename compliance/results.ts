import { EVERYTHING, type Identity, type Scope } from '../core/access.ts'
import { compileFilter } from '../core/evaluate.ts'
import { oneOf, or } from '../core/filter.ts'
import type { CheckRun, Item, ItemResult, ResultValue, System } from '../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../core/ports.ts'
import { viewOfJson } from '../core/view.ts'
import { checklistItems } from './framework.ts'

/** Who decides, and when. */
export interface DecisionContext {
  readonly actor: Identity
  readonly clock: Clock
}

/** An item of a system's checklist and where it stands; version 0 while nothing was written of it. */
export interface ChecklistEntry {
  readonly item: Item
  readonly result: Stored<ItemResult>
}

function resultId(systemId: string, itemId: string): string {
  return `${systemId}/${itemId}`
}

/** An item that nobody and no check has looked at. */
function freshResult(system: System, itemId: string): Stored<ItemResult> {
  const doc: ItemResult = {
    kind: 'result',
    unitId: system.unitId,
    systemId: system.id,
    itemId,
    value: 'not_assessed',
    author: null,
    at: null,
    reason: null,
    source: null,
    proposal: null,
    evidenceDigest: null,
    history: [],
  }
  return { id: resultId(system.id, itemId), version: 0, doc }
}

/** The result of one item as it stands. */
export async function resultOf(docs: DocumentStore, system: System, itemId: string): Promise<Stored<ItemResult>> {
  return (await docs.get('result', resultId(system.id, itemId))) ?? freshResult(system, itemId)
}

/** A system's checklist: every item that applies, in the order of the standard, with its result. */
export async function openChecklist(
  docs: DocumentStore,
  system: System,
  scope: Scope = EVERYTHING,
): Promise<readonly ChecklistEntry[]> {
  return (await openChecklists(docs, [system], scope)).get(system.id)!
}

/**
 * The checklists of several systems, read together. A result goes with its system: it belongs to the unit whose the system
 * is today. Results outside the scope look untouched, as do those of which it hides a part.
 */
export async function openChecklists(
  docs: DocumentStore,
  systems: readonly System[],
  scope: Scope = EVERYTHING,
): Promise<ReadonlyMap<string, readonly ChecklistEntry[]>> {
  const found = new Map<string, Stored<ItemResult>>()
  const filter = oneOf(
    'systemId',
    systems.map((s) => s.id),
  )
  const units = new Map(systems.map((s) => [s.id, s.unitId]))
  const seen = compileFilter(or(...scope.grants.filter((g) => g.hidden.length === 0).map((g) => g.rows)))
  let after: string | undefined
  do {
    const page = await docs.list('result', {
      scope: EVERYTHING,
      filter,
      sort: [],
      first: 5_000,
      ...(after ? { after } : {}),
    })
    for (const { id, version, doc } of page.rows) {
      const now = { ...doc, unitId: units.get(doc.systemId) ?? doc.unitId }
      if (seen(viewOfJson(now))) found.set(id, { id, version, doc: now })
    }
    after = page.hasNext ? page.rows.at(-1)!.cursor : undefined
  } while (after !== undefined)
  return new Map(
    systems.map((system) => [
      system.id,
      checklistItems(system).map((item) => ({
        item,
        result: found.get(resultId(system.id, item.id)) ?? freshResult(system, item.id),
      })),
    ]),
  )
}

/** What a check's state says of an item; nothing where it cannot tell. */
export function impliedValue(run: CheckRun): ResultValue | undefined {
  return run.state === 'holds' ? 'compliant' : run.state === 'fails' ? 'not_compliant' : undefined
}

/**
 * Whether a proposal waits for a person: it tells something, and what stands was not decided on the like. A result that
 * was decided on evidence asks again only when the check's state has turned since.
 */
export function isPending(result: ItemResult): boolean {
  const implied = result.proposal === null ? undefined : impliedValue(result.proposal)
  if (implied === undefined) return false
  if (result.value === 'not_assessed') return true
  const evidence = result.history.at(-1)?.evidence
  return evidence == null ? result.value !== implied : evidence.state !== result.proposal?.state
}
