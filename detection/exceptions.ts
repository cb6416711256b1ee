import { compileFilter, type Test } from '../core/evaluate.ts'
import type { EventView, StoredEvent } from '../core/event.ts'
import type { Filter } from '../core/filter.ts'
import { parseInstant } from '../core/instant.ts'
import { parseKql } from '../core/kql.ts'
import { ROOT_UNIT } from '../core/model/index.ts'
import { substituteHidden } from '../core/scope.ts'
import { viewOfStored } from '../core/view.ts'

/** An exception as detection takes it: plain data, which crosses threads. */
export interface ExceptionSetting {
  readonly id: string
  readonly ruleId: string
  /** Search text (KQL). */
  readonly query: string
  /** Ids of the units whose events it is about. */
  readonly units: readonly string[]
  /** It acts on events taken in at from <= t < until, milliseconds since 1970 UTC. */
  readonly from: number
  readonly until: number
}

export interface ExceptionSettings {
  readonly exceptions: readonly ExceptionSetting[]
  /** Fields of important data that people see only by a grant … */
  readonly hidden: readonly string[]
  /** … and the datasets that hold none: every other dataset's data is important. */
  readonly openDatasets: readonly string[]
}

export const NO_EXCEPTIONS: ExceptionSettings = { exceptions: [], hidden: [], openDatasets: [] }

interface Compiled {
  readonly setting: ExceptionSetting
  readonly units: ReadonlySet<string>
  readonly holds: Test
  /** Whether it looks at fields that are hidden in important data. */
  readonly looksAtHidden: boolean
}

/** The exceptions of all rules, ready to be asked per match. */
export interface Exceptions {
  /** The first exception to that rule that acts on the event, by its id; undefined where none does. */
  acting(ruleId: string, event: StoredEvent, view?: EventView): string | undefined
  /** All of them. */
  allActing(ruleId: string, event: StoredEvent): readonly string[]
}

/**
 * Compiles exceptions. Whether one acts follows from the event alone: from its unit, when it was taken in (so that a
 * replay after a crash decides the same), and its fields. What stands in fields that are hidden in important data is
 * nobody's to find out by trying exceptions: one that looks at such a field does not act on important data at all.
 * Search text that cannot be read (checked when it was made) acts on nothing.
 */
export function compileExceptions({ exceptions, hidden, openDatasets }: ExceptionSettings): Exceptions {
  const byRule = new Map<string, Compiled[]>()
  for (const setting of exceptions) {
    const { filter } = parseKql(setting.query)
    if (filter === undefined) continue
    const looksAtHidden = looksAt(hidden, filter)
    const compiled = { setting, units: new Set(setting.units), holds: compileFilter(filter), looksAtHidden }
    const known = byRule.get(setting.ruleId)
    if (known === undefined) byRule.set(setting.ruleId, [compiled])
    else known.push(compiled)
  }
  const open = new Set(openDatasets)
  const acts = (c: Compiled, event: StoredEvent, view: EventView): boolean => {
    const { unit, dataset } = (event.ecs.suidun ?? {}) as { unit?: { id?: unknown }; dataset?: { id?: unknown } }
    const unitId = typeof unit?.id === 'string' ? unit.id : ROOT_UNIT
    if (!c.units.has(unitId)) return false
    if (c.looksAtHidden && typeof dataset?.id === 'string' && !open.has(dataset.id)) return false
    const taken = (event.ecs.event as { ingested?: unknown } | undefined)?.ingested
    const at = typeof taken === 'string' ? parseInstant(taken) : undefined
    return at !== undefined && at >= c.setting.from && at < c.setting.until && c.holds(view)
  }
  return {
    acting(ruleId, event, view) {
      const of = byRule.get(ruleId)
      if (of === undefined) return undefined
      const seen = view ?? viewOfStored(event)
      for (const c of of) if (acts(c, event, seen)) return c.setting.id
      return undefined
    },
    allActing(ruleId, event) {
      const view = viewOfStored(event)
      return (byRule.get(ruleId) ?? []).filter((c) => acts(c, event, view)).map((c) => c.setting.id)
    },
  }
}

/** Whether search text looks at one of these fields; text that cannot be read does not. */
export function queryLooksAt(hidden: readonly string[], query: string): boolean {
  const { filter } = parseKql(query)
  return filter !== undefined && looksAt(hidden, filter)
}

function looksAt(hidden: readonly string[], filter: Filter): boolean {
  return fingerprint(substituteHidden(filter, hidden)) !== fingerprint(filter)
}

/** Wildcards are symbols, which JSON leaves out. */
function fingerprint(filter: unknown): string {
  return JSON.stringify(filter, (_, v) => (typeof v === 'symbol' ? String(v) : v))
}
