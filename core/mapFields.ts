import type { FieldRef } from './event.ts'
import { ANY, conjunction, disjunction, type Filter, not, type Pattern, type ValueLeaf } from './filter.ts'
import { askMeant, hasMeaning, type MeantPlace } from './meaning.ts'

/** Where the fields of a rule stand in events. */
export interface FieldMap {
  /** The places of a field, of which the first present one counts. */
  (name: string): FieldRef
  /** Further fields whose values are this one's as well, wherever they are present. */
  readonly each?: (name: string) => readonly FieldRef[]
  /**
   * Further fields in which values that the field is compared with are looked for too; whether the field is there, they
   * do not tell. `name.*` is every value below that name: a text that the field must contain may stand there.
   */
  readonly also?: (name: string) => readonly string[]
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
      const here = all.map((f): Filter => ({ ...filter, field: f }))
      if (filter.op === 'exists') return disjunction([...here, ...found])
      const also = filter.field.flatMap((n) => field.also?.(n) ?? [])
      return disjunction([...here, ...meant.map((m) => askMeant(filter, m)), ...alsoIn(filter, also)])
    }
  }
}

function alsoIn(leaf: ValueLeaf, places: readonly string[]): readonly Filter[] {
  const [below, fields] = [places.filter((p) => p.endsWith('.*')), places.filter((p) => !p.endsWith('.*'))]
  const text = below.length === 0 ? undefined : containedIn(leaf)
  return [
    ...fields.map((name): Filter => ({ ...leaf, field: [name] })),
    ...(text === undefined ? [] : [{ op: 'keyword' as const, ...text, within: below.map((p) => p.slice(0, -2)) }]),
  ]
}

/** The text that a leaf looks for anywhere in a value; undefined where it asks for more. */
function containedIn(leaf: ValueLeaf): { readonly pattern: Pattern; readonly cased: boolean } | undefined {
  if (leaf.op === 'contains') return { pattern: [leaf.value], cased: leaf.cased }
  if (leaf.op !== 'wildcard' || leaf.pattern[0] !== ANY || leaf.pattern.at(-1) !== ANY) return undefined
  return { pattern: leaf.pattern.slice(1, -1), cased: leaf.cased }
}

function placesOf(names: FieldRef, field: FieldMap): FieldRef {
  if (names.length === 1) return field(names[0])
  const [first, ...more] = new Set(names.flatMap(field))
  return [first!, ...more]
}
