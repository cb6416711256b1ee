import type { FieldRef, Scalar } from './event.ts'
import { fieldOf } from './fields.ts'

/**
 * A text pattern: pieces of literal text between wildcards. `*` stands for any text (line feeds included), `?` for
 * exactly one character (code point). Example: `C:\*.exe` is `['C:\\', ANY, '.exe']`.
 */
export type Pattern = readonly (string | typeof ANY | typeof ONE)[]
export const ANY = Symbol.for('suidun.any')
export const ONE = Symbol.for('suidun.one')

/**
 * The one filter tree (design §4). Sigma rules, the search bar, policies and automatic checks all become this, and the
 * plain evaluator (`core/evaluate.ts`) is its meaning; every store must agree with it on every event.
 *
 * Meaning of a leaf on a field:
 * - The field's value is the first present of its names (`FieldRef`). A list holds if any of its values holds. An absent
 *   field or a null holds for no leaf but `null` (and, a present null, `exists`).
 * - Values are compared by their text: numbers as JavaScript prints them, booleans as `true`/`false`; so 4688 and "4688"
 *   are equal. Text is compared under `fold` (core/fold.ts) unless `cased`.
 * - `range`: if the bound is a number, the value must be a number or text that is wholly a decimal number (`DECIMAL`); if
 *   the bound is text and the field is a date of the catalogue, both are instants (ISO 8601, core/instant.ts); else text
 *   by code points, cased. Each bound is judged by itself; a list holds if one value keeps all bounds.
 * - `cidr`: the value must be an address in text (core/address.ts); IPv4-mapped IPv6 counts as IPv4; the link that may be
 *   named behind an address (`fe80::1%12`) does not matter.
 * - `regex`: RE2 syntax (re2js), unanchored, on the value as it is; flags of `i` (ignore case), `m`, `s`.
 * - `part`: the value must be text of an instant (ISO 8601, core/instant.ts); its minute, hour, day, ISO week, month or year
 *   in UTC lies within all bounds.
 * - `compare`: some text of the field equals, begins with, ends with or contains some text of the field `with`. Of the
 *   latter's texts, each counted once, the first `MOST_COMPARED` count, but for `equal`.
 * - `keyword`: any value of the whole event (field names do not count) contains the pattern. What the platform itself
 *   says does not count (`NOT_SEARCHED`): else `4625` would find digits of a sequence number or of an id. Nor does the raw
 *   line, in which names of fields stand too: what it says stands in the event's fields and its message. With `within`, any
 *   value of these fields and all below them. With `regex`, such a value must match that as well, as it is.
 * - `not` is two-valued: it holds exactly when its inside does not, also where the field is absent.
 */
