import { type ChecklistEntry, openChecklists } from '../compliance/index.ts'
import { EVERYTHING, NOTHING, type Reader, type Scope, type Subject } from '../core/access.ts'
import { oneOf } from '../core/filter.ts'
import type { Account, Incident, Party, Signal, System, Unit } from '../core/model/index.ts'
import type { DocumentStore, Stored } from '../core/ports.ts'
import type { EventRow } from '../core/query.ts'
import { batched, once } from './batched.ts'
import type { RowBudget } from './limits.ts'
import type { Services } from './services.ts'

/** A document as its reader may see it; `hidden` names the fields that were taken out. */
export interface Row<D> extends Stored<D> {
  readonly hidden: readonly string[]
}

/** Of the estate's kinds there are some dozens, at most this many. */
const ESTATE = 20_000

/** Look-ups of one request, each asked once. All but `unit`, `party` and `person` stay within the reader's scope. */
export interface Loaders {
  /** Any unit: what a reader may see names its unit. */
  units(): Promise<ReadonlyMap<string, Unit>>
  /** Ids of the units that the reader may see. */
  visibleUnits(): Promise<ReadonlySet<string>>
  parties(): Promise<readonly Party[]>
  systems(): Promise<ReadonlyMap<string, Row<System>>>
  person(id: string): Promise<Account | undefined>
  event(id: string): Promise<EventRow | undefined>
  incident(number: string): Promise<Row<Incident> | undefined>
  /** The checklist of a system in scope; items that do not apply are not among it. */
  checklist(system: System): Promise<readonly ChecklistEntry[]>
  /** Signals by rule. */
  hits(): Promise<ReadonlyMap<string, number>>
  /** A signal with nothing taken out, for what may be said of it all the same. */
  wholeSignal(id: string): Promise<Signal | undefined>
}

export function createLoaders(
  { docs, events }: Services,
  reader: Reader | undefined,
  budget: RowBudget,
  signal: AbortSignal,
): Loaders {
  const scope = (subject: Subject): Scope => reader?.scope(subject) ?? NOTHING
  const checklists = batched(async (systems: readonly System[]) => {
    const found = await openChecklists(docs, systems, scope('result'))
    budget.spend([...found.values()].reduce((sum, entries) => sum + entries.length, 0))
    return new Map(systems.map((s) => [s, found.get(s.id) ?? []]))
  }, 100)
  return {
    checklist: async (system) => (await checklists(system)) ?? [],
    units: once(async () => new Map((await all(docs, 'unit', EVERYTHING)).map((u) => [u.id, u.doc]))),
    visibleUnits: once(async () => new Set((await all(docs, 'unit', scope('unit'))).map((u) => u.id))),
    parties: once(async () => (await all(docs, 'party', EVERYTHING)).map((p) => p.doc)),
    systems: once(async () => new Map((await all(docs, 'system', scope('system'))).map((s) => [s.id, s]))),
    person: batched(async (ids) => {
      const found = await Promise.all(ids.map((id) => docs.get('account', id)))
      return new Map(found.flatMap((a) => (a === undefined ? [] : [[a.id, a.doc]])))
    }, 100),
    event: batched(async (ids) => {
      budget.spend(ids.length)
      signal.throwIfAborted()
      return new Map((await events.get(scope('event'), ids)).map((row) => [row.id, row]))
    }, 1000),
    incident: batched(async (numbers) => {
      const filter = oneOf('number', numbers)
      const page = await docs.list('incident', { scope: scope('incident'), filter, sort: [], first: numbers.length })
      return new Map(page.rows.map((row) => [row.doc.number, row]))
    }, 500),
    hits: once(async () => {
      const top = await docs.top('signal', { scope: scope('signal'), field: 'ruleId', size: 100_000 })
      return new Map(top.map((t) => [t.value, t.count]))
    }),
    wholeSignal: batched(async (ids) => {
      const found = await Promise.all(ids.map((id) => docs.get('signal', id)))
      return new Map(found.flatMap((s) => (s === undefined ? [] : [[s.id, s.doc]])))
    }, 100),
  }
}

async function all<K extends 'unit' | 'party' | 'system'>(docs: DocumentStore, kind: K, scope: Scope) {
  return (await docs.list(kind, { scope, sort: [], first: ESTATE })).rows
}
