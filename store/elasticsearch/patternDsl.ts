import { ANY, type Pattern } from '../../core/filter.ts'
import { literalOf, tidyPattern } from '../../core/pattern.ts'
import { atMost, type Dsl, type DslCond, exactly, orDsl } from './dsl.ts'
import { LONGEST } from './mapping.ts'

/** Patterns without wildcards as texts, and the others. */
export function sorted(patterns: readonly Pattern[]): { literals: string[]; others: Pattern[] } {
  const literals: string[] = []
  const others: Pattern[] = []
  for (const pattern of patterns) {
    const literal = literalOf(pattern)
    if (literal === undefined) others.push(tidyPattern(pattern))
    else literals.push(literal)
  }
  return { literals, others }
}

/** Terms of one clause; the server takes 65,536. */
const CLAUSE = 50_000

/** Events with one of these terms. */
export function termsDsl(path: string, terms: readonly string[]): Dsl {
  const indexed = terms.filter((t) => t.length <= LONGEST)
  const clauses: Dsl[] = []
  for (let i = 0; i < indexed.length; i += CLAUSE) clauses.push({ terms: { [path]: indexed.slice(i, i + CLAUSE) } })
  return orDsl(clauses)
}

export function isPrefix(p: Pattern): p is readonly [string, typeof ANY] {
  return p.length === 2 && typeof p[0] === 'string' && p[1] === ANY
}

/** Texts with this start; the server takes 1,000 characters of it. */
export function prefixCond(path: string, prefix: string): DslCond {
  if (prefix.length <= 900) return exactly({ prefix: { [path]: prefix } })
  return atMost({ prefix: { [path]: [...prefix.slice(0, 900)].slice(0, -1).join('') } })
}

/** Texts that match a pattern with wildcards. */
export function patternCond(path: string, p: Pattern): DslCond {
  if (isPrefix(p)) return prefixCond(path, p[0])
  return isSimple(p) ? exactly(textDsl(path, p)) : atMost(textDsl(path, p))
}

/** Whether the server surely takes the pattern: it refuses what takes too many states. */
export function isSimple(p: Pattern): boolean {
  const texts = p.filter((x) => typeof x === 'string')
  return p.length - texts.length <= 6 && texts.join('').length <= 500
}

/** Texts that match the pattern; of one that is not simple, those that contain its longest literal. */
export function textDsl(path: string, pattern: Pattern): Dsl {
  const literal = literalOf(pattern)
  if (literal !== undefined) return termsDsl(path, [literal])
  let p = pattern
  if (!isSimple(p)) {
    const literals = p.filter((x) => typeof x === 'string').sort((a, b) => b.length - a.length)
    p = [ANY, [...(literals[0] ?? '')].slice(0, 200).join(''), ANY]
  }
  const value = p.map((x) => (typeof x === 'string' ? x.replace(/[*?\\]/g, '\\$&') : x === ANY ? '*' : '?')).join('')
  return { wildcard: { [path]: { value } } }
}
