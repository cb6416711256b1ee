import { inCidr, parseCidr } from '../../core/address.ts'
import { compareText, compileValueTest } from '../../core/evaluate.ts'
import type { Field } from '../../core/fields.ts'
import type { Pattern } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { parseInstant } from '../../core/instant.ts'
import { compilePattern, tidyPattern } from '../../core/pattern.ts'
import { isWhole, relaxed, type ValueAsk } from '../events/patterns.ts'
import { named } from './compileDsl.ts'
import { anyOf, atMost, type Dsl, type DslCond, exactly, NO, orDsl } from './dsl.ts'
import { patternCond, sorted, termsDsl, textDsl } from './patternDsl.ts'

/** The question put to the values of a typed field. */
export function typedCond(field: Field, ask: ValueAsk, odd: ReadonlySet<number>): DslCond {
  const filled = atMost(named('filled', field.name))
  const isText = field.type === 'keyword' || field.type === 'ip'
  switch (ask.op) {
    case 'regex':
      return filled
    case 'cidr':
      return field.type === 'ip' ? cidrCond(`${field.name}.address`, ask.cidr) : isText ? filled : NO
    case 'part':
      return field.type === 'date' || isText ? filled : NO
    case 'range':
      return rangeCond(field, ask)
    case 'patterns': {
      if (field.type === 'boolean') {
        const matches = (text: string) => ask.patterns.some((p) => compilePattern(p)(text))
        return exactly(
          orDsl([true, false].flatMap((value) => (matches(String(value)) ? [{ term: { [field.name]: value } }] : []))),
        )
      }
      if (isText) return textCond(field, ask.patterns, ask.cased, odd)
      return otherCond(field, ask.patterns, ask.cased)
    }
  }
}

function textCond(field: Field, patterns: readonly Pattern[], cased: boolean, odd: ReadonlySet<number>): DslCond {
  if (!patterns.every(isWhole)) return atMost(named('filled', field.name))
  const path = cased ? field.name : `${field.name}.lower`
  const loosened = cased ? patterns : patterns.map((p) => relaxed(p, odd))
  const same = sorted(patterns.filter((p, i) => loosened[i] === p))
  return anyOf(
    exactly(termsDsl(path, same.literals)),
    ...same.others.map((p) => patternCond(path, p)),
    ...loosened.flatMap((p, i) => (p === patterns[i] ? [] : [atMost(textDsl(path, tidyPattern(p)))])),
  )
}

/** Numbers and dates by their text. */
function otherCond(field: Field, patterns: readonly Pattern[], cased: boolean): DslCond {
  const { literals, others } = sorted(patterns)
  const filled = atMost(named('filled', field.name))
  const rest = others.length === 0 ? NO : filled
  if (field.type === 'double') return filled
  if (field.type === 'long') {
    const numbers = literals.filter((l) => /^(0|-?[1-9][0-9]{0,15})$/.test(l))
    return anyOf(exactly(termsDsl(field.name, numbers)), rest)
  }
  const instants = literals.flatMap((literal) => {
    const at = parseInstant(cased ? literal : literal.toUpperCase())
    if (at === undefined) return []
    const canonical = new Date(at).toISOString()
    return (cased ? canonical : fold(canonical)) === literal ? [canonical] : []
  })
  return anyOf(exactly(termsDsl(field.name, instants)), rest)
}

type Bound = number | string

function rangeCond(field: Field, ask: Extract<ValueAsk, { op: 'range' }>): DslCond {
  const { gt, gte, lt, lte } = ask
  const bounds = [gt, gte, lt, lte].filter((b) => b !== undefined)
  const filled = named('filled', field.name)
  const numbers = bounds.every((b) => typeof b === 'number' && Math.abs(b) <= Number.MAX_SAFE_INTEGER)
  const texts = bounds.every((b) => typeof b === 'string' && b.isWellFormed())
  switch (field.type) {
    case 'boolean': {
      const test = compileValueTest(ask)
      return exactly(orDsl([true, false].flatMap((v) => (test(v, field.name) ? [{ term: { [field.name]: v } }] : []))))
    }
    case 'long':
    case 'double':
      return numbers && bounds.length > 0
        ? exactly(rangeDsl(field.name, ask, (a, b) => (a as number) - (b as number)))
        : atMost(filled)
    case 'date': {
      if (bounds.length === 0) return atMost(filled)
      const instants = Object.fromEntries(
        Object.entries({ gt, gte, lt, lte }).flatMap(([op, b]) =>
          b === undefined ? [] : [[op, typeof b === 'string' ? parseInstant(b) : undefined]],
        ),
      ) as Record<string, number | undefined>
      if (Object.values(instants).includes(undefined)) return NO
      const order = (a: Bound, b: Bound) => (a as number) - (b as number)
      return exactly(rangeDsl(field.name, instants as Record<string, number>, order, { format: 'epoch_millis' }))
    }
    default:
      return texts && bounds.length > 0
        ? exactly(rangeDsl(field.name, ask, (a, b) => compareText(a as string, b as string)))
        : atMost(filled)
  }
}

/** One value keeps all bounds; the server takes one lower and one upper. */
function rangeDsl(
  path: string,
  { gt, gte, lt, lte }: { gt?: Bound; gte?: Bound; lt?: Bound; lte?: Bound },
  order: (a: Bound, b: Bound) => number,
  more: object = {},
): Dsl {
  const low = gt !== undefined && (gte === undefined || order(gt, gte) >= 0) ? { gt } : gte === undefined ? {} : { gte }
  const high =
    lt !== undefined && (lte === undefined || order(lt, lte) <= 0) ? { lt } : lte === undefined ? {} : { lte }
  return { range: { [path]: { ...low, ...high, ...more } as never } }
}

/** Addresses within a block. The server counts IPv4 among IPv6 (`::/0` holds all of it), we do not. */
function cidrCond(path: string, cidr: string): DslCond {
  const block = parseCidr(cidr)
  if (block === undefined) return NO
  const address =
    block.groups.length === 2
      ? block.groups.flatMap((g) => [g >> 8, g & 0xff]).join('.')
      : block.groups.map((g) => g.toString(16)).join(':')
  const query: Dsl = { term: { [path]: `${address}/${block.bits}` } }
  if (block.groups.length === 2) return exactly(query)
  const v4 = [0, 0, 0, 0, 0, 0xffff, 0, 0]
  const holdsV4 = block.bits <= 96 && inCidr(v4, block)
  return holdsV4 ? atMost(query) : exactly(query)
}
