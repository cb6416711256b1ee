import { ANY, ONE, type Pattern } from '../../core/filter.ts'
import { tidyPattern } from '../../core/pattern.ts'
import { isWhole, relaxed } from '../events/patterns.ts'
import { anyOf, type Cond, exactly, NO, orSql, UNSURE } from './cond.ts'
import type { Params } from './params.ts'

/** From how many alternatives on one combined regular expression is faster than each by itself. */
const COMBINE = 3
/** How many at most, and of what length: RE2 refuses expressions that compile to too much. */
const COMBINED = 500
const COMBINED_LENGTH = 200

/**
 * Whether a text is matched by one of the patterns (already folded unless `cased`). Exact but for literals with characters
 * that DuckDB folds otherwise than we do (`odd`).
 */
export function patternsCond(
  text: string,
  patterns: readonly Pattern[],
  cased: boolean,
  { params, odd }: { readonly params: Params; readonly odd: ReadonlySet<number> },
): Cond {
  if (!patterns.every(isWhole)) return UNSURE
  const folds = !cased && patterns.some((p) => p.some((piece) => typeof piece === 'string' && !CASELESS.test(piece)))
  const target = folds ? `lower(${text})` : text
  const sure: Pattern[] = []
  const loose: Pattern[] = []
  for (const p of patterns) {
    const loosened = folds ? relaxed(p, odd) : p
    if (loosened === p) sure.push(tidyPattern(p))
    else loose.push(tidyPattern(loosened))
  }
  const must = patternsSql(target, sure, params)
  return loose.length === 0 ? exactly(must) : { may: orSql([must, patternsSql(target, loose, params)]), must }
}

/** Text without any character that has another case. */
const CASELESS = /^[\0-@[-`{-\x7f]*$/

function patternsSql(t: string, patterns: readonly Pattern[], params: Params): string {
  const literals: string[] = []
  const others: Pattern[] = []
  for (const p of patterns) {
    if (p.length === 0) literals.push('')
    else if (p.length === 1 && typeof p[0] === 'string') literals.push(p[0])
    else if (p.length === 1 && p[0] === ANY) return `${t} IS NOT NULL`
    else others.push(p)
  }
  const parts: string[] = []
  if (literals.length === 1) parts.push(`${t} = ${params.text(literals[0]!)}`)
  else if (literals.length > 1) parts.push(`${t} IN (${literals.map((l) => params.text(l)).join(', ')})`)
  const short = others.filter((p) => lengthOf(p) <= COMBINED_LENGTH)
  const combined = short.length >= COMBINE ? short : []
  for (let i = 0; i < combined.length; i += COMBINED) {
    const regex = combined
      .slice(i, i + COMBINED)
      .map(patternRegex)
      .join('|')
    parts.push(`regexp_matches(${t}, ${params.text(`(?s)${regex}`)})`)
  }
  parts.push(...others.filter((p) => !combined.includes(p)).map((p) => patternSql(t, p, params)))
  return orSql(parts)
}

function patternSql(t: string, p: Pattern, params: Params): string {
  const [first, second, third] = p
  if (p.length === 2 && typeof first === 'string' && second === ANY) return `starts_with(${t}, ${params.text(first)})`
  if (p.length === 2 && first === ANY && typeof second === 'string') return `ends_with(${t}, ${params.text(second)})`
  if (p.length === 3 && first === ANY && typeof second === 'string' && third === ANY)
    return `contains(${t}, ${params.text(second)})`
  // LIKE without ESCAPE is ten times faster than with it, and has no escape character.
  if (!p.includes(ONE) && !p.some((x) => typeof x === 'string' && /[%_]/.test(x)))
    return `${t} LIKE ${params.text(p.map((x) => (typeof x === 'string' ? x : '%')).join(''))}`
  return `regexp_matches(${t}, ${params.text(`(?s)${patternRegex(p)}`)})`
}

function lengthOf(p: Pattern): number {
  return p.reduce((n, x) => n + (typeof x === 'string' ? x.length : 1), 0)
}

/** The pattern as an RE2 expression to be searched for (flag `s` set around it). */
function patternRegex(p: Pattern): string {
  const inner = p.map((x) => (typeof x === 'string' ? escapeRegex(x) : x === ANY ? '.*' : '.'))
  if (p[0] === ANY) inner.shift()
  else inner.unshift('^')
  if (p.at(-1) === ANY) inner.pop()
  else inner.push('$')
  return inner.join('')
}

function escapeRegex(text: string): string {
  return text.replaceAll('\0', '\\x00').replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

/** A user's regular expression on a text; UNSURE where RE2 and re2js might read it differently. */
export function regexCond(text: string, pattern: string, flags: string, params: Params): Cond {
  if (!isPlainRegex(pattern)) return { ...UNSURE, may: `${text} IS NOT NULL` }
  const set = [...new Set(flags)].filter((f) => 'ims'.includes(f)).join('')
  return exactly(`regexp_matches(${text}, ${params.text(set === '' ? pattern : `(?${set})${pattern}`)})`)
}

/**
 * Whether both engines surely agree: ASCII only, no class by Unicode property or character by number (their Unicode
 * versions differ), no `\B` (RE2 finds it inside a character), no named group, and not so large that RE2 might refuse it.
 */
function isPlainRegex(pattern: string): boolean {
  if (!/^[\t-\r -~]*$/.test(pattern) || /\\[pPBCXQ0-9]|\\x\{|\(\?[P<]/.test(pattern)) return false
  let size = pattern.length
  for (const m of pattern.matchAll(/\{([0-9]+)(?:,([0-9]*))?\}/g)) size *= Math.max(1, Number(m[2] || m[1]))
  return size <= 20_000
}

/** IPv4 text in dotted decimal within a block: the first `bits` of these octets. */
function ipv4Regex(octets: readonly number[], bits: number): string {
  const any = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
  const parts = octets.map((octet, i) => {
    const left = Math.min(8, Math.max(0, bits - i * 8))
    if (left === 0) return any
    const low = octet & (0xff << (8 - left))
    const count = 1 << (8 - left)
    return count === 1 ? String(octet) : `(?:${Array.from({ length: count }, (_, n) => low + n).join('|')})`
  })
  return `^${parts.join('\\.')}$`
}

/** A text that is an address within a block. Exact but for IPv6 and IPv4 written as IPv6. */
export function cidrCond(text: string, groups: readonly number[], bits: number, params: Params): Cond {
  if (groups.length !== 2) return { may: `contains(${text}, ':')`, must: NO.must }
  const octets = groups.flatMap((g) => [g >> 8, g & 0xff])
  const dotted = exactly(`regexp_matches(${text}, ${params.text(ipv4Regex(octets, bits))})`)
  return anyOf(dotted, {
    may: `(contains(${text}, ':') AND contains(lower(${text}), 'ffff:'))`,
    must: NO.must,
  })
}
