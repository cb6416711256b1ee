import { parseAddress, parseCidr } from './address.ts'
import { parseDateText, type Span } from './dateText.ts'
import { type FieldType, fieldOf } from './fields.ts'
import { ANY, DECIMAL, type Filter, oneOf, or, type Pattern } from './filter.ts'
import { fold } from './fold.ts'
import { literalOf, tidyPattern } from './pattern.ts'
import { patternLeaf } from './patternLeaf.ts'

/** Fields of running text: a search in them asks for words anywhere, not for the whole value. */
export const TEXT_FIELDS: readonly string[] = ['message', 'error.message', 'event.original']

/** How search text reads the values of a field: as a type of the catalogue, or as words in an order, least first. */
export type KqlType = FieldType | readonly string[]
/** The types of fields by name; a field without one holds any text. */
export type KqlTypes = (field: string) => KqlType | undefined

/** Types of the fields of events. */
export const EVENT_TYPES: KqlTypes = (field) => fieldOf(field)?.type

/** A value that does not fit its field; the parser knows where it stands. */
export type Misfit = { readonly misfit: 'time' | 'number' | 'address' | 'rank' }

/**
 * `field: value`. Without wildcard the whole value is compared, case folded, after the field's type: a date text names a
 * span of time, an address may be a block. In a field of running text the value may stand anywhere, and several words
 * without quotes mean any of them.
 */
export function valueFilter(
  field: string,
  words: readonly Pattern[],
  whole: Pattern,
  { now, types }: { readonly now: number | undefined; readonly types: KqlTypes },
): Filter | Misfit {
  const literal = literalOf(whole)
  if (TEXT_FIELDS.includes(field) && literal !== '') {
    return or(...words.map((w) => patternLeaf([field], tidyPattern([ANY, ...w, ANY]))))
  }
  if (literal === undefined) return patternLeaf([field], tidyPattern(whole))
  const type = types(field)
  if (type === 'date') {
    const span = parseDateText(literal, now)
    return span === undefined
      ? { misfit: 'time' }
      : { op: 'range', field: [field], gte: iso(span.from), lt: iso(span.to) }
  }
  if (type === 'ip' && (literal.includes('/') || literal.includes(':')) && parseCidr(literal) !== undefined) {
    return { op: 'cidr', field: [field], cidr: literal }
  }
  if ((type === 'long' || type === 'double') && !DECIMAL.test(literal)) return { misfit: 'number' }
  return { op: 'term', field: [field], value: literal, cased: false }
}

/** `field >= value`. */
export function rangeFilter(
  field: string,
  sign: '<' | '<=' | '>' | '>=',
  literal: string,
  options: { readonly quoted: boolean; readonly now: number | undefined; readonly types: KqlTypes },
): Filter | Misfit {
  const type = options.types(field)
  if (typeof type === 'object') return rankFilter(field, sign, literal, type)
  if (type === 'ip' || (type === undefined && parseAddress(literal) !== undefined)) return { misfit: 'address' }
  if (type === 'date') {
    const span = parseDateText(literal, options.now)
    return span === undefined ? { misfit: 'time' } : dateRange(field, sign, span)
  }
  const numeric = type === 'long' || type === 'double'
  if (numeric && !DECIMAL.test(literal)) return { misfit: 'number' }
  const value = DECIMAL.test(literal) && (numeric || !options.quoted) ? Number(literal) : literal
  return { op: 'range', field: [field], [KEYS[sign]]: value }
}

/** `severity >= high`: the words that stand so in their order. */
function rankFilter(
  field: string,
  sign: '<' | '<=' | '>' | '>=',
  literal: string,
  order: readonly string[],
): Filter | Misfit {
  const at = order.indexOf(fold(literal))
  if (at < 0) return { misfit: 'rank' }
  const from = sign === '>' ? at + 1 : sign === '>=' ? at : 0
  const to = sign === '<' ? at : sign === '<=' ? at + 1 : order.length
  return oneOf(field, order.slice(from, to))
}

const KEYS = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const

/** Before a span means before its start, after it means at or after its end: `<= 2026-11-24` holds the whole day. */
function dateRange(field: string, sign: '<' | '<=' | '>' | '>=', span: Span): Filter {
  if (span.to === span.from + 1) return { op: 'range', field: [field], [KEYS[sign]]: iso(span.from) }
  if (sign === '<' || sign === '>=') return { op: 'range', field: [field], [KEYS[sign]]: iso(span.from) }
  return { op: 'range', field: [field], [sign === '<=' ? 'lt' : 'gte']: iso(span.to) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
