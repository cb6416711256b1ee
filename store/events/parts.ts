import type { Scope } from '../../core/access.ts'
import { and, covers, type Filter, NONE, or } from '../../core/filter.ts'
import { scopeFilter, substituteHidden } from '../../core/scope.ts'

/** The filter within those grants that leave the field: what a question about its values is put to. */
export function partShowing(scope: Scope, filter: Filter, field: string): Filter {
  return scopeFilter({ grants: scope.grants.filter((g) => !covers(g.hidden, field)) }, filter)
}

/** Events whose grants hide the same of some fields. */
export interface Part {
  readonly filter: Filter
  /** Per field, whether it may be seen. */
  readonly shown: readonly boolean[]
}

/** The filter split by which of the fields a grant leaves; the parts are disjoint, as grants are. */
export function partsShowing(scope: Scope, filter: Filter, fields: readonly string[]): readonly Part[] {
  const parts = new Map<string, Part>()
  for (const g of scope.grants) {
    const shown = fields.map((name) => !covers(g.hidden, name))
    const key = shown.join()
    const more = and(g.rows, substituteHidden(filter, g.hidden))
    parts.set(key, { shown, filter: or(parts.get(key)?.filter ?? NONE, more) })
  }
  return [...parts.values()]
}
