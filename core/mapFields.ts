import type { FieldRef } from './event.ts'
import { conjunction, disjunction, type Filter, not } from './filter.ts'
import { askMeant, hasMeaning, type MeantPlace } from './meaning.ts'

/** Where the fields of a rule stand in events. */
export interface FieldMap {
  /** The places of a field, of which the first present one counts. */
  (name: string): FieldRef
  /** Further fields whose values are this one's as well, wherever they are present. */
  readonly each?: (name: string) => readonly FieldRef[]
  /** Places whose values are, beside what they are, also something else in the words of rules. */
  readonly meant?: (name: string) => readonly MeantPlace[]
}

/** The filter with each field name replaced by the paths it stands for. */
export function mapFields(filter: Filter, field: FieldMap): Filter {
  switch (filter.op) {
    case 'all':
    case 'none':
    case 'keyword':
      return filter
    case 'and':
    case 'or':
      return { op: filter.op, of: filter.of.map((f) => mapFields(f, field)) }
    case 'not':
      return not(mapFields(filter.of, field))
    default: {
      const all = [placesOf(filter.field, field), ...filter.field.flatMap((n) => field.each?.(n) ?? [])]
      if (filter.op === 'compare') {
        const others = [placesOf(filter.with, field), ...filter.with.flatMap((n) => field.each?.(n) ?? [])]
        return disjunction(all.flatMap((f) => others.map((w) => ({ ...filter, field: f, with: w }))))
      }
      const meant = filter.field.flatMap((n) => field.meant?.(n) ?? [])
      const found = meant.filter((m) => m.only).map(hasMeaning)
      if (filter.op === 'null') return conjunction([...all.map((f) => ({ ...filter, field: f })), ...found.map(not)])
      const asked = filter.op === 'exists' ? found : meant.map((m) => askMeant(filter, m))
      return disjunction([...all.map((f) => ({ ...filter, field: f })), ...asked])
    }
  }
}

function placesOf(names: FieldRef, field: FieldMap): FieldRef {
  if (names.length === 1) return field(names[0])
  const [first, ...more] = new Set(names.flatMap(field))
  return [first!, ...more]
}
