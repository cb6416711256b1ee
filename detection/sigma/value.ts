import { hasHostBits, parseCidr } from '../../core/address.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { compileRegex } from '../../core/evaluate.ts'
import type { FieldRef, Scalar } from '../../core/event.ts'
import { ANY, type DatePart, type Filter, not, type Pattern } from '../../core/filter.ts'
import { literalOf, tidyPattern } from '../../core/pattern.ts'
import { patternLeaf } from '../../core/patternLeaf.ts'
import { alternatives } from './alternatives.ts'
import { base64, base64Offsets, bytesOf, dashVariants, encodedPattern, MOST_DASHES } from './encode.ts'
import { expand, type Lists, type Part, patternOf, regexOf } from './expand.ts'
import type { Chain } from './modifiers.ts'

interface ValueReading {
  readonly lists: Lists
  readonly report: (
    code: ErrorCode,
    details: Readonly<Record<string, string | number>>,
    at?: { readonly offset?: number; readonly severity?: 'error' | 'warning' },
  ) => void
}

/** What one value of an item asks (`neq` and `all` left to the item); `undefined` after a problem. */
export function readValue(
  name: string | undefined,
  chain: Chain,
  value: unknown,
  reading: ValueReading,
): Filter | undefined {
  const { report } = reading
  if (!isScalar(value)) {
    report('SIG-019', { found: foundInstead(value) })
    return undefined
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    report('SIG-019', { found: `${value} is no decimal number; put quotes around it` })
    return undefined
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report('SIG-019', { found: 'this number is too large to be exact; put quotes around it' })
    return undefined
  }
  if (name === undefined) return keyword(value, chain, reading)
  const field: FieldRef = [name]
  if (chain.part !== undefined) return datePart(field, chain.part, value, chain, report)
  switch (chain.kind) {
    case undefined:
      return plain(field, value, chain, reading)
    case 're': {
      const found = regex(value, chain, reading)
      return found && alternatives(found.map((r) => ({ op: 'regex', field, ...r })))
    }
    case 'cidr':
      return cidr(field, value, chain, reading)
    case 'fieldref':
      if (typeof value === 'string' && value !== '') return comparison(field, value, chain)
      report('SIG-016', { value: shown(value), modifier: 'fieldref', expected: 'the name of a field' })
      return undefined
    case 'exists':
      if (typeof value === 'boolean') return value ? { op: 'exists', field } : not({ op: 'exists', field })
      report('SIG-016', { value: shown(value), modifier: 'exists', expected: 'true or false' })
      return undefined
    default:
      if (typeof value === 'number') return { op: 'range', field, [chain.kind]: value }
      report('SIG-016', { value: shown(value), modifier: chain.kind, expected: 'a number without quotes' })
      return undefined
  }
}

/** The other field's name is taken as it stands: no wildcards, no escapes. */
function comparison(field: FieldRef, other: string, { shape, cased }: Chain): Filter {
  const how =
    shape === undefined ? 'equal' : ({ contains: 'contains', startswith: 'prefix', endswith: 'suffix' } as const)[shape]
  return { op: 'compare', field, with: [other], how, cased }
}

/** What each part of a date can be. */
const SPANS: Readonly<Record<DatePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
}

function datePart(
  field: FieldRef,
  part: DatePart,
  value: Scalar,
  { kind }: Chain,
  report: ValueReading['report'],
): Filter | undefined {
  const [least, most] = SPANS[part]
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return { op: 'part', field, part, ...(kind === undefined ? { gte: value, lte: value } : { [kind]: value }) }
  }
  report('SIG-016', { value: shown(value), modifier: part, expected: `a whole number from ${least} to ${most}` })
  return undefined
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  if (value === null) return 'null'
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return typeof value === 'string' ? `'${text}'` : text
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function foundInstead(value: unknown): string {
  if (value instanceof Date) return 'this reads as a date; put quotes around it'
  if (Array.isArray(value)) return 'here stands a list in a list'
  return value === undefined ? 'here stands nothing' : 'here stands a map'
}

function plain(field: FieldRef, value: Scalar, chain: Chain, reading: ValueReading): Filter | undefined {
  if (typeof value !== 'string') {
    const modifier = chain.written.find((m) => m !== 'all' && m !== 'neq')
    if (modifier !== undefined) {
      reading.report('SIG-016', { value: shown(value), modifier, expected: 'text; put quotes around it' })
      return undefined
    }
    return value === null ? { op: 'null', field } : { op: 'term', field, value, cased: false }
  }
  const patterns = textPatterns(value, chain, reading)
  if (patterns === undefined) return undefined
  return alternatives(patterns.map((p) => patternLeaf(field, shaped(p, chain.shape), chain.cased)))
}

function shaped(pattern: Pattern, shape: Chain['shape']): Pattern {
  if (shape === undefined) return pattern
  const before: Pattern = shape === 'startswith' ? [] : [ANY]
  const after: Pattern = shape === 'endswith' ? [] : [ANY]
  return tidyPattern([...before, ...pattern, ...after])
}

