import { type ChecklistEntry, openChecklists } from '../compliance/index.ts'
import { EVERYTHING, NOTHING, type Reader, type Scope, type Subject } from '../core/access.ts'
import { oneOf, term } from '../core/filter.ts'
import type { Account, Incident, Party, RuleException, Signal, Suppression, System, Unit } from '../core/model/index.ts'
import type { DocumentStore, Stored } from '../core/ports.ts'
import type { EventRow } from '../core/query.ts'
import { subtree } from '../inventory/index.ts'
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
  /** Ids of a unit and of all below it. */
  below(unitId: string): Promise<readonly string[]>
  parties(): Promise<readonly Party[]>
  systems(): Promise<ReadonlyMap<string, Row<System>>>
  person(id: string): Promise<Account | undefined>
  event(id: string): Promise<EventRow | undefined>
  incident(number: string): Promise<Row<Incident> | undefined>
  /** The number of an incident by its document's id, where it is the reader's to see. */
  incidentNumber(id: string): Promise<string | undefined>
  /** The checklist of a system in scope; items that do not apply are not among it. */
  checklist(system: System): Promise<readonly ChecklistEntry[]>
  /** Signals by rule. */
  hits(): Promise<ReadonlyMap<string, number>>
  /** Event time of the newest event that a signal of the rule counts. */
  lastSignal(ruleId: string): Promise<string | undefined>
  /** The newest exceptions to a rule. */
  exceptionsOf(ruleId: string): Promise<readonly Row<RuleException>[] | undefined>
  /** What an exception kept back. */
  keptBack(exceptionId: string): Promise<KeptBack | undefined>
  /** A signal with nothing taken out, for what may be said of it all the same. */
  wholeSignal(id: string): Promise<Signal | undefined>
}

interface KeptBack {
  readonly count: number
  /** Event time, ISO 8601 UTC. */
  readonly last: string
  readonly eventIds: readonly string[]
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
  const units = once(async () => new Map((await all(docs, 'unit', EVERYTHING)).map((u) => [u.id, u.doc])))
  return {
    checklist: async (system) => (await checklists(system)) ?? [],
    units,
    visibleUnits: once(async () => new Set((await all(docs, 'unit', scope('unit'))).map((u) => u.id))),
    below: async (unitId) => subtree([...(await units()).values()], unitId),
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
    incidentNumber: batched(async (ids) => {
      const found = await Promise.all(ids.map((id) => docs.get('incident', id)))
      budget.spend(ids.length)
      const seen = found.flatMap((i) => (i !== undefined && reader?.can('read', 'incident', i.doc) === true ? [i] : []))
      return new Map(seen.map((i) => [i.id, i.doc.number]))
    }, 1000),
    hits: once(async () => {
      const top = await docs.top('signal', { scope: scope('signal'), field: 'ruleId', size: 100_000 })
      return new Map(top.map((t) => [t.value, t.count]))
    }),
    lastSignal: batched(async (ids) => {
      const found = await Promise.all(
        ids.map(async (id) => {
          const asked = {
            scope: scope('signal'),
            filter: term('ruleId', id),
            sort: [['last', 'desc']],
            first: 1,
          } as const
          return [id, (await docs.list('signal', asked)).rows[0]?.doc.last] as const
        }),
      )
      budget.spend(ids.length)
      return new Map(found.flatMap(([id, last]) => (last === undefined ? [] : [[id, last]])))
    }, 1000),
    exceptionsOf: batched(async (ids) => {
      const filter = oneOf('ruleId', ids)
      const asked = { scope: scope('exception'), filter, sort: [['createdAt', 'desc']], first: 5_000 } as const
      const { rows } = await docs.list('exception', asked)
      budget.spend(rows.length)
      return new Map([...Map.groupBy(rows, (r) => r.doc.ruleId)].map(([id, of]) => [id, of.slice(0, 100)]))
    }, 500),
    keptBack: batched(async (ids) => {
      const days: Suppression[] = []
      for (let after: string | undefined; ; ) {
        const filter = oneOf('exceptionId', ids)
        // Of what an exception kept back one sees that of one's own units, as of the exceptions themselves.
        const asked = { scope: scope('exception'), filter, sort: [['last', 'desc']], first: 5_000 } as const
        const page = await docs.list('suppression', after === undefined ? asked : { ...asked, after })
        budget.spend(page.rows.length)
        days.push(...page.rows.map((r) => r.doc))
        after = page.rows.at(-1)?.cursor
        if (!page.hasNext) break
      }
      return new Map([...Map.groupBy(days, (d) => d.exceptionId)].map(([id, of]) => [id, sumOf(of)]))
    }, 500),
    wholeSignal: batched(async (ids) => {
      const found = await Promise.all(ids.map((id) => docs.get('signal', id)))
      return new Map(found.flatMap((s) => (s === undefined ? [] : [[s.id, s.doc]])))
    }, 100),
  }
}

/** `days`: newest first, at least one. */
function sumOf(days: readonly Suppression[]): KeptBack {
  return {
    count: days.reduce((sum, d) => sum + d.count, 0),
    last: days[0]!.last,
    eventIds: days.flatMap((d) => d.eventIds).slice(0, 20),
  }
}

async function all<K extends 'unit' | 'party' | 'system'>(docs: DocumentStore, kind: K, scope: Scope) {
  return (await docs.list(kind, { scope, sort: [], first: ESTATE })).rows
}
