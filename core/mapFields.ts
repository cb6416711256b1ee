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
    case 'compare': {
      const others = [placesOf(filter.with, field), ...ofEach(filter.with, field.each)]
      const all = [placesOf(filter.field, field), ...ofEach(filter.field, field.each)]
      return disjunction(all.flatMap((f) => others.map((w) => ({ ...filter, field: f, with: w }))))
    }
    default: {
      const first = { ...filter, field: placesOf(filter.field, field) }
      const each = ofEach(filter.field, field.each)
      const meant = ofEach(filter.field, field.meant)
      const also = ofEach(filter.field, field.also)
      if (each.length === 0 && meant.length === 0 && also.length === 0) return first
      const all: Filter[] = [first]
      for (const f of each) all.push({ ...filter, field: f })
      if (filter.op === 'null' || filter.op === 'exists') {
        const found = meant.filter((m) => m.only).map(hasMeaning)
        return filter.op === 'exists' ? disjunction([...all, ...found]) : conjunction([...all, ...found.map(not)])
      }
      for (const m of meant) {
        const asked = askMeant(filter, m)
        if (asked.op !== 'none') all.push(asked)
      }
      if (also.length > 0) all.push(...alsoIn(filter, also))
      return all.length === 1 ? first : disjunction(all)
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

/** What there is for these names, mostly one. */
function ofEach<T>(names: FieldRef, of: ((name: string) => readonly T[]) | undefined): readonly T[] {
  if (of === undefined) return []
  return names.length === 1 ? of(names[0]) : names.flatMap(of)
}

function placesOf(names: FieldRef, field: FieldMap): FieldRef {
  if (names.length === 1) return field(names[0])
  const [first, ...more] = new Set(names.flatMap(field))
  return [first!, ...more]
}