function keyword(value: Scalar, chain: Chain, reading: ValueReading): Filter | undefined {
  if (value === null) {
    reading.report('SIG-019', { found: 'a keyword cannot be null' })
    return undefined
  }
  if (chain.kind === 're') {
    const found = regex(value, chain, reading)
    return found && alternatives(found.map((regex) => ({ op: 'keyword', pattern: [], cased: true, regex })))
  }
  const patterns = textPatterns(String(value), chain, reading)
  return patterns && alternatives(patterns.map((pattern) => ({ op: 'keyword', pattern, cased: chain.cased })))
}

/** The patterns that a text stands for: placeholders first, then dashes, encoding, Base64. */
function textPatterns(value: string, chain: Chain, reading: ValueReading): readonly Pattern[] | undefined {
  const parts = partsOf(value, chain, reading)
  let patterns: readonly Pattern[] | undefined = parts?.map((p) => tidyPattern(patternOf(p)))
  if (patterns === undefined) return undefined
  if (chain.windash) {
    const variants = patterns.map(dashVariants)
    if (variants.includes(undefined)) {
      reading.report('SIG-024', { modifier: 'windash', limit: `${MOST_DASHES} dashes or slashes` })
      return undefined
    }
    patterns = variants.flatMap((v) => v ?? []).map(tidyPattern)
  }
  const { encoding } = chain
  if (chain.base64 !== undefined) return base64Patterns(value, patterns, chain, reading)
  return encoding === undefined ? patterns : patterns.map((p) => encodedPattern(p, encoding))
}

function base64Patterns(
  value: string,
  patterns: readonly Pattern[],
  chain: Chain,
  { report }: ValueReading,
): readonly Pattern[] | undefined {
  const literals = patterns.map(literalOf).filter((l) => l !== undefined)
  const modifier = chain.base64!
  if (literals.length < patterns.length) {
    report('SIG-016', { value: shown(value), modifier, expected: 'text without wildcards' })
    return undefined
  }
  if (literals.includes('')) {
    report('SIG-016', { value: shown(value), modifier, expected: 'text that is not empty' })
    return undefined
  }
  const bytes = literals.map((l) => bytesOf(l, chain.encoding))
  // Where the field goes on after the value, more may have been encoded with it.
  const goesOn = chain.shape === 'contains' || chain.shape === 'startswith'
  return bytes.flatMap((b) => (modifier === 'base64' ? [base64(b, goesOn)] : base64Offsets(b))).map((t) => [t])
}

/** The value cut at its placeholders, once per text that it stands for. */
function partsOf(
  value: string,
  chain: Chain,
  { lists, report }: ValueReading,
): readonly (readonly Part[])[] | undefined {
  if (!chain.expand) return [[{ text: value, isEntry: false }]]
  const expanded = expand(value, lists)
  if ('missing' in expanded) report('SIG-023', { name: expanded.missing })
  else if ('limit' in expanded) report('SIG-024', { modifier: 'expand', limit: `${expanded.limit} texts` })
  else return expanded
  return undefined
}

/** The regular expressions that a value stands for. */
function regex(
  value: Scalar,
  chain: Chain,
  reading: ValueReading,
): readonly { readonly pattern: string; readonly flags: string }[] | undefined {
  const { report } = reading
  if (typeof value !== 'string' && typeof value !== 'number') {
    report('SIG-016', { value: shown(value), modifier: 're', expected: 'text' })
    return undefined
  }
  const written = partsOf(String(value), chain, reading)
  try {
    return written?.map((parts) => {
      const text = regexOf(parts)
      // By themselves first: an unbalanced bracket must not borrow one of ours.
      for (const p of parts) if (p.isEntry) compileRegex(p.text, chain.flags)
      compileRegex(text, chain.flags)
      const pattern = anchored(text, chain.shape)
      if (pattern !== text) compileRegex(pattern, chain.flags)
      return { pattern, flags: chain.flags }
    })
  } catch (e) {
    const why = e instanceof Error ? e.message : String(e)
    report('SIG-017', { problem: `${why} (look-around, back-references and possessive groups are not allowed)` })
    return undefined
  }
}

/** A regular expression finds its place by itself; `startswith` and `endswith` tie it to an end of the value. */
function anchored(regex: string, shape: Chain['shape']): string {
  return shape === 'startswith' ? `\\A(?:${regex})` : shape === 'endswith' ? `(?:${regex})\\z` : regex
}

function cidr(field: FieldRef, value: Scalar, chain: Chain, reading: ValueReading): Filter | undefined {
  const { report } = reading
  const blocks =
    typeof value === 'string' ? partsOf(value, chain, reading) : [[{ text: String(value), isEntry: false }]]
  const filters = blocks?.map((parts): Filter | undefined => {
    const text = parts.map((p) => p.text).join('')
    const block = typeof value === 'string' ? parseCidr(text) : undefined
    if (block === undefined) {
      report('SIG-018', { value: text })
      return undefined
    }
    if (hasHostBits(block)) report('SIG-033', { value: text }, { severity: 'warning' })
    return { op: 'cidr', field, cidr: text }
  })
  return filters === undefined || filters.includes(undefined) ? undefined : alternatives(filters as readonly Filter[])
}