export type Filter =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  | { readonly op: 'and'; readonly of: readonly Filter[] }
  | { readonly op: 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | Leaf

export type Leaf =
  | { readonly op: 'term'; readonly field: FieldRef; readonly value: NonNullable<Scalar>; readonly cased: boolean }
  | {
      readonly op: 'in'
      readonly field: FieldRef
      readonly values: readonly NonNullable<Scalar>[]
      readonly cased: boolean
    }
  | {
      readonly op: 'prefix' | 'suffix' | 'contains'
      readonly field: FieldRef
      readonly value: string
      readonly cased: boolean
    }
  | { readonly op: 'wildcard'; readonly field: FieldRef; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly op: 'regex'; readonly field: FieldRef; readonly pattern: string; readonly flags: string }
  | {
      readonly op: 'range'
      readonly field: FieldRef
      readonly gt?: number | string
      readonly gte?: number | string
      readonly lt?: number | string
      readonly lte?: number | string
    }
  | { readonly op: 'cidr'; readonly field: FieldRef; readonly cidr: string }
  | {
      readonly op: 'part'
      readonly field: FieldRef
      readonly part: DatePart
      readonly gt?: number
      readonly gte?: number
      readonly lt?: number
      readonly lte?: number
    }
  | {
      readonly op: 'compare'
      readonly field: FieldRef
      readonly with: FieldRef
      readonly how: 'equal' | 'prefix' | 'suffix' | 'contains'
      readonly cased: boolean
    }
  /** The key is there, even if its value is null or an empty text. */
  | { readonly op: 'exists'; readonly field: FieldRef }
  /** The field is absent, null, or a list without any value but null. */
  | { readonly op: 'null'; readonly field: FieldRef }
  | {
      readonly op: 'keyword'
      readonly pattern: Pattern
      readonly cased: boolean
      /** Fields (with their subfields) that do not count, beside `NOT_SEARCHED`: what the reader may not see. */
      readonly except?: readonly string[]
      /** The fields (with their subfields) that alone count; all, unless given. */
      readonly within?: readonly string[]
      /** What a value must match beside the pattern (see `regex`). */
      readonly regex?: { readonly pattern: string; readonly flags: string }
    }

/** A number that a date has: minute 0 to 59, hour 0 to 23, day 1 to 31, ISO week 1 to 53, month 1 to 12, year. */
export type DatePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

/** A leaf that asks something of one value at a time. */
export type ValueLeaf = Exclude<Leaf, { op: 'exists' | 'null' | 'keyword' | 'compare' }>

/** So many texts of the field that another one is compared with count: an event must not cost more than its length. */
export const MOST_COMPARED = 100

/** The line that an event came in as. */
export const RAW_LINE = 'event.original'

/** What a payload calls as the platform calls its own marks is kept under this name before. */
export const PAYLOAD = 'payload.'

const MARKS = ['suidun', 'event.id', 'event.ingested', RAW_LINE]

/** Fields (with their subfields) that the platform fills, whatever an event's line says: its marks, and the kind, which every event has. */
export const OWN_FIELDS: readonly string[] = [...MARKS, 'event.kind']

/**
 * Fields (with their subfields) that keyword search passes over: those that the platform fills, the raw line among them, and
 * what a payload calls as the platform calls its marks.
 */
export const NOT_SEARCHED: readonly string[] = [...OWN_FIELDS, ...MARKS.map((m) => PAYLOAD + m)]

/** Text that counts as a number in a `range` with a number as its bound. */
export const DECIMAL = /^-?[0-9]{1,100}(\.[0-9]{1,100})?$/

/**
 * Among hidden fields of events: every field that the catalogue does not list. What stands in the remainder is not known,
 * so where names are hidden, it is too.
 */
export const UNLISTED = '(unlisted)'

/** Whether `name` is one of `names` or a subfield of one (`user` covers `user.name`; `UNLISTED` what has no column). */
export function covers(names: readonly string[], name: string): boolean {
  for (const n of names) {
    if (n === UNLISTED && fieldOf(name) === undefined) return true
    if (name.startsWith(n) && (name.length === n.length || name.charCodeAt(n.length) === 46)) return true
  }
  return false
}

export const ALL: Filter = { op: 'all' }
export const NONE: Filter = { op: 'none' }

/** All of them hold; flattens, drops `all`, and collapses to `none` where one is. */
export function and(...of: readonly Filter[]): Filter {
  return conjunction(of)
}

/** `and` of a list of any length. */
export function conjunction(of: readonly Filter[]): Filter {
  const flat = of.flatMap((f) => (f.op === 'and' ? f.of : f.op === 'all' ? [] : [f]))
  if (flat.some((f) => f.op === 'none')) return NONE
  return flat.length === 0 ? ALL : flat.length === 1 ? flat[0]! : { op: 'and', of: flat }
}

/** One of them holds; flattens, drops `none`, and collapses to `all` where one is. */
export function or(...of: readonly Filter[]): Filter {
  return disjunction(of)
}

/** `or` of a list of any length. */
export function disjunction(of: readonly Filter[]): Filter {
  const flat = of.flatMap((f) => (f.op === 'or' ? f.of : f.op === 'none' ? [] : [f]))
  if (flat.some((f) => f.op === 'all')) return ALL
  return flat.length === 0 ? NONE : flat.length === 1 ? flat[0]! : { op: 'or', of: flat }
}

export function not(f: Filter): Filter {
  return f.op === 'not' ? f.of : f.op === 'all' ? NONE : f.op === 'none' ? ALL : { op: 'not', of: f }
}

export const term = (field: string, value: NonNullable<Scalar>): Filter => ({
  op: 'term',
  field: [field],
  value,
  cased: true,
})

/** That value, or null where there is none. */
export const termOrNull = (field: string, value: string | null): Filter =>
  value === null ? { op: 'null', field: [field] } : term(field, value)
export const oneOf = (field: string, values: readonly NonNullable<Scalar>[]): Filter =>
  values.length === 0 ? NONE : { op: 'in', field: [field], values, cased: true }
export const exists = (field: string): Filter => ({ op: 'exists', field: [field] })
