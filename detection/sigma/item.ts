import { hasHostBits, parseCidr } from '../../core/address.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { compileRegex } from '../../core/evaluate.ts'
import type { FieldRef, Scalar } from '../../core/event.ts'
import { ANY, type Filter, not, type Pattern } from '../../core/filter.ts'
import { literalOf, tidyPattern } from '../../core/pattern.ts'
import { patternLeaf } from '../../core/patternLeaf.ts'
import type { Path } from './document.ts'
import { type Chain, readChain } from './modifiers.ts'
import { readPattern } from './text.ts'
import type { Item, ItemValue } from './types.ts'

/** Says that something at a path is wrong (or, as a warning, odd); `key` points at the key, not the value. */
export type Report = (
  code: ErrorCode,
  path: Path,
  details: Readonly<Record<string, string | number>>,
  at?: { readonly key?: boolean; readonly offset?: number; readonly severity?: 'error' | 'warning' },
) => void

/** Reads `Field|modifiers: value(s)`; an empty field name means keywords. Reports every problem it finds. */
export function readItem(key: string, value: unknown, path: Path, report: Report): Item | undefined {
  const [name = '', ...written] = key.split('|')
  const chain = readChain(written)
  if ('code' in chain) {
    const offset = [name, ...written.slice(0, chain.index)].join('|').length + 1
    report(chain.code, path, chain.details, { key: true, offset })
    return undefined
  }
  const field = name === '' ? undefined : name
  if (field === undefined) {
    const other = written.find((m) => m !== 'all' && m !== 'cased')
    if (other !== undefined) {
      report('SIG-021', path, { modifier: other }, { key: true })
      return undefined
    }
  }
  const list = Array.isArray(value) ? (value.length === 0 ? [null] : value) : [value]
  const values: ItemValue[] = []
  let failed = false
  for (const [i, v] of list.entries()) {
    const at = Array.isArray(value) && value.length > 0 ? [...path, i] : path
    const filter = readValue(field, chain, v, (code, details, more) => {
      if (more?.severity !== 'warning') failed = true
      report(code, at, details, more)
    })
    if (filter !== undefined) values.push({ shown: shown(v), filter })
  }
  if (chain.kind === 'exists' && list.length > 1) {
    report('SIG-016', path, { value: shown(value), modifier: 'exists', expected: 'one of true, false' })
    return undefined
  }
  return failed
    ? undefined
    : { kind: 'item', field, key: field === undefined && !chain.all ? '' : key, values, all: chain.all }
}

type ReportValue = (
  code: ErrorCode,
  details: Readonly<Record<string, string | number>>,
  at?: { readonly offset?: number; readonly severity?: 'error' | 'warning' },
) => void

function readValue(name: string | undefined, chain: Chain, value: unknown, report: ReportValue): Filter | undefined {
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
  if (name === undefined) return keyword(value, chain, report)
  const field: FieldRef = [name]
  switch (chain.kind) {
    case undefined:
      return plain(field, value, chain, report)
    case 're':
      return regex(field, value, chain, report)
    case 'cidr':
      return cidr(field, value, report)
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

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function foundInstead(value: unknown): string {
  if (value instanceof Date) return 'this reads as a date; put quotes around it'
  if (Array.isArray(value)) return 'here stands a list in a list'
  return value === undefined ? 'here stands nothing' : 'here stands a map'
}

function plain(field: FieldRef, value: Scalar, chain: Chain, report: ReportValue): Filter | undefined {
  const modifier = chain.shape ?? (chain.base64 ? 'base64' : chain.cased ? 'cased' : undefined)
  if (typeof value !== 'string') {
    if (modifier !== undefined) {
      report('SIG-016', { value: shown(value), modifier, expected: 'text; put quotes around it' })
      return undefined
    }
    return value === null ? { op: 'null', field } : { op: 'term', field, value, cased: false }
  }
  let pattern = readPattern(value)
  if (chain.base64) {
    const literal = literalOf(pattern)
    if (literal === undefined) {
      report('SIG-016', { value: shown(value), modifier: 'base64', expected: 'text without wildcards' })
      return undefined
    }
    pattern = [Buffer.from(literal, 'utf8').toString('base64')]
  }
  return patternLeaf(field, shaped(pattern, chain.shape), chain.cased)
}

function shaped(pattern: Pattern, shape: Chain['shape']): Pattern {
  if (shape === undefined) return pattern
  const before: Pattern = shape === 'startswith' ? [] : [ANY]
  const after: Pattern = shape === 'endswith' ? [] : [ANY]
  return tidyPattern([...before, ...pattern, ...after])
}

function keyword(value: Scalar, chain: Chain, report: ReportValue): Filter | undefined {
  if (value !== null) return { op: 'keyword', pattern: readPattern(String(value)), cased: chain.cased }
  report('SIG-019', { found: 'a keyword cannot be null' })
  return undefined
}

function regex(field: FieldRef, value: Scalar, chain: Chain, report: ReportValue): Filter | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') {
    report('SIG-016', { value: shown(value), modifier: 're', expected: 'text' })
    return undefined
  }
  const pattern = String(value)
  try {
    compileRegex(pattern, chain.flags)
  } catch (e) {
    const why = e instanceof Error ? e.message : String(e)
    report('SIG-017', { problem: `${why} (look-around, back-references and possessive groups are not allowed)` })
    return undefined
  }
  return { op: 'regex', field, pattern, flags: chain.flags }
}

function cidr(field: FieldRef, value: Scalar, report: ReportValue): Filter | undefined {
  const block = typeof value === 'string' ? parseCidr(value) : undefined
  if (block === undefined) {
    report('SIG-018', { value: String(value) })
    return undefined
  }
  if (hasHostBits(block)) report('SIG-033', { value: String(value) }, { severity: 'warning' })
  return { op: 'cidr', field, cidr: String(value) }
}

function shown(value: unknown): string {
  if (value === null) return 'null'
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return typeof value === 'string' ? `'${text}'` : text
}
