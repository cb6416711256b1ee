import type { FieldRef } from './event.ts'
import { type Filter, not } from './filter.ts'

/** The filter with each field name replaced by the paths it stands for. */
export function mapFields(filter: Filter, field: (name: string) => FieldRef): Filter {
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
    case 'compare':
      return { ...filter, field: placesOf(filter.field, field), with: placesOf(filter.with, field) }
    default:
      return { ...filter, field: placesOf(filter.field, field) }
  }
}

function placesOf(names: FieldRef, field: (name: string) => FieldRef): FieldRef {
  const [first, ...more] = new Set(names.flatMap(field))
  return [first!, ...more]
}
